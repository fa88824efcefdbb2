//go:build cgo && (linux || darwin)

package detect

/*
#cgo linux LDFLAGS: -ldl
#include <stdlib.h>
#include "inspect.h"
*/
import "C"

import (
	"os"
	"unsafe"
)

// objects returns the files that are loaded, as the loader calls them.
func objects() []string {
	list := C.arago_detect_objects()
	if list == nil {
		return nil
	}
	defer C.free(unsafe.Pointer(list))
	var names []string
	for p := list; *p != nil; p = (**C.char)(unsafe.Add(unsafe.Pointer(p), unsafe.Sizeof(*p))) {
		names = append(names, C.GoString(*p))
		C.free(unsafe.Pointer(*p))
	}
	return names
}

// holder returns the image of the file around an address.
func holder(address uintptr) (image, bool) {
	var base, ours C.uintptr_t
	name := C.arago_detect_file(C.uintptr_t(address), &base)
	if name == nil {
		return nil, false
	}
	C.arago_detect_file(C.arago_detect_here(), &ours)
	return newLoaded(C.GoString(name), base == ours, uintptr(base))
}

// opened returns the image of a file that is loaded.
func opened(name string) (image, bool) { return newLoaded(name, false, 0) }

// loaded is an image that can be asked, because it is loaded.
type loaded struct {
	file
	handle unsafe.Pointer
	base   uintptr // 0 if not known
}

// newLoaded returns the image of the file called name. own says that Arago is
// in it; base is where it lies, 0 if that is to be found out.
func newLoaded(name string, own bool, base uintptr) (image, bool) {
	text := C.CString(name)
	defer C.free(unsafe.Pointer(text))
	l := &loaded{handle: C.arago_detect_open(text), base: base}
	if l.handle == nil && own {
		// The program itself, whose name may be as it was typed.
		l.handle = C.arago_detect_open(nil)
		if program, err := os.Executable(); err == nil {
			name = program
		}
	}
	if l.handle == nil {
		return nil, false
	}
	l.file = file{name: realPath(name), own: own}
	return l, true
}

func (l *loaded) close() { C.arago_detect_close(l.handle) }

// readable is true: the loader knows the symbols.
func (l *loaded) readable() bool { return true }

func (l *loaded) symbol(name string) unsafe.Pointer {
	text := C.CString(name)
	defer C.free(unsafe.Pointer(text))
	return C.arago_detect_symbol(l.handle, text)
}

// fileOf returns the file around an address and where it begins.
func fileOf(address unsafe.Pointer) (name string, base uintptr) {
	if address == nil {
		return "", 0
	}
	var b C.uintptr_t
	text := C.arago_detect_file(C.uintptr_t(uintptr(address)), &b)
	if text == nil {
		return "", 0
	}
	return realPath(C.GoString(text)), uintptr(b)
}

func (l *loaded) defines(symbol string) bool {
	name, base := fileOf(l.symbol(symbol))
	if l.base != 0 {
		return base == l.base
	}
	return name == l.name
}

func (l *loaded) behind(symbol string) string {
	if l.own {
		// What the program brings along is not part of what is in it.
		if l.defines(symbol) {
			return l.name
		}
		return ""
	}
	name, _ := fileOf(l.symbol(symbol))
	return name
}

func (l *loaded) binds(symbol string) string {
	text := C.CString(symbol)
	defer C.free(unsafe.Pointer(text))
	name, _ := fileOf(C.arago_detect_bound(l.handle, text))
	return name
}

// The calls. A symbol of another file's counts if this file brings it along.

func (l *loaded) text(symbol string) (string, bool) {
	f := l.symbol(symbol)
	if f == nil {
		return "", false
	}
	return C.GoString(C.arago_detect_text(f)), true
}

func (l *loaded) textOf(symbol string, n int) (string, bool) {
	f := l.symbol(symbol)
	if f == nil {
		return "", false
	}
	return C.GoString(C.arago_detect_text_of(f, C.int(n))), true
}

func (l *loaded) number(symbol string) (int, bool) {
	f := l.symbol(symbol)
	if f == nil {
		return 0, false
	}
	return int(C.arago_detect_number(f)), true
}

func (l *loaded) numberOf(symbol string, n int) (int, bool) {
	f := l.symbol(symbol)
	if f == nil {
		return 0, false
	}
	return int(C.arago_detect_number_of(f, C.int(n))), true
}

func (l *loaded) fill(symbol string) (string, bool) {
	f := l.symbol(symbol)
	if f == nil {
		return "", false
	}
	var buffer [256]C.char
	C.arago_detect_fill(f, &buffer[0], C.size_t(len(buffer)))
	return C.GoString(&buffer[0]), true
}

func (l *loaded) three(symbol string) ([3]int, bool) {
	f := l.symbol(symbol)
	if f == nil {
		return [3]int{}, false
	}
	var n [3]C.int
	C.arago_detect_three(f, &n[0])
	return [3]int{int(n[0]), int(n[1]), int(n[2])}, true
}

func (l *loaded) data(symbol string) (string, bool) {
	d := l.symbol(symbol)
	if d == nil {
		return "", false
	}
	return C.GoString((*C.char)(d)), true
}

func (l *loaded) integerBits(isamax string) (int, bool) {
	f := l.symbol(isamax)
	if f == nil {
		return 0, false
	}
	return int(C.arago_detect_integer_bits(f)), true
}
