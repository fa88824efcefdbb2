package propagate

import (
	"context"
	"fmt"
	"math"
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
	return &engine[R, C]{plan: p, core: core, kernels: p.options.Pool.cache(p.memory.keeps)}
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
	var panics parallel.Panics
	for range e.plan.workers {
		work := func() error {
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
				if line == 0 {
					touch(image)
				}
				addTo[R](image, w.field, spectrum[line].Weight*e.plan.dimming)
				close(added[line+1])
			}
		}
		group.Go(func() error { return panics.Call(work) })
	}
	err := group.Wait()
	panics.Raise()
	if err != nil {
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
	// plane is the grid of the plane, of which the field has the samples of part; all
	// others are dark. grid is that of the part.
	plane, grid grid.Grid
	part        block
	field       backend.Matrix[C]
	// memory holds the field, spare takes it after the next transform.
	memory, spare []C
	// swapped says that they have been swapped an odd number of times.
	swapped bool
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
		report := func(i int, plane grid.Grid, part block, field backend.Matrix[C]) {
			reports.plane(func() Snapshot {
				return Snapshot{
					Plane: i, Label: stages[i].label, Line: line, Wavelength: wavelength,
					Grid: plane, Field: w.seen(plane, part, field),
				}
			})
		}
		var err error
		switch {
		case stages[i].occultation != nil:
			i, err = w.occulted(ctx, i, report)
			passed = true
		case stages[i].edges != nil:
			i, err = w.convolved(ctx, i, report)
		case stages[i].through > 0 && w.engine.plan.passesBands():
			i, err = w.through(ctx, i, report)
		default:
			err = w.move(i)
		}
		st := &stages[i]
		if err == nil && !passed {
			err = w.pass(st)
		}
		passed = false
		if err != nil {
			return fmt.Errorf("plane %d (%s): %w", i+1, st.label, err)
		}
		if st.normalize {
			if err := w.normalize(i); err != nil {
				return fmt.Errorf("%w: plane %d (%s) is dark at %g m", err, i+1, st.label, wavelength)
			}
		}
		report(i, w.plane, w.part, w.field)
	}
	return nil
}

// start fills the pupil array with the light of the source: a plane wave of
// amplitude 1. A wave that comes along the axis is the same everywhere; it is written
// as it is behind the first plane, and start says so.
func (w *wave[R, C]) start(wavelength float64) (passed bool) {
	s := &w.engine.plan.system
	first := &w.engine.plan.stages[0]
	w.wavelength = wavelength
	w.enter(first.grid.fixed, first.kept)
	if w.swapped {
		// Each memory takes what it took at the wavelength before, and need not grow.
		w.swap()
	}
	w.field = w.place(w.grid)
	w.swap()
	x, y := s.direction()
	if x == 0 && y == 0 {
		parallel.Bands(w.field.Rows, bandRows, func(from, to int) {
			light[R](w.field, from, to, first.effect, w.plane.X.N, w.part.y0, w.part.x0, wavelength)
		})
		return true
	}
	// A source at angle θ appears at +θ: a phase exp(−2πi·x·θ/λ), which is
	// separable.
	w.engine.core.Outer(w.field, tilt[C](w.grid.Y, y/wavelength), tilt[C](w.grid.X, x/wavelength), backend.Write)
	return false
}

// enter notes that the wave is in another plane.
func (w *wave[R, C]) enter(plane grid.Grid, part block) {
	w.plane, w.part, w.grid = plane, part, part.of(plane)
}

// narrow forgets all samples but those of a block.
func (w *wave[R, C]) narrow(to block) {
	to = to.and(w.part)
	w.field = slice(w.field, w.part, to)
	w.enter(w.plane, to)
}

// place returns a matrix for the samples of g in the spare memory.
func (w *wave[R, C]) place(g grid.Grid) backend.Matrix[C] {
	if cap(w.spare) < g.Len() {
		w.spare = backend.NewMatrix[C](1, g.Len()).Data
	}
	return backend.MatrixOf(g.Y.N, g.X.N, w.spare[:g.Len()])
}

// swap makes the spare memory that of the field.
func (w *wave[R, C]) swap() {
	w.memory, w.spare = w.spare, w.memory
	w.swapped = !w.swapped
}

// move carries the field to stage i.
func (w *wave[R, C]) move(i int) error {
	st := &w.engine.plan.stages[i]
	if st.move == stay {
		if _, ok := st.plane.(Pupil); ok {
			w.narrow(st.kept)
		}
		return nil
	}
	to := st.grid.at(w.wavelength)
	if st.from != (block{}) {
		w.narrow(st.from)
	}
	switch st.move {
	case toImage, toPupil, toDetector:
		t := w.engine.plan.banded(st.move.transform(w.grid, to, w.wavelength), st.lit)
		plan, err := fourier.New(w.engine.core, w.engine.kernels, t, st.recipe)
		if err != nil {
			return err
		}
		w.transform(plan, to)
	case turn:
		w.enter(to, whole(to))
		w.turn(st.plane.(Rotation).Angle)
	case mirror:
		w.mirror(st.plane.(Inversion))
	}
	return nil
}

// transform carries the field to another grid; one of the same size, by FFT,
// in place.
func (w *wave[R, C]) transform(plan fourier.Plan[C], to grid.Grid) {
	if plan.Recipe() == fourier.RecipeFFT && to.Y.N == w.field.Rows && to.X.N == w.field.Cols {
		plan.Execute(w.field, w.field)
		w.enter(to, whole(to))
		return
	}
	dst := w.place(to)
	plan.Execute(dst, w.field)
	w.field = dst
	w.enter(to, whole(to))
	w.swap()
}

// pass multiplies the field by the elements of a stage.
func (w *wave[R, C]) pass(st *stage) error {
	if _, ok := st.plane.(Pupil); ok {
		parallel.Bands(w.field.Rows, bandRows, func(from, to int) {
			apply[R](w.field, from, to, st.effect, w.plane.X.N, w.part.y0, w.part.x0, w.wavelength)
		})
		return nil
	}
	return passImage[R](w.field, w.grid, st, w.wavelength)
}

// seen returns the light of a whole plane, as it is shown.
func (w *wave[R, C]) seen(plane grid.Grid, part block, field backend.Matrix[C]) []complex128 {
	scale := complex(math.Sqrt(w.engine.plan.dimming), 0)
	out := make([]complex128, plane.Len())
	for i := range field.Rows {
		row := out[(part.y0+i)*plane.X.N+part.x0:]
		for j, v := range field.Row(i) {
			row[j] = scale * complex128(v)
		}
	}
	return out
}

// passImage multiplies a field by the elements of an image plane, sampled in bands
// at this wavelength. g is the grid of the plane or of a part of it.
func passImage[R backend.Real, C backend.Complex](field backend.Matrix[C], g grid.Grid, st *stage, wavelength float64) error {
	if len(st.elements) == 0 {
		return nil
	}
	return forBands(g, func(from, to int) error {
		e, err := sample(st.elements, g.Rows(from, to))
		if err != nil {
			return err
		}
		apply[R](field.Slice(from, to, 0, field.Cols), 0, to-from, e, field.Cols, 0, 0, wavelength)
		return nil
	})
}

// touch writes zeros to an image that is new: memory that is read before it is written
// to, as in a sum, is mapped twice.
func touch(image grid.Map) {
	parallel.Bands(image.Y.N, bandRows, func(from, to int) { clear(image.Data[from*image.X.N : to*image.X.N]) })
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
