package main

import (
	"context"
	"fmt"

	"arago/internal/live"
	"arago/propagate"
)

// watch is who looks at a run: the progress bar, the files of planes, the page.
type watch struct {
	progress func(done, total int) // nil if nobody looks
	planes   *planeFiles           // nil if planes are not saved
	page     *live.Server          // nil if nobody looks
}

// callbacks returns those of a plan that is looked at.
func (w *watch) callbacks(looks watching) propagate.Options {
	var o propagate.Options
	if looks.planes() {
		o.Observe = w.observe
	}
	if w.progress != nil || looks.live {
		o.Progress = w.advance
	}
	return o
}

func (w *watch) observe(s propagate.Snapshot) {
	if w.page != nil {
		w.page.Observe(s)
	}
	if w.planes != nil {
		w.planes.save(s)
	}
}

func (w *watch) advance(done, total int) {
	if w.page != nil {
		w.page.Progress(done, total)
	}
	if w.progress != nil {
		w.progress(done, total)
	}
}

// open serves the page and tells its address.
func (w *watch) open(p *prepared, a *app) error {
	var err error
	w.page, err = live.Start(live.Run{
		Title: p.title(), Steps: p.plan.Steps(), Wavelengths: wavelengths(p.plan),
		Mode: string(p.choice.Mode), Workers: p.choice.Workers, Backend: p.backends.Name(),
	})
	if err != nil {
		return fmt.Errorf("the live page cannot be served: %w", err)
	}
	fmt.Fprintln(a.stderr, "arago: watch at "+w.page.URL())
	return nil
}

// failed shows on the page why there will be no image, to those who look.
func (w *watch) failed(err error) {
	if w.page != nil {
		w.page.Failed(sentence(err))
		w.page.Close()
	}
}

// done shows the outcome on the page and keeps it until everybody who looks at it
// has left, or the program is interrupted.
func (w *watch) done(ctx context.Context, summary string, a *app) {
	if w.page == nil {
		return
	}
	w.page.Done(summary)
	fmt.Fprintln(a.stderr, "arago: the image is written; the page stays until it has been opened and closed, or Ctrl-C")
	w.page.Wait(ctx)
	w.page.Close()
}

func wavelengths(p *propagate.Plan) []float64 {
	list := make([]float64, p.Lines())
	for i := range list {
		list[i] = p.Wavelength(i)
	}
	return list
}
