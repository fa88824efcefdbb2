// Package all lists the back ends that Arago knows.
//
// It is an explicit list rather than registration by import: what a program
// can use is read in one place, in the order in which "auto" prefers it. To
// add a back end, give it a package with a New that has the form of a
// [backend.Factory], let it pass the suite of arago/backend/backendtest, and
// register it here, in front of those that it should be preferred to. One that
// needs a build tag has a twin file for builds without it, whose New returns a
// [backend.NotBuiltError] with that tag; it is registered in every build.
package all

import (
	"arago/backend"
	"arago/backend/accelerate"
	"arago/backend/fftw"
	"arago/backend/gonum"
	"arago/backend/openblas"
)

// Registry returns the list of all back ends. Nothing is opened until it is
// chosen.
func Registry() *backend.Registry { return registry(fftw.New) }

// WithFFTWThreads returns the same list, with an FFTW that transforms with that
// many threads of its own, one transform at a time.
func WithFFTWThreads(threads int) *backend.Registry {
	return registry(func() (backend.Implementation, error) {
		o, err := fftw.FromEnvironment()
		if err != nil {
			return backend.Implementation{}, err
		}
		o.Threads = threads
		return fftw.NewWith(o)
	})
}

func registry(newFFTW backend.Factory) *backend.Registry {
	blas := map[string]backend.Factory{}
	for _, f := range openblas.Factories() {
		blas[f.Name] = f.New
	}
	r := new(backend.Registry)
	// The system's own library first, then the tuned ones, then pure Go; the
	// reference BLAS and ATLAS, which are slower, only for those who name them.
	r.Register(accelerate.Name, accelerate.New)
	for _, name := range []string{"mkl", "openblas", "blis"} {
		r.Register(name, blas[name])
	}
	r.Register(fftw.Name, newFFTW)
	r.Register(gonum.Name, gonum.New)
	for _, name := range []string{"atlas", "netlib"} {
		r.Register(name, blas[name])
	}
	return r
}
