package propagate

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"arago/backend"
	"arago/fourier"
	"arago/grid"
	"arago/internal/kernel"
	"arago/internal/parallel"
)

// engine runs a plan in one precision.
type engine[R backend.Real, C backend.Complex] struct {
	plan    *Plan
	core    backend.Core[R, C]
	kernels *fourier.Cache
}

func newEngine[R backend.Real, C backend.Complex](p *Plan, core backend.Core[R, C]) *engine[R, C] {
	return &engine[R, C]{plan: p, core: core, kernels: fourier.NewCache(kernelCache)}
}

// serves implements runner.
func (e *engine[R, C]) serves(rows, cols int) bool { return e.core.Serves(rows, cols) }

// run propagates every wavelength; workers take them in order, and each adds
// its image when those before it have been added.
func (e *engine[R, C]) run(ctx context.Context) (Result, error) {
	spectrum := e.plan.system.Source.normalized()
	last := e.plan.stages[len(e.plan.stages)-1].grid
	image := grid.NewMap(last.at(spectrum[0].Wavelength))
	reports := newReporter(e.plan)

	// added[i] is closed when the image of line i−1 has been added.
	added := make([]chan struct{}, len(spectrum)+1)
	for i := range added {
		added[i] = make(chan struct{})
	}
	close(added[0])

	group, ctx := errgroup.WithContext(ctx)
	var next atomic.Int64
	for range e.plan.workers {
		group.Go(func() error {
			w := &wave[R, C]{engine: e}
			for {
				line := int(next.Add(1)) - 1
				if line >= len(spectrum) {
					return nil
				}
				if err := w.propagate(ctx, line, spectrum[line].Wavelength, reports); err != nil {
					return err
				}
				select {
				case <-ctx.Done():
					return ctx.Err()
				case <-added[line]:
				}
				addTo[R](image, w.field, spectrum[line].Weight)
				close(added[line+1])
			}
		})
	}
	if err := group.Wait(); err != nil {
		return Result{}, err
	}
	return Result{Image: image}, nil
}

// reporter passes what happens to the callbacks of the options, one call at a
// time.
type reporter struct {
	plan  *Plan
	mutex sync.Mutex
	done  int
}

func newReporter(p *Plan) *reporter { return &reporter{plan: p} }

func (r *reporter) plane(s func() Snapshot) {
	o := &r.plan.options
	if o.Observe == nil && o.Progress == nil {
		return
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if o.Observe != nil {
		o.Observe(s())
	}
	r.done++
	if o.Progress != nil {
		o.Progress(r.done, len(r.plan.stages)*len(r.plan.system.Source.Spectrum))
	}
}

// wave is a field on its way through the stages at one wavelength.
type wave[R backend.Real, C backend.Complex] struct {
	engine     *engine[R, C]
	wavelength float64
	grid       grid.Grid
	field      backend.Matrix[C]
	// memory holds the field, spare takes it after the next transform.
	memory, spare []C
	// scratch is what image planes that are passed in bands need.
	scratch []C
}

// propagate takes a new wave through all stages.
func (w *wave[R, C]) propagate(ctx context.Context, line int, wavelength float64, reports *reporter) error {
	passed := w.start(wavelength)
	stages := w.engine.plan.stages
	for i := 0; i < len(stages); i++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		report := func(i int, g grid.Grid, field backend.Matrix[C]) {
			reports.plane(func() Snapshot {
				return Snapshot{Plane: i, Label: stages[i].label, Line: line, Wavelength: wavelength, Grid: g, Field: double(field)}
			})
		}
		var err error
		if stages[i].through > 0 && w.engine.plan.passesBands() {
			i, err = w.through(ctx, i, report)
		} else {
			err = w.move(&stages[i])
		}
		st := &stages[i]
		if err == nil && !(i == 0 && passed) {
			err = pass[R](w.field, w.grid, st, wavelength)
		}
		if err != nil {
			return fmt.Errorf("plane %d (%s): %w", i+1, st.label, err)
		}
		if st.normalize {
			if err := w.normalize(); err != nil {
				return fmt.Errorf("%w: plane %d (%s) is dark at %g m", err, i+1, st.label, wavelength)
			}
		}
		report(i, w.grid, w.field)
	}
	return nil
}

// start fills the pupil array with the light of the source: a plane wave of
// amplitude 1. A wave that comes along the axis is the same everywhere; if the
// first plane is a pupil, it is written as it is behind that, and start says so.
func (w *wave[R, C]) start(wavelength float64) (passed bool) {
	s := &w.engine.plan.system
	first := &w.engine.plan.stages[0]
	w.wavelength = wavelength
	w.grid = grid.Square(grid.Centered(s.Npix, s.Diameter/float64(s.Npix)), grid.Metre)
	w.field = w.place(w.grid)
	w.memory, w.spare = w.spare, w.memory
	x, y := s.direction()
	if _, ok := first.plane.(Pupil); ok && x == 0 && y == 0 {
		parallel.Bands(w.field.Rows, bandRows, func(from, to int) {
			light[R](w.field, from, to, first.effect, wavelength)
		})
		return true
	}
	// A source at angle θ appears at +θ: a phase exp(−2πi·x·θ/λ), which is
	// separable.
	w.engine.core.Outer(w.field, tilt[C](w.grid.Y, y/wavelength), tilt[C](w.grid.X, x/wavelength), backend.Write)
	return false
}

// place returns a matrix for the samples of g in the spare memory.
func (w *wave[R, C]) place(g grid.Grid) backend.Matrix[C] {
	if cap(w.spare) < g.Len() {
		w.spare = backend.NewMatrix[C](1, g.Len()).Data
	}
	return backend.MatrixOf(g.Y.N, g.X.N, w.spare[:g.Len()])
}

// move carries the field to a stage.
func (w *wave[R, C]) move(st *stage) error {
	if st.crop > 0 {
		y, i := w.grid.Y.Cropped(st.crop)
		x, j := w.grid.X.Cropped(st.crop)
		w.grid.Y, w.grid.X = y, x
		w.field = w.field.Slice(i, i+st.crop, j, j+st.crop)
	}
	to := st.grid.at(w.wavelength)
	switch st.move {
	case toImage, toPupil:
		plan, err := fourier.NewFFT(w.engine.core, st.move.transform(w.grid, to, w.wavelength))
		if err != nil {
			return err
		}
		w.transform(plan, to)
	case toDetector:
		plan, err := fourier.NewDense(w.engine.core, w.engine.kernels, st.move.transform(w.grid, to, w.wavelength))
		if err != nil {
			return err
		}
		w.transform(plan, to)
	case turn:
		w.turn(st.plane.(Rotation).Angle)
	case mirror:
		w.mirror(st.plane.(Inversion))
	}
	return nil
}

// transform carries the field to another grid; one of the same size, by FFT,
// in place.
func (w *wave[R, C]) transform(plan fourier.Plan[C], to grid.Grid) {
	if plan.Recipe() == "fft" && to.Y.N == w.field.Rows && to.X.N == w.field.Cols {
		plan.Execute(w.field, w.field)
		w.grid = to
		return
	}
	dst := w.place(to)
	plan.Execute(dst, w.field)
	w.field, w.grid = dst, to
	w.memory, w.spare = w.spare, w.memory
}

// pass multiplies a field by the elements of a stage: by the effect that the
// plan has, or else by samples taken in bands at this wavelength. g is the grid
// of the stage, or of an image plane a part of it.
func pass[R backend.Real, C backend.Complex](field backend.Matrix[C], g grid.Grid, st *stage, wavelength float64) error {
	if _, ok := st.plane.(Pupil); ok {
		parallel.Bands(field.Rows, bandRows, func(from, to int) {
			apply[R](field, from, to, 0, st.effect, wavelength)
		})
		return nil
	}
	if len(st.elements) == 0 {
		return nil
	}
	return forBands(g, func(from, to int) error {
		e, err := sample(st.elements, g.Rows(from, to))
		if err != nil {
			return err
		}
		apply[R](field, from, to, from, e, wavelength)
		return nil
	})
}

// addTo adds weight·|field|² to image.
func addTo[R backend.Real, C backend.Complex](image grid.Map, field backend.Matrix[C], weight float64) {
	table := kernel.For[R]()
	parallel.Bands(field.Rows, bandRows, func(from, to int) {
		for i := from; i < to; i++ {
			table.Intensity(image.Row(i), kernel.Reals[R](field.Row(i)), weight)
		}
	})
}

// double returns a copy of a field in double precision.
func double[C backend.Complex](field backend.Matrix[C]) []complex128 {
	out := make([]complex128, 0, field.Rows*field.Cols)
	for i := range field.Rows {
		for _, v := range field.Row(i) {
			out = append(out, complex128(v))
		}
	}
	return out
}
