//go:build cgo && ((accelerate && darwin) || accelerate_standin)

package accelerate

import (
	"math/bits"
	"unsafe"

	"arago/backend"
	"arago/internal/parallel"
)

// fourier is FFT2 in one precision.
type fourier[R backend.Real, C backend.Complex] struct {
	library *library[R]
	setups  *setups
	pure    backend.Fourier[C]
}

// Served says whether vDSP transforms an axis of n; a transform with an axis
// that it does not serve is done by the pure Go back end.
func (f fourier[R, C]) Served(n int) bool { return f.setups.get(n, f.library.setup) != nil }

// FFT2 transforms along one axis after the other. The first pass runs over the
// lines of the input block only, and keeps only what the second needs: of the
// two orders the one with the smaller cost is taken.
func (f fourier[R, C]) FFT2(dst, src backend.Matrix[C], t backend.FFT2) {
	rows := f.axis(t.Cols, t.Src.Col, t.Dst.Col, t.Sign)
	cols := f.axis(t.Rows, t.Src.Row, t.Dst.Row, t.Sign)
	if rows.setup == nil || cols.setup == nil {
		f.pure.FFT2(dst, src, t)
		return
	}
	if dst.Rows == 0 || dst.Cols == 0 {
		return
	}
	if src.Rows == 0 || src.Cols == 0 {
		for i := range dst.Rows {
			clear(dst.Row(i))
		}
		return
	}
	if src.Rows*cost(t.Cols)+dst.Cols*cost(t.Rows) <= src.Cols*cost(t.Rows)+dst.Rows*cost(t.Cols) {
		between, release := intermediate[R](dst, src.Rows, dst.Cols)
		defer release()
		transformLines(rows, rowLines(between), rowLines(src))
		transformLines(cols, columnLines(dst), columnLines(between))
		return
	}
	between, release := intermediate[R](dst, dst.Rows, src.Cols)
	defer release()
	transformLines(cols, columnLines(between), columnLines(src))
	transformLines(rows, rowLines(dst), rowLines(between))
}

// cost is proportional to the operations of a transform of n.
func cost(n int) int { return n * bits.Len(uint(n)) }

// intermediate returns a rows × cols matrix for what stands between the two
// passes: in dst itself where it fits.
func intermediate[R backend.Real, C backend.Complex](dst backend.Matrix[C], rows, cols int) (backend.Matrix[C], func()) {
	if rows <= dst.Rows && cols <= dst.Cols {
		return dst.Slice(0, rows, 0, cols), func() {}
	}
	reals := scratch[R]().get(2 * rows * cols)
	numbers := unsafe.Slice((*C)(unsafe.Pointer(unsafe.SliceData(*reals))), rows*cols)
	return backend.MatrixOf(rows, cols, numbers), func() { scratch[R]().put(reals) }
}

// axis is the transform along one axis of n: which sign it has, and where on
// its lines the blocks of input and output begin.
type axis[R backend.Real] struct {
	library     *library[R]
	setup       unsafe.Pointer // nil where vDSP has no transform of n
	n, from, to int
	sign        int
}

func (f fourier[R, C]) axis(n, from, to, sign int) axis[R] {
	return axis[R]{f.library, f.setups.get(n, f.library.setup), n, from, to, sign}
}

const (
	// A batch of lines is gathered, transformed and scattered by one goroutine
	// in about batchBytes, which stay in the second-level cache.
	batchBytes = 1 << 20
	// Columns are read and written by whole cache lines: 128 bytes on Apple
	// silicon.
	cacheLine = 128
)

// batch returns how many lines of n complex numbers are transformed together.
func batch[R backend.Real](n int) int {
	var r R
	size := int(unsafe.Sizeof(r))
	smallest := cacheLine / (2 * size)
	return max(smallest, min(4*smallest, batchBytes/(4*size*n)))
}

// pitch returns the distance between the lines of a batch: not a power of two,
// so that the same element of all lines does not fall into one set of the
// cache, and a multiple of the 16 bytes that vDSP likes best.
func pitch(n int) int { return n + 16 }

// transformLines transforms every line of src into the line of dst with the same index.
func transformLines[R backend.Real, C backend.Complex](a axis[R], dst, src lines[C]) {
	size := batch[R](a.n)
	parallel.Jobs(blocks(src.count, size), func(next func() (int, bool)) {
		memory := scratch[R]().get(4 * size * pitch(a.n))
		defer scratch[R]().put(memory)
		for job, ok := next(); ok; job, ok = next() {
			first := job * size
			count := min(size, src.count-first)
			in, out := splits(*memory, size, a.n)
			gather(in, src, first, count, a.from)
			a.transform(count, in, out)
			scatter(dst, out, first, count, a.to)
		}
	})
}

// transform transforms count lines. vDSP's forward transform has negative
// sign; with the real and the imaginary part exchanged on both sides the sign
// of the exponent changes.
func (a axis[R]) transform(count int, in, out split[R]) {
	if a.sign > 0 {
		in.re, in.im = in.im, in.re
		out.re, out.im = out.im, out.re
	}
	a.library.transform(a.setup, count, pitch(a.n), &in.re[0], &in.im[0], &out.re[0], &out.im[0])
}
