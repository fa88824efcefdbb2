package passes

import (
	"math/bits"

	"arago/backend"
)

// Along transforms every line along one axis, from the block src to the block
// dst, which may be the same memory.
type Along[C backend.Complex] func(dst, src backend.Matrix[C])

// Run makes the transform t of passes along rows and along columns, or of one of
// them. The first
// pass runs over the lines of the input block only, and keeps only what the
// second needs: of the two orders the one with the smaller cost is taken. The
// choice depends on the sizes alone.
func Run[C backend.Complex](dst, src backend.Matrix[C], t backend.FFT2, rows, columns Along[C]) {
	switch t.Along {
	case backend.AlongRows:
		rows(dst, src)
		return
	case backend.AlongColumns:
		columns(dst, src)
		return
	}
	rowsFirst := src.Rows*cost(t.Cols)+dst.Cols*cost(t.Rows) <= src.Cols*cost(t.Rows)+dst.Rows*cost(t.Cols)
	if rowsFirst {
		between, release := intermediate(dst, src.Rows, dst.Cols)
		defer release()
		rows(between, src)
		columns(dst, between)
		return
	}
	between, release := intermediate(dst, dst.Rows, src.Cols)
	defer release()
	columns(between, src)
	rows(dst, between)
}

// cost is proportional to the operations of a transform of n.
func cost(n int) int { return n * bits.Len(uint(n)) }

// intermediate returns a rows × cols matrix for what stands between the two
// passes: in dst itself where it fits.
func intermediate[C backend.Complex](dst backend.Matrix[C], rows, cols int) (backend.Matrix[C], func()) {
	if rows <= dst.Rows && cols <= dst.Cols {
		return dst.Slice(0, rows, 0, cols), func() {}
	}
	pool := Scratch[C]()
	data := pool.Get(rows * cols)
	return backend.MatrixOf(rows, cols, *data), func() { pool.Put(data) }
}

// Lines is a matrix seen as Count lines of Length elements along one axis:
// element e of line l stands at l·LineStep + e·Step. One of the two steps is 1.
type Lines[C backend.Complex] struct {
	Count, Length  int
	LineStep, Step int
	Data           []C
}

// Rows returns the rows of m as lines.
func Rows[C backend.Complex](m backend.Matrix[C]) Lines[C] {
	return Lines[C]{m.Rows, m.Cols, m.Stride, 1, m.Data}
}

// Columns returns the columns of m as lines.
func Columns[C backend.Complex](m backend.Matrix[C]) Lines[C] {
	return Lines[C]{m.Cols, m.Rows, 1, m.Stride, m.Data}
}
