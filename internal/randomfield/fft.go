package randomfield

import "math/bits"

// fft is a Fourier transform whose length is a power of two.
type fft struct {
	n        int
	cos, sin []float64 // of 2πk/n
}

func newFFT(n int) *fft {
	f := &fft{n: n, cos: make([]float64, n), sin: make([]float64, n)}
	for k := range n {
		f.sin[k], f.cos[k] = turn(float64(k) / float64(n))
	}
	return f
}

// line is a line of complex numbers, real and imaginary parts apart.
type line struct{ re, im []float64 }

func newLine(n int) line { return line{make([]float64, n), make([]float64, n)} }

// turned is i times the complex conjugate: where the transform of such a line is turned
// again, it is the transform with the other sign.
func (l line) turned() line { return line{l.im, l.re} }

// transform sets x to Σ_k x_k·exp(2πi·k·m/n); y is memory for it. It is the autosort
// algorithm of Stockham by fours (C. Van Loan, Computational Frameworks for the Fast
// Fourier Transform, SIAM 1992, algorithm 2.3.2).
func (f *fft) transform(x, y line) {
	from, to := x, y
	n, stride := f.n, 1
	if bits.TrailingZeros(uint(n))%2 == 1 {
		f.halve(from, to, n/2)
		from, to = to, from
		n, stride = n/2, 2
	}
	for ; n > 1; n, stride = n/4, 4*stride {
		f.quarter(from, to, n/4, stride)
		from, to = to, from
	}
	if &from.re[0] != &x.re[0] {
		copy(x.re, from.re)
		copy(x.im, from.im)
	}
}

// halve makes two transforms of half the length of one.
func (f *fft) halve(x, y line, m int) {
	for p := range m {
		ar, ai, br, bi := x.re[p], x.im[p], x.re[p+m], x.im[p+m]
		y.re[2*p], y.im[2*p] = ar+br, ai+bi
		y.re[2*p+1], y.im[2*p+1] = times(ar-br, ai-bi, f.cos[p], f.sin[p])
	}
}

// quarter makes four transforms of length m of each of stride transforms.
func (f *fft) quarter(x, y line, m, stride int) {
	for p := range m {
		c1, s1 := f.cos[p*stride], f.sin[p*stride]
		c2, s2 := f.cos[2*p*stride], f.sin[2*p*stride]
		c3, s3 := f.cos[3*p*stride], f.sin[3*p*stride]
		part := func(v []float64, first int) []float64 { return v[first*stride:][:stride] }
		ar, br, cr, dr := part(x.re, p), part(x.re, p+m), part(x.re, p+2*m), part(x.re, p+3*m)
		ai, bi, ci, di := part(x.im, p), part(x.im, p+m), part(x.im, p+2*m), part(x.im, p+3*m)
		er, fr, gr, hr := part(y.re, 4*p), part(y.re, 4*p+1), part(y.re, 4*p+2), part(y.re, 4*p+3)
		ei, fi, gi, hi := part(y.im, 4*p), part(y.im, 4*p+1), part(y.im, 4*p+2), part(y.im, 4*p+3)
		for q := range stride {
			sumR, sumI, difR, difI := ar[q]+cr[q], ai[q]+ci[q], ar[q]-cr[q], ai[q]-ci[q]
			othR, othI := br[q]+dr[q], bi[q]+di[q]
			sideR, sideI := di[q]-bi[q], br[q]-dr[q] // i·(b − d)
			er[q], ei[q] = sumR+othR, sumI+othI
			fr[q], fi[q] = times(difR+sideR, difI+sideI, c1, s1)
			gr[q], gi[q] = times(sumR-othR, sumI-othI, c2, s2)
			hr[q], hi[q] = times(difR-sideR, difI-sideI, c3, s3)
		}
	}
}

// times returns the product of two complex numbers.
func times(ar, ai, br, bi float64) (re, im float64) {
	return float64(ar*br) - float64(ai*bi), float64(ar*bi) + float64(ai*br)
}
