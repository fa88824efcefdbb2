//go:build fftw && cgo && (linux || darwin)

package fftw

import (
	"arago/backend"
	"arago/internal/parallel"
)

// FFTW's own threads share a whole array: a block is laid into one that is zero
// elsewhere, the whole is transformed in place, and the wanted block is copied
// out. That is more work than the passes of windowed transforms, which goroutines
// share; it is what Options.Threads asks for.

// threaded transforms by FFTW's threads, and says false if there is no plan.
func (f *fourier[T]) threaded(dst, src backend.Matrix[T], t backend.FFT2) bool {
	if isWhole(dst, src, t) {
		return f.whole(dst, src, t)
	}
	// One at a time: the threads are the same for all callers.
	f.lock.Lock()
	defer f.lock.Unlock()
	if cap(f.array) < t.Rows*t.Cols {
		f.array = nil // before there are two of them
		f.array = make([]T, t.Rows*t.Cols)
	}
	array := backend.MatrixOf(t.Rows, t.Cols, f.array[:t.Rows*t.Cols])
	parallel.Bands(t.Rows, bandRows, func(from, to int) { clear(array.Data[from*t.Cols : to*t.Cols]) })
	parallel.Bands(src.Rows, bandRows, func(from, to int) {
		for i := from; i < to; i++ {
			row, line := array.Row((t.Src.Row+i)%t.Rows), src.Row(i)
			n := copy(row[t.Src.Col:], line)
			copy(row, line[n:])
		}
	})
	if !f.whole(array, array, t) {
		return false
	}
	parallel.Bands(dst.Rows, bandRows, func(from, to int) {
		for i := from; i < to; i++ {
			row, line := array.Row((t.Dst.Row+i)%t.Rows), dst.Row(i)
			n := copy(line, row[t.Dst.Col:])
			copy(line[n:], row)
		}
	})
	return true
}

// bandRows is how many rows are copied at once.
const bandRows = 32

// isWhole says whether the blocks are whole arrays that begin with their first
// elements.
func isWhole[T backend.Complex](dst, src backend.Matrix[T], t backend.FFT2) bool {
	size := backend.Index{Row: t.Rows, Col: t.Cols}
	return t.Along == backend.BothAxes && (backend.Index{Row: src.Rows, Col: src.Cols}) == size && (backend.Index{Row: dst.Rows, Col: dst.Cols}) == size &&
		t.Src == (backend.Index{}) && t.Dst == (backend.Index{})
}
