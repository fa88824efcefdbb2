package main

import (
	"io"
	"os"
	"sync"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// progress returns a function that shows on standard error how many planes of
// all have been computed, and one that wipes it away. Where nobody watches, not
// on a terminal or if quiet, both do nothing and the first is nil.
func (a *app) progress(quiet bool) (show func(done, total int), wipe func()) {
	if quiet || !isTerminal(a.stderr) {
		return nil, func() {}
	}
	bar := progressbar.NewOptions(1,
		progressbar.OptionSetWriter(a.stderr),
		progressbar.OptionSetDescription("propagating"),
		progressbar.OptionSetWidth(40),
		progressbar.OptionShowCount(),
		progressbar.OptionSetPredictTime(true),
		progressbar.OptionClearOnFinish(),
	)
	// A bar that cannot be drawn must not end a computation.
	show = func(done, total int) {
		if bar.GetMax() != total {
			bar.ChangeMax(total)
		}
		_ = bar.Set(done)
	}
	return show, sync.OnceFunc(func() { _ = bar.Clear() })
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
