package propagate

import (
	"fmt"
	"math"
	"runtime"

	"arago/fourier"
	"arago/grid"
	"arago/internal/bytesize"
	"arago/optics"
)

// Memory is the predicted memory of a run, in bytes.
type Memory struct {
	// Shared is taken once: the program itself, masks and optical path differences,
	// the image, and the kernels and bases of transforms.
	Shared int64
	// Wavelength is taken for each wavelength that is computed at once: the field
	// before and after the widest step, what its transform works in, and kernels in use
	// beside those in Shared.
	Wavelength int64
	// Kept is 0 if the kernels of all wavelengths are kept and counted in Shared,
	// wherever wavelengths are computed. Otherwise it is how many bytes of them each
	// process keeps that has no Options.MemoryLimit.
	Kept int64
	// keeps is the limit of the plan's own cache.
	keeps int64
}

// Peak returns the memory of a run that computes so many wavelengths at once.
func (m Memory) Peak(workers int) int64 {
	if each := max(1, m.Wavelength); int64(workers) > (mostBytes-min(m.Shared, mostBytes))/each {
		return mostBytes
	}
	return m.Shared + int64(workers)*m.Wavelength
}

const (
	// mostBytes stands for all that is more: nobody has it, and the sum of a few is a
	// number still.
	mostBytes = 1 << 60

	// kernelCache is the number of bytes of kernels that a plan keeps between
	// wavelengths and runs, or those of one wavelength, if these are more.
	kernelCache = 256 << 20

	// programBytes is what the program has resident without any system: its code as
	// far as it has run, Go's run-time, tables of the back ends (a run of 8 samples
	// takes 20 MiB in pure Go on linux/amd64, a native library some more).
	programBytes = 22 << 20

	// mostGarbage bounds what image masks leave behind before it is collected, but for
	// what one of them takes at once.
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

// settle predicts the memory. What exceeds the limit is taken from the kernels that
// are kept: to compute them again takes time, which is better than no run.
func (p *Plan) settle() {
	p.memory = p.predict(0)
	limit := p.options.MemoryLimit
	if limit <= 0 {
		return
	}
	if over := p.need(p.workers) - limit; over > 0 {
		p.memory = p.predict(float64(over))
	}
	if p.need(p.workers) > limit {
		p.memory = p.predict(math.Inf(1))
	}
}

// predict counts what a run holds at once, step by step as the engine goes, if it keeps
// so many bytes of kernels less than it would. Sizes are counted in floating point: they
// are checked before anything is allocated, and may be absurd.
func (p *Plan) predict(givenUp float64) Memory {
	element := float64(p.options.Precision.elementBytes())
	last := p.stages[len(p.stages)-1].grid.fixed
	shared := 8 * samples(last)
	lines := float64(len(p.system.Source.Spectrum))
	processors := runtime.GOMAXPROCS(0)
	var kernels kernelSizes
	var garbage, most float64
	for i := range p.stages {
		st := &p.stages[i]
		if _, ok := st.plane.(Pupil); ok {
			shared += p.effectBytes(st)
			left := preparedBytes(st.elements, st.grid.fixed)
			garbage += left
			most = max(most, left)
		}
		if o := st.occultation; o != nil {
			shared += 8 * float64(len(o.patches.Patches)) * samples(o.box)
			kernels.add(st.chosen)
			if p.options.Observe != nil {
				_, shown := p.shown(i)
				kernels.add(shown)
			}
			if patches := float64(len(o.patches.Patches)); patches > 0 {
				sampling := samplerBytes(o.box, processors)
				garbage += patches * sampling
				most = max(most, sampling)
			}
		} else if st.edges != nil {
			kernels.add(st.chosen)
			if p.options.Observe != nil {
				_, shown := p.shown(i)
				kernels.add(shown)
			}
		} else {
			kernels.add(st.chosen)
			if _, ok := st.plane.(Image); ok && st.recipe != RecipeBabinet && len(st.elements) > 0 {
				sum, one := p.paddedErrorBytes(st)
				garbage += 16*samples(st.grid.fixed)*lines + sum
				most = max(most, one)
			}
		}
	}
	kept, inUse, keeps, all := kernels.kept(lines, float64(p.bands), float64(max(1, p.workers)), givenUp)
	shared += kept + min(garbage, max(most, mostGarbage))

	w := walk{plan: p}
	w.run()
	wavelength := inUse + element*(w.memory+w.spare+w.scratch+w.pool) + w.bytes + w.slab + float64(processors)*blockBytes
	whole := func(bytes float64) int64 { return int64(min(bytes, mostBytes)) }
	m := Memory{Shared: whole(programBytes + heap*shared), Wavelength: whole(heap * wavelength), keeps: whole(keeps)}
	if !all {
		m.Kept = whole(kernels.bound())
	}
	return m
}

// kernelSizes are the bytes of the kernels of one wavelength: of all steps, and of the
// step that has most; bases are the part of all that wavelengths share.
type kernelSizes struct{ sum, largest, bases float64 }

func (k *kernelSizes) add(e fourier.Estimate) {
	k.sum += float64(e.Kernels)
	k.largest = max(k.largest, float64(e.Kernels))
	k.bases += float64(e.BasesKernels)
}

// bound is what a plan keeps that has memory enough.
func (k kernelSizes) bound() float64 { return max(kernelCache, k.sum) }

// kept returns what kernels take at so many wavelengths, in bands that share bases: kept
// between wavelengths, and in use beside that for each wavelength, if workers are computed at once. The cache keeps up to keeps, which
// may be all. Of those that make room for others, some wait to be collected: about a
// step's (dense transforms of 3000² to 4000² samples at four wavelengths).
func (k kernelSizes) kept(lines, bands, workers, givenUp float64) (kept, inUse, keeps float64, all bool) {
	total := lines*(k.sum-k.bases) + bands*k.bases
	keeps = k.bound()
	if givenUp > 0 {
		keeps = max(0, min(total, keeps)-givenUp-k.largest)
	}
	if total <= keeps {
		return total, 0, keeps, true
	}
	return keeps + k.largest, max(0, k.largest-keeps/workers), keeps, false
}

func samples(g grid.Grid) float64 { return float64(g.Y.N) * float64(g.X.N) }

// effectBytes is what the masks of a pupil take.
func (p *Plan) effectBytes(st *stage) float64 { return sampledBytes(st.elements, st.grid.fixed) }

// sampledBytes is what elements take that are sampled together. Which parts there are, a
// single sample tells; of elements that cannot be sampled NewPlan will say so. Those that
// have to be prepared would take their time for it: they have an OPD, and maybe an amplitude.
func sampledBytes(elements []optics.Element, g grid.Grid) float64 {
	var plain []optics.Element
	prepared := false
	for _, element := range elements {
		if kept, _ := optics.PreparedBytes(element, g); kept > 0 {
			prepared = true
		} else {
			plain = append(plain, element)
		}
	}
	if len(elements) == 0 {
		return 0
	}
	e, err := sample(plain, g.Rows(0, 1).Cols(0, 1))
	if err != nil {
		return 0
	}
	parts := btoi(e.amplitude != nil || prepared) + btoi(e.opd != nil || prepared) + btoi(e.phase != nil)
	return 8 * float64(parts) * samples(g)
}

// preparedBytes is what elements need while they are sampled in bands, and leave behind.
func preparedBytes(elements []optics.Element, g grid.Grid) (sum float64) {
	most := 0.0
	for _, element := range elements {
		kept, meanwhile := optics.PreparedBytes(element, g)
		sum += kept
		most = max(most, meanwhile)
	}
	return sum + most
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
			w.occulted(i)
			i = st.through
		case st.edges != nil:
			w.convolved(i)
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

func (w *walk) occulted(i int) {
	st := &w.plan.stages[i]
	o := st.occultation
	from := float64(st.from.rows()) * float64(st.from.cols())
	out := float64(o.out.rows()) * float64(o.out.cols())
	if w.plan.options.Observe != nil {
		image, shown := w.plan.shown(i)
		w.spare = max(w.spare, from)
		w.bytes = max(w.bytes, float64(w.plan.options.Precision.elementBytes())*samples(image))
		w.transform(shown, 0)
	}
	// Whether the light before the masks is in memory wherever it is wanted behind them.
	there := st.from.in(w.plan.stages[i-1].grid.fixed, w.plan.stages[st.through].grid.fixed).and(o.out) == o.out
	if len(o.patches.Patches) == 0 {
		if !there {
			w.place(out)
		}
		return
	}
	w.scratch = max(w.scratch, samples(o.box))
	w.bytes = max(w.bytes, 16*samples(o.box)) // the mask at this wavelength
	outside := o.patches.Outside.At(1)
	if !o.lasts(outside) {
		w.spare = max(w.spare, from)
	}
	w.transform(o.to, 0)
	halves := o.back.Recipe == fourier.RecipeFolded || o.back.Recipe == fourier.RecipeCompressed
	if halves && outside == 1 && there {
		w.transform(o.back, out)
		return
	}
	w.transform(o.back, 0)
	w.place(out)
}

// shown is the part of the image at stage i, passed by Babinet's principle, that
// somebody who looks is shown, and what the transform there takes.
func (p *Plan) shown(i int) (grid.Grid, fourier.Estimate) {
	wavelength := p.shortest()
	image := middleOf(p.stages[i].grid.at(wavelength))
	t := toImage.transform(p.stages[i].from.of(p.stages[i-1].grid.at(wavelength)), image, wavelength)
	chosen, _, err := p.chooseTransform(func(float64) fourier.Transform { return t }, "")
	if err != nil {
		return image, fourier.Estimate{} // the run will say so
	}
	return image, chosen
}

// lasts says whether the light before the masks outlives the transform to their box:
// where it is not needed once more, or the transform does not write to it.
func (o *occultation) lasts(outside complex128) bool {
	centred := func(a grid.Axis) bool { return a == grid.Centered(a.N, a.Step) }
	switch o.to.Recipe {
	case fourier.RecipeDense:
		return true
	case fourier.RecipeFolded, fourier.RecipeCompressed:
		return outside == 0 || centred(o.box.Y) && centred(o.box.X)
	}
	return outside == 0
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
		bytes += min(p.options.Extra(p), mostBytes)
	}
	return bytes
}

// tooLarge says by how much a run exceeds limit bytes, and what would fit.
func (p *Plan) tooLarge(limit int64) error {
	err := fmt.Errorf("%w: it takes about %s and %s are free", ErrMemory, bytesize.Text(p.need(p.workers)), bytesize.Text(limit))
	if one := p.need(1); one <= limit {
		fit := 1 + int((limit-one)/max(1, p.memory.Wavelength))
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
		p.settle()
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
