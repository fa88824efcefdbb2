//go:build cgo && openblas && (linux || darwin)

package main

// #cgo linux LDFLAGS: -ldl
// #include <dlfcn.h>
//
// // Sets the threads of an OpenBLAS that is loaded. Returns 0 if it has none of
// // its own: then calls stay on one.
// static int set_threads(const char *file, int n) {
// 	void *library = dlopen(file, RTLD_NOW | RTLD_NOLOAD);
// 	if (!library) return 0;
// 	int (*parallel)(void) = (int (*)(void))dlsym(library, "openblas_get_parallel");
// 	void (*set)(int) = (void (*)(int))dlsym(library, "openblas_set_num_threads");
// 	int can = parallel && set && parallel() == 1;
// 	if (can) set(n);
// 	dlclose(library);
// 	return can;
// }
import "C"

import (
	"os"

	"gonum.org/v1/netlib/blas/netlib"

	"arago/backend/openblas"
	"arago/internal/compare"
)

func init() {
	local = append(local, straightNetlib)
	// As for the processes (threadSettings). The library reads it when it is
	// loaded, which is later.
	os.Setenv("OPENBLAS_THREAD_TIMEOUT", "20")
}

// straightNetlib is OpenBLAS by gonum's netlib with the library's own threads,
// as a program would call it without Arago. The library is the one that the
// back end openblas has loaded.
func straightNetlib() (compare.Contender, error) {
	var library compare.Library
	for _, f := range openblas.Factories() {
		if f.Name != "openblas" {
			continue
		}
		impl, err := f.New()
		if err != nil {
			return nil, err
		}
		p := impl.Properties
		library = compare.Library{
			Name: "netlib straight", Library: p.Library, Version: p.Version, Path: p.Path,
			Architecture: p.Architecture, License: p.License, Threads: "openblas_set_num_threads",
		}
	}
	file := C.CString(library.Path) // kept as long as the program runs
	threads := func(n int) { C.set_threads(file, C.int(n)) }
	if C.set_threads(file, 1) == 0 {
		threads, library.Threads = nil, "none: this build of OpenBLAS has no pthreads of its own"
	}
	return compare.Local{
		About: library, Threads: threads,
		Call: func(w *compare.Workspace) (func(), error) {
			if call := gemm(netlib.Implementation{}, w); call != nil {
				return call, nil
			}
			return nil, compare.ErrUnsupported
		},
	}, nil
}
