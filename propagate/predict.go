package propagate

import (
	"math"
	"time"

	"arago/fourier"
)

// Time is the predicted time of a plan's runs.
type Time struct {
	// Prepared is what making the plan took: to sample masks takes as long as their
	// elements take, which nothing foretells. It was measured.
	Prepared time.Duration
	// First is the first run, which computes kernels and bases and uses memory for the
	// first time; Again is every other one.
	First, Again time.Duration
}

const (
	// freshMemory is the number of bytes per second of memory that is used for the
	// first time: the operating system clears it, much of it in small pages, of 1.5 µs
	// each.
	freshMemory = 2.2e9

	// basisShare is the part of what is computed once for a wavelength that goes into
	// bases, which wavelengths share that lie within an octave by basisSteps
	// (fourier.NewCompressed).
	basisShare, basisSteps = 0.6, 16
)

// Time predicts the time of runs by the figures of Options.Machine, when nothing else
// is running.
func (p *Plan) Time() Time {
	lines := float64(len(p.system.Source.Spectrum))
	each, once := p.seconds()
	fresh := float64(p.memory.Peak(p.workers) - programBytes)
	for i := range p.stages {
		if _, ok := p.stages[i].plane.(Pupil); ok {
			fresh -= p.effectBytes(&p.stages[i]) // has been used
		}
	}
	seconds := func(s float64) time.Duration { return time.Duration(min(s*float64(time.Second), math.MaxInt64)) }
	return Time{Prepared: p.prepared, First: seconds(lines*each + p.computedOnce()*once + max(0, fresh)/freshMemory), Again: seconds(lines * each)}
}

// computedOnce returns for how many wavelengths kernels and bases are made.
func (p *Plan) computedOnce() float64 {
	lines := float64(len(p.system.Source.Spectrum))
	longest := 0.0
	for _, l := range p.system.Source.Spectrum {
		longest = max(longest, l.Wavelength)
	}
	bases := min(lines, 1+basisSteps*math.Log2(longest/p.shortest()))
	return (1-basisShare)*lines + basisShare*bases
}

// seconds predicts what one wavelength takes in every run, and in the first one
// besides.
func (p *Plan) seconds() (each, once float64) {
	var pointwise fourier.Work
	for i := range p.stages {
		st := &p.stages[i]
		each += st.chosen.Seconds
		once += st.chosen.SecondsOnce
		pointwise.Add(p.pointwise(i))
	}
	// What one processor does by itself goes on at as many wavelengths at once.
	pointwise.Scalar /= float64(min(p.workers, p.machine().Together.Processors))
	return each + p.machine().Seconds(pointwise, p.options.Precision == Single), once
}

// pointwise counts what is done at stage i beside the transform that leads to it.
func (p *Plan) pointwise(i int) (w fourier.Work) {
	st := &p.stages[i]
	element := float64(p.options.Precision.elementBytes())
	n := samples(st.grid.fixed)
	switch st.plane.(type) {
	case Pupil:
		n = float64(st.kept.rows()) * float64(st.kept.cols())
		w.Moved = 2 * element * n
		// Without an OPD the amplitude is only multiplied in.
		w.Phasors = n * float64(btoi(st.effect.opd != nil)+btoi(st.effect.phase != nil))
		w.Moved += 8 * n * float64(btoi(st.effect.amplitude != nil))
	case Detector:
		// The intensity is added to the image.
		w.Moved = (element + 16) * n
	}
	switch {
	case st.occultation != nil:
		// The mask is put together and multiplied in by plain loops.
		w.Scalar += 12 * float64(1+len(st.occultation.patches.Patches)) * samples(st.occultation.box)
	case st.move == turn:
		// Coefficients of the splines and sixteen products a sample, of both parts.
		w.Scalar += 150 * n
	case st.move == mirror:
		w.Moved += 2 * element * n
	}
	if st.normalize && i > 0 {
		w.Moved += 3 * element * n
	}
	return w
}
