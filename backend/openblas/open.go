//go:build cgo && (openblas || mkl || blis || atlas || netlib) && (linux || darwin)

package openblas

import (
	"cmp"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"

	"arago/backend"
	"arago/backend/gonum"
	"arago/detect"
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
	// limit sets the whole library to one thread, nil if it needs no such
	// thing, and makes the choices that it takes before its first use only.
	limit func(library)
	// room is how many callers there is address space for, 0 if any number; nil
	// if callers take none.
	room func() int
	// readsBehind is how many bytes sgemm may read behind the last element of its
	// result. Nothing comes of it, but that memory must be there.
	readsBehind uintptr
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

// functions are those that products call.
var functions = []string{"cblas_zgemm", "cblas_dgemm", "cblas_cgemm", "cblas_sgemm"}

// open loads the vendor's library and makes it the one that answers.
func open(v vendor) (backend.Implementation, error) {
	var none backend.Implementation
	l, err := find(v)
	if err != nil {
		return none, err
	}
	found, err := identify(v, l)
	if err != nil {
		return none, fmt.Errorf("back end %s: %w", v.name, err)
	}
	l.bind()

	callers := runtime.GOMAXPROCS(0)
	if found.ConcurrentCalls != detect.Yes {
		callers = 1
	} else if found.Capacity > 0 {
		callers = min(callers, found.Capacity)
	}
	if v.room != nil {
		if room := v.room(); room > 0 {
			callers = min(callers, room)
		}
	}
	inside := make(chan struct{}, callers)
	pure, err := gonum.New()
	if err != nil {
		return none, err
	}
	var entries []backend.Entry
	for _, f := range functions {
		entries = append(entries, backend.Entry{Symbol: f, Address: uintptr(l.symbol(f))})
	}
	return backend.Implementation{
		Properties: backend.Properties{
			Name:            v.name,
			Library:         v.library,
			Version:         cmp.Or(found.Version, "unknown"),
			Path:            found.Path,
			Architecture:    found.Architecture,
			License:         v.license,
			Threads:         cap(inside),
			ConcurrentCalls: found.ConcurrentCalls == detect.Yes,
			Callers:         cap(inside),
			Entries:         entries,
			WorkerProcesses: true,
			Reproducible:    true,
		},
		LinearDouble: linear[float64, complex128]{pure.LinearDouble, zgemm, dgemm, inside},
		LinearSingle: linear[float32, complex64]{pure.LinearSingle, cgemm, sgemm, inside},
	}, nil
}

// identify sets a library to one thread, makes sure of it, and says what the
// library is. One that counts with wide integers is refused.
func identify(v vendor, l library) (detect.Library, error) {
	// Some settings are of the thread of the system on which they are made.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if v.limit != nil {
		v.limit(l)
	}
	onThread := l.limitThread()
	libraries := detect.Serving([]detect.Served{{Part: "Dot", Symbol: functions[0], Address: uintptr(l.symbol(functions[0]))}})
	found := libraries[0]
	if err := detect.Refused(detect.Check(detect.Report{Libraries: libraries}, detect.Plan{})); err != nil {
		return found, err
	}
	switch {
	case found.Layer == detect.LayerOpenMP && onThread == 0:
		return found, fmt.Errorf("%s was built with OpenMP, whose functions cannot be found, so its threads cannot be limited; %s", found.Path, v.install)
	case found.Threads == 0:
		return found, fmt.Errorf("%s does not say how many threads a call uses, and it must be one; %s", found.Path, v.install)
	case found.Threads > 1 || onThread > 1:
		return found, fmt.Errorf("%s was set to 1 thread and uses %d; %s", found.Path, max(found.Threads, onThread), v.install)
	}
	return found, nil
}

// find loads the first of the vendor's files that is the vendor's library.
func find(v vendor) (library, error) {
	var failures []string
	for _, file := range v.files[runtime.GOOS] {
		l, err := v.load(file)
		if refusal, ok := errors.AsType[*detect.Refusal](err); ok {
			return library{}, refusal
		}
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
