package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"arago/backend"
	"arago/backend/all"
	"arago/backend/fftw"
	"arago/detect"
	"arago/internal/failure"
	"arago/internal/imagefile"
	"arago/internal/settings"
	"arago/internal/source"
	"arago/propagate"
	"arago/workers"
)

// systemFlags are the flags of all commands that run a system, or say how it
// would run.
type systemFlags struct {
	Backend   string `placeholder:"CHOICE" help:"The library that computes: a name, or dot=NAME,fft=NAME (see arago backends)."`
	Precision string `enum:"double,single" default:"double" placeholder:"WORD" help:"Precision of the field: double or single (default: double)."`
	Recipe    string `placeholder:"NAME" help:"How transforms are done: dense, folded, compressed, chirp-z; or fft, which passes image planes on POPPY's padded grids, sample for sample; or babinet, which insists on a box for the masks of each (default: masks of image planes in a box of their own, or if their edges are straight by a convolution, where that is possible, and the fastest transform everywhere else)."`
	Mode      string `placeholder:"WORD" help:"How the work is shared: auto, goroutines, processes or fftw-threads (default: auto)."`
	Workers   int    `placeholder:"N" help:"How many wavelengths are computed at once, or how many threads FFTW has in mode fftw-threads; the image is the same for any number of wavelengths (default: as many as are of use and fit)."`
}

// Validate is called by kong.
func (f systemFlags) Validate() error {
	if f.Workers < 0 {
		return fmt.Errorf("--workers is %d; it must be positive, or 0 to choose", f.Workers)
	}
	if f.Recipe != "" && !slices.Contains(propagate.Recipes(), f.Recipe) {
		return fmt.Errorf("--recipe is %q; it must be one of %s, or left out to choose", f.Recipe, strings.Join(propagate.Recipes(), ", "))
	}
	return nil
}

// prepared is a system that is ready to run.
type prepared struct {
	imagefile.Origin
	backends backend.Selection
	tuned    settings.Figures // by which recipes are chosen and times predicted
	found    detect.Report    // in this process
	choice   workers.Choice
	threads  int // of FFTW, in mode fftw-threads
	// estimate explains how many processes there would be, in every mode.
	estimate workers.Estimate
	plan     *propagate.Plan
	// verdicts are what is to be said of the run's safety.
	verdicts []detect.Verdict
}

// open reads a system file.
func (a *app) open(file string) (*prepared, error) {
	date, err := a.getenv.Date()
	if err != nil {
		return nil, err
	}
	read, err := source.Read(file)
	if err != nil {
		return nil, err
	}
	return &prepared{Origin: imagefile.Origin{Source: read, Date: date}}, nil
}

// settle chooses back ends and mode, and makes the plan. watched says that
// somebody looks at the planes. What is unsafe about it stands in p.verdicts;
// it has not been acted upon.
func (a *app) settle(p *prepared, f systemFlags, watched watching, callbacks propagate.Options) error {
	c, err := a.getenv.Config()
	if err != nil {
		return err
	}
	w, err := a.wish(f, c)
	if err != nil {
		return err
	}
	p.found = settings.Surroundings()
	if p.backends, err = a.backendsFor(w, f.Backend, c, p.found.CPU); err != nil {
		return err
	}
	p.found.Libraries = detect.Scan(settings.Served(p.backends))

	o := callbacks
	p.tuned = a.getenv.Figures(p.backends)
	o.Backend, o.Recipe, o.Machine = p.backends, f.Recipe, &p.tuned.Machine
	if p.found.Memory.LimitedBy != "" { // it is known
		o.MemoryLimit = max(1, p.found.Memory.Usable)
	}
	if f.Precision == propagate.Single.String() {
		o.Precision = propagate.Single
	}
	// Where wavelengths may turn out to be computed by processes, the plan is
	// for one at a time.
	wanted := workers.Wish{Mode: w.mode, Workers: w.workers}
	o.Workers = w.workers
	if w.mode == workers.Auto && p.oneCaller() {
		o.Workers, wanted.Workers = 1, w.processes
	} else if w.mode == workers.Processes || w.mode == workers.FFTWThreads {
		o.Workers = 1
	}
	o.Extra = func(plan *propagate.Plan) int64 {
		switch w.mode {
		case workers.Processes:
			// One process, and its parent.
			return watched.bytes(plan) + workers.NeedOf(plan, watched.planes()).Peak(1) - plan.Memory().Peak(1)
		case workers.FFTWThreads:
			return watched.bytes(plan) + wholeArray(plan)
		}
		return watched.bytes(plan)
	}
	if p.plan, err = propagate.NewPlan(p.System, o); err != nil {
		return failure.InFile(p.File, err)
	}
	need, room := workers.NeedOf(p.plan, watched.planes()), p.room()
	p.estimate = workers.EstimateOptimalProcesses(need, room)
	p.choice, err = workers.Choose(wanted, workers.Facts{
		Need: need, Room: room, Linear: p.backends.Linear, Fourier: p.backends.Fourier, Supported: workers.Supported(),
	})
	if err != nil {
		return failure.Misuse("%w", err)
	}
	switch p.choice.Mode {
	case workers.Goroutines:
		p.choice.Workers = p.plan.Workers()
	case workers.FFTWThreads:
		p.threads = w.fftwThreads(p.found.CPU)
	}
	p.verdicts = detect.Check(p.found, p.asked(w, watched))
	return nil
}

// backendsFor selects the back ends of a run. FFTW has threads of its own in
// the mode that is named after them, and must then be the one that transforms.
func (a *app) backendsFor(w wish, argument string, c settings.Config, cpu detect.CPU) (backend.Selection, error) {
	choice := a.getenv.Choice(argument, c)
	if w.mode != workers.FFTWThreads {
		return settings.Backends(a.registry, choice)
	}
	registry := all.WithFFTWThreads(w.fftwThreads(cpu))
	if choice == (backend.Choice{}) {
		s, err := registry.Select("fft=" + fftw.Name)
		if errors.Is(err, backend.ErrNotBuilt) {
			return s, failure.Misuse("mode fftw-threads (%s): %w", w.modeFrom, err)
		}
		return s, err
	}
	s, err := settings.Backends(registry, choice)
	if err == nil && s.Fourier.Name != fftw.Name {
		return s, failure.Misuse("mode fftw-threads (%s) needs FFTW for FFT2, and %s was chosen; leave out the choice of back ends or write fft=fftw", w.modeFrom, s.Name())
	}
	return s, err
}

// room is what the run may use.
func (p *prepared) room() workers.Room {
	m := p.found.Memory
	r := workers.Room{CPUs: p.found.CPU.Usable, Memory: m.Available}
	if m.Group >= 0 && (r.Memory == 0 || m.Group < r.Memory) {
		r.Memory = max(1, m.Group)
	}
	if m.AddressSpace >= 0 && m.LimitedBy != "" {
		r.PerProcess = max(1, m.AddressSpace)
	}
	return r
}

// oneCaller says whether a back end lets only one caller in at a time.
func (p *prepared) oneCaller() bool {
	return p.backends.Linear.Callers == 1 || p.backends.Fourier.Callers == 1
}
