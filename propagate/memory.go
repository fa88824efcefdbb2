package propagate

import (
	"fmt"
	"math"
	"runtime"

	"arago/fourier"
	"arago/grid"
	"arago/internal/bytesize"
)

// Memory is the predicted memory of a run, in bytes.
type Memory struct {
	// Shared is taken once: the program itself, masks and optical path differences,
	// the image, and the kernels and bases of transforms.
	Shared int64
	// Wavelength is taken for each wavelength that is computed at once: the field
	// before and after the widest step, and what its transform works in.
	Wavelength int64
}

// Peak returns the memory of a run that computes so many wavelengths at once.
func (m Memory) Peak(workers int) int64 { return m.Shared + int64(workers)*m.Wavelength }

const (
	// kernelCache is the number of bytes of kernels that a plan keeps between
	// wavelengths and runs.
	kernelCache = 256 << 20

	// programBytes is what the program has resident without any system: its code as
	// far as it has run, Go's run-time, tables of the back ends (27 MiB on
	// linux/amd64).
	programBytes = 27 << 20

	// mostGarbage bounds what image masks leave behind before it is collected.
	mostGarbage = 24 << 20

	// heap is by how much more the heap holds than what is in use: arrays that wait to
	// be collected, and gaps between those of other sizes. The program lets its heap
	// grow by a fifth before it collects.
	heap = 1.13

	// blockBytes is what a goroutine has for the packed blocks of a product or for
	// lines of a Fourier transform, about (internal/product, internal/fft).
	blockBytes = 1 << 20

	// slabBytes bounds the packed left matrix of a product (internal/product).
	slabBytes = 16 << 20
)

// predict counts what a run holds at once, step by step as the engine goes. Sizes are
// counted in floating point: they are checked before anything is allocated, and may
// be absurd.
func (p *Plan) predict() Memory {
	element := float64(p.options.Precision.elementBytes())
	last := p.stages[len(p.stages)-1].grid.fixed
	shared := 8 * samples(last)
	lines := float64(len(p.system.Source.Spectrum))
	var kernels, garbage float64
	for i := range p.stages {
		st := &p.stages[i]
		if _, ok := st.plane.(Pupil); ok {
			shared += p.effectBytes(st)
		}
		if o := st.occultation; o != nil {
			shared += 8 * float64(len(o.patches.Patches)) * samples(o.box)
			kernels += float64(o.to.Kernels) + float64(o.back.Kernels)
			// Fine samples, several for each of the box along both axes.
			garbage += 8 * 48 * samples(o.box)
		} else {
			kernels += float64(st.chosen.Kernels)
			if _, ok := st.plane.(Image); ok && st.recipe != RecipeBabinet && len(st.elements) > 0 {
				garbage += 16 * samples(st.grid.fixed) * lines
			}
		}
	}
	shared += min(kernels*lines, kernelCache) + min(garbage, mostGarbage)

	w := walk{plan: p}
	w.run()
	wavelength := element*(w.memory+w.spare+w.scratch+w.pool) + w.bytes + w.slab + float64(runtime.GOMAXPROCS(0))*blockBytes
	return Memory{Shared: int64(programBytes + min(heap*shared, 1e18)), Wavelength: int64(min(heap*wavelength, 1e18))}
}

func samples(g grid.Grid) float64 { return float64(g.Y.N) * float64(g.X.N) }

// effectBytes is what the masks of a pupil take. Which there are, a single sample
// tells; of elements that cannot be sampled NewPlan will say so.
func (p *Plan) effectBytes(st *stage) float64 {
	if len(st.elements) == 0 {
		return 0
	}
	e, err := sample(st.elements, st.grid.fixed.Rows(0, 1).Cols(0, 1))
	if err != nil {
		return 0
	}
	parts := btoi(e.amplitude != nil) + btoi(e.opd != nil) + btoi(e.phase != nil)
	return 8 * float64(parts) * samples(st.grid.fixed)
}

// walk is the memory of one wave on its way: wave, in sizes.
type walk struct {
	plan *Plan
	// Of the fields and of scratch memory, in complex numbers; pool is what a
	// transform draws.
	memory, spare, scratch, pool float64
	// bytes are of other arrays, slab of the left matrix of a product.
	bytes, slab float64
}

// place is wave.place, and what follows it.
func (w *walk) place(samples float64) {
	w.spare = max(w.spare, samples)
	w.memory, w.spare = w.spare, w.memory
}

// transform counts what a recipe works in.
func (w *walk) transform(e fourier.Estimate, besides float64) {
	element := float64(w.plan.options.Precision.elementBytes())
	w.pool = max(w.pool, float64(e.Scratch)/element+besides)
	for _, product := range e.Each.Products {
		left := element * float64(product.Rows) * float64(product.Inner)
		if !product.Complex {
			left /= 2
		}
		// Memory of a power of two serves the next call too.
		w.slab = max(w.slab, math.Exp2(math.Ceil(math.Log2(min(left, slabBytes)))))
	}
}

func (w *walk) run() {
	stages := w.plan.stages
	w.place(w.kept(0))
	for i := 0; i < len(stages); i++ {
		switch st := &stages[i]; {
		case st.occultation != nil:
			w.occulted(st)
			i = st.through
		case st.through > 0 && w.plan.passesBands():
			w.through(i)
			i = st.through
		default:
			w.move(i)
		}
	}
}

// kept returns the number of samples of a pupil that are in memory.
func (w *walk) kept(i int) float64 {
	st := &w.plan.stages[i]
	if st.kept == (block{}) {
		return samples(st.grid.fixed)
	}
	return float64(st.kept.rows()) * float64(st.kept.cols())
}

func (w *walk) occulted(st *stage) {
	o := st.occultation
	if len(o.patches.Patches) == 0 {
		return
	}
	out := float64(o.out.rows()) * float64(o.out.cols())
	w.scratch = max(w.scratch, samples(o.box))
	w.bytes = max(w.bytes, 16*samples(o.box)) // the mask at this wavelength
	if !o.lasts() {
		w.spare = max(w.spare, float64(st.from.rows())*float64(st.from.cols()))
	}
	w.transform(o.to, 0)
	if o.subtracts() {
		w.transform(o.back, out)
		return
	}
	w.transform(o.back, 0)
	w.place(out)
}

// subtracts says whether the light of the box can be subtracted in place.
func (o *occultation) subtracts() bool {
	halves := o.back.Recipe == fourier.RecipeFolded || o.back.Recipe == fourier.RecipeCompressed
	return halves && o.patches.Outside.At(1) == 1
}

// lasts says whether the light before the masks outlives the transform to the box; see
// wave.lasting.
func (o *occultation) lasts() bool {
	return o.patches.Outside.At(1) == 0 || o.to.Recipe == fourier.RecipeDense ||
		o.to.Recipe == fourier.RecipeFolded || o.to.Recipe == fourier.RecipeCompressed
}

// through counts an image that is never whole.
func (w *walk) through(first int) {
	stages := w.plan.stages
	last := stages[first].through
	image, pupil := stages[first].grid.fixed, stages[last].grid.fixed
	before := max(stages[first].from.rows(), pupil.Y.N)
	band := w.plan.bandColumns(image.Y.N, image.X.N)
	w.scratch = max(w.scratch, float64(before)*float64(image.X.N)+float64(image.Y.N)*float64(band))
	if from := stages[first].from; from.rows() != pupil.Y.N || from.cols() != pupil.X.N {
		w.place(samples(pupil))
	}
}

func (w *walk) move(i int) {
	st := &w.plan.stages[i]
	to := samples(st.grid.fixed)
	switch st.move {
	case toImage, toPupil, toDetector:
		w.transform(st.chosen, 0)
		from := float64(st.from.rows()) * float64(st.from.cols())
		if st.recipe == fourier.RecipeFFT && from == to {
			return
		}
		if st.recipe == fourier.RecipeFFT && st.chosen.Scratch == 0 {
			// What stands between the passes along rows and columns.
			w.pool = max(w.pool, math.Sqrt(from*to))
		}
		w.place(to)
	case turn:
		w.place(to)
		// Splines work in double precision, on both parts.
		w.bytes = max(w.bytes, 4*16*to)
	}
}

// need is the memory of a run that computes so many wavelengths at once, with
// what Options.Extra adds.
func (p *Plan) need(workers int) int64 {
	bytes := p.memory.Peak(workers)
	if p.options.Extra != nil {
		bytes += p.options.Extra(p)
	}
	return bytes
}

// tooLarge says by how much a run exceeds limit bytes, and what would fit.
func (p *Plan) tooLarge(limit int64) error {
	err := fmt.Errorf("%w: it takes about %s and %s are free", ErrMemory, bytesize.Text(p.need(p.workers)), bytesize.Text(limit))
	if one := p.need(1); one <= limit {
		fit := 1 + int((limit-one)/p.memory.Wavelength)
		return fmt.Errorf("%w with %d wavelengths at once; %d at once would fit", err, p.workers, fit)
	}
	if what := LargestOversampling(p.system, p.options, func(p *Plan) bool { return p.need(1) <= limit }); what != "" {
		return fmt.Errorf("%w; the largest oversampling that would fit is %s", err, what)
	}
	return fmt.Errorf("%w, and no oversampling would fit; reduce npix or the detector's field", err)
}

// LargestOversampling looks for the largest oversampling below that of a system
// with which a run fits, and says which it is: that of the intermediate image
// planes, if there are any, otherwise, or if that is not enough, that of the
// detector. It returns "" if none fits. The plans that fits is asked about tell
// what they need, and no more: they cannot be run.
func LargestOversampling(s System, o Options, fits func(*Plan) bool) string {
	try := func(s System) bool {
		p := &Plan{system: s, options: o, stages: s.layout(o.Recipe), workers: 1}
		if p.choose() != nil {
			return false
		}
		p.memory = p.predict()
		return fits(p)
	}
	padding := 1
	for _, plane := range s.Planes {
		if _, ok := plane.(Image); ok {
			padding = s.Oversample
		}
	}
	for k := padding - 1; k >= 1; k-- {
		s.Oversample = k
		if try(s) {
			return fmt.Sprintf("oversample = %d in [system]", k)
		}
	}
	last := len(s.Planes) - 1
	d, ok := s.Planes[last].(Detector)
	if !ok {
		return ""
	}
	for k := d.Oversample - 1; k >= 1; k-- {
		d.Oversample = k
		s.Planes = append(s.Planes[:last:last], d)
		if try(s) {
			what := fmt.Sprintf("oversample = %d of the detector", k)
			if padding > 1 {
				what = "oversample = 1 in [system] and " + what
			}
			return what
		}
	}
	return ""
}
