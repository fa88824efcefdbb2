//go:build cgo && (openblas || mkl || blis || atlas || netlib) && (linux || darwin)

package openblas

import (
	"fmt"
	"runtime"
	"strings"
	"sync"

	"arago/backend"
	"arago/backend/gonum"
)

// vendor is whose library a build tag asks for.
type vendor struct {
	// name is the build tag and the name of the back end; library is what the
	// vendor calls it.
	name, library, license string
	// files are the names that the library has on an operating system, the
	// preferred one first.
	files map[string][]string
	// install ends the sentence "install …".
	install string
	// load loads a file.
	load func(string) (library, error)
	// recognise says whether a library is the vendor's. It looks at names only.
	recognise func(library) bool
	// prepare sets the library to one thread and says what it is.
	prepare func(library) (answer, error)
}

// answer is what a library says of itself.
type answer struct {
	version, architecture string
	// callers is how many calls may be inside at once, 0 if any number may.
	callers int
}

// factory returns the factory of a back end that is in this build.
func factory(name string) backend.Factory {
	if name != linked.name {
		return nil
	}
	return New
}

// New returns the back end that this build is for. All calls return the same one.
func New() (backend.Implementation, error) { return opened() }

var opened = sync.OnceValues(func() (backend.Implementation, error) { return open(linked) })

// open loads the vendor's library and makes it the one that answers.
func open(v vendor) (backend.Implementation, error) {
	l, err := find(v)
	if err != nil {
		return backend.Implementation{}, err
	}
	file := l.fileOf("cblas_zgemm")
	a, err := v.prepare(l)
	if err != nil {
		return backend.Implementation{}, fmt.Errorf("back end %s: %s: %w", v.name, file, err)
	}
	if l.wideIntegers() {
		return backend.Implementation{}, fmt.Errorf(
			"back end %s: %s counts with integers of 64 bits (ILP64), Arago calls it with 32 (LP64); %s", v.name, file, v.install)
	}
	l.bind()

	callers := runtime.GOMAXPROCS(0)
	if a.callers > 0 {
		callers = min(callers, a.callers)
	}
	inside := make(chan struct{}, callers)
	pure, err := gonum.New()
	if err != nil {
		return backend.Implementation{}, err
	}
	return backend.Implementation{
		Properties: backend.Properties{
			Name:            v.name,
			Library:         v.library,
			Version:         a.version,
			Path:            file,
			Architecture:    a.architecture,
			License:         v.license,
			Threads:         cap(inside),
			ConcurrentCalls: a.callers != 1,
			WorkerProcesses: true,
			Reproducible:    true,
		},
		LinearDouble: linear[float64, complex128]{pure.LinearDouble, zgemm, dgemm, inside},
		LinearSingle: linear[float32, complex64]{pure.LinearSingle, cgemm, sgemm, inside},
	}, nil
}

// find loads the first of the vendor's files that is the vendor's library.
func find(v vendor) (library, error) {
	var failures []string
	for _, file := range v.files[runtime.GOOS] {
		l, err := v.load(file)
		if err != nil {
			failures = append(failures, err.Error())
			continue
		}
		if l.has("cblas_zgemm") && l.has("cblas_isamax") && v.recognise(l) {
			return l, nil
		}
		failures = append(failures, file+" is another library or lacks the CBLAS functions")
		l.close()
	}
	return library{}, fmt.Errorf("back end %s: %s is not on this system (%s); %s, or name its folder in LD_LIBRARY_PATH",
		v.name, v.library, strings.Join(failures, "; "), v.install)
}
