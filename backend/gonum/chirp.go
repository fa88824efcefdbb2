package gonum

import (
	"arago/backend"
	"arago/internal/kernel"
)

// chirp is Bluestein's transform (1970, IEEE Trans. AU-18, 451) for lengths
// with a large prime factor: with jk = (j² + k² − (k−j)²)/2 a transform of n
// is a convolution with exp(πi·j²/n), done by transforms of a length that
// factors well.
type chirp[R backend.Real] struct {
	n      int
	length *line[R]
	// w holds exp(−πi·j²/n), j = 0 … n−1; spectrum the transform of its
	// conjugate, wrapped around, divided by the length.
	w, spectrum []R
}

func newChirp[R backend.Real](n int) *chirp[R] {
	m := smooth(2*n - 1)
	// The spectrum is made in double precision in both precisions.
	w := make([]float64, 2*n)
	filter := make([]float64, 2*m)
	for j := range n {
		// j² mod 2n, for exp(−πi·j²/n) = exp(−2πi·j²/(2n)); n < 2³¹ keeps j² exact.
		re, im := root(j*j%(2*n), 2*n)
		w[2*j], w[2*j+1] = re, im
		for _, at := range []int{j, (m - j) % m} {
			filter[2*at], filter[2*at+1] = re/float64(m), -im/float64(m)
		}
	}
	newLine[float64](m).transform(filter, make([]float64, 2*m), 1)
	return &chirp[R]{n: n, length: newLine[R](m), w: rounded[R](w), spectrum: rounded[R](filter)}
}

func rounded[R backend.Real](x []float64) []R {
	out := make([]R, len(x))
	for i, v := range x {
		out[i] = R(v)
	}
	return out
}

// smooth returns the smallest number from n up whose prime factors are 2, 3
// and 5.
func smooth(n int) int {
	best := 1
	for best < n {
		best *= 2
	}
	for five := 1; five < best; five *= 5 {
		for three := five; three < best; three *= 3 {
			m := three
			for m < n {
				m *= 2
			}
			best = min(best, m)
		}
	}
	return best
}

func (c *chirp[R]) transform(x, work []R, batch int) {
	m := c.length.n
	y, z := work[:2*m*batch], work[2*m*batch:][:2*m*batch]
	scale := kernel.For[R]().Scale
	for j := range c.n {
		scale(y[2*j*batch:][:2*batch], x[2*j*batch:], c.w[2*j], c.w[2*j+1])
	}
	clear(y[2*c.n*batch:])
	y, z = swapTo(c.length.run(y, z, batch), y, z)
	// The way back is the forward transform of the conjugate, conjugated: the
	// conjugate is formed here, and undone on the way out.
	for k := range m {
		run := y[2*k*batch:][:2*batch]
		scale(run, run, c.spectrum[2*k], c.spectrum[2*k+1])
		for i := 1; i < len(run); i += 2 {
			run[i] = -run[i]
		}
	}
	y, _ = swapTo(c.length.run(y, z, batch), y, z)
	for j := range c.n {
		run := y[2*j*batch:][:2*batch]
		for i := 1; i < len(run); i += 2 {
			run[i] = -run[i]
		}
		scale(x[2*j*batch:][:2*batch], run, c.w[2*j], c.w[2*j+1])
	}
}

// swapTo returns out first and the other one of a and b second.
func swapTo[R backend.Real](out, a, b []R) (first, second []R) {
	if &out[0] == &a[0] {
		return a, b
	}
	return b, a
}
