package fft_test

import (
	"fmt"
	"math"
	"math/cmplx"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"arago/backend"
	"arago/internal/fft"
	"arago/internal/kernel"
	"arago/internal/truth"
)

func random() *rand.Rand { return rand.New(rand.NewPCG(6, 28)) }

// everySet runs a test in both precisions for each instruction set that can run.
func everySet(t *testing.T, double func(*testing.T, fft.Fourier[float64, complex128]), single func(*testing.T, fft.Fourier[float32, complex64])) {
	for _, set := range kernel.Sets() {
		t.Run(string(set)+"/double", func(t *testing.T) { double(t, fft.Of[float64, complex128](set)) })
		t.Run(string(set)+"/single", func(t *testing.T) { single(t, fft.Of[float32, complex64](set)) })
	}
}

// normal returns a matrix of normal numbers that both precisions hold, with a gap
// behind each row that is NaN and must stay out of everything.
func normal[C backend.Complex](r *rand.Rand, rows, cols int) backend.Matrix[C] {
	m := blank[C](rows, cols)
	for i := range rows {
		for j := range cols {
			m.Set(i, j, C(complex64(complex(r.NormFloat64(), r.NormFloat64()))))
		}
	}
	return m
}

// blank returns a matrix full of NaN.
func blank[C backend.Complex](rows, cols int) backend.Matrix[C] {
	m := backend.Matrix[C]{Rows: rows, Cols: cols, Stride: cols + 3, Data: make([]C, rows*(cols+3))}
	for i := range m.Data {
		m.Data[i] = C(cmplx.NaN())
	}
	return m
}

// wide returns src as the block of an array of zeros that t describes.
func wide[C backend.Complex](src backend.Matrix[C], t backend.FFT2) backend.Matrix[complex128] {
	m := backend.NewMatrix[complex128](t.Rows, t.Cols)
	for i := range src.Rows {
		for j, v := range src.Row(i) {
			m.Set(modulo(t.Src.Row+i, t.Rows), modulo(t.Src.Col+j, t.Cols), complex128(v))
		}
	}
	return m
}

func modulo(i, n int) int { return (i%n + n) % n }

// deviation returns the error of dst relative to the truth, in the 2-norm: of a few
// elements relative to what so many have on average.
func deviation[C backend.Complex](dst, src backend.Matrix[C], t backend.FFT2, want []truth.Complex) float64 {
	var diff, norm float64
	for i := range dst.Rows {
		for j, v := range dst.Row(i) {
			w := want[modulo(t.Dst.Row+i, t.Rows)*t.Cols+modulo(t.Dst.Col+j, t.Cols)]
			re, im := w.Re.Less(real(complex128(v))), w.Im.Less(imag(complex128(v)))
			diff += re*re + im*im
		}
	}
	for i := range src.Rows {
		for _, v := range src.Row(i) {
			norm += real(complex128(v))*real(complex128(v)) + imag(complex128(v))*imag(complex128(v))
		}
	}
	return math.Sqrt(diff / (norm * float64(dst.Rows*dst.Cols)))
}

// unit returns the rounding unit of a precision.
func unit[C backend.Complex]() float64 {
	var c C
	if _, ok := any(c).(complex64); ok {
		return 0x1p-24
	}
	return 0x1p-53
}

// allowed is the error that random input may lead to. Rounding errors of the
// passes add up as random numbers do: FFTW's is near 0.4·√log2(n) units
// (Frigo and Johnson 2005, Proc. IEEE 93, 216). The three transforms of a
// convolution, and its products, make that some four times as much.
func allowed[C backend.Complex](n int, convolution bool) float64 {
	bound := unit[C]() * (0.7 + 0.6*math.Sqrt(math.Log2(float64(n))))
	if convolution {
		bound *= 5
	}
	return bound
}

// smooth says whether n has no prime factor but those that passes serve.
func smooth(n int) bool {
	for p := 2; p <= kernel.MaxRadix; p++ {
		for n%p == 0 {
			n /= p
		}
	}
	return n == 1
}

var lengths = func() []int {
	n := []int{
		// a power of each radix and mixtures
		121, 125, 127, 128, 131, 143, 169, 192, 210, 243, 251, 256, 257, 330, 343, 360, 500, 512, 521, 625, 720, 1001, 1018, 1024, 1080,
		// products of the primes that passes serve
		289, 527, 899, 961, 992, 1147, 3599,
		// primes for Rader's and for Bluestein's method, products of two of them, and of small and large ones
		1009, 1013, 1139, 1187, 2026, 2048, 2187, 2310, 3000, 4096, 4099, 4757, 5003,
	}
	for i := range 103 {
		n = append(n, 1+i)
	}
	return n
}()

func TestLinesOfEveryLengthAgreeWithTheTruth(t *testing.T) {
	everySet(t, testLines[float64, complex128], testLines[float32, complex64])
}

func testLines[R backend.Real, C backend.Complex](t *testing.T, f fft.Fourier[R, C]) {
	r := random()
	for _, n := range lengths {
		sign := 1 - 2*(n%2)
		row := backend.FFT2{Rows: 1, Cols: n, Sign: sign}
		src, dst := lineOf[C](n), blank[C](1, n)
		f.FFT2(dst, src, row)
		if d := deviation(dst, src, row, lineTruth(row)); !(d <= allowed[C](n, !smooth(n))) {
			t.Errorf("a row of %d: error %.3g units, allowed %.3g", n, d/unit[C](), allowed[C](n, !smooth(n))/unit[C]())
		}
		// The same numbers as the columns of a wider matrix, and not the first.
		const count = 19
		column, lines := backend.FFT2{Rows: n, Sign: sign, Along: backend.AlongColumns}, normal[C](r, n, count)
		for i := range n {
			lines.Set(i, 1, src.At(0, i))
			lines.Set(i, count-1, src.At(0, i))
		}
		f.FFT2(lines, lines, column)
		for i := range n {
			if a, b, c := dst.At(0, i), lines.At(i, 1), lines.At(i, count-1); a != b || a != c {
				t.Fatalf("element %d of %d is %v in a row, %v and %v in columns", i, n, a, b, c)
			}
		}
	}
}

// lineOf returns one row of n numbers, always the same.
func lineOf[C backend.Complex](n int) backend.Matrix[C] { return normal[C](random(), 1, n) }

var lineTruths = map[backend.FFT2][]truth.Complex{}

// lineTruth returns the transform of lineOf.
func lineTruth(t backend.FFT2) []truth.Complex {
	if lineTruths[t] == nil {
		lineTruths[t] = truth.Transform(wide(lineOf[complex128](t.Cols), t), t)
	}
	return lineTruths[t]
}

func TestWindowsAtEveryCornerAgreeWithTheTruth(t *testing.T) {
	everySet(t, testWindows[float64, complex128], testWindows[float32, complex64])
}

func testWindows[R backend.Real, C backend.Complex](t *testing.T, f fft.Fourier[R, C]) {
	r := random()
	for _, size := range [][2]int{{48, 64}, {60, 37}, {34, 81}, {128, 16}, {7, 200}} {
		rows, cols := size[0], size[1]
		for _, part := range []int{1, 2, 3, 4, 9} {
			in, out := [2]int{(rows + part - 1) / part, (cols + part - 1) / part}, [2]int{rows/part + 1, max(1, cols/(2*part))}
			out[0] = min(out[0], rows)
			for _, corner := range [][2]int{{0, 0}, {-in[0] / 2, -in[1] / 2}, {rows - 1, 1}, {rows / 3, cols - in[1]}} {
				tr := backend.FFT2{
					Rows: rows, Cols: cols, Sign: 1 - 2*r.IntN(2),
					Src: backend.Index{Row: corner[0], Col: corner[1]}, Dst: backend.Index{Row: -corner[0] / 2, Col: -corner[1] - 1},
				}
				src, dst := normal[C](r, in[0], in[1]), blank[C](out[0], out[1])
				f.FFT2(dst, src, tr)
				convolution := !smooth(rows) || !smooth(cols)
				if d := deviation(dst, src, tr, truth.Transform(wide(src, tr), tr)); !(d <= allowed[C](rows*cols, convolution)) {
					t.Errorf("%v of %v to %v: error %.3g units, allowed %.3g", tr, in, out, d/unit[C](), allowed[C](rows*cols, convolution)/unit[C]())
				}
				for i := range dst.Rows {
					if gap := dst.Data[i*dst.Stride+dst.Cols:][:3]; !cmplx.IsNaN(complex128(gap[0])) || !cmplx.IsNaN(complex128(gap[2])) {
						t.Fatalf("%v of %v to %v: written behind row %d", tr, in, out, i)
					}
				}
			}
		}
	}
}

// Linearity, the response to an impulse and that to a shift characterise the
// transform (Ergün 1995, STOC '95, 407). With the truth for small sizes they
// stand for it at sizes where it would take too long.
func TestLargeTransformsAreLinearAndTurnImpulsesAndShifts(t *testing.T) {
	everySet(t, testProperties[float64, complex128], testProperties[float32, complex64])
}

func testProperties[R backend.Real, C backend.Complex](t *testing.T, f fft.Fourier[R, C]) {
	r := random()
	for _, size := range [][2]int{{256, 768}, {150, 1018}, {1, 300000}, {20000, 3}} {
		rows, cols := size[0], size[1]
		tr := backend.FFT2{Rows: rows, Cols: cols, Sign: -1}
		transform := func(src backend.Matrix[C], tr backend.FFT2) backend.Matrix[C] {
			dst := backend.NewMatrix[C](rows, cols)
			f.FFT2(dst, src, tr)
			return dst
		}
		near := func(what string, got backend.Matrix[C], norm float64, want func(i, j int) complex128) {
			t.Helper()
			var diff float64
			for i := range rows {
				for j, v := range got.Row(i) {
					d := cmplx.Abs(complex128(v) - want(i, j))
					diff += d * d
				}
			}
			if d := math.Sqrt(diff) / norm; !(d <= 3*allowed[C](rows*cols, !smooth(rows) || !smooth(cols))) {
				t.Errorf("%d×%d: %s: relative error %.3g", rows, cols, what, d)
			}
		}
		points := float64(rows) * float64(cols)
		turnRows, turnCols := turns(rows), turns(cols)
		x, y, sum := normal[C](r, rows, cols), normal[C](r, rows, cols), blank[C](rows, cols)
		for i := range rows {
			for j := range cols {
				sum.Set(i, j, x.At(i, j)-2*y.At(i, j))
			}
		}
		fx, fy := transform(x, tr), transform(y, tr)
		near("linearity", transform(sum, tr), points*math.Sqrt(10), func(i, j int) complex128 {
			return complex128(fx.At(i, j)) - 2*complex128(fy.At(i, j))
		})
		shifted := tr
		shifted.Src = backend.Index{Row: 1, Col: -2}
		near("shift", transform(x, shifted), points*math.Sqrt2, func(i, j int) complex128 {
			return complex128(fx.At(i, j)) * turnRows[modulo(-i, rows)] * turnCols[2*j%cols]
		})
		impulse := backend.NewMatrix[C](rows, cols)
		impulse.Set(rows/2, cols-1, 1)
		near("impulse", transform(impulse, tr), math.Sqrt(points), func(i, j int) complex128 {
			return turnRows[modulo(-(rows/2)*i, rows)] * turnCols[j]
		})
	}
}

// turns returns exp(2πi·k/n), k = 0 … n−1.
func turns(n int) []complex128 {
	w := make([]complex128, n)
	for k := range w {
		w[k] = truth.Turn(k, n)
	}
	return w
}

func TestTheBitsDoNotDependOnTheNumberOfGoroutines(t *testing.T) {
	everySet(t, testBits[float64, complex128], testBits[float32, complex64])
}

func testBits[R backend.Real, C backend.Complex](t *testing.T, f fft.Fourier[R, C]) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	r := random()
	tr := backend.FFT2{Rows: 240, Cols: 509, Sign: 1, Src: backend.Index{Row: -60, Col: 3}}
	src := normal[C](r, 120, 300)
	var results []backend.Matrix[C]
	for _, procs := range []int{1, 2, 5} {
		runtime.GOMAXPROCS(procs)
		dst := backend.NewMatrix[C](240, 400)
		f.FFT2(dst, src, tr)
		results = append(results, dst)
	}
	for k, m := range results[1:] {
		if !slices.Equal(m.Data, results[0].Data) {
			t.Errorf("result %d differs from that of one goroutine", k+1)
		}
	}
}

func TestOneAxisInPlaceIsThatOfEachLine(t *testing.T) {
	everySet(t, testInPlace[float64, complex128], testInPlace[float32, complex64])
}

func testInPlace[R backend.Real, C backend.Complex](t *testing.T, f fft.Fourier[R, C]) {
	r := random()
	for _, along := range []backend.Axes{backend.AlongRows, backend.AlongColumns, backend.BothAxes} {
		for _, size := range [][2]int{{1, 1}, {3, 40}, {40, 3}, {64, 72}, {131, 33}} {
			t.Run(fmt.Sprintf("%d/%dx%d", along, size[0], size[1]), func(t *testing.T) {
				tr := backend.FFT2{Rows: size[0], Cols: size[1], Sign: 1, Along: along}
				m, dst := normal[C](r, size[0], size[1]), blank[C](size[0], size[1])
				f.FFT2(dst, m, tr)
				f.FFT2(m, m, tr)
				for i := range m.Rows {
					if !slices.Equal(m.Row(i), dst.Row(i)) {
						t.Fatalf("row %d is not what the transform to another matrix gives", i)
					}
				}
			})
		}
	}
}

func TestWhatStandsBetweenTheAxesMayStandInTheResult(t *testing.T) {
	everySet(t, testBetween[float64, complex128], testBetween[float32, complex64])
}

// Rows without gaps hold what the first axis gives, where they are long enough: the
// bits are those of a result with gaps.
func testBetween[R backend.Real, C backend.Complex](t *testing.T, f fft.Fourier[R, C]) {
	r := random()
	for _, size := range [][2]int{{64, 64}, {96, 480}, {512, 16}, {48, 37}, {80, 400}} {
		rows, cols := size[0], size[1]
		tr := backend.FFT2{Rows: rows, Cols: cols, Sign: 1, Src: backend.Index{Row: 5, Col: -3}, Dst: backend.Index{Row: -rows / 2, Col: -cols / 2}}
		for _, in := range [][2]int{{rows, cols}, {rows / 3, cols}, {rows, cols / 4}} {
			src := normal[C](r, in[0], in[1])
			for _, out := range [][2]int{{rows, cols}, {rows / 2, cols}, {rows, cols / 2}, {rows / 4, cols / 4}} {
				with, without := blank[C](out[0], out[1]), backend.NewMatrix[C](out[0], out[1])
				f.FFT2(with, src, tr)
				f.FFT2(without, src, tr)
				for i := range out[0] {
					if !slices.Equal(with.Row(i), without.Row(i)) {
						t.Fatalf("%v of %v to %v: row %d differs", size, in, out, i)
					}
				}
			}
		}
	}
}
