package propagate

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"time"

	"arago/fourier"
	"arago/grid"
	"arago/internal/kernel"
)

// Plan is a system made ready to run: checked, its steps decided, its memory
// predicted, and everything computed that no wavelength changes. A plan may be
// run any number of times, also by several goroutines at once.
type Plan struct {
	system  System
	options Options
	stages  []stage
	workers int
	// bands is the number of wavelengths that do not share a basis with others.
	bands  int
	memory Memory
	runner runner
	// dimming is the factor on intensities with which the light behind the first plane
	// sums to 1, if that is asked for: it is known from the amplitude of that plane, and
	// fields are only multiplied by it when they are looked at. Otherwise it is 1.
	dimming float64
	// prepared is what it took to make the plan; see Time.
	prepared time.Duration
	// sampled says how well masks are sampled; it looks at what is padded once.
	sampled func() []maskSampling
}

// runner is an engine in either precision.
type runner interface {
	// run propagates all wavelengths.
	run(context.Context) (Result, error)
	// propagate and add do the same for one wavelength at a time; see
	// Plan.Propagate and Sum.Add.
	propagate(ctx context.Context, line int, dst []byte) error
	add(image grid.Map, field []byte, weight float64)
	// serves says whether the chosen library does an FFT of rows × cols itself.
	serves(rows, cols int) bool
}

// NewPlan makes a plan. Errors are ErrSystem, ErrSampling, ErrMemory, those
// of an element that cannot be sampled, or that ARAGO_KERNELS asks for kernels that
// cannot run here.
func NewPlan(s System, o Options) (*Plan, error) {
	began := time.Now()
	if _, err := kernel.Selected(); err != nil {
		return nil, err
	}
	if err := s.validate(); err != nil {
		return nil, err
	}
	if err := s.checkSampling(); err != nil {
		return nil, err
	}
	p := &Plan{system: s, options: o, stages: s.layout(o.Recipe)}
	if o.Masks != nil && len(o.Masks) != len(p.stages) {
		return nil, invalid("there are %d masks for %d planes", len(o.Masks), len(p.stages))
	}
	// Before anything is allocated: on whole grids, as long as nobody knows what is dark.
	if err := p.choose(); err != nil {
		return nil, err
	}
	if err := p.chooseWorkers(); err != nil {
		return nil, err
	}
	for i := range p.stages {
		st := &p.stages[i]
		if _, ok := st.plane.(Pupil); !ok {
			continue
		}
		if o.Masks != nil {
			if err := o.Masks[i].check(st.grid.fixed); err != nil {
				return nil, fmt.Errorf("plane %d (%s): %w", i+1, st.label, err)
			}
			st.effect = o.Masks[i].effect()
			continue
		}
		var err error
		if st.effect, err = o.Pool.effect(st.elements, st.grid.fixed); err != nil {
			return nil, fmt.Errorf("plane %d (%s): %w", i+1, st.label, err)
		}
	}
	if err := p.choose(); err != nil {
		return nil, err
	}
	for i, st := range p.stages {
		if st.occultation != nil {
			o.Pool.masks(p.imageElements(i), st.occultation, p.field())
		}
	}
	p.settle()
	p.dimming = p.dim()
	switch o.Precision {
	case Double:
		p.runner = newEngine(p, o.Backend.Double)
	case Single:
		p.runner = newEngine(p, o.Backend.Single)
	default:
		return nil, invalid("%v is not a precision", o.Precision)
	}
	p.sampled = sync.OnceValue(p.sampleErrors)
	if o.Masks == nil {
		// Every result tells it. A plan that is given its masks computes for another one,
		// which has told.
		p.sampled()
	}
	p.prepared = time.Since(began)
	return p, nil
}

// Run propagates all wavelengths and adds their images. The error is that of
// ctx if it ends before the run does, ErrDark, or that of an element that
// cannot be sampled.
func (p *Plan) Run(ctx context.Context) (*Result, error) {
	r, err := p.runner.run(ctx)
	if err != nil {
		return nil, err
	}
	p.describe(&r)
	return &r, nil
}

// describe fills in how a result was made.
func (p *Plan) describe(r *Result) {
	r.Spectrum = p.system.Source.normalized()
	r.Steps = p.Steps()
	r.Backend = p.options.Backend.Name()
	r.Linear, r.Fourier = p.options.Backend.Linear, p.options.Backend.Fourier
	r.Precision = p.options.Precision
	r.PredictedError, r.MaskError = p.PredictedError(), p.MaskError()
}

// Options returns the options that the plan was made with.
func (p *Plan) Options() Options { return p.options }

// Steps says how each plane is reached.
func (p *Plan) Steps() []Step {
	steps := make([]Step, len(p.stages))
	for i, st := range p.stages {
		steps[i] = Step{
			Label: st.label, Recipe: st.recipe, Alternatives: st.alternatives,
			Rows: st.grid.fixed.Y.N, Cols: st.grid.fixed.X.N,
		}
		if o := st.occultation; o != nil {
			steps[i].Note = o.note()
			if n := o.box.Len(); n > 0 {
				steps[i].Rows, steps[i].Cols = o.box.Y.N, o.box.X.N
			}
		}
		if e := st.edges; e != nil {
			steps[i].Note, steps[i].Rows, steps[i].Cols = e.note(), e.rows, e.cols
		}
		if st.byFFT() {
			steps[i].Note = p.paddedNote(i)
		}
		if n := len(st.lit); n > 0 && st.move == toDetector {
			steps[i].Note = fmt.Sprintf("the pupil is lit in %d blocks only, %.2g %% of its samples", n, 100*litShare(st))
		}
		side := p.system.Npix * p.system.Oversample
		if (st.move == toImage || st.move == toPupil) && st.recipe == fourier.RecipeFFT && !p.runner.serves(side, side) {
			if steps[i].Note != "" {
				steps[i].Note += "; "
			}
			steps[i].Note += fmt.Sprintf("%s has no transform of %d; pure Go does it", p.options.Backend.Fourier.Name, side)
		}
	}
	return steps
}

// dim returns Plan.dimming.
func (p *Plan) dim() float64 {
	first := p.stages[0]
	if !first.normalize {
		return 1
	}
	total := float64(first.grid.fixed.Len())
	if a := first.effect.amplitude; a != nil {
		total = 0
		for i := range first.grid.fixed.Y.N {
			row := 0.0
			for _, v := range first.effect.row(i, first.grid.fixed.X.N).amplitude {
				row += v * v
			}
			total += row
		}
	}
	return 1 / total
}

// Memory returns the memory that a run is predicted to take at its peak.
func (p *Plan) Memory() Memory { return p.memory }

// Workers returns the number of wavelengths that are computed at once.
func (p *Plan) Workers() int { return p.workers }

// normalized returns the spectrum with weights that sum to 1.
func (s Source) normalized() []Line {
	var sum float64
	for _, l := range s.Spectrum {
		sum += l.Weight
	}
	out := make([]Line, len(s.Spectrum))
	for i, l := range s.Spectrum {
		out[i] = Line{l.Wavelength, l.Weight / sum}
	}
	return out
}

// perWavelength is the number of processors that are kept busy by one wavelength, in
// whose transforms they all share. Two at once on two processors take 1.2 … 1.5 times
// as long as one after the other, for pupils of 64 … 1024 samples, by Babinet's principle, by
// FFT, and directly to the detector: their arrays drive each other out of the caches.
const perWavelength = 4

// chooseWorkers settles how many wavelengths are computed at once and whether
// they fit in memory. Beyond comfortable, fewer are taken.
func (p *Plan) chooseWorkers() error {
	const comfortable = 1 << 30
	lines := len(p.system.Source.Spectrum)
	p.workers = min(lines, (runtime.GOMAXPROCS(0)+perWavelength-1)/perWavelength)
	if p.options.Workers > 0 {
		p.workers = min(lines, p.options.Workers)
	}
	m := p.predict(0)
	for p.options.Workers == 0 && p.workers > 1 && (Memory{Wavelength: m.Wavelength}).Peak(p.workers) > comfortable {
		p.workers--
	}
	p.settle()
	if limit := p.options.MemoryLimit; limit > 0 {
		for p.options.Workers == 0 && p.workers > 1 && p.need(p.workers) > limit {
			p.workers--
			p.settle()
		}
		if p.need(p.workers) > limit {
			return p.tooLarge(limit)
		}
	}
	return nil
}
