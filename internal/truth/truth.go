// Package truth computes single elements of what a back end computes whole, by
// slow sums in about twice the precision of float64. What is measured against
// it is wrong by more than it is: its factors exp(2πi·k/n) are rounded to
// float64, which leaves about 1e-16 of a term, and of a sum of terms that err
// independently less than a third of what transforms in float64 show.
//
// The race detector passes over the loops of it: what they read and write belongs to one
// goroutine, and half of its time was spent here.
package truth

import (
	"math"

	"arago/backend"
)

// sum is a compensated sum of products of reals (Ogita, Rump and Oishi 2005,
// SIAM J. Sci. Comput. 26, 1955, algorithm 5.3): as if computed in twice the
// precision of float64.
type sum struct{ high, low float64 }

//go:norace
func (s *sum) add(a, b float64) {
	p := float64(a * b) // rounded by itself, not fused with the sum below
	low := math.FMA(a, b, -p)
	t := s.high + p
	z := t - s.high
	s.low += (s.high - (t - z)) + (p - z) + low
	s.high = t
}

func (s *sum) value() float64 { return s.high + s.low }

// Sum is a compensated sum of products of complex numbers. The zero value is
// an empty sum.
type Sum struct{ re, im sum }

// Add adds a·b.
//
//go:norace
func (s *Sum) Add(a, b complex128) {
	s.re.add(real(a), real(b))
	s.re.add(-imag(a), imag(b))
	s.im.add(real(a), imag(b))
	s.im.add(imag(a), real(b))
}

// Value returns the sum, rounded once.
func (s *Sum) Value() complex128 { return complex(s.re.value(), s.im.value()) }

// AddSum adds what is in another sum, times c, without rounding it first.
func (s *Sum) AddSum(other Sum, c complex128) {
	s.Add(complex(other.re.high, other.im.high), c)
	s.Add(complex(other.re.low, other.im.low), c)
}

// Dot returns element (i, j) of a·b and the sum of the absolute values of its
// terms, which scales its rounding error.
//
//go:norace
func Dot(a, b backend.Matrix[complex128], i, j int) (value complex128, scale float64) {
	var s Sum
	for k := range a.Cols {
		x, y := a.At(i, k), b.At(k, j)
		s.Add(x, y)
		scale += (math.Abs(real(x)) + math.Abs(imag(x))) * (math.Abs(real(y)) + math.Abs(imag(y)))
	}
	return s.Value(), scale
}

// FFT2 returns the element of the transform t of src at row k and column l of
// the whole result.
//
//go:norace
func FFT2(src backend.Matrix[complex128], t backend.FFT2, k, l int) complex128 {
	var outer Sum
	for i := range src.Rows {
		var inner Sum
		for j := range src.Cols {
			inner.Add(src.At(i, j), Turn(t.Sign*(j+t.Src.Col)*l, t.Cols))
		}
		outer.Add(inner.Value(), Turn(t.Sign*(i+t.Src.Row)*k, t.Rows))
	}
	return outer.Value()
}

// Turn returns exp(2πi·k/n). Whole turns are taken off in integers.
//
//go:norace
func Turn(k, n int) complex128 {
	k = ((k % n) + n) % n
	if 2*k > n {
		k -= n
	}
	sin, cos := math.Sincos(2 * math.Pi * float64(k) / float64(n))
	return complex(cos, sin)
}
