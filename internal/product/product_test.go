package product_test

import (
	"fmt"
	"math"
	"math/cmplx"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"arago/backend"
	"arago/internal/kernel"
	"arago/internal/kernel/kerneltest"
	"arago/internal/product"
)

// everySet runs a test of each instruction set in both precisions.
func everySet(t *testing.T, double func(*testing.T, *kernel.Tiles[float64]), single func(*testing.T, *kernel.Tiles[float32])) {
	kerneltest.EverySet(t, func(t *testing.T, set kernel.Set) {
		t.Run("double", func(t *testing.T) { double(t, &kernel.Of[float64](set).Tiles) })
		t.Run("single", func(t *testing.T) { single(t, &kernel.Of[float32](set).Tiles) })
	})
}

func random() *rand.Rand { return rand.New(rand.NewPCG(3, 4)) }

// matrix returns random numbers, NaN between the rows and behind the last one.
func matrix[T backend.Scalar](r *rand.Rand, rows, cols, gap int) backend.Matrix[T] {
	m := backend.Matrix[T]{Rows: rows, Cols: cols, Stride: cols + gap, Data: make([]T, rows*(cols+gap))}
	for i := range m.Data {
		m.Data[i] = number[T](math.NaN(), math.NaN())
	}
	for i := range rows {
		for j := range cols {
			m.Set(i, j, number[T](r.NormFloat64(), r.NormFloat64()))
		}
	}
	return m
}

// result returns a matrix that holds NaN everywhere.
func result[C backend.Complex](rows, cols, gap int) backend.Matrix[C] {
	m := backend.Matrix[C]{Rows: rows, Cols: cols, Stride: cols + gap, Data: make([]C, rows*(cols+gap))}
	for i := range m.Data {
		m.Data[i] = C(cmplx.NaN())
	}
	return m
}

func number[T backend.Scalar](re, im float64) (x T) {
	switch p := any(&x).(type) {
	case *float32:
		*p = float32(re)
	case *float64:
		*p = re
	case *complex64:
		*p = complex64(complex(re, im))
	case *complex128:
		*p = complex(re, im)
	}
	return x
}

func wide[T backend.Scalar](x T) complex128 {
	switch x := any(x).(type) {
	case float32:
		return complex(float64(x), 0)
	case float64:
		return complex(x, 0)
	case complex64:
		return complex128(x)
	case complex128:
		return x
	}
	panic("not a number")
}

func epsilon[R backend.Real]() float64 {
	var r R
	if _, ok := any(r).(float32); ok {
		return 0x1p-24
	}
	return 0x1p-53
}

// expectProduct holds got against Σ_p a[i][p]·b(p, j) in double precision, by
// the classical bound (Higham 2002, Accuracy and Stability of Numerical
// Algorithms, §3.5 and §3.6), which holds in any order of summation: an element
// of k complex products errs by at most γ(k+2)·√2·Σ|a||b|, and the truth itself
// by as much in double precision. Of large products some elements are compared,
// those at the edges among them.
func expectProduct[A backend.Scalar, C backend.Complex](t *testing.T, epsilon float64, got backend.Matrix[C], a backend.Matrix[A], b func(p, j int) complex128) {
	t.Helper()
	columns := map[int][]complex128{}
	for _, j := range probes(got.Cols) {
		for p := range a.Cols {
			columns[j] = append(columns[j], b(p, j))
		}
	}
	row := make([]complex128, a.Cols)
	for _, i := range probes(got.Rows) {
		for p := range row {
			row[p] = wide(a.At(i, p))
		}
		for _, j := range probes(got.Cols) {
			var want complex128
			var size float64
			for p, y := range columns[j] {
				want += row[p] * y
				// No less than |a||b|, and at most twice that.
				size += (math.Abs(real(row[p])) + math.Abs(imag(row[p]))) * (math.Abs(real(y)) + math.Abs(imag(y)))
			}
			if diff := cmplx.Abs(wide(got.At(i, j)) - want); !(diff <= math.Sqrt2*float64(a.Cols+3)*(epsilon+0x1p-53)*size) {
				t.Fatalf("%d×%d by %d×%d: element (%d, %d) is %v, want %v", got.Rows, a.Cols, a.Cols, got.Cols, i, j, got.At(i, j), want)
			}
		}
	}
	for i := range got.Rows {
		for _, x := range got.Data[i*got.Stride+got.Cols : (i+1)*got.Stride] {
			if !cmplx.IsNaN(wide(x)) {
				t.Fatalf("%d×%d: the gap after row %d holds %v", got.Rows, got.Cols, i, x)
			}
		}
	}
}

// probes returns all indices below n, or some of them if there are many.
func probes(n int) (out []int) {
	for i := range n {
		if n <= 30 || i < 4 || i >= n-9 || i%(n/10) == 0 {
			out = append(out, i)
		}
	}
	return out
}

// shapes are m×k by k×n: all small ones, no elements, edges of tiles, steps and
// jobs, thin ones.
func shapes() (s [][3]int) {
	for _, m := range []int{0, 1, 2, 3, 4, 5, 7, 8, 9} {
		for _, k := range []int{0, 1, 2, 5} {
			for _, n := range []int{0, 1, 2, 3, 6, 7, 12, 13, 25} {
				s = append(s, [3]int{m, k, n})
			}
		}
	}
	return append(s, [3]int{40, 300, 500}, [3]int{131, 517, 67}, [3]int{257, 64, 129}, [3]int{67, 769, 211},
		[3]int{1, 1500, 1}, [3]int{1, 1, 1500}, [3]int{700, 1, 3}, [3]int{300, 33, 300})
}

func TestEveryProductAgreesWithTheSumItStandsFor(t *testing.T) {
	everySet(t, checkProducts[float64, complex128], checkProducts[float32, complex64])
}

func checkProducts[R backend.Real, C backend.Complex](t *testing.T, tiles *kernel.Tiles[R]) {
	r := random()
	for i, s := range shapes() {
		m, k, n, gap := s[0], s[1], s[2], i%3
		b := matrix[C](r, k, n, gap)
		element := func(p, j int) complex128 { return wide(b.At(p, j)) }

		a, dst := matrix[R](r, m, k, gap), result[C](m, n, 2*gap)
		product.Real(tiles, dst, a, b)
		expectProduct(t, epsilon[R](), dst, a, element)

		z, dst := matrix[C](r, m, k, gap), result[C](m, n, 2*gap)
		product.Complex(tiles, dst, z, b)
		expectProduct(t, epsilon[R](), dst, z, element)
	}
}

func TestFoldedProductsAreThoseOfTheEvenAndTheOddPart(t *testing.T) {
	everySet(t, checkFolded[float64, complex128], checkFolded[float32, complex64])
}

func checkFolded[R backend.Real, C backend.Complex](t *testing.T, tiles *kernel.Tiles[R]) {
	r := random()
	for i, s := range shapes() {
		rows, k, n, gap := s[0], s[1], s[2], i%3
		// The odd part has more rows, fewer, or none.
		oddRows := []int{rows, rows + 9, rows / 2, 0}[i%4]
		b := matrix[C](r, k, n, gap)
		evenA, oddA := matrix[R](r, rows, (k+1)/2, gap), matrix[R](r, oddRows, k/2, gap)
		even, odd := result[C](rows, n, gap), result[C](oddRows, n, gap)
		product.Folded(tiles, even, odd, evenA, oddA, b)
		// A sum of two rows is rounded before it is multiplied: one ε more, which
		// the bound for k+3 terms has room for.
		expectProduct(t, epsilon[R](), even, evenA, func(p, j int) complex128 {
			if p == k-1-p {
				return wide(b.At(p, j))
			}
			return wide(b.At(p, j)) + wide(b.At(k-1-p, j))
		})
		expectProduct(t, epsilon[R](), odd, oddA, func(p, j int) complex128 {
			return wide(b.At(p, j)) - wide(b.At(k-1-p, j))
		})
	}
}

// Whether the right matrix is packed and folded beside the tiles or apart from them does
// not show.
func TestPackingOnTheWayGivesTheSameBits(t *testing.T) {
	everySet(t, checkPackingOnTheWay[float64, complex128], checkPackingOnTheWay[float32, complex64])
}

func checkPackingOnTheWay[R backend.Real, C backend.Complex](t *testing.T, tiles *kernel.Tiles[R]) {
	if tiles.MultiplyFolding == nil {
		return // a set may do without
	}
	r := random()
	apart := *tiles
	apart.MultiplyPacking, apart.MultiplyComplexPacking, apart.MultiplyFolding = nil, nil, nil
	// Rows of the even and of the odd part; odd and even k, among them one of which the
	// last step of the odd part is shorter or empty; panels that are not whole.
	for i, s := range [][4]int{{27, 26, 512, 300}, {21, 0, 800, 96}, {0, 40, 801, 97}, {70, 69, 577, 131},
		{8, 9, 33, 700}, {150, 149, 300, 101}, {3, 90, 1, 200}, {220, 2, 291, 47}} {
		evenRows, oddRows, k, n := s[0], s[1], s[2], s[3]
		b := matrix[C](r, k, n, i%3)
		evenA, oddA := matrix[R](r, evenRows, (k+1)/2, i%2), matrix[R](r, oddRows, k/2, i%2)
		even, odd, wantEven, wantOdd := result[C](evenRows, n, 0), result[C](oddRows, n, 0), result[C](evenRows, n, 0), result[C](oddRows, n, 0)
		product.Folded(tiles, even, odd, evenA, oddA, b)
		product.Folded(&apart, wantEven, wantOdd, evenA, oddA, b)
		if !slices.Equal(even.Data, wantEven.Data) || !slices.Equal(odd.Data, wantOdd.Data) {
			t.Errorf("%d and %d rows, %d×%d, folded: other bits", evenRows, oddRows, k, n)
		}
		m := evenRows + oddRows
		re, im, got, want := matrix[R](r, m, k, i%2), matrix[C](r, m, k, i%2), result[C](m, n, 0), result[C](m, n, 0)
		product.Real(tiles, got, re, b)
		product.Real(&apart, want, re, b)
		if !slices.Equal(got.Data, want.Data) {
			t.Errorf("%d×%d reals by %d columns: other bits", m, k, n)
		}
		product.Complex(tiles, got, im, b)
		product.Complex(&apart, want, im, b)
		if !slices.Equal(got.Data, want.Data) {
			t.Errorf("%d×%d complex numbers by %d columns: other bits", m, k, n)
		}
	}
}

// What does not fit in the memory for the packed left matrix is packed piece by
// piece, and the result added to.
func TestALargeLeftMatrixIsPackedInSlabs(t *testing.T) {
	everySet(t, checkSlabs[float64, complex128], checkSlabs[float32, complex64])
}

func checkSlabs[R backend.Real, C backend.Complex](t *testing.T, tiles *kernel.Tiles[R]) {
	r := random()
	const m, k, n = 401, 701, 5
	a, b := matrix[R](r, m, k, 0), matrix[C](r, k, n, 0)
	want := result[C](m, n, 1)
	product.Real(tiles, want, a, b)
	for _, limit := range []int{1, 500_000, 1_000_000} {
		got := result[C](m, n, 1)
		product.RealWithin(limit, tiles, got, a, b)
		expectProduct(t, epsilon[R](), got, a, func(p, j int) complex128 { return wide(b.At(p, j)) })
		for i := range m {
			if !slices.Equal(got.Row(i), want.Row(i)) {
				t.Fatalf("row %d has other bits in slabs of %d bytes", i, limit)
			}
		}
	}
}

func TestTheSameBitsForAnyNumberOfGoroutines(t *testing.T) {
	everySet(t, checkSameBits[float64, complex128], checkSameBits[float32, complex64])
}

func checkSameBits[R backend.Real, C backend.Complex](t *testing.T, tiles *kernel.Tiles[R]) {
	r := random()
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	const m, k, n = 270, 301, 83
	re, im, b := matrix[R](r, m, k, 0), matrix[C](r, m, k, 0), matrix[C](r, k, n, 0)
	evenA, oddA := matrix[R](r, m, (k+1)/2, 0), matrix[R](r, m, k/2, 0)
	var first [4]backend.Matrix[C]
	for i, processors := range []int{1, 2, 3, 7} {
		runtime.GOMAXPROCS(processors)
		got := [4]backend.Matrix[C]{result[C](m, n, 0), result[C](m, n, 0), result[C](m, n, 0), result[C](m, n, 0)}
		product.Real(tiles, got[0], re, b)
		product.Complex(tiles, got[1], im, b)
		product.Folded(tiles, got[2], got[3], evenA, oddA, b)
		if i == 0 {
			first = got
		}
		for what := range got {
			if !slices.Equal(got[what].Data, first[what].Data) {
				t.Errorf("product %d: other bits with %d goroutines", what, processors)
			}
		}
	}
}

// What is not finite reaches what it takes part in, and nothing else, whatever
// stands beside it in a panel.
func TestNumbersThatAreNotFiniteStayInTheirRowOrColumn(t *testing.T) {
	everySet(t, checkNotFinite[float64, complex128], checkNotFinite[float32, complex64])
}

func checkNotFinite[R backend.Real, C backend.Complex](t *testing.T, tiles *kernel.Tiles[R]) {
	r := random()
	const m, k, n = 29, 31, 53
	for _, bad := range []float64{math.NaN(), math.Inf(1)} {
		expect := func(what string, got backend.Matrix[C], reached func(i, j int) bool) {
			t.Helper()
			for i := range got.Rows {
				for j := range got.Cols {
					x := wide(got.At(i, j))
					if (cmplx.IsNaN(x) || cmplx.IsInf(x)) != reached(i, j) {
						t.Fatalf("%s %v: element (%d, %d) is %v", what, bad, i, j, x)
					}
				}
			}
		}
		b, dst := matrix[C](r, k, n, 0), result[C](m, n, 0)
		re, im := matrix[R](r, m, k, 0), matrix[C](r, m, k, 0)
		re.Set(m-1, 30, R(bad))
		im.Set(m-1, 30, number[C](0, bad))
		product.Real(tiles, dst, re, b)
		expect("left, real", dst, func(i, j int) bool { return i == m-1 })
		product.Complex(tiles, dst, im, b)
		expect("left, complex", dst, func(i, j int) bool { return i == m-1 })

		re, im = matrix[R](r, m, k, 0), matrix[C](r, m, k, 0)
		b.Set(3, n-1, number[C](bad, 0))
		product.Real(tiles, dst, re, b)
		expect("right, real", dst, func(i, j int) bool { return j == n-1 })
		product.Complex(tiles, dst, im, b)
		expect("right, complex", dst, func(i, j int) bool { return j == n-1 })
		even, odd := result[C](m, n, 0), result[C](m, n, 0)
		product.Folded(tiles, even, odd, matrix[R](r, m, (k+1)/2, 0), matrix[R](r, m, k/2, 0), b)
		expect("right, even", even, func(i, j int) bool { return j == n-1 })
		expect("right, odd", odd, func(i, j int) bool { return j == n-1 })
	}
}

func ExampleReal() {
	a := backend.MatrixOf(1, 2, []float64{2, 3})
	b := backend.MatrixOf(2, 1, []complex128{1i, 1})
	dst := backend.NewMatrix[complex128](1, 1)
	product.Real(&kernel.For[float64]().Tiles, dst, a, b)
	fmt.Println(dst.At(0, 0))
	// Output: (3+2i)
}
