package gonum

import (
	"arago/backend"
	"arago/internal/parallel"
	"arago/internal/passes"
)

// fourier is FFT2 in one precision.
type fourier[R backend.Real, C backend.Complex] struct{ plans *plans[R] }

// FFT2 transforms along one axis after the other.
func (f fourier[R, C]) FFT2(dst, src backend.Matrix[C], t backend.FFT2) {
	var rows, columns axis[R]
	if t.Along != backend.AlongColumns {
		rows = axis[R]{line: f.plans.get(t.Cols), from: t.Src.Col, to: t.Dst.Col}
	}
	if t.Along != backend.AlongRows {
		columns = axis[R]{line: f.plans.get(t.Rows), from: t.Src.Row, to: t.Dst.Row}
	}
	// The forward loops serve both signs: with the real and the imaginary part
	// exchanged on the way in and on the way out, the sign of the exponent
	// changes.
	swap := t.Sign > 0
	passes.Run(dst, src, t, func(dst, src backend.Matrix[C], first, last bool) {
		transformLines(rows, passes.Rows(dst), passes.Rows(src), swap && first, swap && last)
	}, func(dst, src backend.Matrix[C], first, last bool) {
		transformLines(columns, passes.Columns(dst), passes.Columns(src), swap && first, swap && last)
	})
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
func transformLines[R backend.Real, C backend.Complex](a axis[R], dst, src passes.Lines[C], swapIn, swapOut bool) {
	n := a.line.n
	size := batch[R](n)
	work := a.line.work(size)
	parallel.Jobs(blocks(src.Count, size), func(next func() (int, bool)) {
		memory := passes.Scratch[R]().Get(2*n*size + work)
		defer passes.Scratch[R]().Put(memory)
		for job, ok := next(); ok; job, ok = next() {
			first := job * size
			count := min(size, src.Count-first)
			buffer := (*memory)[:2*n*count]
			gather(buffer, src, first, count, n, a.from, swapIn)
			a.line.transform(buffer, (*memory)[2*n*size:], count)
			scatter(dst, buffer, first, count, n, a.to, swapOut)
		}
	})
}
