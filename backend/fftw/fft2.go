//go:build fftw && cgo && (linux || darwin)

package fftw

/*
#cgo noescape arago_fftw_rows
#cgo nocallback arago_fftw_rows
#cgo noescape arago_fftw_columns
#cgo nocallback arago_fftw_columns
#include "pass.h"
*/
import "C"

import (
	"runtime"
	"sync"
	"unsafe"

	"arago/backend"
	"arago/internal/parallel"
	"arago/internal/passes"
)

// fourier is FFT2 in one precision.
type fourier[T backend.Complex] struct {
	maker maker
	plans cache
	// array is what FFTW's threads work on; it is kept from call to call.
	array []T
	lock  sync.Mutex
}

func newFourier[T backend.Complex](m maker) *fourier[T] {
	f := &fourier[T]{maker: m}
	f.plans = cache{bound: maxPlans, make: f.maker.make, destroy: f.maker.destroy}
	return f
}

// OwnThreads implements backend.Threaded.
func (f *fourier[T]) OwnThreads() int { return f.maker.threads }

// FFT2 transforms along one axis after the other. Whole arrays may go to a
// two-dimensional plan instead.
func (f *fourier[T]) FFT2(dst, src backend.Matrix[T], t backend.FFT2) {
	if f.maker.threads > 1 && t.Along == backend.BothAxes && f.threaded(dst, src, t) {
		return
	}
	if f.prefersWhole(dst, src, t) && f.whole(dst, src, t) {
		return
	}
	// Plans come before anything that would have to be undone if there are none.
	var rows, cols axis
	if t.Along != backend.AlongColumns {
		var release func()
		rows, release = f.axis(t.Cols, t.Sign, t.Src.Col, t.Dst.Col)
		defer release()
	}
	if t.Along != backend.AlongRows {
		var release func()
		cols, release = f.axis(t.Rows, t.Sign, t.Src.Row, t.Dst.Row)
		defer release()
	}

	passes.Run(dst, src, t, func(dst, src backend.Matrix[T]) {
		f.alongRows(rows, dst, src)
	}, func(dst, src backend.Matrix[T]) {
		f.alongColumns(cols, dst, src)
	})
}

// smallArray is the number of elements up to which a whole array is not worth
// sharing among goroutines.
const smallArray = 1 << 12

// prefersWhole says whether a two-dimensional plan is to be tried. Estimated
// ones lose to the passes at all sizes that were tried; with the effort
// estimate the choice must not depend on the number of goroutines, because the
// bits would.
func (f *fourier[T]) prefersWhole(dst, src backend.Matrix[T], t backend.FFT2) bool {
	if !isWhole(dst, src, t) {
		return false
	}
	return f.maker.effort != Estimate && (t.Rows*t.Cols <= smallArray || runtime.GOMAXPROCS(0) == 1)
}

// whole runs a two-dimensional plan, and says false if there is none.
func (f *fourier[T]) whole(dst, src backend.Matrix[T], t backend.FFT2) bool {
	in, out := unsafe.Pointer(&src.Data[0]), unsafe.Pointer(&dst.Data[0])
	p, release := f.plans.acquire(shape{
		rows: t.Rows, cols: t.Cols, sign: t.Sign,
		srcStride: src.Stride, dstStride: dst.Stride,
		inPlace:   in == out,
		unaligned: !f.maker.aligned(in) || !f.maker.aligned(out),
	})
	defer release()
	if p.pointer == nil {
		return false
	}
	f.maker.execute(p, in, out)
	return true
}

// axis is the transform along one axis: the plan for a line of n elements, and
// where on it the blocks of input and output begin.
type axis struct {
	plan     plan
	n        int
	from, to int
}

func (f *fourier[T]) axis(n, sign, from, to int) (axis, func()) {
	p, release := f.plans.acquire(shape{cols: n, sign: sign})
	if p.pointer == nil {
		release()
		panic(p.failure)
	}
	return axis{p, n, from, to}, release
}

// pass is one pass over a matrix, cut into jobs of lines.
type pass[T backend.Complex] struct {
	geometry C.arago_fftw_pass
	lines    int
	job      int // lines of a job
}

// jobElements is about how many elements a job transforms: enough to make the
// hand-over negligible.
const jobElements = 1 << 14

func (f *fourier[T]) newPass(a axis, lines, batch int, src, dst C.arago_fftw_side) pass[T] {
	var c T
	size := int(unsafe.Sizeof(c))
	perLine := passes.CacheLine / size
	// Lines begin on cache lines, and an odd number of them apart, so that the
	// same element of all lines of a batch does not fall into one set of the cache.
	dist := ((a.n+perLine-1)/perLine | 1) * perLine
	src.first, dst.first = C.ptrdiff_t(a.from), C.ptrdiff_t(a.to)
	return pass[T]{
		geometry: C.arago_fftw_pass{
			size: C.ptrdiff_t(size), n: C.ptrdiff_t(a.n), dist: C.ptrdiff_t(dist), batch: C.ptrdiff_t(batch),
			src: src, dst: dst,
		},
		lines: lines,
		job:   batch * max(1, jobElements/(a.n*batch)),
	}
}

// run calls work for every job, with scratch memory that is zero where the
// source does not reach.
func (f *fourier[T]) run(p pass[T], work func(first, count int, memory unsafe.Pointer)) {
	g := &p.geometry
	half := int(g.batch * g.dist)
	parallel.Jobs((p.lines+p.job-1)/p.job, func(next func() (int, bool)) {
		memory := passes.Scratch[T]().Get(2 * half)
		defer passes.Scratch[T]().Put(memory)
		if g.src.count < g.n {
			clear((*memory)[:half])
		}
		for job, ok := next(); ok; job, ok = next() {
			first := job * p.job
			work(first, min(p.job, p.lines-first), unsafe.Pointer(&(*memory)[0]))
		}
	})
}

// alongRows transforms every row of src into the row of dst with the same index.
func (f *fourier[T]) alongRows(a axis, dst, src backend.Matrix[T]) {
	p := f.newPass(a, src.Rows, 1,
		C.arago_fftw_side{count: C.ptrdiff_t(src.Cols), line: C.ptrdiff_t(src.Stride), step: 1},
		C.arago_fftw_side{count: C.ptrdiff_t(dst.Cols), line: C.ptrdiff_t(dst.Stride), step: 1})
	f.run(p, func(first, count int, memory unsafe.Pointer) {
		C.arago_fftw_rows(f.maker.library.functions, a.plan.pointer, &p.geometry,
			(*C.char)(unsafe.Pointer(&src.Data[first*src.Stride])), (*C.char)(unsafe.Pointer(&dst.Data[first*dst.Stride])),
			C.ptrdiff_t(count), (*C.char)(memory))
	})
}

// batchBytes is how much scratch memory a batch of columns may take; it stays
// in the second-level cache.
const batchBytes = 1 << 20

// alongColumns transforms every column of src into the column of dst with the same index.
func (f *fourier[T]) alongColumns(a axis, dst, src backend.Matrix[T]) {
	var c T
	size := int(unsafe.Sizeof(c))
	// From one to four cache lines of neighbouring columns.
	perLine := passes.CacheLine / size
	batch := max(perLine, min(4*perLine, batchBytes/(2*size*a.n)/perLine*perLine))
	p := f.newPass(a, src.Cols, batch,
		C.arago_fftw_side{count: C.ptrdiff_t(src.Rows), line: 1, step: C.ptrdiff_t(src.Stride)},
		C.arago_fftw_side{count: C.ptrdiff_t(dst.Rows), line: 1, step: C.ptrdiff_t(dst.Stride)})
	f.run(p, func(first, count int, memory unsafe.Pointer) {
		C.arago_fftw_columns(f.maker.library.functions, a.plan.pointer, &p.geometry,
			(*C.char)(unsafe.Pointer(&src.Data[first])), (*C.char)(unsafe.Pointer(&dst.Data[first])),
			C.ptrdiff_t(count), (*C.char)(memory))
	})
}
