package main

import (
	"context"
	"fmt"
	"os"

	"arago/internal/about"
	"arago/internal/failure"
	"arago/internal/modes"
)

type benchModesCommand struct {
	Quick   bool   `help:"Oversamplings 1, 2 and 4, one turn each: about a minute."`
	Npix    int    `placeholder:"N" default:"1024" help:"Samples across the pupil, fewer for a small machine (default: 1024)."`
	JSON    string `name:"json" placeholder:"FILE" help:"Also write all numbers as JSON."`
	Plot    string `placeholder:"FILE" help:"Also draw a chart; the ending says how: .svg, .png, or .html for a page that needs no network."`
	Backend string `placeholder:"CHOICE" help:"The library that computes: a name, or dot=NAME,fft=NAME (see arago backends)."`
	Quiet   bool   `short:"q" help:"Show no progress and print no table."`
}

// Help implements kong.HelpProvider.
func (benchModesCommand) Help() string {
	return `The comparison that POPPY's manual draws: time against oversampling 1, 2, 3, 4, 6 and 8, for direct imaging and for a Lyot coronagraph, at four wavelengths in a band of 20 %. The program runs itself, once for each measurement, in four ways: as a single process on one core, with FFTW's threads, with worker processes, and with goroutines. The ways take turns, three each, so that a machine that changes its speed does so for all of them. Beside each median stand the fastest and the slowest turn and the peak memory, worker processes included; at 1024 samples the chart shows what POPPY's manual says of its own memory.

    arago bench modes --quick
    arago bench modes --plot modes.png --json modes.json
    arago bench modes --npix 256 --backend gonum

A way that is not in this program, is refused as unsafe or would not fit in memory is left out, with the reason. Nothing else should be running. The JSON object has a schema_version, the machine, every run, and a row for each system and way; times are in seconds, memory in bytes. Files that exist are replaced; on an interrupt they stay as they were.`
}

// Validate is called by kong.
func (c benchModesCommand) Validate() error {
	if c.Npix < modes.LeastNpix || c.Npix > modes.MostNpix {
		return fmt.Errorf("--npix is %d; it must be from %d to %d", c.Npix, modes.LeastNpix, modes.MostNpix)
	}
	return drawable(c.Plot)
}

// Run compares.
func (c benchModesCommand) Run(ctx context.Context, a *app) error {
	o := modes.Limits(c.Quick)
	o.Npix, o.Backend = c.Npix, c.Backend
	var err error
	if o.Program, err = os.Executable(); err != nil {
		return fmt.Errorf("the program cannot find its own file: %w", failure.Cause(err))
	}
	return c.run(ctx, a, o)
}

// run compares by options.
func (c benchModesCommand) run(ctx context.Context, a *app, o modes.Options) error {
	ctx, release := interruptible(ctx)
	defer release()
	// A choice that cannot be is wrong use, not twelve omissions.
	if _, err := a.choose(c.Backend); err != nil {
		return err
	}
	date, err := a.getenv.Date()
	if err != nil {
		return err
	}
	return a.bench(c.JSON, c.Plot, c.Quiet, func(progress func(done, total int)) (comparison, error) {
		o.Progress = progress
		results, err := modes.Compare(ctx, o)
		if err != nil {
			return nil, err
		}
		r := modes.NewReport(o, results)
		r.Program, r.Date, r.Quick = about.Creator, date, c.Quick
		return r, nil
	})
}
