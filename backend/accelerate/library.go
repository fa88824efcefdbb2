//go:build cgo && ((accelerate && darwin) || accelerate_standin)

package accelerate

// #cgo darwin CFLAGS: -DACCELERATE_NEW_LAPACK
// #cgo darwin,!accelerate_standin LDFLAGS: -framework Accelerate
// #cgo accelerate_standin CFLAGS: -I${SRCDIR}/sdk/include
// #cgo noescape arago_zgemm
// #cgo nocallback arago_zgemm
// #cgo noescape arago_cgemm
// #cgo nocallback arago_cgemm
// #cgo noescape arago_dgemm
// #cgo nocallback arago_dgemm
// #cgo noescape arago_sgemm
// #cgo nocallback arago_sgemm
// #cgo noescape arago_dft_double
// #cgo nocallback arago_dft_double
// #cgo noescape arago_dft_single
// #cgo nocallback arago_dft_single
// #include "calls.h"
import "C"

import (
	"sync"
	"unsafe"

	"arago/backend"
)

// product computes c = a·b for an m×k matrix a and a k×n matrix b with the
// given distances between rows, and says false, having done nothing, if BLAS
// does not keep to one thread. None of the sizes is zero.
type product func(m, n, k int, a unsafe.Pointer, lda int, b unsafe.Pointer, ldb int, c unsafe.Pointer, ldc int) bool

// library is what Accelerate offers in the precision of R.
type library[R backend.Real] struct {
	complexProduct, realProduct product
	// setup returns what transform needs for lines of n, or nil.
	setup func(n int) unsafe.Pointer
	// transform transforms count lines out of place, with negative sign.
	transform func(setup unsafe.Pointer, count, pitch int, inRe, inIm, outRe, outIm *R)
}

var double = library[float64]{
	complexProduct: func(m, n, k int, a unsafe.Pointer, lda int, b unsafe.Pointer, ldb int, c unsafe.Pointer, ldc int) bool {
		return C.arago_zgemm(C.int(m), C.int(n), C.int(k), a, C.int(lda), b, C.int(ldb), c, C.int(ldc)) == 0
	},
	realProduct: func(m, n, k int, a unsafe.Pointer, lda int, b unsafe.Pointer, ldb int, c unsafe.Pointer, ldc int) bool {
		return C.arago_dgemm(C.int(m), C.int(n), C.int(k), a, C.int(lda), b, C.int(ldb), c, C.int(ldc)) == 0
	},
	setup: func(n int) unsafe.Pointer { return C.arago_setup_double(C.long(n)) },
	transform: func(setup unsafe.Pointer, count, pitch int, inRe, inIm, outRe, outIm *float64) {
		C.arago_dft_double(setup, C.long(count), C.long(pitch),
			unsafe.Pointer(inRe), unsafe.Pointer(inIm), unsafe.Pointer(outRe), unsafe.Pointer(outIm))
	},
}

var single = library[float32]{
	complexProduct: func(m, n, k int, a unsafe.Pointer, lda int, b unsafe.Pointer, ldb int, c unsafe.Pointer, ldc int) bool {
		return C.arago_cgemm(C.int(m), C.int(n), C.int(k), a, C.int(lda), b, C.int(ldb), c, C.int(ldc)) == 0
	},
	realProduct: func(m, n, k int, a unsafe.Pointer, lda int, b unsafe.Pointer, ldb int, c unsafe.Pointer, ldc int) bool {
		return C.arago_sgemm(C.int(m), C.int(n), C.int(k), a, C.int(lda), b, C.int(ldb), c, C.int(ldc)) == 0
	},
	setup: func(n int) unsafe.Pointer { return C.arago_setup_single(C.long(n)) },
	transform: func(setup unsafe.Pointer, count, pitch int, inRe, inIm, outRe, outIm *float32) {
		C.arago_dft_single(setup, C.long(count), C.long(pitch),
			unsafe.Pointer(inRe), unsafe.Pointer(inIm), unsafe.Pointer(outRe), unsafe.Pointer(outIm))
	},
}

// findThreading looks up, once, whether products can be told to stay on one thread.
var findThreading = sync.OnceFunc(func() { C.arago_find_threading() })

// staysSingle says whether products from this thread stay on it.
func staysSingle() bool { return C.arago_single() != 0 }

// entries returns the functions that are called, those of BLAS first.
func entries() []backend.Entry {
	var all []backend.Entry
	for i := 0; ; i++ {
		var address C.uintptr_t
		name := C.arago_entry(C.int(i), &address)
		if name == nil {
			return all
		}
		all = append(all, backend.Entry{Symbol: C.GoString(name), Address: uintptr(address)})
	}
}
