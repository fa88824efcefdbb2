package fft

import (
	"arago/internal/kernel"
	"arago/internal/roots"
)

// leaf transforms groups of n elements by a cyclic convolution of length m, which
// two transforms make.
type leaf[R float32 | float64] struct {
	method Method
	n, m   int
	lanes  *kernel.Lanes[R]
	inner  *line[R]
	ranges [][]butterflies

	// in is where the elements stand before the first transform, natural where those of
	// its result stand, and middle where those belong before the second transform. Of
	// that, element from[i] is element to[i] of the leaf. inOrder are the numbers from 0 on.
	in, natural, middle, from, to, inOrder []int32
	// spectrum is the transform of the fixed operand of the convolution, divided by
	// its length; chirp holds exp(−πi·j²/n), j = 0 … n−1 (Bluestein), or ones (Rader).
	spectrum, chirp []R
}

func newLeaf[R float32 | float64](lanes *kernel.Lanes[R], near int, recipe Leaf) *leaf[R] {
	m := recipe.innerLength()
	l := &leaf[R]{method: recipe.Method, n: recipe.N, m: m, lanes: lanes}
	l.inner = newLine(lanes, near, Recipe{N: m, Spread: 1, Radices: recipe.Inner})
	l.ranges = l.inner.wanted(0, m)
	l.middle = l.inner.allSpaced(l.inner.position)
	l.inOrder = ordered(recipe.N)
	l.natural = l.inner.allSpaced(ordered(m))
	if recipe.Method == Rader {
		l.rader()
	} else {
		l.bluestein()
	}
	return l
}

// rader prepares Rader's convolution: with a generator g of the multiplicative
// group modulo n,
//
//	X[g^−q] = x[0] + Σ_s x[g^s]·w^(g^−(q−s)),  w = exp(−2πi/n)
func (l *leaf[R]) rader() {
	g := generator(l.n)
	l.in = make([]int32, l.m) // of the elements 1 … n−1
	l.from = l.natural
	l.to = make([]int32, l.m)
	fixed := make([]float64, 2*l.m)
	table := roots.NewTable(l.n)
	power := 1 // g^s
	for s := range l.m {
		l.in[power-1] = l.middle[s]
		// The way back is a forward transform read backwards: result s is q = −s.
		l.to[s] = int32(power)
		at := (l.m - s) % l.m // w^(g^−q) at q = −s
		fixed[2*at], fixed[2*at+1] = table.At(power)
		power = power * g % l.n
	}
	l.spectrum = spectrum[R](fixed)
	l.chirp = make([]R, 2*l.m)
	for s := range l.m {
		l.chirp[2*s] = 1
	}
}

// bluestein prepares Bluestein's convolution: with jk = (j² + k² − (k−j)²)/2,
//
//	X[k] = c[k]·Σ_j x[j]·c[j]·conj(c[k−j]),  c[j] = exp(−πi·j²/n)
func (l *leaf[R]) bluestein() {
	l.in = l.middle[:l.n]
	l.from = make([]int32, l.n)
	l.to = l.inOrder
	l.chirp = make([]R, 2*l.n)
	fixed := make([]float64, 2*l.m)
	table := roots.NewTable(2 * l.n)
	for j := range l.n {
		re, im := table.At(int(int64(j) * int64(j) % int64(2*l.n)))
		l.chirp[2*j], l.chirp[2*j+1] = R(re), R(im)
		for _, at := range []int{j, (l.m - j) % l.m} {
			fixed[2*at], fixed[2*at+1] = re, -im
		}
		l.from[j] = l.natural[(l.m-j)%l.m]
	}
	l.spectrum = spectrum[R](fixed)
}

// spectrum returns the transform of x, made in double precision, divided by its
// length.
func spectrum[R float32 | float64](x []float64) []R {
	m := len(x) / 2
	lanes := &kernel.Of[float64](kernel.Pure).Lanes
	costs := CostsOf[float64](kernel.Pure)
	l := newLine(lanes, costs.Near, Choose(costs, m, m, m))
	block := make([]float64, l.elements(l.length))
	width := lanes.Width
	for i, p := range l.allSpaced(l.position) {
		block[2*int(p)*width] = x[2*i] / float64(m)
		block[(2*int(p)+1)*width] = x[2*i+1] / float64(m)
	}
	l.transform(block, block, nil, l.wanted(0, m), nil)
	out := make([]R, 2*m)
	for i := range m {
		at := 2 * l.spaced(i) * width
		out[2*i], out[2*i+1] = R(block[at]), R(block[at+width])
	}
	return out
}

// generator returns the smallest number whose powers are all of 1 … p−1 modulo the
// prime p.
func generator(p int) int {
	for g := 1; ; g++ {
		power, order := g%p, 1
		for power != 1 && order < p {
			power = power * g % p
			order++
		}
		if order == p-1 || p == 2 {
			return g
		}
	}
}

// transform makes dst the transform of the group src, both in natural order; dst
// is src or shares no memory with it. scratch holds two blocks of the inner line.
func (l *leaf[R]) transform(dst, src, scratch []R) {
	width, size := l.lanes.Width, l.inner.elements(l.inner.length)
	x, y := scratch[:size], scratch[size:][:size]
	if l.method == Rader {
		for i, step := 0, perCall[R](width); i < len(l.in); i += step {
			l.lanes.Spread(x, l.in[i:min(i+step, len(l.in))], src[2*(i+1)*width:], 1, 0)
		}
	} else {
		clear(x)
		l.inner.scaleElements(x, l.in, src, l.inOrder, l.chirp)
	}
	l.inner.transform(x, x, nil, l.ranges, nil)
	l.inner.scaleElements(y, l.middle, x, l.natural, l.spectrum)
	if l.method == Rader {
		// The sum of all is the first output; the first input goes into all others.
		for b := range 2 * width {
			first := src[b]
			dst[b] = first + x[b]
			y[b] += first
		}
	}
	l.inner.transform(y, y, nil, l.ranges, nil)
	l.inner.scaleElements(dst, l.to, y, l.from, l.chirp)
}
