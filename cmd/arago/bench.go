package main

import (
	"fmt"
	"io"
	"time"

	"github.com/schollz/progressbar/v3"

	"arago/internal/compare/report"
	"arago/internal/failure"
)

// benchCommand holds the comparisons.
type benchCommand struct {
	Backends benchBackendsCommand `cmd:"" help:"Compare the libraries in this program on the work of optics: speed, spread, accuracy."`
	Modes    benchModesCommand    `cmd:"" help:"Compare the ways to share work, of direct imaging and a coronagraph: time and memory against oversampling."`
	Recipes  benchRecipesCommand  `cmd:"" help:"Compare the recipes of transforms: predicted time against measured time, and what the planner chooses."`
}

// comparison is the report of one, in all its forms.
type comparison interface {
	report.Chart
	WriteJSON(io.Writer) error
	WriteTable(io.Writer) error
}

// drawable says, before anything is measured, whether a chart can be drawn into
// the file that --plot names.
func drawable(plot string) error {
	if plot != "" && report.Plotter(plot) == nil {
		return fmt.Errorf("--plot is %q; it must end in .svg, .png or .html", plot)
	}
	return nil
}

// bench measures, writes the report into the files named, all or none of them,
// and prints its table. A name of "" asks for no file.
func (a *app) bench(json, plot string, quiet bool, measure func(progress func(done, total int)) (comparison, error)) error {
	var out outputs
	defer out.discard()
	var files [2]*output
	for i, path := range []string{json, plot} {
		if path == "" {
			continue
		}
		var err error
		if files[i], err = out.create(path); err != nil {
			return err
		}
	}
	show, wipe := a.benchProgress(quiet)
	defer wipe()
	r, err := measure(show)
	wipe()
	if err != nil {
		return err
	}
	if files[0] != nil {
		if err := files[0].write(r.WriteJSON); err != nil {
			return err
		}
	}
	if files[1] != nil {
		if err := files[1].write(func(w io.Writer) error { return report.Plotter(plot)(r, w) }); err != nil {
			return err
		}
	}
	if !quiet {
		if err := r.WriteTable(a.stdout); err != nil {
			return fmt.Errorf("standard output cannot be written: %w", failure.Cause(err))
		}
	}
	return out.commit()
}

// benchProgress is like progress, for the tasks of a comparison.
func (a *app) benchProgress(quiet bool) (show func(done, total int), wipe func()) {
	if quiet || !isTerminal(a.stderr) {
		return nil, func() {}
	}
	bar := progressbar.NewOptions(1,
		progressbar.OptionSetWriter(a.stderr),
		progressbar.OptionSetDescription("comparing"),
		progressbar.OptionSetWidth(40),
		progressbar.OptionShowCount(),
		progressbar.OptionThrottle(50*time.Millisecond),
		progressbar.OptionClearOnFinish(),
	)
	show = func(done, total int) {
		if bar.GetMax() != total {
			bar.ChangeMax(total)
		}
		_ = bar.Set(done) // a bar that cannot be drawn must not end a comparison
	}
	return show, func() { _ = bar.Clear() }
}
