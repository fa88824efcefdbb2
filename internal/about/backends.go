package about

import (
	"errors"

	"arago/backend"
	"arago/detect"
)

// Backend says what a back end is, or why it cannot be used.
type Backend struct {
	Name         string `json:"name"`
	Library      string `json:"library,omitempty"`
	Version      string `json:"version,omitempty"`
	Path         string `json:"path,omitempty"`
	Architecture string `json:"architecture,omitempty"`
	License      string `json:"license,omitempty"`
	Dot          bool   `json:"dot"`
	FFT          bool   `json:"fft"`
	Threads      int    `json:"threads,omitempty"`

	ConcurrentCalls bool `json:"concurrent_calls"`
	WorkerProcesses bool `json:"worker_processes"`
	Reproducible    bool `json:"reproducible"`
	// Missing says why the back end cannot be used. Tag is the build tag that
	// would put it into the program, and Adds what the program would gain;
	// both are empty if it is in.
	Missing string `json:"missing,omitempty"`
	Tag     string `json:"tag,omitempty"`
	Adds    string `json:"adds,omitempty"`
	// Refused says why the back end may not be used here.
	Refused []detect.Verdict `json:"refused,omitempty"`
}

// Backends describes all back ends, in the order in which auto prefers them.
func Backends(registry *backend.Registry) []Backend {
	var list []Backend
	for _, name := range registry.Names() {
		impl, err := registry.Open(name)
		if err != nil {
			r := Backend{Name: name, Missing: err.Error()}
			if missing, ok := errors.AsType[*backend.NotBuiltError](err); ok {
				r.Tag, r.Adds = missing.Tag, missing.Adds
			}
			if refusal, ok := errors.AsType[*detect.Refusal](err); ok {
				r.Refused = refusal.Verdicts
			}
			list = append(list, r)
			continue
		}
		p := impl.Properties
		list = append(list, Backend{
			Name: name, Library: p.Library, Version: p.Version, Path: p.Path, Architecture: p.Architecture, License: p.License,
			Dot:     impl.LinearDouble != nil && impl.LinearSingle != nil,
			FFT:     impl.FourierDouble != nil && impl.FourierSingle != nil,
			Threads: p.Threads, ConcurrentCalls: p.ConcurrentCalls,
			WorkerProcesses: p.WorkerProcesses, Reproducible: p.Reproducible,
		})
	}
	return list
}

// InBuild says whether a back end is part of the program, whether or not it
// can be used on this machine.
func (e Backend) InBuild() bool { return e.Tag == "" }

// Libraries names the libraries that serve, with their versions and what their
// kernels are written for, on which the last bits depend.
func Libraries(linear, fourier backend.Properties) []string {
	name := func(p backend.Properties) string {
		if p.Architecture == "" {
			return p.Library + " " + p.Version
		}
		return p.Library + " " + p.Version + " " + p.Architecture
	}
	list := []string{name(linear)}
	if fourier.Name != linear.Name {
		list = append(list, name(fourier))
	}
	return list
}
