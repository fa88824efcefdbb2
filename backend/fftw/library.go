//go:build fftw && cgo && (linux || darwin)

package fftw

/*
#cgo linux LDFLAGS: -ldl
#cgo noescape arago_fftw_open
#cgo nocallback arago_fftw_open
#cgo noescape arago_fftw_load
#cgo nocallback arago_fftw_load
#cgo noescape arago_fftw_init_threads
#cgo nocallback arago_fftw_init_threads
#cgo noescape arago_fftw_export_wisdom
#cgo nocallback arago_fftw_export_wisdom
#cgo noescape arago_fftw_import_wisdom
#cgo nocallback arago_fftw_import_wisdom
#include <stdlib.h>
#include "library.h"
*/
import "C"

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"unsafe"

	"arago/backend"
	"arago/detect"
)

// planner stands around every call into FFTW except those that execute plans:
// its planner, its wisdom and its allocator are shared by the whole process.
var planner sync.Mutex

// library is one open library in one precision. Libraries are opened once and
// stay open.
type library struct {
	functions *C.arago_fftw // in C memory
	precision precision

	name, version, architecture, license, path string

	mkl     bool
	threads bool            // the threads layer is there
	entries []backend.Entry // the functions that are called
}

// precision is what differs between FFTW's two libraries.
type precision struct {
	name   string
	letter string // in the names of the libraries and functions
	size   int    // bytes of a complex number
	debian string // the package with the shared library
}

var (
	double = precision{"double", "", 16, "libfftw3-double3"}
	single = precision{"single", "f", 8, "libfftw3-single3"}
)

// opened holds the libraries that are open, by file and precision; the lock is planner.
var opened = map[string]*library{}

// openLibrary opens FFTW in one precision. place is Options.Library.
func openLibrary(p precision, place string) (*library, error) {
	planner.Lock()
	defer planner.Unlock()
	core, file, err := openShared(p, place, "")
	if err != nil {
		return nil, fmt.Errorf("FFTW in %s precision cannot be opened: %w; install it (Debian: %s, Fedora: fftw-libs-%s, Homebrew and conda: fftw) or name its folder in %s",
			p.name, err, p.debian, p.name, EnvironmentLibrary)
	}
	key := file + " " + p.name
	if l := opened[key]; l != nil {
		return l, nil
	}
	// Without the layer there are no threads, which is an error only for who
	// asks for them.
	threads, _, _ := openShared(p, place, "_threads")

	l := &library{precision: p, functions: (*C.arago_fftw)(C.calloc(1, C.sizeof_arago_fftw))}
	defer func() {
		if opened[key] == nil {
			C.free(unsafe.Pointer(l.functions))
		}
	}()
	prefix := C.CString("fftw" + p.letter + "_")
	defer C.free(unsafe.Pointer(prefix))
	C.arago_fftw_load(l.functions, core, threads, prefix)
	if missing := l.functions.missing; missing != nil {
		return nil, fmt.Errorf("%s is no FFTW 3 library in %s precision: it has no function fftw%s_%s", file, p.name, p.letter, C.GoString(missing))
	}
	if err := l.identify(); err != nil {
		return nil, err
	}
	// Before any use of the planner: this call decides which solvers it has, and
	// wisdom of one set of solvers is void for another.
	l.threads = l.functions.init_threads != nil && C.arago_fftw_init_threads(l.functions) != 0
	opened[key] = l
	return l, nil
}

// openShared opens one of FFTW's shared libraries and returns the name by which it was found.
func openShared(p precision, place, layer string) (unsafe.Pointer, string, error) {
	var first error
	for _, file := range candidates(p, place, layer) {
		name := C.CString(file)
		var message [512]C.char
		handle := C.arago_fftw_open(name, &message[0], C.size_t(len(message)))
		C.free(unsafe.Pointer(name))
		if handle != nil {
			return handle, file, nil
		}
		if first == nil {
			first = fmt.Errorf("%s", C.GoString(&message[0]))
		}
	}
	return nil, "", first
}

// candidates returns the file names to try.
func candidates(p precision, place, layer string) []string {
	name := "libfftw3" + p.letter + layer + ".so.3"
	folders := []string{""}
	if runtime.GOOS == "darwin" {
		name = "libfftw3" + p.letter + layer + ".3.dylib"
		// Where Homebrew and MacPorts install, which the loader does not search.
		folders = append(folders, "/opt/homebrew/lib", "/usr/local/lib", "/opt/local/lib")
	}
	if place != "" {
		if info, err := os.Stat(place); err == nil && !info.IsDir() {
			return []string{place}
		}
		folders = []string{place}
	}
	for i, folder := range folders {
		folders[i] = filepath.Join(folder, name)
	}
	return folders
}

// identify finds out which library it is. One whose functions come from several
// files is refused.
func (l *library) identify() error {
	var served []detect.Served
	for i := 0; ; i++ {
		var address C.uintptr_t
		name := C.arago_fftw_function(l.functions, C.int(i), &address)
		if name == nil {
			break
		}
		if address == 0 {
			continue
		}
		symbol := "fftw" + l.precision.letter + "_" + C.GoString(name)
		l.entries = append(l.entries, backend.Entry{Symbol: symbol, Address: uintptr(address)})
		served = append(served, detect.Served{Part: "FFT2", Symbol: symbol, Address: uintptr(address)})
	}
	files := detect.Serving(served)
	if err := detect.Refused(detect.Check(detect.Report{Libraries: files}, detect.Plan{})); err != nil {
		return err
	}
	core := files[0]
	l.path, l.name, l.architecture = core.Path, string(core.Kind), core.Architecture
	l.version = cmp.Or(core.Version, "unknown")
	l.license = "GPL-2.0-or-later"
	if core.Kind == detect.MKLFFTW {
		l.mkl, l.license = true, "LicenseRef-Intel-Simplified-Software-License"
	}
	return nil
}

// importWisdom says whether text is wisdom of this library. The caller holds planner.
func (l *library) importWisdom(text []byte) bool {
	return C.arago_fftw_import_wisdom(l.functions, (*C.char)(unsafe.Pointer(unsafe.SliceData(text))), C.size_t(len(text))) != 0
}

// exportWisdom returns the library's wisdom. The caller holds planner.
func (l *library) exportWisdom() []byte {
	text := make([]byte, 1<<14)
	for {
		n := int(C.arago_fftw_export_wisdom(l.functions, (*C.char)(unsafe.Pointer(&text[0])), C.size_t(len(text))))
		if n <= len(text) {
			return text[:n]
		}
		text = make([]byte, n)
	}
}
