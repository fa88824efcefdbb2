package main

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"

	"arago/backend"
	"arago/fourier"
	"arago/internal/failure"
	"arago/internal/settings"
	"arago/tune"
)

type tuneCommand struct {
	Backend string `placeholder:"CHOICE" help:"Measure this choice of back ends: a name, or dot=NAME,fft=NAME (see arago backends)."`
	Show    bool   `help:"Measure nothing; show the figures that runs use."`
	JSON    bool   `name:"json" help:"Print a JSON object."`
	Quiet   bool   `short:"q" help:"Show no progress and print nothing."`
}

// Help implements kong.HelpProvider.
func (tuneCommand) Help() string {
	return `How fast this machine multiplies matrices, transforms lines, moves memory and makes phasors, by which runs choose how each transform is done, and "arago plan" predicts its time. It takes some seconds, in which nothing else should be running. The figures go to arago/tune in your folder for caches (ARAGO_CACHE names another folder), and serve from then on wherever the same processor computes with the same back ends and kernels; others have figures of their own. Without any, built-in ones of the processor's class serve.

    arago tune
    arago tune --backend openblas
    arago tune --show

Figures that were measured anew may change a choice where two recipes are about as fast, and with it the last bits of an image. To go back to the built-in ones, remove the file.`
}

// Run measures, or shows.
func (c tuneCommand) Run(ctx context.Context, a *app) error {
	s, err := a.choose(c.Backend)
	if err != nil {
		return err
	}
	if !c.Show {
		ctx, release := interruptible(ctx)
		defer release()
		if err := a.tune(ctx, s, c.Quiet); err != nil {
			return err
		}
	}
	r := a.getenv.Figures(s)
	switch {
	case c.JSON:
		return a.printJSON(r)
	case c.Quiet:
		return nil
	}
	return a.print(figuresText(r))
}

// tune measures and keeps the figures.
func (a *app) tune(ctx context.Context, s backend.Selection, quiet bool) error {
	folder, err := a.getenv.TuneFolder()
	if err != nil {
		return err
	}
	date, err := a.getenv.Date()
	if err != nil {
		return err
	}
	show, wipe := a.benchProgress(quiet)
	defer wipe()
	measured, err := a.measure(ctx, s, tune.Options{Progress: show})
	wipe()
	if err != nil {
		return err
	}
	path, err := tune.Save(folder, tune.File{Identity: tune.IdentityOf(s), Measured: date, Machine: *measured})
	if err != nil {
		return fmt.Errorf("%s cannot be written: %w", path, failure.Cause(err))
	}
	return nil
}

// figuresText is the page for people.
func figuresText(r settings.Figures) string {
	var b strings.Builder
	s := columns{&b, 10}
	s.line("processor", "%s, %d in use, %s kernels", r.Identity.CPU, r.Machine.Together.Processors, r.Identity.Kernels)
	s.line("products", "by %s", r.Identity.Linear)
	s.line("transforms", "by %s", r.Identity.Fourier)
	s.line("figures", "%s", r.Text())
	if r.File != "" {
		s.line("file", "%s", r.File)
	}
	b.WriteString("\nof one processor, billions of operations a second\n")
	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	for _, p := range []struct {
		name  string
		rates *fourier.Rates
	}{{"double", &r.Machine.Double}, {"single", &r.Machine.Single}} {
		row := func(what string, c fourier.Curve) {
			fmt.Fprintf(t, "%s\t%s\t", p.name, what)
			for _, point := range c {
				fmt.Fprintf(t, "%.3g at %d\t", point.Rate/1e9, point.Size)
			}
			fmt.Fprintln(t)
		}
		row("real products", p.rates.RealProduct)
		row("complex products", p.rates.ComplexProduct)
		row("folding products", p.rates.FoldedProduct)
		row("transforms", p.rates.FFT)
	}
	_ = t.Flush() // a strings.Builder takes everything
	d, m := &r.Machine.Double, r.Machine.Together
	last := d.Memory[len(d.Memory)-1]
	fmt.Fprintf(&b, "\nmemory %.3g GB/s in the caches, %.3g at %d MiB; %.3g million phasors and %.3g elements of kernels a second\n", d.Memory[0].Rate/1e9, last.Rate/1e9, last.Size>>20, d.Phasors/1e6, d.Elements/1e6)
	if m.Processors > 1 {
		fmt.Fprintf(&b, "%d processors together: products ×%.2f, transforms ×%.2f, memory ×%.2f, phasors ×%.2f\n", m.Processors, m.Products, m.Lines, m.Memory, m.Phasors)
	}
	return b.String()
}
