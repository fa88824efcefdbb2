package main

import (
	"context"
	"errors"
	"slices"
	"strings"

	"arago/backend"
	"arago/detect"
	"arago/internal/about"
	"arago/internal/compare"
	"arago/internal/compare/report"
	"arago/internal/failure"
	"arago/internal/settings"
)

type benchBackendsCommand struct {
	Quick   bool   `help:"Few sizes and short times: well under a minute."`
	JSON    string `name:"json" placeholder:"FILE" help:"Also write all numbers as JSON."`
	Plot    string `placeholder:"FILE" help:"Also draw a chart; the ending says how: .svg, .png, or .html for a page that needs no network."`
	Backend string `placeholder:"LIST" help:"Compare only these, separated by commas (default: all that are in this program)."`
	Quiet   bool   `short:"q" help:"Show no progress and print no table."`
}

// Help implements kong.HelpProvider.
func (benchBackendsCommand) Help() string {
	return `Every library in this program (see arago backends) is timed on what optics asks of it: Dot, complex × complex and real × complex, square and, as transforms of optics are, with few rows and many columns; Outer, written and multiplied in; FFT2 of whole arrays and from a small block to a small block; in double and single precision, on one core and on all, at sizes from 256 to 4096. Libraries take turns, so that a machine that changes its speed does so for all of them. Beside each median stand the fastest and the slowest turn, GFLOP/s by the customary counts, their share of what the machine's multiply-adds can do, and the error against sums in twice the precision.

    arago bench backends --quick
    arago bench backends --plot backends.html --json backends.json
    arago bench backends --backend gonum,openblas

Nothing else should be running. The JSON object has a schema_version, the machine, the peaks, the libraries with version and file, and a row for each measurement; times are in seconds. Files that exist are replaced; on an interrupt they stay as they were.`
}

// Validate is called by kong.
func (c benchBackendsCommand) Validate() error { return drawable(c.Plot) }

// names returns the back ends asked for; none means all.
func (c benchBackendsCommand) names() []string {
	var names []string
	for name := range strings.SplitSeq(c.Backend, ",") {
		if name = strings.TrimSpace(name); name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// Run compares.
func (c benchBackendsCommand) Run(ctx context.Context, a *app) error { return c.run(ctx, a, nil) }

// run compares at sizes; nil means those that the flags say.
func (c benchBackendsCommand) run(ctx context.Context, a *app, sizes []int) error {
	ctx, release := interruptible(ctx)
	defer release()

	if err := settings.CheckKernels(); err != nil {
		return err
	}
	contenders, missing, err := compare.Backends(a.registry, c.names())
	switch {
	case errors.Is(err, backend.ErrUnknown), errors.Is(err, backend.ErrNotBuilt):
		return failure.Misuse("--backend: %w", err)
	case err != nil:
		return err
	}
	date, err := a.getenv.Date()
	if err != nil {
		return err
	}
	return a.bench(c.JSON, c.Plot, c.Quiet, func(progress func(done, total int)) (comparison, error) {
		what := report.Run{
			Program: about.Creator, Date: date, Quick: c.Quick, Contenders: contenders, Missing: missing,
			Sizes: sizes, Progress: progress,
		}
		if free, known := detect.AvailableMemory(); known {
			what.Memory = max(1, free/2)
		}
		return report.Compare(ctx, what)
	})
}
