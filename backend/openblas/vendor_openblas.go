//go:build cgo && openblas && (linux || darwin)

package openblas

// #include "library.h"
import "C"

import "os"

var linked = vendor{
	name: "openblas", library: "OpenBLAS", license: "BSD-3-Clause",
	// Fedora calls its build with threads libopenblasp; under the plain name it
	// has the serial one.
	files: map[string][]string{
		"linux":  {"libopenblasp.so.0", "libopenblas.so.0"},
		"darwin": {"libopenblas.dylib", "/opt/homebrew/opt/openblas/lib/libopenblas.dylib", "/usr/local/opt/openblas/lib/libopenblas.dylib"},
	},
	install:   "install libopenblas0-pthread (Debian), openblas-threads (Fedora) or openblas (Homebrew, conda)",
	load:      loadOpenBLAS,
	recognise: func(l library) bool { return l.has("openblas_get_config") && l.has("openblas_get_parallel") },
	limit:     func(l library) { l.set("openblas_set_num_threads", 1) },
}

// coreType names the kernels that OpenBLAS is to use instead of choosing by the
// model of the processor.
const coreType = "OPENBLAS_CORETYPE"

// loadOpenBLAS loads an OpenBLAS with kernels that use the processor. An
// OpenBLAS that is older than the model of the processor takes those of 2004,
// which are several times slower; it reads the environment when it is loaded.
func loadOpenBLAS(file string) (library, error) {
	l, err := load(file)
	if err != nil || os.Getenv(coreType) != "" || !l.has("openblas_get_corename") {
		return l, err
	}
	chosen := C.GoString(C.arago_blas_text(l.symbol("openblas_get_corename")))
	core := betterCore(chosen, processor())
	if core == "" {
		return l, nil
	}
	l.close()
	if err := os.Setenv(coreType, core); err != nil {
		return library{}, err
	}
	defer os.Unsetenv(coreType)
	return load(file)
}

// processor says which vector instructions there are: one of C's ARAGO_BLAS_….
func processor() int { return int(C.arago_blas_processor()) }

// betterCore returns the kernels for a processor that OpenBLAS does not know
// the model of, "" if those that it has chosen are right.
func betterCore(chosen string, processor int) string {
	if chosen != "Prescott" { // what dynamic.c falls back to
		return ""
	}
	switch processor {
	case C.ARAGO_BLAS_AVX512:
		return "SkylakeX"
	case C.ARAGO_BLAS_AVX2:
		return "Haswell"
	}
	return ""
}
