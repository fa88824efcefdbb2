package library

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"arago/detect"
	"arago/fitsfile"
	"arago/internal/about"
	"arago/internal/failure"
	"arago/internal/imagefile"
	"arago/internal/settings"
	"arago/internal/source"
	"arago/propagate"
)

// How says how a system is computed.
type How struct {
	Precision Precision
	Recipe    string
	Workers   int64
}

// System is a system that was read, with the plan to run it.
type System struct {
	source source.Source
	chosen *chosen
	plan   *propagate.Plan
	took   time.Duration // to make the plan
	memory detect.Memory
	// turn is taken by the run in progress, which progress is about.
	turn     chan struct{}
	done     atomic.Int64 // planes
	verdicts []detect.Verdict
}

// OpenSystem reads a system file and makes its plan.
func OpenSystem(path string, how How) (Handle, error) {
	if path == "" {
		return 0, failure.Misuse("the path of the system file is empty")
	}
	return newSystem(func() (source.Source, error) { return source.Read(path) }, how)
}

// ParseSystem makes a plan of the text of a system file.
func ParseSystem(text []byte, name, folder string, how How) (Handle, error) {
	if name == "" {
		name = "system.toml"
	}
	if folder == "" {
		folder = "."
	}
	return newSystem(func() (source.Source, error) { return source.Parse(name, text, folder) }, how)
}

func newSystem(read func() (source.Source, error), how How) (Handle, error) {
	began := time.Now()
	if err := how.check(); err != nil {
		return 0, err
	}
	c, err := current()
	if err != nil {
		return 0, err
	}
	s := &System{chosen: c, turn: make(chan struct{}, 1)}
	if s.source, err = read(); err != nil {
		return 0, err
	}
	r := settings.Surroundings()
	r.Libraries = detect.Scan(settings.Served(c.backends))
	s.memory = r.Memory
	o := propagate.Options{
		Backend: c.backends, Recipe: how.Recipe, Machine: &c.figures.Machine, Workers: int(how.Workers),
		Progress: func(done, _ int) { s.done.Store(int64(done)) },
	}
	if how.Precision == Single {
		o.Precision = propagate.Single
	}
	if r.Memory.LimitedBy != "" { // it is known
		o.MemoryLimit = max(1, r.Memory.Usable)
	}
	if s.plan, err = propagate.NewPlan(s.source.System, o); err != nil {
		return 0, failure.InFile(s.source.File, err)
	}
	s.verdicts = detect.Check(r, detect.Plan{Threads: r.CPU.MaxProcs, Bytes: s.plan.Memory().Peak(s.plan.Workers())})
	if err := detect.Refused(s.verdicts); err != nil {
		return 0, failure.InFile(s.source.File, err)
	}
	s.took = time.Since(began)
	return register(s), nil
}

func (h How) check() error {
	if err := h.Precision.check(); err != nil {
		return err
	}
	if h.Workers < 0 {
		return failure.Misuse("workers is %d; it must be positive, or 0 to choose", h.Workers)
	}
	if h.Recipe != "" && !slices.Contains(propagate.Recipes(), h.Recipe) {
		return failure.Misuse("there is no recipe %q; it must be one of %s, or be left out to choose", h.Recipe, strings.Join(propagate.Recipes(), ", "))
	}
	return nil
}

const systemName = "system"

// LookUpSystem returns the system that a handle names.
func LookUpSystem(h Handle) (*System, error) { return lookUp[*System](h, systemName) }

// FreeSystem ends the life of a handle.
func FreeSystem(h Handle) error { return free[*System](h, systemName) }

// Plan returns what would run, as JSON.
func (s *System) Plan() (string, error) {
	r := struct {
		about.Plan
		Rows      int `json:"rows"`
		Cols      int `json:"cols"`
		PixelRows int `json:"pixel_rows,omitempty"`
		PixelCols int `json:"pixel_cols,omitempty"`
	}{Plan: about.PlanOf(s.source, s.plan, s.took, s.chosen.figures, s.verdicts, s.memory)}
	r.Rows, r.Cols = s.samples()
	if d, ok := imagefile.Detector(s.source.System); ok {
		r.PixelRows, r.PixelCols = d.PixelsY, d.PixelsX
	}
	return about.JSON(r)
}

// samples returns the size of the image in samples.
func (s *System) samples() (rows, cols int) {
	steps := s.plan.Steps()
	last := steps[len(steps)-1]
	return last.Rows, last.Cols
}

// Image says which image.
type Image int32

// Images.
const (
	Samples Image = iota
	Pixels
)

// Shape returns the size of an image.
func (s *System) Shape(i Image) (rows, cols int64, err error) {
	switch i {
	case Samples:
		r, c := s.samples()
		return int64(r), int64(c), nil
	case Pixels:
		d, ok := imagefile.Detector(s.source.System)
		if !ok {
			return 0, 0, failure.Misuse("%s: the last plane is no detector, so that there are no pixels; ask for ARAGO_SAMPLES", s.source.File)
		}
		return int64(d.PixelsY), int64(d.PixelsX), nil
	}
	return 0, 0, failure.Misuse("the image is %d; it must be ARAGO_SAMPLES (0) or ARAGO_PIXELS (1)", int(i))
}

// Progress is told how far a run has come, on the goroutine that runs; false ends the run.
type Progress func(done, all int64) bool

// Run computes an image.
func (s *System) Run(i Image, dst Array, tell Progress) error {
	rows, cols, err := s.Shape(i)
	if err != nil {
		return err
	}
	to, err := matrix[float64](dst, rows, cols, "dst")
	if err != nil {
		return err
	}
	result, err := s.run(tell)
	if err != nil {
		return err
	}
	image := result.Image
	if i == Pixels {
		d, _ := imagefile.Detector(s.source.System)
		image = image.Binned(d.Oversample)
	}
	if image.Y.N != to.Rows || image.X.N != to.Cols {
		return mistake{fmt.Sprintf("Arago itself has failed: an image of %d × %d was to be %d × %d; please report it", image.Y.N, image.X.N, rows, cols)}
	}
	for i := range to.Rows {
		copy(to.Row(i), image.Data[i*to.Cols:])
	}
	return nil
}

// FITS computes both images and returns the file that holds them.
func (s *System) FITS(tell Progress) ([]byte, error) {
	date, err := environment.Date()
	if err != nil {
		return nil, err
	}
	result, err := s.run(tell)
	if err != nil {
		return nil, err
	}
	var file bytes.Buffer
	err = fitsfile.Encode(&file, s.source.File, imagefile.Origin{Source: s.source, Date: date}.ImageHDUs(result, nil)...)
	return file.Bytes(), err
}

// run propagates the light; runs of one system take turns. tell is called on the caller's
// goroutine, whose thread is that of the host, while the work is done by others.
func (s *System) run(tell Progress) (*propagate.Result, error) {
	if tell == nil {
		s.turn <- struct{}{}
		defer func() { <-s.turn }()
		return s.propagate(context.Background())
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	type outcome struct {
		result *propagate.Result
		err    error
	}
	ended := make(chan outcome, 1)
	var begun atomic.Bool // until then, what is done is of the run before
	go func() {
		var o outcome
		o.err = protected(func() error {
			select {
			case s.turn <- struct{}{}:
			case <-ctx.Done():
				return ctx.Err()
			}
			defer func() { <-s.turn }()
			s.done.Store(0)
			begun.Store(true)
			var err error
			o.result, err = s.propagate(ctx)
			return err
		})
		ended <- o
	}()
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	total := int64(s.plan.Lines() * len(s.plan.Steps()))
	told := int64(0)
	goOn := tell(0, total)
	for beat := 1; goOn; beat++ {
		select {
		case o := <-ended:
			if o.err == nil {
				tell(total, total) // there is nothing left to end
			}
			return o.result, o.err
		case <-ticker.C:
			done := told
			if begun.Load() {
				done = max(told, s.done.Load()) // the next run may have begun
			}
			if done != told || beat%heartbeat == 0 {
				told = done
				goOn = tell(done, total)
			}
		}
	}
	cancel()
	if o := <-ended; o.err != nil && !errors.Is(o.err, context.Canceled) {
		return nil, o.err
	}
	return nil, fmt.Errorf("the run of %s was ended by its progress function: %w", s.source.File, context.Canceled)
}

// A run looks every tick whether planes have been done, and tells at least at every
// heartbeat.
const (
	tick      = 10 * time.Millisecond
	heartbeat = 10
)

// propagate runs the plan.
func (s *System) propagate(ctx context.Context) (*propagate.Result, error) {
	result, err := s.plan.Run(ctx)
	if err != nil && ctx.Err() == nil {
		err = failure.InFile(s.source.File, err)
	}
	return result, err
}
