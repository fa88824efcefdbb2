package main

import "math/big"

// input gives element j of a transform, output takes a part (0 real, 1
// imaginary) of element k. Both are called when the number is needed or known,
// so that few are alive at a time.
type (
	input  func(j int) complexNumber
	output func(k, part int, x scaled)
)

func (out output) complex(k int, x complexNumber) {
	out(k, 0, x.re)
	out(k, 1, x.im)
}

// transform makes a Fourier transform of length r and negative sign.
func (c *codelet) transform(r int, in input, out output) {
	switch r {
	case 2:
		a, b := in(0), in(1)
		out.complex(0, c.csum(a, b))
		out.complex(1, c.cdifference(a, b))
	case 4:
		c.four(in, out)
	case 8:
		c.cooleyTukey(2, 4, in, out)
	case 9:
		c.cooleyTukey(3, 3, in, out)
	case 16:
		c.cooleyTukey(4, 4, in, out)
	case 6, 10, 14:
		c.goodThomas(2, r/2, in, out)
	case 12:
		c.goodThomas(4, 3, in, out)
	case 15:
		c.goodThomas(3, 5, in, out)
	default:
		c.odd(r, in, out)
	}
}

func (c *codelet) four(in input, out output) {
	x, y := in(0), in(2)
	s, d := c.csum(x, y), c.cdifference(x, y)
	x, y = in(1), in(3)
	u, v := c.csum(x, y), c.cdifference(x, y).quarter()
	out.complex(0, c.csum(s, u))
	out.complex(2, c.cdifference(s, u))
	out.complex(1, c.csum(d, v))
	out.complex(3, c.cdifference(d, v))
}

// odd is the transform of an odd prime length by the sums s_j and differences d_j of the
// elements j and r−j:
//
//	y_k, y_{r−k} = a_0 + Σ cos(2πjk/r)·s_j ∓ i·Σ sin(2πjk/r)·d_j
//
// first all real parts, which need the real parts of s and the imaginary ones of
// d only, then the imaginary parts.
func (c *codelet) odd(r int, in input, out output) {
	h := r / 2
	a := in(0)
	s, d := make([]complexNumber, h+1), make([]complexNumber, h+1)
	for j := 1; j <= h; j++ {
		x, y := in(j), in(r-j)
		s[j], d[j] = c.csum(x, y), c.cdifference(x, y)
	}
	for part := range 2 {
		a0 := a.re
		sums, differences := make([]scaled, h+1), make([]scaled, h+1)
		for j := 1; j <= h; j++ {
			sums[j], differences[j] = s[j].re, d[j].im
			if part == 1 {
				sums[j], differences[j] = s[j].im, d[j].re.negative()
				a0 = a.im
			}
		}
		y0 := a0
		for j := 1; j <= h; j++ {
			y0 = c.sum(y0, sums[j])
		}
		out(0, part, y0)
		for k := 1; k <= h; k++ {
			even := a0
			for j := 1; j <= h; j++ {
				even = c.sum(even, sums[j].times(turnCosine(j*k%r, r)))
			}
			var odd scaled
			for j := 1; j <= h; j++ {
				term := differences[j].times(turnSine(j*k%r, r))
				if j == 1 {
					odd = term
				} else {
					odd = c.sum(odd, term)
				}
			}
			out(k, part, c.sum(even, odd))
			out(r-k, part, c.difference(even, odd))
		}
	}
}

// turnCosine and turnSine are those of num/den turns, less than one.
func turnCosine(num, den int) *big.Float {
	switch {
	case 2*num > den:
		return turnCosine(den-num, den)
	case 4*num > den:
		return negative(turnCosine(den-2*num, 2*den))
	case 8*num > den:
		return sine(den-4*num, 4*den)
	}
	return cosine(num, den)
}

func turnSine(num, den int) *big.Float {
	switch {
	case 2*num > den:
		return negative(turnSine(den-num, den))
	case 4*num > den:
		return turnSine(den-2*num, 2*den)
	case 8*num > den:
		return cosine(den-4*num, 4*den)
	}
	return sine(num, den)
}

// cooleyTukey is the transform of length p·q by q of length p, constant
// twiddle factors, and p of length q.
func (c *codelet) cooleyTukey(p, q int, in input, out output) {
	t := make([][]complexNumber, q)
	for j := range q {
		t[j] = c.collected(p, func(i int) complexNumber { return in(j + q*i) })
	}
	for k := range p {
		c.transform(q,
			func(j int) complexNumber { return c.turned(t[j][k], j*k, p*q) },
			func(i, part int, x scaled) { out(k+p*i, part, x) })
	}
}

// goodThomas is the transform of length p·q, p and q coprime, by the Chinese
// remainder theorem without twiddle factors (Good 1958, J. R. Statist. Soc. B 20, 361).
func (c *codelet) goodThomas(p, q int, in input, out output) {
	n := p * q
	t := make([][]complexNumber, q)
	for j := range q {
		t[j] = c.collected(p, func(i int) complexNumber { return in((q*i + p*j) % n) })
	}
	for k := range p {
		c.transform(q,
			func(j int) complexNumber { return t[j][k] },
			func(i, part int, x scaled) {
				for at := range n {
					if at%p == k && at%q == i {
						out(at, part, x)
					}
				}
			})
	}
}

// collected returns the results of a transform of length r.
func (c *codelet) collected(r int, in input) []complexNumber {
	y := make([]complexNumber, r)
	c.transform(r, in, func(k, part int, x scaled) {
		if part == 0 {
			y[k].re = x
		} else {
			y[k].im = x
		}
	})
	return y
}
