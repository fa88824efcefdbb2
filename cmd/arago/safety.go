package main

import (
	"fmt"

	"arago/detect"
	"arago/internal/bytesize"
	"arago/internal/failure"
	"arago/propagate"
	"arago/workers"
)

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
// planes takes beside it, or of verifying it, if that is more.
func (p *prepared) peak(watched watching) int64 { return p.peakOf(p.plan, watched) }

// peakOf is the same for another plan in the same mode.
func (p *prepared) peakOf(plan *propagate.Plan, watched watching) int64 {
	bytes := watched.bytes(plan)
	switch p.choice.Mode {
	case workers.Processes:
		bytes += workers.NeedOf(plan, watched.planes()).Peak(p.choice.Workers)
	case workers.FFTWThreads:
		bytes += plan.Memory().Peak(1) + wholeArray(plan)
	default:
		bytes += plan.Memory().Peak(p.choice.Workers)
	}
	return max(bytes, watched.verification(plan))
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
	if unverified := (watching{saved: watched.saved, live: watched.live}); watched.verified > 0 && p.peak(unverified) <= free {
		return fmt.Errorf("%w; without --verify it would fit", err)
	}
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
	if what := propagate.LargestOversampling(p.System, p.plan.Options(), fits); what != "" {
		return fmt.Errorf("%w; the largest oversampling that would fit is %s", err, what)
	}
	return fmt.Errorf("%w, and no oversampling would fit; reduce npix or the detector's field", err)
}

// warn tells one sentence on standard error.
func (a *app) warn(sentence string) {
	fmt.Fprintln(a.stderr, "arago: warning: "+failure.OneLine(sentence))
}

// watching says how the planes of a run are looked at, and how many samples of the image
// are verified.
type watching struct {
	saved, live bool
	verified    int
}

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
