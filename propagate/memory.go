package propagate

import (
	"fmt"
	"math"

	"arago/internal/bytesize"
)

// Memory is the predicted memory of a run, in bytes.
type Memory struct {
	// Shared is taken once: masks, optical path differences, the image.
	Shared int64
	// Wavelength is taken for each wavelength that is computed at once: the
	// field before and after the widest step, kernels, phases.
	Wavelength int64
}

// Peak returns the memory of a run that computes so many wavelengths at once.
func (m Memory) Peak(workers int) int64 { return m.Shared + int64(workers)*m.Wavelength }

// kernelCache is the number of bytes of kernels that a plan keeps between
// wavelengths and runs.
const kernelCache = 256 << 20

// predict counts the arrays that the stages hold at once. Sizes are counted in
// floating point: they are checked before anything is allocated, and may be
// absurd.
func (p *Plan) predict() Memory {
	element := float64(p.options.Precision.elementBytes())
	var shared, widest, scratch, kernels float64
	before, rowsBefore := 0.0, 0
	for i := 0; i < len(p.stages); i++ {
		if last := p.stages[i].through; last > 0 && p.passesBands() {
			// The image is never whole.
			image := p.stages[i].grid.fixed
			between := max(rowsBefore, p.stages[last].grid.fixed.Y.N)
			band := p.bandColumns(image.Y.N, image.X.N)
			scratch = max(scratch, float64(between)*float64(image.X.N)+float64(image.Y.N)*float64(band))
			i = last
		}
		st := &p.stages[i]
		rows, cols := float64(st.grid.fixed.Y.N), float64(st.grid.fixed.X.N)
		samples := rows * cols
		if _, ok := st.plane.(Pupil); ok && len(st.elements) > 0 {
			// Amplitude and OPD, and the bands they are gathered from.
			shared += 4 * 8 * samples
		}
		field := before + samples
		switch st.move {
		case toDetector:
			n := float64(p.system.Npix)
			kernels += element * n * (rows + cols)
			field += n * max(rows, cols)
		case toImage, toPupil:
			// Where the output is smaller, what stands between the passes along
			// rows and columns does not fit into it.
			if samples < before {
				field += math.Sqrt(before * samples)
			}
		case stay, mirror:
			field = samples
		case turn:
			// Splines work in double precision, on both parts.
			field = samples * (2 + 4*16/element)
		}
		widest = max(widest, field)
		before, rowsBefore = samples, st.grid.fixed.Y.N
	}
	last := p.stages[len(p.stages)-1].grid.fixed
	shared += 8 * float64(last.Len())
	lines := float64(len(p.system.Source.Spectrum))
	shared += min(kernels*lines, kernelCache)
	return Memory{Shared: int64(min(shared, 1e18)), Wavelength: int64(min(element*(widest+scratch)+kernels, 1e18))}
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
		p := &Plan{system: s, options: o, stages: s.layout(), workers: 1}
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
