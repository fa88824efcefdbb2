//go:build cgo && (openblas || mkl || blis || atlas || netlib) && (linux || darwin)

package openblas

/*
#cgo openblas CFLAGS: -DARAGO_TAG_OPENBLAS=1
#cgo mkl CFLAGS: -DARAGO_TAG_MKL=1
#cgo blis CFLAGS: -DARAGO_TAG_BLIS=1
#cgo atlas CFLAGS: -DARAGO_TAG_ATLAS=1
#cgo netlib CFLAGS: -DARAGO_TAG_NETLIB=1
#cgo linux LDFLAGS: -ldl
#cgo noescape arago_blas_load
#cgo noescape arago_blas_symbol
#cgo nocallback arago_blas_load
#cgo nocallback arago_blas_symbol
#include <stdlib.h>
#include "library.h"

#if ARAGO_TAG_OPENBLAS + ARAGO_TAG_MKL + ARAGO_TAG_BLIS + ARAGO_TAG_ATLAS + ARAGO_TAG_NETLIB > 1
#error give one of the build tags openblas, mkl, blis, atlas and netlib, not several
#endif
*/
import "C"

import (
	"errors"
	"unsafe"
)

// library is a shared library that has been loaded.
type library struct{ handle unsafe.Pointer }

// load loads a file as the system's loader finds it.
func load(file string) (library, error) {
	name := C.CString(file)
	defer C.free(unsafe.Pointer(name))
	var message *C.char
	handle := C.arago_blas_load(name, &message)
	if handle == nil {
		defer C.free(unsafe.Pointer(message))
		return library{}, errors.New(C.GoString(message))
	}
	return library{handle}, nil
}

func (l library) close() { C.arago_blas_close(l.handle) }

// symbol returns the address of a function of the library or of one that it
// brings along, nil if there is none of that name.
func (l library) symbol(name string) unsafe.Pointer {
	text := C.CString(name)
	defer C.free(unsafe.Pointer(text))
	return C.arago_blas_symbol(l.handle, text)
}

func (l library) has(name string) bool { return l.symbol(name) != nil }

// limitThread limits the library's calls from this thread of the system to one
// thread, where the library keeps the number for each of them, and returns how
// many it has then, 0 if it keeps none.
func (l library) limitThread() int { return int(C.arago_blas_limit_thread(l.handle)) }

// bind makes the CBLAS functions of this program those of the library. The
// first call from each thread of the system limits it as limitThread does.
func (l library) bind() { C.arago_blas_bind(l.handle) }
