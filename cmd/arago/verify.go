package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"arago/internal/failure"
	"arago/propagate"
)

// verifyFlags say which samples of an image are computed again.
type verifyFlags struct {
	Verify   int      `placeholder:"N" help:"Compute N samples of the image again by direct summation: the brightest, the faintest, and others at random; if one differs by more than rounding explains, nothing is written."`
	VerifyAt []string `sep:"none" placeholder:"PLACE" help:"Verify there, as often as you like: the sample at X,Y; the faintest and others at random in the rectangle X0..X1,Y0..Y1, or R0..R1 away from the axis. In arcseconds, in metres where a system ends in a pupil; write --verify-at=-0.2,0.1 for a place that begins with a minus (20 samples without --verify)."`
}

// usualSamples are verified where only places are given.
const usualSamples = 20

// samples returns how many samples are to be verified, 0 for none.
func (f verifyFlags) samples() int {
	if f.Verify == 0 && len(f.VerifyAt) > 0 {
		return usualSamples
	}
	return f.Verify
}

// Validate is called by kong.
func (f verifyFlags) Validate() error {
	if f.Verify < 0 {
		return fmt.Errorf("--verify is %d; it must be a number of samples, or 0 for none", f.Verify)
	}
	for _, text := range f.VerifyAt {
		if _, err := parseRegion(text); err != nil {
			return err
		}
	}
	return nil
}

// parseRegion reads X,Y or X0..X1,Y0..Y1 or R0..R1.
func parseRegion(text string) (propagate.Region, error) {
	number := func(s string) (float64, bool) {
		v, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
		return v, err == nil
	}
	interval := func(s string) (low, high float64, ok bool) {
		from, to, found := strings.Cut(s, "..")
		low, fine := number(from)
		high, ok = number(to)
		return low, high, found && fine && ok
	}
	x, y, two := strings.Cut(text, ",")
	x0, x1, wide := interval(x)
	switch {
	case !two && wide:
		return propagate.Ring(x0, x1), nil
	case two && wide:
		if y0, y1, ok := interval(y); ok {
			return propagate.Rectangle(x0, x1, y0, y1), nil
		}
	case two:
		atX, okX := number(x)
		if atY, okY := number(y); okX && okY {
			return propagate.At(atX, atY), nil
		}
	}
	return propagate.Region{}, fmt.Errorf("--verify-at is %q; it must be X,Y or X0..X1,Y0..Y1 or, away from the axis, R0..R1", text)
}

// verifier makes ready to verify results of a plan; it is nil if nothing is to be verified.
func (f verifyFlags) verifier(plan *propagate.Plan) (*propagate.Verifier, error) {
	if f.samples() == 0 {
		return nil, nil
	}
	var at []propagate.Region
	for _, text := range f.VerifyAt {
		region, err := parseRegion(text)
		if err != nil {
			return nil, err
		}
		at = append(at, region)
	}
	v, err := plan.Verifier(f.samples(), at...)
	if errors.Is(err, propagate.ErrRegion) {
		return nil, failure.Misuse("--verify-at: %w", err)
	}
	return v, err
}

// verify computes samples of the image again.
func (j *job) verify(ctx context.Context, c psfCommand, a *app) error {
	began := time.Now()
	const long = 10 * time.Second
	if takes := time.Duration(j.verifier.Seconds(j.found.CPU.Usable) * float64(time.Second)); takes > long && !c.Quiet {
		fmt.Fprintf(a.stderr, "arago: the image is computed; to verify samples of it by direct summation takes about %v\n", takes.Round(time.Second))
	}
	found, err := j.verifier.Verify(ctx, j.result)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err == nil {
		err = found.Err()
	}
	if err != nil {
		return failure.InFile(c.File, err)
	}
	j.verified, j.verifiedSeconds = &found, time.Since(began).Seconds()
	return nil
}

// verification is the memory that a program has at its peak while it verifies: what the
// plan keeps of the run, and what the sums take.
func (w watching) verification(plan *propagate.Plan) int64 {
	if w.verified == 0 {
		return 0
	}
	v, err := plan.Verifier(w.verified)
	if err != nil {
		return 0
	}
	return plan.Memory().Shared + v.Memory()
}
