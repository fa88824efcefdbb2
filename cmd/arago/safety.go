package main

import (
	"fmt"

	"arago/backend"
	"arago/detect"
	"arago/internal/bytesize"
	"arago/propagate"
	"arago/workers"
)

// surroundings returns what this process may use of the machine; libraries are
// looked for when they have been chosen.
func surroundings() detect.Report {
	var r detect.Report
	r.Process, r.CPU, r.Memory = detect.Limits()
	return r
}

// served lists the functions that a choice of back ends calls.
func served(s backend.Selection) []detect.Served {
	var list []detect.Served
	for _, part := range []struct {
		name string
		p    backend.Properties
	}{{"Dot", s.Linear}, {"FFT2", s.Fourier}} {
		for _, e := range part.p.Entries {
			list = append(list, detect.Served{Part: part.name, Symbol: e.Symbol, Address: e.Address, Admits: part.p.Callers})
		}
	}
	return list
}

// asked returns what a run amounts to, for detect.Check.
func (p *prepared) asked(w wish, watched watching) detect.Plan {
	s := detect.Plan{Threads: p.found.CPU.MaxProcs, Bytes: p.peak(watched)}
	switch p.choice.Mode {
	case workers.Processes:
		s.Start, s.Processes = detect.StartExec, p.choice.Workers
		s.Threads = p.room().Each(p.choice.Workers)
		if w.both {
			s.FFTWThreads = max(2, p.found.CPU.Usable)
		}
	case workers.FFTWThreads:
		// One transform at a time; the goroutines wait for it.
		s.Threads, s.FFTWThreads = 1, p.threads
	}
	return s
}

// peak is the predicted memory of the run, with what somebody who looks at the
// planes takes beside it.
func (p *prepared) peak(watched watching) int64 { return p.peakOf(p.plan, watched) }

// peakOf is the same for another plan in the same mode.
func (p *prepared) peakOf(plan *propagate.Plan, watched watching) int64 {
	bytes := watched.bytes(plan)
	switch p.choice.Mode {
	case workers.Processes:
		return bytes + workers.NeedOf(plan, watched.planes()).Peak(p.choice.Workers)
	case workers.FFTWThreads:
		return bytes + plan.Memory().Peak(1) + wholeArray(plan)
	}
	return bytes + plan.Memory().Peak(p.choice.Workers)
}

// wholeArray is what FFTW's threads work on, beside the field.
func wholeArray(plan *propagate.Plan) int64 { return int64(plan.WidestPlane()) * 16 }

// refuse tells warnings on standard error and returns the refusal, if there is
// one. What is only too large is no danger: it is told with what would fit.
func (a *app) refuse(p *prepared, watched watching) error {
	err := detect.Refused(p.verdicts)
	if err != nil && exitCode(err) == exitMemory {
		return p.tooLarge(watched)
	}
	if err != nil {
		return err
	}
	for _, v := range p.verdicts {
		a.warn(v.String())
	}
	for _, w := range p.plan.Warnings() {
		a.warn(w)
	}
	return nil
}

// tooLarge says by how much the run exceeds the memory in its mode, and what
// would fit.
func (p *prepared) tooLarge(watched watching) error {
	free := p.found.Memory.Usable
	err := fmt.Errorf("%w in mode %s: it takes about %s and %s are free (%s)",
		propagate.ErrMemory, p.choice.Mode, bytesize.Text(p.peak(watched)), bytesize.Text(free), p.found.Memory.LimitedBy)
	fits := func(plan *propagate.Plan) bool { return p.peakOf(plan, watched) <= free }
	if p.choice.Workers > 1 {
		fewer := *p
		for fewer.choice.Workers--; fewer.choice.Workers > 0; fewer.choice.Workers-- {
			if fewer.peak(watched) <= free {
				return fmt.Errorf("%w; --workers %d would fit", err, fewer.choice.Workers)
			}
		}
	}
	if p.choice.Mode != workers.Goroutines && watched.bytes(p.plan)+p.plan.Memory().Peak(1) <= free {
		return fmt.Errorf("%w; --mode goroutines --workers 1 would fit", err)
	}
	if what := propagate.LargestOversampling(p.system, p.plan.Options(), fits); what != "" {
		return fmt.Errorf("%w; the largest oversampling that would fit is %s", err, what)
	}
	return fmt.Errorf("%w, and no oversampling would fit; reduce npix or the detector's field", err)
}

// warn tells one sentence on standard error.
func (a *app) warn(sentence string) { fmt.Fprintln(a.stderr, "arago: warning: "+oneLine(sentence)) }

// watching says how the planes of a run are looked at.
type watching struct{ saved, live bool }

// planes says whether planes are looked at at all.
func (w watching) planes() bool { return w.saved || w.live }

// bytes is what planes take while they are looked at: a snapshot, the one before
// it that has not been collected yet, and the cube that is written.
func (w watching) bytes(plan *propagate.Plan) int64 {
	var each int64
	if w.planes() {
		each += 2 * 16
	}
	if w.saved {
		each += 3 * 8
	}
	return each * int64(plan.WidestPlane())
}
