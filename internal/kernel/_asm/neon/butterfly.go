package main

// A butterfly writes transforms of a few points, of negative sign, into a block.
type butterfly struct {
	*block
	constants *constants
	pinned    []value // the vectors of constants that stand in registers throughout
	base      string  // the register that points to the constants
	loaded    map[int]value
}

// A point is a vector of complex numbers, as what it takes to add it: it is
// scale·(re + i·im), times −i if it is turned. A sum takes the factor up for
// nothing, by a fused multiply-add, and the turn by exchanging the parts
// (Goedecker 1997, SIAM J. Sci. Comput. 18, 1605).
type point struct {
	re, im value
	scale  exact // nil for 1
	turned bool
}

// scalar returns the constant c.
func (b *butterfly) scalar(c exact) scalar {
	f, _ := c.Float64()
	i := b.constants.index(f)
	v, lane := i/b.t.lanes, i%b.t.lanes
	if v < len(b.pinned) {
		return scalar{b.pinned[v], lane}
	}
	if _, ok := b.loaded[v]; !ok {
		b.loaded[v] = b.constant(b.base, v*b.t.lanes*b.t.bytes)
	}
	return scalar{b.loaded[v], lane}
}

func isOne(x exact) bool { return x.Cmp(number(1)) == 0 }

// by returns x·c.
func (x point) by(c exact) point {
	if x.scale != nil {
		c = times(x.scale, c)
	}
	x.scale = c
	return x
}

// turn returns −i·x.
func (x point) turn() point {
	if x.turned { // (−i)² = −1
		x = x.by(number(-1))
	}
	x.turned = !x.turned
	return x
}

// sum returns x + y.
func (b *butterfly) sum(x, y point) point { return b.combine(x, y) }

// difference returns x − y.
func (b *butterfly) difference(x, y point) point { return b.combine(x, y.by(number(-1))) }

// combine returns x + y with the scale and the turn of x.
func (b *butterfly) combine(x, y point) point {
	if x.turned && !y.turned {
		y = y.by(number(-1)).turn() // y = −i·(i·y)
	} else if x.turned {
		y.turned = false
	}
	factor := number(1)
	if y.scale != nil {
		factor = y.scale
	}
	if x.scale != nil {
		factor = over(factor, x.scale)
	}
	if y.turned { // −i·(re + i·im) = im − i·re
		return point{b.plusProduct(x.re, y.im, factor), b.plusProduct(x.im, y.re, times(factor, number(-1))), x.scale, x.turned}
	}
	return point{b.plusProduct(x.re, y.re, factor), b.plusProduct(x.im, y.im, factor), x.scale, x.turned}
}

// plusProduct returns a + x·c.
func (b *butterfly) plusProduct(a, x value, c exact) value {
	size := number(0).Abs(c)
	switch {
	case isOne(c):
		return b.plus(a, x)
	case isOne(size):
		return b.minus(a, x)
	case c.Sign() < 0:
		return b.minusTimes(a, x, b.scalar(size))
	}
	return b.plusTimes(a, x, b.scalar(size))
}

// rotated returns x·exp(−2πi·k/n): whole quarters by turning, the rest as
// cos·(1 − i·tan)·x.
func (b *butterfly) rotated(x point, k, n int) point {
	k %= n
	for n%4 == 0 && 4*k >= n {
		x, k = x.turn(), k-n/4
	}
	if k == 0 {
		return x
	}
	cos, sin := circle(k, n)
	tan := over(sin, cos)
	if 8*k == n {
		tan = number(1)
	}
	return point{
		re: b.plusProduct(x.re, x.im, tan), im: b.plusProduct(x.im, x.re, times(tan, number(-1))),
		scale: x.scale, turned: x.turned,
	}.by(cos)
}

// transform writes the transform of n points, which in reads and out writes.
func (b *butterfly) transform(n int, in func(j int) point, out func(k int, x point)) {
	switch n {
	case 2:
		x, y := in(0), in(1)
		out(0, b.sum(x, y))
		out(1, b.difference(x, y))
	case 3:
		_, sin := circle(1, 3)
		a, x, y := in(0), in(1), in(2)
		s, d := b.sum(x, y), b.difference(x, y)
		out(0, b.sum(a, s))
		h := b.sum(a, s.by(number(-0.5)))
		out(1, b.sum(h, d.by(sin).turn()))
		out(2, b.difference(h, d.by(sin).turn()))
	case 4:
		w, y := in(0), in(2)
		s, d := b.sum(w, y), b.difference(w, y)
		x, z := in(1), in(3)
		u, v := b.sum(x, z), b.difference(x, z)
		out(0, b.sum(s, u))
		out(1, b.sum(d, v.turn()))
		out(2, b.difference(s, u))
		out(3, b.difference(d, v.turn()))
	case 5, 7, 11, 13:
		b.prime(n, in, out)
	case 6:
		b.coprime(2, 3, in, out)
	case 8:
		b.product(2, 4, in, out)
	case 9:
		b.product(3, 3, in, out)
	case 10:
		b.coprime(2, 5, in, out)
	case 12:
		b.coprime(3, 4, in, out)
	case 14:
		b.coprime(2, 7, in, out)
	case 15:
		b.coprime(3, 5, in, out)
	case 16:
		b.product(4, 4, in, out)
	default:
		panic("neon: no butterfly of this size")
	}
}

// product splits n = p·q by Cooley and Tukey: p transforms of q points,
// rotations, q transforms of p points.
func (b *butterfly) product(p, q int, in func(int) point, out func(int, point)) {
	middle := make([][]point, p)
	for i := range p {
		middle[i] = make([]point, q)
		b.transform(q, func(j int) point { return in(i + p*j) }, func(k int, x point) { middle[i][k] = x })
	}
	for k := range q {
		b.transform(p, func(i int) point { return b.rotated(middle[i][k], i*k, p*q) }, func(l int, x point) { out(k+q*l, x) })
	}
}

// coprime splits n = p·q for p, q without common factor, where orders of the
// points exist that need no rotations (Good 1958, J. R. Stat. Soc. B 20, 361).
func (b *butterfly) coprime(p, q int, in func(int) point, out func(int, point)) {
	n := p * q
	middle := make([][]point, p)
	for i := range p {
		middle[i] = make([]point, q)
		b.transform(q, func(j int) point { return in((q*i + p*j) % n) }, func(k int, x point) { middle[i][k] = x })
	}
	for k := range q {
		b.transform(p, func(i int) point { return middle[i][k] }, func(l int, x point) {
			at := k
			for at%p != l {
				at += q
			}
			out(at, x)
		})
	}
}

// prime is the transform of an odd number of points by sums and differences of
// the points j and r−j:
//
//	X_k, X_(r−k) = a_0 + Σ_j cos(2πjk/r)·s_j ∓ i·Σ_j sin(2πjk/r)·d_j,  j = 1 … (r−1)/2
func (b *butterfly) prime(r int, in func(int) point, out func(int, point)) {
	half := (r - 1) / 2
	s, d := make([]point, half+1), make([]point, half+1)
	a := in(0)
	total := a
	for j := 1; j <= half; j++ {
		x, y := in(j), in(r-j)
		s[j], d[j] = b.sum(x, y), b.difference(x, y)
		total = b.sum(total, s[j])
	}
	out(0, total)
	for k := 1; k <= half; k++ {
		even := a
		var odd point
		for j := 1; j <= half; j++ {
			cos, sin := circle(j*k, r)
			even = b.sum(even, s[j].by(cos))
			if j == 1 {
				odd = b.done(d[j].by(sin))
			} else {
				odd = b.sum(odd, d[j].by(sin))
			}
		}
		out(k, b.sum(even, odd.turn()))
		out(r-k, b.difference(even, odd.turn()))
	}
}

// done returns x with its scale multiplied in.
func (b *butterfly) done(x point) point {
	if x.turned {
		panic("neon: a point that is still to be turned")
	}
	if x.scale == nil || isOne(x.scale) {
		return x
	}
	c := b.scalar(x.scale)
	return point{re: b.times(x.re, c), im: b.times(x.im, c)}
}

// twiddled returns x·(re + i·im).
func (b *butterfly) twiddled(x point, re, im scalar) point {
	return point{
		re: b.minusTimes(b.times(x.re, re), x.im, im),
		im: b.plusTimes(b.times(x.im, re), x.re, im),
	}
}
