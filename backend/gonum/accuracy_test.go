package gonum_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"arago/backend"
	"arago/internal/fft"
	"arago/internal/kernel"
	"arago/internal/kernel/kerneltest"
	"arago/internal/product"
	"arago/internal/truth"
)

// unit returns the unit roundoff of a precision: 2⁻⁵³ or 2⁻²⁴.
func unit[R backend.Real]() float64 {
	var r R
	if _, ok := any(r).(float32); ok {
		return 0x1p-24
	}
	return 0x1p-53
}

// operand returns a matrix of complex numbers that single precision holds exactly.
func operand(rows, cols int, number func() float64) backend.Matrix[complex128] {
	m := backend.NewMatrix[complex128](rows, cols)
	for i := range m.Data {
		m.Data[i] = complex128(complex(float32(number()), float32(number())))
	}
	return m
}

// narrow returns a matrix in single precision.
func narrow(m backend.Matrix[complex128]) backend.Matrix[complex64] {
	out := backend.NewMatrix[complex64](m.Rows, m.Cols)
	for i, z := range m.Data {
		out.Data[i] = complex64(z)
	}
	return out
}

func TestTransformsErrAsTheSquareRootOfTheLogarithmOfTheirSize(t *testing.T) {
	for _, size := range []int{16, 60, 64, 77, 256, 360, 1000, 1001, 1024, 2310, 4096, 17, 31, 101, 1009, 2018} {
		// Lengths of small primes show 0.5 to 0.8 times u·√log₂n (docs/accuracy.md);
		// one whose twiddle factors lack a bit shows more than 1. A convolution is
		// two longer transforms and three products.
		factor := 1.0
		if rest := withoutSmallPrimes(size); rest > 1 {
			factor = 2.5
		}
		src := operand(8, size, rand.New(rand.NewPCG(21, 22)).NormFloat64)
		f := backend.FFT2{Rows: 8, Cols: size, Sign: 1, Along: backend.AlongRows}
		exact := truth.Transform(src, f)
		kerneltest.EverySet(t, func(t *testing.T, set kernel.Set) {
			limit := factor * math.Sqrt(math.Log2(float64(size)))
			if e := transformError[float64](fft.Of[float64, complex128](set), src, f, exact); !(e <= limit) {
				t.Errorf("lines of %d in double precision: error %.3g u, want up to %.3g u", size, e, limit)
			}
			if e := transformError[float32](fft.Of[float32, complex64](set), narrow(src), f, exact); !(e <= limit) {
				t.Errorf("lines of %d in single precision: error %.3g u, want up to %.3g u", size, e, limit)
			}
		})
	}
}

func withoutSmallPrimes(n int) int {
	for _, p := range []int{2, 3, 5, 7, 11, 13} {
		for n%p == 0 {
			n /= p
		}
	}
	return n
}

// transformError returns the error of a transform in the 2-norm, relative to
// the result, in units of u.
func transformError[R backend.Real, C backend.Complex](fourier backend.Fourier[C], src backend.Matrix[C], f backend.FFT2, exact []truth.Complex) float64 {
	dst := backend.NewMatrix[C](src.Rows, src.Cols)
	fourier.FFT2(dst, src, f)
	var off, whole float64
	for i, x := range exact {
		off += square(x.Less(complex128(dst.Data[i])))
		whole += square(x.Round())
	}
	return math.Sqrt(off/whole) / unit[R]()
}

func square(z complex128) float64 { return real(z)*real(z) + imag(z)*imag(z) }

func TestProductsErrByLessThanTheClassicalBound(t *testing.T) {
	r := rand.New(rand.NewPCG(23, 24))
	kinds := map[string]func() float64{
		"normal numbers":              r.NormFloat64,
		"magnitudes from 1e-8 to 1e8": func() float64 { return math.Copysign(math.Pow(10, 16*r.Float64()-8), r.Float64()-0.5) },
	}
	for name, number := range kinds {
		for _, size := range [][3]int{{1, 1, 1}, {5, 7, 3}, {33, 64, 40}, {40, 300, 100}, {3, 3000, 5}} {
			t.Run(fmt.Sprintf("%s, %d×%d by %d", name, size[0], size[1], size[2]), func(t *testing.T) {
				a, b := operand(size[0], size[1], number), operand(size[1], size[2], number)
				// The second half of each sum takes away the first but for a
				// thousandth.
				half := size[1] / 2
				for p := range half {
					for i := range size[0] {
						a.Set(i, half+p, a.At(i, p))
					}
					for j := range size[2] {
						b.Set(half+p, j, complex128(complex64(-1.001*b.At(p, j))))
					}
				}
				kerneltest.EverySet(t, func(t *testing.T, set kernel.Set) {
					withinBound(t, &kernel.Of[float64](set).Tiles, a, b)
					withinBound(t, &kernel.Of[float32](set).Tiles, narrow(a), narrow(b))
				})
			})
		}
	}
}

// withinBound multiplies a by b, and the real part of a by b, and holds every
// real and imaginary part against |C − Ĉ| ≤ γₙ|A||B|, γₙ = nu/(1 − nu), for sums of
// n products of reals (Higham 2002, Accuracy and Stability of Numerical
// Algorithms, equation 3.13).
func withinBound[R backend.Real, C backend.Complex](t *testing.T, tiles *kernel.Tiles[R], a, b backend.Matrix[C]) {
	t.Helper()
	realA := backend.NewMatrix[R](a.Rows, a.Cols)
	for i, z := range a.Data {
		realA.Data[i] = R(real(complex128(z)))
	}
	whole, half := backend.NewMatrix[C](a.Rows, b.Cols), backend.NewMatrix[C](a.Rows, b.Cols)
	product.Complex(tiles, whole, a, b)
	product.Real(tiles, half, realA, b)
	u, k := unit[R](), float64(a.Cols)
	for i := range a.Rows {
		for j := range b.Cols {
			var sum, realSum truth.Sum
			var rr, ii, ri, ir float64 // Σ|re a · re b| and so on
			for p := range a.Cols {
				x, y := complex128(a.At(i, p)), complex128(b.At(p, j))
				sum.Add(x, y)
				realSum.Add(complex(real(x), 0), y)
				rr += math.Abs(real(x) * real(y))
				ii += math.Abs(imag(x) * imag(y))
				ri += math.Abs(real(x) * imag(y))
				ir += math.Abs(imag(x) * real(y))
			}
			check := func(what string, got C, exact truth.Complex, terms, re, im float64) {
				gamma := terms * u / (1 - terms*u)
				off := exact.Less(complex128(got))
				if !(math.Abs(real(off)) <= gamma*re && math.Abs(imag(off)) <= gamma*im) {
					t.Errorf("%s with u = %.2g: element (%d, %d) is off by %.3g, the bounds are %.3g and %.3g", what, u, i, j, off, gamma*re, gamma*im)
				}
			}
			check("complex × complex", whole.At(i, j), sum.Exact(), 2*k, rr+ii, ri+ir)
			check("real × complex", half.At(i, j), realSum.Exact(), k, rr, ri)
		}
	}
}
