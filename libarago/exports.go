//go:build cgo && (linux || darwin)

package main

/*
#cgo CFLAGS: -I${SRCDIR}/../detect/forkguard -std=gnu11 -O2 -Wall -Wextra -fvisibility=hidden
#cgo LDFLAGS: -lpthread
#include <stdlib.h>
#include "shim.h"
*/
import "C"

import (
	"unsafe"

	_ "arago/detect/forkguard" // its functions in C
	"arago/internal/failure"
	"arago/internal/library"
)

// answer calls what and puts what was wrong into the message of the calling thread.
func answer(what func() error) C.int {
	status, sentence := library.Protect(what)
	if status != library.OK {
		C.arago_shim_say(C.CString(sentence))
	}
	return C.int(status)
}

// text hands a text over to the caller, who frees it.
func text(to **C.char, of func() (string, error)) error {
	if to == nil {
		return failure.Misuse("the pointer to the result is null")
	}
	s, err := of()
	if err == nil {
		*to = C.CString(s)
	}
	return err
}

// given returns a string of the caller; "" for a null pointer.
func given(s *C.char) string {
	if s == nil {
		return ""
	}
	return C.GoString(s)
}

func array(data unsafe.Pointer, stride C.int64_t) library.Array {
	return library.Array{Data: data, Stride: int64(stride)}
}

//export arago_go_version
func arago_go_version(json **C.char) C.int {
	return answer(func() error { return text(json, library.Build) })
}

//export arago_go_doctor
func arago_go_doctor(json **C.char) C.int {
	return answer(func() error { return text(json, library.Doctor) })
}

//export arago_go_set_threads
func arago_go_set_threads(threads C.int) C.int {
	return answer(func() error { return library.SetThreads(int(threads)) })
}

//export arago_go_get_threads
func arago_go_get_threads(threads *C.int) C.int {
	return answer(func() error {
		if threads == nil {
			return failure.Misuse("threads is a null pointer")
		}
		*threads = C.int(library.Threads())
		return nil
	})
}

//export arago_go_set_backend
func arago_go_set_backend(choice *C.char) C.int {
	return answer(func() error { return library.SetBackend(given(choice)) })
}

//export arago_go_get_backend
func arago_go_get_backend(choice **C.char) C.int {
	return answer(func() error { return text(choice, library.Backend) })
}

// mft collects the arguments that say which transform.
func mft(precision, sign C.int, scale C.double, y, x *C.arago_axis, recipe *C.char) (library.MFT, error) {
	if y == nil || x == nil {
		return library.MFT{}, failure.Misuse("an axis is a null pointer")
	}
	axis := func(a *C.arago_axis) library.Axis {
		return library.Axis{In: int64(a.in), Out: int64(a.out), Step: float64(a.step), InCenter: float64(a.in_center), OutCenter: float64(a.out_center)}
	}
	return library.MFT{
		Precision: library.Precision(precision), Sign: int32(sign), Scale: float64(scale),
		Y: axis(y), X: axis(x), Recipe: given(recipe),
	}, nil
}

//export arago_go_mft_plan
func arago_go_mft_plan(precision, sign C.int, scale C.double, y, x *C.arago_axis, recipe *C.char, plan *C.arago_mft) C.int {
	return answer(func() error {
		if plan == nil {
			return failure.Misuse("plan is a null pointer")
		}
		t, err := mft(precision, sign, scale, y, x, recipe)
		if err != nil {
			return err
		}
		h, err := library.NewMFT(t)
		if err == nil {
			*plan = C.arago_mft(h)
		}
		return err
	})
}

//export arago_go_mft_execute
func arago_go_mft_execute(plan C.arago_mft, dst unsafe.Pointer, dstStride C.int64_t, src unsafe.Pointer, srcStride C.int64_t) C.int {
	return answer(func() error {
		p, err := library.LookUpMFT(library.Handle(plan))
		if err != nil {
			return err
		}
		return p.Execute(array(dst, dstStride), array(src, srcStride))
	})
}

//export arago_go_mft_describe
func arago_go_mft_describe(plan C.arago_mft, json **C.char) C.int {
	return answer(func() error {
		p, err := library.LookUpMFT(library.Handle(plan))
		if err != nil {
			return err
		}
		return text(json, p.Describe)
	})
}

//export arago_go_mft_free
func arago_go_mft_free(plan C.arago_mft) C.int {
	return answer(func() error { return library.FreeMFT(library.Handle(plan)) })
}

//export arago_go_mft_once
func arago_go_mft_once(precision, sign C.int, scale C.double, y, x *C.arago_axis, recipe *C.char,
	dst unsafe.Pointer, dstStride C.int64_t, src unsafe.Pointer, srcStride C.int64_t) C.int {
	return answer(func() error {
		t, err := mft(precision, sign, scale, y, x, recipe)
		if err != nil {
			return err
		}
		return library.TransformOnce(t, array(dst, dstStride), array(src, srcStride))
	})
}

//export arago_go_fft2
func arago_go_fft2(precision, sign C.int, scale C.double, rows, cols C.int64_t,
	out *C.arago_block, dst unsafe.Pointer, dstStride C.int64_t, in *C.arago_block, src unsafe.Pointer, srcStride C.int64_t) C.int {
	return answer(func() error {
		block := func(b *C.arago_block) library.Block {
			if b == nil {
				return library.Block{Rows: int64(rows), Cols: int64(cols)}
			}
			return library.Block{Row: int64(b.row), Col: int64(b.col), Rows: int64(b.rows), Cols: int64(b.cols)}
		}
		return library.FFT2(library.Precision(precision), int32(sign), float64(scale), int64(rows), int64(cols),
			block(out), array(dst, dstStride), block(in), array(src, srcStride))
	})
}

//export arago_go_product
func arago_go_product(precision, realLeft C.int, m, k, n C.int64_t, a unsafe.Pointer, aStride C.int64_t,
	b unsafe.Pointer, bStride C.int64_t, dst unsafe.Pointer, dstStride C.int64_t) C.int {
	return answer(func() error {
		return library.Product(library.Precision(precision), realLeft != 0, int64(m), int64(k), int64(n),
			array(a, aStride), array(b, bStride), array(dst, dstStride))
	})
}

//export arago_go_outer
func arago_go_outer(precision, mode C.int, rows, cols C.int64_t, col, row, dst unsafe.Pointer, dstStride C.int64_t) C.int {
	return answer(func() error {
		return library.Outer(library.Precision(precision), library.Mode(mode), int64(rows), int64(cols),
			array(col, 0), array(row, 0), array(dst, dstStride))
	})
}

//export arago_go_phasor
func arago_go_phasor(precision, mode C.int, rows, cols C.int64_t, wavelength C.double,
	amplitude unsafe.Pointer, amplitudeStride C.int64_t, opd unsafe.Pointer, opdStride C.int64_t, dst unsafe.Pointer, dstStride C.int64_t) C.int {
	return answer(func() error {
		return library.Phasor(library.Precision(precision), library.Mode(mode), int64(rows), int64(cols), float64(wavelength),
			array(amplitude, amplitudeStride), array(opd, opdStride), array(dst, dstStride))
	})
}

func how(precision C.int, recipe *C.char, workers C.int) library.How {
	return library.How{Precision: library.Precision(precision), Recipe: given(recipe), Workers: int64(workers)}
}

//export arago_go_system_open
func arago_go_system_open(path *C.char, precision C.int, recipe *C.char, workers C.int, system *C.arago_system) C.int {
	return answer(func() error {
		if system == nil {
			return failure.Misuse("system is a null pointer")
		}
		h, err := library.OpenSystem(given(path), how(precision, recipe, workers))
		if err == nil {
			*system = C.arago_system(h)
		}
		return err
	})
}

//export arago_go_system_parse
func arago_go_system_parse(toml *C.char, length C.size_t, name, folder *C.char,
	precision C.int, recipe *C.char, workers C.int, system *C.arago_system) C.int {
	return answer(func() error {
		if system == nil {
			return failure.Misuse("system is a null pointer")
		}
		if toml == nil && length > 0 {
			return failure.Misuse("text is a null pointer")
		}
		const most = 1 << 30 // beyond all that package system reads
		if length > most {
			return failure.Misuse("the text has %d bytes; at most %d can be", uint64(length), most)
		}
		copied := C.GoBytes(unsafe.Pointer(toml), C.int(length))
		h, err := library.ParseSystem(copied, given(name), given(folder), how(precision, recipe, workers))
		if err == nil {
			*system = C.arago_system(h)
		}
		return err
	})
}

//export arago_go_system_plan
func arago_go_system_plan(system C.arago_system, json **C.char) C.int {
	return answer(func() error {
		s, err := library.LookUpSystem(library.Handle(system))
		if err != nil {
			return err
		}
		return text(json, s.Plan)
	})
}

//export arago_go_system_shape
func arago_go_system_shape(system C.arago_system, image C.int, rows, cols *C.int64_t) C.int {
	return answer(func() error {
		s, err := library.LookUpSystem(library.Handle(system))
		if err != nil {
			return err
		}
		if rows == nil || cols == nil {
			return failure.Misuse("rows or cols is a null pointer")
		}
		r, c, err := s.Shape(library.Image(image))
		if err == nil {
			*rows, *cols = C.int64_t(r), C.int64_t(c)
		}
		return err
	})
}

// progress calls the caller's function, if there is one.
func progress(tell C.arago_progress, user unsafe.Pointer) library.Progress {
	if tell == nil {
		return nil
	}
	return func(done, all int64) bool {
		return C.arago_shim_progress(tell, C.int64_t(done), C.int64_t(all), user) == 0
	}
}

//export arago_go_system_run
func arago_go_system_run(system C.arago_system, image C.int, dst unsafe.Pointer, dstStride C.int64_t,
	tell C.arago_progress, user unsafe.Pointer) C.int {
	return answer(func() error {
		s, err := library.LookUpSystem(library.Handle(system))
		if err != nil {
			return err
		}
		return s.Run(library.Image(image), array(dst, dstStride), progress(tell, user))
	})
}

//export arago_go_system_fits
func arago_go_system_fits(system C.arago_system, tell C.arago_progress, user unsafe.Pointer,
	bytes *unsafe.Pointer, length *C.size_t) C.int {
	return answer(func() error {
		s, err := library.LookUpSystem(library.Handle(system))
		if err != nil {
			return err
		}
		if bytes == nil || length == nil {
			return failure.Misuse("bytes or length is a null pointer")
		}
		file, err := s.FITS(progress(tell, user))
		if err == nil {
			*bytes, *length = C.CBytes(file), C.size_t(len(file))
		}
		return err
	})
}

//export arago_go_system_free
func arago_go_system_free(system C.arago_system) C.int {
	return answer(func() error { return library.FreeSystem(library.Handle(system)) })
}
