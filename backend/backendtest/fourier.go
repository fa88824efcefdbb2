package backendtest

import (
	"fmt"
	"math"
	"math/cmplx"
	"math/rand/v2"
	"testing"

	"arago/backend"
	"arago/internal/guarded"
)

// fftError is the relative error, in the 2-norm, that a transform of n points
// may have. Higham 2002, theorem 24.2, bounds that of a power of two by about
// log2(n)·(η + γ4·(√2 + η)) ≈ 7·ε·log2(n) with good twiddle factors; Bluestein's
// method makes three transforms of more than twice the length.
func (s suite[R, C]) fftError(n int) float64 { return 8 * s.epsilon * (3 + math.Log2(float64(n))) }

// checkFFT2 transforms a random block and compares every element of the result
// with the slow sum.
func (s suite[R, C]) checkFFT2(t *testing.T, r *rand.Rand, f backend.FFT2, srcRows, srcCols, dstRows, dstCols int, where guarded.Place) {
	t.Helper()
	src := newBlock[C](t, srcRows, srcCols, 2, where).fill(normal[C](r))
	dst := newBlock[C](t, dstRows, dstCols, 3, where)
	s.core.FFT2(dst.Matrix, src.Matrix, f)
	src.unchanged(t, "src")
	dst.gapsUntouched(t)
	s.compareFFT2(t, dst.Matrix, wide(src.Matrix), f)
}

// compareFFT2 compares a result with the truth.
func (s suite[R, C]) compareFFT2(t *testing.T, got backend.Matrix[C], src backend.Matrix[complex128], f backend.FFT2) {
	t.Helper()
	d := deviationOf(got, src, f)
	if !(d.relative() <= s.fftError(f.Rows*f.Cols)) {
		t.Fatalf("%+v of a %d×%d block: relative error %.3g, allowed %.3g", f, src.Rows, src.Cols, d.relative(), s.fftError(f.Rows*f.Cols))
	}
	if d.power == 0 {
		for i := range got.Rows {
			for j, v := range got.Row(i) {
				if v != 0 {
					t.Fatalf("%+v of nothing: element (%d, %d) is %v, want 0", f, i, j, v)
				}
			}
		}
	}
}

// deviation is how far results are from the truth: sums of squares.
type deviation struct {
	diff, norm float64
	power      float64 // of the input
}

// relative returns the relative error in the 2-norm.
func (d deviation) relative() float64 {
	if d.norm == 0 {
		return 0
	}
	return math.Sqrt(d.diff / d.norm)
}

// deviationOf looks at at most about 40×40 elements of a result. The error of a
// few elements is as large as that of all of them on average: it is compared
// with the norm of the input, which spreads evenly.
func deviationOf[C backend.Complex](got backend.Matrix[C], src backend.Matrix[complex128], f backend.FFT2) deviation {
	var d deviation
	for _, i := range probes(got.Rows) {
		for _, j := range probes(got.Cols) {
			want := fft2Element(src, f, i+f.Dst.Row, j+f.Dst.Col)
			e := complex128(got.At(i, j)) - want
			d.diff += real(e)*real(e) + imag(e)*imag(e)
			d.norm += real(want)*real(want) + imag(want)*imag(want)
		}
	}
	for _, v := range src.Data {
		d.power += real(v)*real(v) + imag(v)*imag(v)
	}
	d.norm = max(d.norm, d.power*float64(len(probes(got.Rows))*len(probes(got.Cols))))
	return d
}

func (s suite[R, C]) testFFT2SmallSizes(t *testing.T) {
	r := random()
	sizes := []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 13, 16, 17, 19, 22, 29}
	for _, rows := range sizes {
		for _, cols := range sizes {
			for _, sign := range []int{-1, 1} {
				f := backend.FFT2{Rows: rows, Cols: cols, Sign: sign}
				s.checkFFT2(t, r, f, rows, cols, rows, cols, edge(sign > 0))
			}
		}
	}
}

func (s suite[R, C]) testFFT2Windows(t *testing.T) {
	r := random()
	for range 150 {
		f := backend.FFT2{
			Rows: 1 + r.IntN(40), Cols: 1 + r.IntN(40), Sign: 1 - 2*r.IntN(2),
			// Blocks that begin before the array, in it and behind it.
			Src: backend.Index{Row: r.IntN(90) - 45, Col: r.IntN(90) - 45},
			Dst: backend.Index{Row: r.IntN(90) - 45, Col: r.IntN(90) - 45},
		}
		s.checkFFT2(t, r, f, r.IntN(f.Rows+1), r.IntN(f.Cols+1), r.IntN(f.Rows+1), r.IntN(f.Cols+1), edge(r.IntN(2) == 0))
	}
}

// Along one axis each line is transformed by itself; what is said of the other
// axis plays no part.
func (s suite[R, C]) testFFT2AlongOneAxis(t *testing.T) {
	r := random()
	for i := range 120 {
		n, lines := 1+r.IntN(70), r.IntN(40)
		in, out := r.IntN(n+1), r.IntN(n+1)
		from, to := r.IntN(90)-45, r.IntN(90)-45
		f := backend.FFT2{Sign: 1 - 2*r.IntN(2), Along: backend.AlongRows, Cols: n, Src: backend.Index{Row: 7, Col: from}, Dst: backend.Index{Row: -9, Col: to}}
		srcRows, srcCols, dstRows, dstCols := lines, in, lines, out
		// line is what the same transform is for one line.
		line := backend.FFT2{Rows: 1, Cols: n, Sign: f.Sign, Src: backend.Index{Col: from}, Dst: backend.Index{Col: to}}
		part := func(m backend.Matrix[C], k int) backend.Matrix[C] { return m.Slice(k, k+1, 0, m.Cols) }
		if i%2 == 1 {
			f.Along, f.Cols, f.Rows = backend.AlongColumns, 0, n
			f.Src, f.Dst = backend.Index{Row: from, Col: 7}, backend.Index{Row: to, Col: -9}
			srcRows, srcCols, dstRows, dstCols = in, lines, out, lines
			line = backend.FFT2{Rows: n, Cols: 1, Sign: f.Sign, Src: backend.Index{Row: from}, Dst: backend.Index{Row: to}}
			part = func(m backend.Matrix[C], k int) backend.Matrix[C] { return m.Slice(0, m.Rows, k, k+1) }
		}
		src := newBlock[C](t, srcRows, srcCols, 2, edge(i/2%2 == 0)).fill(normal[C](r))
		dst := newBlock[C](t, dstRows, dstCols, 3, edge(i/2%2 == 0))
		s.core.FFT2(dst.Matrix, src.Matrix, f)
		src.unchanged(t, "src")
		dst.gapsUntouched(t)
		var sum deviation
		for k := range lines {
			d := deviationOf(part(dst.Matrix, k), wide(part(src.Matrix, k)), line)
			sum.diff, sum.norm = sum.diff+d.diff, sum.norm+d.norm
		}
		if !(sum.relative() <= s.fftError(n)) {
			t.Fatalf("%d lines, %+v: relative error %.3g, allowed %.3g", lines, f, sum.relative(), s.fftError(n))
		}
	}
}

func (s suite[R, C]) testFFT2InPlace(t *testing.T) {
	r := random()
	for _, size := range [][2]int{{1, 1}, {8, 8}, {12, 7}, {5, 31}, {64, 30}} {
		f := backend.FFT2{Rows: size[0], Cols: size[1], Sign: 1, Src: backend.Index{Row: -3, Col: 2}, Dst: backend.Index{Row: 1, Col: -2}}
		for _, part := range []int{1, 2} {
			m := newBlock[C](t, (size[0]+part-1)/part, (size[1]+part-1)/part, 3, guarded.AtEnd).fill(normal[C](r))
			before := wide(m.Matrix)
			s.core.FFT2(m.Matrix, m.Matrix, f)
			m.gapsUntouched(t)
			s.compareFFT2(t, m.Matrix, before, f)
		}
	}
}

func (s suite[R, C]) testFFT2LargeSizes(t *testing.T) {
	r := random()
	// A power of two, products of small primes, a prime, a prime times two.
	for _, size := range [][2]int{{256, 512}, {500, 300}, {257, 134}, {1024, 3}, {2, 1009}} {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			rows, cols := size[0], size[1]
			// A small block in, so that the slow sum stays affordable.
			f := backend.FFT2{
				Rows: rows, Cols: cols, Sign: 1,
				Src: backend.Index{Row: -rows / 2, Col: -cols / 2}, Dst: backend.Index{Row: -rows / 3, Col: -cols / 3},
			}
			s.checkFFT2(t, r, f, min(rows, 24), min(cols, 24), rows, cols, guarded.AtEnd)
			s.checkFFT2(t, r, f, min(rows, 24), min(cols, 24), (rows+1)/2, cols, guarded.AtEnd)
		})
	}
}

// Linearity, impulse response and shift (Ergün 1995, STOC '95, 407) together
// characterise the transform: they are tested on sizes where a sum over all
// elements would take too long.
func (s suite[R, C]) testFFT2Properties(t *testing.T) {
	r := random()
	for _, size := range [][2]int{{512, 512}, {360, 375}, {251, 128}, {338, 77}} {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			rows, cols := size[0], size[1]
			f := backend.FFT2{Rows: rows, Cols: cols, Sign: -1}
			x, y := newBlock[C](t, rows, cols, 1, guarded.AtEnd).fill(normal[C](r)), newBlock[C](t, rows, cols, 0, guarded.AtEnd).fill(normal[C](r))
			fx, fy := s.transform(x.Matrix, f), s.transform(y.Matrix, f)
			bound := 4 * s.fftError(rows*cols) * math.Sqrt(float64(rows*cols))

			both := backend.NewMatrix[C](rows, cols)
			for i := range rows {
				for j := range cols {
					both.Set(i, j, x.At(i, j)+y.At(i, j))
				}
			}
			s.near(t, "linearity", s.transform(both, f), bound, func(k, l int) complex128 {
				return complex128(fx.At(k, l)) + complex128(fy.At(k, l))
			})

			// x moved by (3, 5) is x in a block that begins there.
			moved := f
			moved.Src = backend.Index{Row: 3, Col: 5}
			s.near(t, "shift", s.transform(x.Matrix, moved), bound, func(k, l int) complex128 {
				return complex128(fx.At(k, l)) * turn(-3*k, rows) * turn(-5*l, cols)
			})

			impulse := backend.NewMatrix[C](rows, cols)
			impulse.Set(rows-1, cols/2, 1)
			s.near(t, "impulse", s.transform(impulse, f), s.fftError(rows*cols), func(k, l int) complex128 {
				return turn(-(rows-1)*k, rows) * turn(-(cols/2)*l, cols)
			})

			back := f
			back.Sign = 1
			n := complex(float64(rows*cols), 0)
			s.near(t, "there and back", s.transform(fx, back), bound*math.Sqrt(float64(rows*cols)), func(k, l int) complex128 {
				return n * complex128(x.At(k, l))
			})
		})
	}
}

// transform returns the whole transform of src.
func (s suite[R, C]) transform(src backend.Matrix[C], f backend.FFT2) backend.Matrix[C] {
	dst := backend.NewMatrix[C](f.Rows, f.Cols)
	s.core.FFT2(dst, src, f)
	return dst
}

// near compares with a rule that gives every element, whose numbers are about
// normal: bound is some five standard deviations of the expected error.
func (s suite[R, C]) near(t *testing.T, what string, got backend.Matrix[C], bound float64, want func(k, l int) complex128) {
	t.Helper()
	for k := range got.Rows {
		for l, v := range got.Row(k) {
			if d := cmplx.Abs(complex128(v) - want(k, l)); !(d <= bound) {
				t.Fatalf("%s: element (%d, %d) is %v, want %v: off by %.3g, allowed %.3g", what, k, l, v, want(k, l), d, bound)
			}
		}
	}
}

// Every output of a transform depends on every input: one NaN makes all of
// them NaN or infinite. What lies outside the input block has no part in it.
func (s suite[R, C]) testFFT2NotFinite(t *testing.T) {
	r := random()
	for _, size := range [][2]int{{8, 8}, {12, 17}, {31, 6}} {
		for _, bad := range []C{nan[C](), C(cmplx.Inf())} {
			f := backend.FFT2{Rows: size[0], Cols: size[1], Sign: 1}
			whole := newBlock[C](t, size[0], size[1], 2, guarded.AtEnd).fill(normal[C](r))
			whole.Set(1, 2, bad)
			dst := newBlock[C](t, size[0], size[1], 0, guarded.AtEnd)
			s.core.FFT2(dst.Matrix, whole.Matrix, f)
			expectNotFinite(t, "FFT2", dst.Matrix, func(i, j int) bool { return true })

			part := whole.Slice(2, size[0], 0, size[1])
			s.core.FFT2(dst.Matrix, part, f)
			expectNotFinite(t, "FFT2 of the block without it", dst.Matrix, func(i, j int) bool { return false })
		}
	}
}
