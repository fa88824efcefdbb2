//go:build cgo && openblas && (linux || darwin)

package openblas

// #include "library.h"
import "C"

import (
	"fmt"
	"os"

	"arago/detect"
	"arago/internal/bytesize"
)

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
	room: func() int {
		if left := addressSpace(); left >= 0 {
			return max(1, int(left/2/buffer))
		}
		return 0
	},
}

// coreType names the kernels that OpenBLAS is to use instead of choosing by the
// model of the processor.
const coreType = "OPENBLAS_CORETYPE"

// buffer is the address space that OpenBLAS maps for each thread that computes
// and for each caller (BUFFER_SIZE of common_x86_64.h). Where a limit refuses it
// that, it asks again for ever.
const buffer = 128 << 20

// loadOpenBLAS loads an OpenBLAS with kernels that use the processor, and
// without threads of its own, which would each map a buffer; it reads the
// environment when it is loaded. An OpenBLAS that is older than the model of the
// processor takes the kernels of 2004, which are several times slower.
func loadOpenBLAS(file string) (library, error) {
	// The first caller, what the library does when it is loaded, and Go.
	if left := addressSpace(); left >= 0 && left < 4*buffer {
		return library{}, &detect.Refusal{Verdicts: []detect.Verdict{{
			Code: detect.AR112, Name: "MEMORY", Refused: true,
			Problem: fmt.Sprintf("OpenBLAS maps %s for each caller, and hangs where it may not", bytesize.Text(buffer)),
			Where:   fmt.Sprintf("RLIMIT_AS leaves %s of address space", bytesize.Text(left)),
			Instead: "raise the limit (ulimit -v), or choose --backend gonum",
		}}}
	}
	var l library
	err := withVariable("OPENBLAS_NUM_THREADS", "1", func() error {
		var err error
		l, err = load(file)
		if err != nil || os.Getenv(coreType) != "" || !l.has("openblas_get_corename") {
			return err
		}
		chosen := C.GoString(C.arago_blas_text(l.symbol("openblas_get_corename")))
		core := betterCore(chosen, processor())
		if core == "" {
			return nil
		}
		l.close()
		return withVariable(coreType, core, func() error {
			l, err = load(file)
			return err
		})
	})
	return l, err
}

// withVariable calls do while a variable of the environment has a value.
func withVariable(name, value string, do func() error) error {
	before, was := os.LookupEnv(name)
	if err := os.Setenv(name, value); err != nil {
		return err
	}
	defer func() {
		if was {
			os.Setenv(name, before)
		} else {
			os.Unsetenv(name)
		}
	}()
	return do()
}

// addressSpace returns what RLIMIT_AS leaves, −1 without a limit.
func addressSpace() int64 {
	_, _, m := detect.Limits()
	return m.AddressSpace
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
