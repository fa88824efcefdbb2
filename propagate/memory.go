package propagate

import (
	"fmt"
	"math"
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
	element := 16.0
	if p.options.Precision == Single {
		element = 8
	}
	var shared, widest, kernels float64
	before := 0.0
	for _, st := range p.stages {
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
		before = samples
	}
	last := p.stages[len(p.stages)-1].grid.fixed
	shared += 8 * float64(last.Len())
	lines := float64(len(p.system.Source.Spectrum))
	shared += min(kernels*lines, kernelCache)
	return Memory{Shared: int64(min(shared, 1e18)), Wavelength: int64(min(element*widest+kernels, 1e18))}
}

// size returns a number of bytes for people.
func size(bytes int64) string {
	const unit = 1 << 10
	if bytes < unit<<10 {
		return fmt.Sprintf("%.1f KiB", float64(bytes)/unit)
	}
	if bytes < unit<<20 {
		return fmt.Sprintf("%.1f MiB", float64(bytes)/(unit<<10))
	}
	return fmt.Sprintf("%.1f GiB", float64(bytes)/(unit<<20))
}
