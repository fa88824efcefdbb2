//go:build fftw && cgo && (linux || darwin)

package fftw

/*
#cgo noescape arago_fftw_plan
#cgo nocallback arago_fftw_plan
#cgo noescape arago_fftw_destroy
#cgo nocallback arago_fftw_destroy
#cgo noescape arago_fftw_execute
#cgo nocallback arago_fftw_execute
#cgo noescape arago_fftw_alignment_of
#cgo nocallback arago_fftw_alignment_of
#include "library.h"
*/
import "C"

import (
	"time"
	"unsafe"
)

const (
	// Sentences of FFT2's panics; see the package comment on memory.
	noMemory = "fftw: too little memory to plan this transform"
	noPlan   = "fftw: the library has no plan for this transform"
	// The number of threads was set and read back.
	otherThreads = "fftw: the planner does not keep to the number of threads that it is told"
)

// shape is what a plan is made for: one contiguous line out of place, or a
// whole array.
type shape struct {
	rows, cols int // rows is 0 for a line
	sign       int

	// Of an array only.
	srcStride, dstStride int
	inPlace, unaligned   bool
}

func (s shape) isLine() bool { return s.rows == 0 }

// plan is FFTW's plan, or the sentence that says why there is none.
type plan struct {
	pointer unsafe.Pointer
	failure string
}

// FFTW's planner flags.
const (
	flagUnaligned = 1 << 1
	flagPatient   = 1 << 5
	flagEstimate  = 1 << 6
)

var effortFlags = []C.uint{Estimate: flagEstimate, Measure: 0, Patient: flagPatient}

// maker makes the plans of one implementation in one precision.
type maker struct {
	library *library
	effort  Effort
	limit   time.Duration
	threads int
	wisdom  *wisdom // nil for the effort estimate
}

// make returns a plan. Where the effort finds none in time or memory, an
// estimated one serves.
func (m *maker) make(s shape) plan {
	planner.Lock()
	defer planner.Unlock()
	p := m.try(s, m.effort)
	if p.pointer == nil && m.effort != Estimate {
		return m.try(s, Estimate)
	}
	if m.wisdom != nil {
		m.wisdom.keep()
	}
	return p
}

func (m *maker) try(s shape, effort Effort) plan {
	size := m.library.precision.size
	var dims [2]C.arago_fftw_dim
	rank, threads := C.int(1), C.int(1)
	in := size * s.cols
	out := in
	// A line: Bluestein's and Rader's methods want a few lines of at most four
	// times the length; FFTW's own book-keeping fits in a megabyte.
	spare := 16*in + 1<<20
	dims[0] = C.arago_fftw_dim{C.ptrdiff_t(s.cols), 1, 1}
	if !s.isLine() {
		rank, threads = 2, C.int(m.threads)
		dims[1] = dims[0]
		dims[0] = C.arago_fftw_dim{C.ptrdiff_t(s.rows), C.ptrdiff_t(s.srcStride), C.ptrdiff_t(s.dstStride)}
		in = size * ((s.rows-1)*s.srcStride + s.cols)
		out = size * ((s.rows-1)*s.dstStride + s.cols)
		// Transpositions may buffer the whole array.
		spare = in + 1<<20
		if s.inPlace {
			out = 0
		}
	}
	flags := effortFlags[effort]
	if s.unaligned {
		flags |= flagUnaligned
	}
	var p plan
	switch C.arago_fftw_plan(m.library.functions, &p.pointer, rank, &dims[0], C.size_t(in), C.size_t(out), C.size_t(spare),
		C.int(s.sign), flags, C.double(m.limit.Seconds()), threads) {
	case C.ARAGO_FFTW_NO_MEMORY:
		p.failure = noMemory
	case C.ARAGO_FFTW_NO_PLAN:
		p.failure = noPlan
	case C.ARAGO_FFTW_OTHER_THREADS:
		p.failure = otherThreads
	}
	return p
}

func (m *maker) destroy(p plan) {
	if p.pointer == nil {
		return
	}
	planner.Lock()
	defer planner.Unlock()
	C.arago_fftw_destroy(m.library.functions, p.pointer)
}

// execute runs the plan of a whole array.
func (m *maker) execute(p plan, in, out unsafe.Pointer) {
	C.arago_fftw_execute(m.library.functions, p.pointer, in, out)
}

// aligned says whether a plan for memory of FFTW's own may run on this one.
func (m *maker) aligned(memory unsafe.Pointer) bool {
	return C.arago_fftw_alignment_of(m.library.functions, memory) == 0
}
