package fft

import (
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"arago/backend"
	"arago/internal/kernel"
)

// The passes from natural order do to each number what those of the line do.
func TestTransformsFromNaturalOrderHaveTheBitsOfTheOthers(t *testing.T) {
	for _, set := range kernel.Sets() {
		t.Run(string(set)+"/double", func(t *testing.T) { testNatural[float64](t, set) })
		t.Run(string(set)+"/single", func(t *testing.T) { testNatural[float32](t, set) })
	}
}

func testNatural[R float32 | float64](t *testing.T, set kernel.Set) {
	r, lanes := rand.New(rand.NewPCG(7, 1)), &kernel.Of[R](set).Lanes
	for _, radices := range [][]int{{4}, {16}, {2, 3}, {16, 16}, {15, 4, 3}, {6, 5, 2, 8}, {16, 4, 9, 2}, {10, 12, 9, 4}} {
		n := product(radices)
		l := newLine(lanes, CostsOf[R](set).Near, Recipe{N: n, Spread: 1, Radices: radices})
		if !l.hasNatural() {
			if set != kernel.Pure && set != kernel.NEON {
				t.Errorf("%v has no passes from natural order", radices)
			}
			continue
		}
		const from, to = 2, 1
		a := newAxis(l, axisKey{n, from, n, to, n}, 0)
		natural := a.natural()
		w := newWorkspace(a, 2)
		src := make([]R, l.elements(n))
		for i := range src {
			src[i] = R(r.NormFloat64())
		}
		x, y := w.of(0), w.of(1)
		inOrder, reversed := make([]R, len(src)), make([]R, len(src))
		size := l.elements(1)
		for i := range n {
			copy(inOrder[int(natural.places[i])*size:][:size], src[i*size:])
			copy(reversed[int(a.places[i])*size:][:size], src[i*size:])
		}
		natural.fromBlock(x, inOrder)
		a.transform(y, reversed, nil)
		for k := range n {
			if got, want := x[int(natural.out[k])*size:][:size], y[int(a.out[k])*size:][:size]; !slices.Equal(got, want) {
				t.Fatalf("%v: output %d is %v, want %v", radices, k, got, want)
			}
		}
	}
}

// Transforms in place, and those whose result has whole blocks of lines, need no other matrix.
func TestWholeTransformsTakeLittleMemory(t *testing.T) {
	const rows, cols = 300, 384
	for _, set := range kernel.Sets() {
		f := Of[float64, complex128](set)
		gaps := backend.Matrix[complex128]{Rows: rows, Cols: cols, Stride: cols + 1, Data: make([]complex128, rows*(cols+1))}
		dst, src := backend.NewMatrix[complex128](rows+4, cols), backend.NewMatrix[complex128](rows+4, cols)
		for _, c := range []struct {
			what     string
			dst, src backend.Matrix[complex128]
		}{{"in place", src, src}, {"in place, rows with gaps", gaps, gaps}, {"to another matrix", dst, src}} {
			call := func() {
				f.FFT2(c.dst, c.src, backend.FFT2{Rows: c.src.Rows, Cols: c.src.Cols, Sign: 1})
			}
			call() // twiddle factors are kept
			runtime.GC()
			runtime.GC() // what pools kept is gone
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			call()
			runtime.ReadMemStats(&after)
			if took, limit := after.TotalAlloc-before.TotalAlloc, uint64(16*rows*cols/2); took > limit {
				t.Errorf("%s: %s took %d bytes, want at most %d", set, c.what, took, limit)
			}
		}
	}
}

func TestLargeTransformsToRowsWithGapsTakeThePlaceOfTheirResult(t *testing.T) {
	for _, c := range []struct {
		srcRows, srcCols, dstRows, dstCols int
		rowsFirst, want                    bool
	}{
		{1000, 1000, 1000, 1000, false, true},
		{1000, 1000, 1000, 1000, true, true},
		{400, 1000, 1000, 1000, true, true},
		{1000, 400, 1000, 1000, false, true},
		{1000, 400, 1000, 300, false, false}, // what stands between is wider than the result
		{1000, 400, 300, 1000, true, false},
		{100, 100, 100, 100, false, false}, // little
		{0, 1000, 1000, 1000, true, false},
	} {
		matrix := func(rows, cols int) backend.Matrix[complex128] {
			return backend.Matrix[complex128]{Rows: rows, Cols: cols, Stride: cols + 1, Data: make([]complex128, rows*(cols+1))}
		}
		dst, src := matrix(c.dstRows, c.dstCols), matrix(c.srcRows, c.srcCols)
		if _, ok := room(dst, src, c.rowsFirst); ok != c.want {
			t.Errorf("%+v: %v", c, ok)
		}
	}
	m := backend.NewMatrix[complex128](1000, 1000)
	if _, ok := room(m.Slice(1, 900, 0, 1000), m.Slice(0, 899, 0, 1000), false); ok {
		t.Error("a result that overlaps the input would be written before that is read")
	}
}
