package backendtest

import (
	"math"

	"arago/backend"
)

// sum is a compensated sum of products of reals (Ogita, Rump and Oishi 2005,
// SIAM J. Sci. Comput. 26, 1955, algorithm 5.3): as if computed in twice the
// precision of float64.
type sum struct{ high, low float64 }

func (s *sum) add(a, b float64) {
	p := a * b
	low := math.FMA(a, b, -p)
	t := s.high + p
	z := t - s.high
	s.low += (s.high - (t - z)) + (p - z) + low
	s.high = t
}

func (s *sum) value() float64 { return s.high + s.low }

// complexSum is the same for products of complex numbers.
type complexSum struct{ re, im sum }

func (s *complexSum) add(a, b complex128) {
	s.re.add(real(a), real(b))
	s.re.add(-imag(a), imag(b))
	s.im.add(real(a), imag(b))
	s.im.add(imag(a), real(b))
}

func (s *complexSum) value() complex128 { return complex(s.re.value(), s.im.value()) }

// dotElement returns element (i, j) of a·b and the sum of the absolute values
// of its terms, which scales its rounding error.
func dotElement(a, b backend.Matrix[complex128], i, j int) (value complex128, scale float64) {
	var s complexSum
	for k := range a.Cols {
		x, y := a.At(i, k), b.At(k, j)
		s.add(x, y)
		scale += (math.Abs(real(x)) + math.Abs(imag(x))) * (math.Abs(real(y)) + math.Abs(imag(y)))
	}
	return s.value(), scale
}

// fft2Element returns the element of the transform t of src at row k and
// column l of the whole result.
func fft2Element(src backend.Matrix[complex128], t backend.FFT2, k, l int) complex128 {
	var outer complexSum
	for i := range src.Rows {
		var inner complexSum
		for j := range src.Cols {
			inner.add(src.At(i, j), turn(t.Sign*(j+t.Src.Col)*l, t.Cols))
		}
		outer.add(inner.value(), turn(t.Sign*(i+t.Src.Row)*k, t.Rows))
	}
	return outer.value()
}

// turn returns exp(2πi·k/n). Whole turns are taken off in integers.
func turn(k, n int) complex128 {
	k = ((k % n) + n) % n
	if 2*k > n {
		k -= n
	}
	sin, cos := math.Sincos(2 * math.Pi * float64(k) / float64(n))
	return complex(cos, sin)
}
