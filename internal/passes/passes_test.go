package passes_test

import (
	"fmt"
	"testing"
	"unsafe"

	"arago/backend"
	"arago/internal/passes"
)

func TestTheCheaperAxisComesFirstAndWhatStandsBetweenFits(t *testing.T) {
	for _, c := range []struct {
		srcRows, srcCols, dstRows, dstCols int
		want                               string
	}{
		// A narrow block in a wide transform: few columns, or few rows, are
		// transformed in full.
		{8, 8, 8, 8, "rows 8×8, columns 8×8"},
		{2, 8, 8, 8, "rows 2×8, columns 8×8"},
		{8, 2, 8, 8, "columns 8×2, rows 8×8"},
		{8, 8, 2, 8, "columns 2×8, rows 2×8"},
		{8, 8, 8, 2, "rows 8×2, columns 8×2"},
		{8, 2, 1, 2, "columns 1×2, rows 1×2"},
		// What stands between the passes is larger than the result.
		{3, 8, 2, 4, "rows 3×4, columns 2×4"},
		{8, 3, 4, 2, "columns 4×3, rows 4×2"},
	} {
		var got string
		along := func(axis string) passes.Along[complex128] {
			return func(dst, _ backend.Matrix[complex128]) {
				if got != "" {
					got += ", "
				}
				got += fmt.Sprintf("%s %d×%d", axis, dst.Rows, dst.Cols)
			}
		}
		dst, src := backend.NewMatrix[complex128](c.dstRows, c.dstCols), backend.NewMatrix[complex128](c.srcRows, c.srcCols)
		passes.Run(dst, src, backend.FFT2{Rows: 8, Cols: 8, Sign: 1}, along("rows"), along("columns"))
		if got != c.want {
			t.Errorf("%d×%d to %d×%d: %s, want %s", c.srcRows, c.srcCols, c.dstRows, c.dstCols, got, c.want)
		}
	}
}

func TestLinesOfAMatrixAreItsRowsOrItsColumns(t *testing.T) {
	m := backend.Matrix[complex64]{Rows: 2, Cols: 3, Stride: 5, Data: make([]complex64, 8)}
	for e := range 3 {
		m.Set(1, e, complex64(complex(float64(10+e), 0)))
	}
	rows, columns := passes.Rows(m), passes.Columns(m)
	if rows.Count != 2 || rows.Length != 3 || columns.Count != 3 || columns.Length != 2 {
		t.Errorf("rows %+v, columns %+v", rows, columns)
	}
	for e := range 3 {
		if a, b := rows.Data[rows.LineStep+e*rows.Step], columns.Data[e*columns.LineStep+columns.Step]; a != m.At(1, e) || b != a {
			t.Errorf("element (1, %d) is %v along its row and %v along its column", e, a, b)
		}
	}
}

func TestScratchMemoryBeginsOnACacheLine(t *testing.T) {
	expect := func(address uintptr, n, want int) {
		t.Helper()
		if address%64 != 0 || n != want {
			t.Errorf("%d elements at %#x, want %d on a multiple of 64", n, address, want)
		}
	}
	for _, n := range []int{1, 3, 100, 50} {
		f, d := passes.Scratch[float32]().Get(n), passes.Scratch[float64]().Get(n)
		c, z := passes.Scratch[complex64]().Get(n), passes.Scratch[complex128]().Get(n)
		expect(uintptr(unsafe.Pointer(&(*f)[0])), len(*f), n)
		expect(uintptr(unsafe.Pointer(&(*d)[0])), len(*d), n)
		expect(uintptr(unsafe.Pointer(&(*c)[0])), len(*c), n)
		expect(uintptr(unsafe.Pointer(&(*z)[0])), len(*z), n)
		passes.Scratch[float32]().Put(f)
		passes.Scratch[float64]().Put(d)
		passes.Scratch[complex64]().Put(c)
		passes.Scratch[complex128]().Put(z)
	}
}

func TestASmallRequestLeavesLargeScratchMemoryToThoseWhoNeedIt(t *testing.T) {
	pool := passes.Scratch[float32]()
	pool.Put(pool.Get(1 << 20))
	for range 100 {
		if s := pool.Get(16); cap(*s) >= 32 {
			t.Fatalf("16 elements come in memory for %d", cap(*s))
		}
	}
}

func TestATransformAlongOneAxisIsOnePass(t *testing.T) {
	for along, want := range map[backend.Axes]string{backend.AlongRows: "rows", backend.AlongColumns: "columns"} {
		got := ""
		pass := func(axis string) passes.Along[complex128] {
			return func(_, _ backend.Matrix[complex128]) { got += axis }
		}
		m := backend.NewMatrix[complex128](4, 4)
		passes.Run(m, m, backend.FFT2{Rows: 4, Cols: 4, Sign: 1}.OneAxis(along), pass("rows"), pass("columns"))
		if got != want {
			t.Errorf("passes along %s, want %s", got, want)
		}
	}
}
