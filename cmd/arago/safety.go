package main

import (
	"fmt"

	"arago/backend"
	"arago/detect"
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
func (p *prepared) peak(watched watching) int64 {
	bytes := watched.bytes(p.plan)
	switch p.choice.Mode {
	case workers.Processes:
		return bytes + workers.NeedOf(p.plan, watched.planes()).Peak(p.choice.Workers)
	case workers.FFTWThreads:
		// FFTW's threads work on whole arrays: one more beside the field.
		return bytes + p.plan.Memory().Peak(1) + int64(p.plan.WidestPlane())*16
	}
	return bytes + p.plan.Memory().Peak(p.plan.Workers())
}

// refuse tells warnings on standard error and returns the refusal, if there is
// one.
func (a *app) refuse(verdicts []detect.Verdict) error {
	if err := detect.Refused(verdicts); err != nil {
		return err
	}
	for _, v := range verdicts {
		a.warn(v.String())
	}
	return nil
}

// warn tells one sentence on standard error.
func (a *app) warn(sentence string) { fmt.Fprintln(a.stderr, "arago: warning: "+oneLine(sentence)) }

// watching says how the planes of a run are looked at.
type watching struct{ saved, live bool }

// planes says whether planes are looked at at all.
func (w watching) planes() bool { return w.saved || w.live }

// bytes is what a plane takes while it is looked at: the snapshot, and the cube
// that is written of it.
func (w watching) bytes(plan *propagate.Plan) int64 {
	var each int64
	if w.planes() {
		each += 16
	}
	if w.saved {
		each += 3 * 8
	}
	return each * int64(plan.WidestPlane())
}
