//go:build fftw && cgo && (linux || darwin)

package fftw

import (
	"fmt"
	"log/slog"
	"runtime"
	"slices"

	"arago/backend"
)

// New returns the back end, with the options that the environment names.
func New() (backend.Implementation, error) {
	o, err := FromEnvironment()
	if err != nil {
		return backend.Implementation{}, err
	}
	return NewWith(o)
}

// NewWith returns the back end with these options. It fails where FFTW's shared
// libraries are missing, are mixed with those of another library, or lack the
// threads that are asked for.
func NewWith(o Options) (backend.Implementation, error) {
	var none backend.Implementation
	if o.Effort < Estimate || o.Effort > Patient {
		return none, fmt.Errorf("FFTW has no planner effort %v; use Estimate, Measure or Patient", o.Effort)
	}
	if o.TimeLimit < 0 || o.Threads < 0 {
		return none, fmt.Errorf("time limit %v and number of threads %d of FFTW must not be negative", o.TimeLimit, o.Threads)
	}
	if o.TimeLimit == 0 {
		o.TimeLimit = DefaultTimeLimit
	}
	o.Threads = max(1, o.Threads)
	if o.Warn == nil {
		o.Warn = func(sentence string) { slog.Warn(sentence) }
	}

	inDouble, err := newMaker(double, o)
	if err != nil {
		return none, err
	}
	inSingle, err := newMaker(single, o)
	if err != nil {
		return none, err
	}
	l := inDouble.library
	if s := inSingle.library; s.name != l.name || s.version != l.version {
		return none, fmt.Errorf("FFTW's two precisions come from different libraries: %s %s in %s and %s %s in %s; install one version of both",
			l.name, l.version, l.path, s.name, s.version, s.path)
	}
	return backend.Implementation{
		Properties: backend.Properties{
			Name:            Name,
			Library:         l.name,
			Version:         l.version,
			Path:            l.path,
			Architecture:    l.architecture,
			License:         l.license,
			Threads:         max(runtime.GOMAXPROCS(0), o.Threads),
			ConcurrentCalls: true,
			Entries:         append(slices.Clone(l.entries), inSingle.library.entries...),
			// FFTW's own threads do not survive a fork.
			WorkerProcesses: o.Threads == 1,
			// A plan that was timed may differ between processes; MKL promises
			// the same bits only for memory of the same alignment.
			Reproducible: o.Effort == Estimate && !l.mkl,
		},
		FourierDouble: newFourier[complex128](inDouble),
		FourierSingle: newFourier[complex64](inSingle),
	}, nil
}

func newMaker(p precision, o Options) (maker, error) {
	l, err := openLibrary(p, o.Library)
	if err != nil {
		return maker{}, err
	}
	if o.Threads > 1 && !l.threads {
		return maker{}, fmt.Errorf("%s has no threads layer; install libfftw3%s_threads (Debian: %s), or ask for one thread", l.path, p.letter, p.debian)
	}
	m := maker{library: l, effort: o.Effort, limit: o.TimeLimit, threads: o.Threads}
	// MKL has the functions, but they do nothing.
	if o.Effort != Estimate && !l.mkl {
		m.wisdom = newWisdom(l, o.Threads, o.Warn)
		m.wisdom.load()
	}
	return m, nil
}
