//go:build cgo && ((accelerate && darwin) || accelerate_standin)

package accelerate

import (
	"unsafe"

	"arago/backend"
	"arago/internal/parallel"
	"arago/internal/passes"
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

// FFT2 transforms along one axis after the other.
func (f fourier[R, C]) FFT2(dst, src backend.Matrix[C], t backend.FFT2) {
	rows := f.axis(t.Cols, t.Src.Col, t.Dst.Col, t.Sign)
	columns := f.axis(t.Rows, t.Src.Row, t.Dst.Row, t.Sign)
	if rows.setup == nil && t.Along != backend.AlongColumns || columns.setup == nil && t.Along != backend.AlongRows {
		f.pure.FFT2(dst, src, t)
		return
	}
	passes.Run(dst, src, t, func(dst, src backend.Matrix[C]) {
		transformLines(rows, passes.Rows(dst), passes.Rows(src))
	}, func(dst, src backend.Matrix[C]) {
		transformLines(columns, passes.Columns(dst), passes.Columns(src))
	})
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
func transformLines[R backend.Real, C backend.Complex](a axis[R], dst, src passes.Lines[C]) {
	size := batch[R](a.n)
	parallel.Jobs(blocks(src.Count, size), func(next func() (int, bool)) {
		memory := passes.Scratch[R]().Get(4 * size * pitch(a.n))
		defer passes.Scratch[R]().Put(memory)
		for job, ok := next(); ok; job, ok = next() {
			first := job * size
			count := min(size, src.Count-first)
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
