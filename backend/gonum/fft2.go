package gonum

import (
	"math/bits"

	"arago/backend"
	"arago/internal/parallel"
)

// fourier is FFT2 in one precision.
type fourier[R backend.Real, C backend.Complex] struct{ plans *plans[R] }

// FFT2 transforms along one axis after the other. The first pass runs over the
// lines of the input block only, and keeps only what the second needs: of the
// two orders the one with the smaller cost is taken.
func (f fourier[R, C]) FFT2(dst, src backend.Matrix[C], t backend.FFT2) {
	if dst.Rows == 0 || dst.Cols == 0 {
		return
	}
	if src.Rows == 0 || src.Cols == 0 {
		for i := range dst.Rows {
			clear(dst.Row(i))
		}
		return
	}
	rows := axis[R]{line: f.plans.get(t.Cols), from: t.Src.Col, to: t.Dst.Col}
	cols := axis[R]{line: f.plans.get(t.Rows), from: t.Src.Row, to: t.Dst.Row}

	rowsFirst := src.Rows*cost(t.Cols)+dst.Cols*cost(t.Rows) <= src.Cols*cost(t.Rows)+dst.Rows*cost(t.Cols)
	// The forward loops serve both signs: with the real and the imaginary part
	// exchanged on the way in and on the way out, the sign of the exponent
	// changes.
	swap := t.Sign > 0
	if rowsFirst {
		between, release := intermediate[R](dst, src.Rows, dst.Cols)
		transformLines(rows, rowLines(between), rowLines(src), swap, false)
		transformLines(cols, columnLines(dst), columnLines(between), false, swap)
		release()
		return
	}
	between, release := intermediate[R](dst, dst.Rows, src.Cols)
	transformLines(cols, columnLines(between), columnLines(src), swap, false)
	transformLines(rows, rowLines(dst), rowLines(between), false, swap)
	release()
}

// cost is proportional to the operations of a transform of n.
func cost(n int) int { return n * bits.Len(uint(n)) }

// intermediate returns a rows × cols matrix for what stands between the two
// passes: in dst itself where it fits.
func intermediate[R backend.Real, C backend.Complex](dst backend.Matrix[C], rows, cols int) (backend.Matrix[C], func()) {
	if rows <= dst.Rows && cols <= dst.Cols {
		return dst.Slice(0, rows, 0, cols), func() {}
	}
	data := scratch[R]().get(2 * rows * cols)
	return backend.MatrixOf(rows, cols, complexes[C](*data)), func() { scratch[R]().put(data) }
}

// axis is the transform along one axis: its lines, and where on them the
// blocks of input and output begin.
type axis[R backend.Real] struct {
	line     *line[R]
	from, to int
}

// batchBytes is how much a batch of lines may take: half of it is the lines,
// half scratch memory, and both stay in the second-level cache.
const batchBytes = 1 << 19

// batch returns how many lines of n complex numbers are transformed together:
// at least a cache line's worth, so that columns are read and written by whole
// cache lines.
func batch[R backend.Real](n int) int {
	var r R
	size, smallest := 8, 4
	if _, ok := any(r).(float32); ok {
		size, smallest = 4, 8
	}
	return max(smallest, min(4*smallest, batchBytes/(4*size*n)))
}

// transformLines transforms every line of src into the line of dst with the same index.
// swapIn and swapOut exchange real and imaginary parts on the way in and out.
func transformLines[R backend.Real, C backend.Complex](a axis[R], dst, src lines[C], swapIn, swapOut bool) {
	n := a.line.n
	size := batch[R](n)
	work := a.line.work(size)
	parallel.Jobs(blocks(src.count, size), func(next func() (int, bool)) {
		memory := scratch[R]().get(2*n*size + work)
		defer scratch[R]().put(memory)
		for job, ok := next(); ok; job, ok = next() {
			first := job * size
			count := min(size, src.count-first)
			buffer := (*memory)[:2*n*count]
			gather(buffer, src, first, count, n, a.from, swapIn)
			a.line.transform(buffer, (*memory)[2*n*size:], count)
			scatter(dst, buffer, first, count, n, a.to, swapOut)
		}
	})
}
