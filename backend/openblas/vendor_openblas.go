//go:build cgo && openblas && (linux || darwin)

package openblas

// #include "library.h"
import "C"

import (
	"debug/elf"
	"errors"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
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
	prepare:   prepareOpenBLAS,
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
	core := betterCore(l.text("openblas_get_corename"), processor())
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

// The kinds of OpenBLAS, as openblas_get_parallel numbers them.
const (
	serial = 0
	openMP = 2
)

func prepareOpenBLAS(l library) (answer, error) {
	config, kind := l.text("openblas_get_config"), l.number("openblas_get_parallel")
	if kind == openMP {
		// One thread now, on this thread of the system; forward.c does it on
		// the others.
		if !l.has("omp_set_num_threads") {
			return answer{}, errors.New("it was built with OpenMP, whose functions cannot be found; install a build with pthreads")
		}
		l.set("omp_set_num_threads", 1)
	}
	l.set("openblas_set_num_threads", 1)
	if n := l.number("openblas_get_num_threads"); n != 1 {
		return answer{}, errors.New("it was set to 1 thread and uses " + strconv.Itoa(n))
	}
	return answer{
		version:      openBLASVersion(config),
		architecture: l.text("openblas_get_corename"),
		callers:      openBLASCallers(config, kind, importsMutex(l.fileOf("cblas_zgemm"))),
	}, nil
}

// openBLASVersion reads "OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH …". The
// version stands there since 0.3.4.
func openBLASVersion(config string) string {
	words := strings.Fields(config)
	if len(words) > 1 && words[0] == "OpenBLAS" {
		return words[1]
	}
	return "before 0.3.4"
}

var maxThreads = regexp.MustCompile(`MAX_THREADS=(\d+)`)

// openBLASCallers returns how many calls may be inside at once. Each one takes
// one of max(50, 2·MAX_THREADS) buffers, and when there is none the library
// ends the process (common.h, driver/others/memory.c); before 0.3.4, which does
// not state its version, there may be two of them. A build for one thread
// hands them out without a lock, unless it was built with USE_LOCKING, which
// its configuration shows since 0.3.28; before, that it imports a mutex does.
func openBLASCallers(config string, kind int, importsMutex bool) int {
	if !strings.HasPrefix(config, "OpenBLAS ") {
		return 1
	}
	if kind == serial {
		if strings.Contains(config, "USE_LOCKING") || importsMutex {
			return 50
		}
		return 1
	}
	if m := maxThreads.FindStringSubmatch(config); m != nil {
		n, _ := strconv.Atoi(m[1])
		return max(50, n)
	}
	return 50
}

// importsMutex says whether a file needs pthread_mutex_lock from another one.
// One that is not ELF does not say.
func importsMutex(file string) bool {
	f, err := elf.Open(file)
	if err != nil {
		return false
	}
	defer f.Close()
	symbols, err := f.ImportedSymbols()
	return err == nil && slices.ContainsFunc(symbols, func(s elf.ImportedSymbol) bool { return s.Name == "pthread_mutex_lock" })
}
