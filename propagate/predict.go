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

// freshMemory is the number of bytes per second of memory that is used for the
// first time: the operating system clears it, for all processors at once, most of it in large
// pages. Of what a plan holds in its first run, a part was used as it was made.
const freshMemory = 7e9

// Memory that has been used before is garbage when a run begins: Go collects it, which takes
// collection once a run has taken collected bytes, and clears it, at clearedMemory bytes per second and
// processor. Runs by a plan that had run took so much longer than the rest of the prediction (twelve systems of
// 256 to 1024 samples, two processors with AVX-512).
const (
	collection    = 1.2e-3
	collected     = 8e6
	clearedMemory = 9e9
)

// Time predicts the time of runs by the figures of Options.Machine, when nothing else
// is running.
func (p *Plan) Time() Time {
	lines := float64(len(p.system.Source.Spectrum))
	taken := float64(p.memory.Wavelength)
	garbage := taken/clearedMemory + collection*min(1, taken*p.atOnce()/collected)
	first, again := p.kernelSeconds(), lines*p.seconds()+garbage
	fresh := float64(p.memory.Peak(p.workers) - programBytes)
	for i := range p.stages {
		if _, ok := p.stages[i].plane.(Pupil); ok {
			fresh -= p.effectBytes(&p.stages[i]) // has been used
		}
	}
	seconds := func(s float64) time.Duration { return time.Duration(min(s*float64(time.Second), math.MaxInt64)) }
	return Time{Prepared: p.prepared, First: seconds(again + first + max(0, fresh)/freshMemory), Again: seconds(again)}
}

// kernelSeconds predicts what kernels and bases take at all wavelengths.
func (p *Plan) kernelSeconds() (sum float64) {
	lines, bands := float64(p.Lines()), float64(p.bands)
	for i := range p.stages {
		e := &p.stages[i].chosen
		sum += lines*(e.SecondsOnce-e.SecondsBases) + bands*e.SecondsBases
	}
	return sum
}

// bands returns how many wavelengths there are that do not share a basis with others.
func (s Source) bands() int {
	bands, shortest := map[int]bool{}, s.shortest()
	for _, l := range s.Spectrum {
		bands[int(fourier.BasesPerOctave*math.Log2(l.Wavelength/shortest))] = true
	}
	return len(bands)
}

// seconds predicts what one wavelength takes in every run.
func (p *Plan) seconds() (each float64) {
	var pointwise fourier.Work
	for i := range p.stages {
		each += p.stages[i].chosen.Seconds
		pointwise.Add(p.pointwise(i))
	}
	// What one processor does by itself goes on at as many wavelengths at once.
	pointwise.Scalar /= p.atOnce()
	return each + p.machine().Seconds(pointwise, p.options.Precision == Single)
}

// atOnce returns how many processors work at different wavelengths.
func (p *Plan) atOnce() float64 { return float64(min(p.workers, p.machine().Together.Processors)) }

// pointwise counts what is done at stage i beside the transform that leads to it.
func (p *Plan) pointwise(i int) (w fourier.Work) {
	st := &p.stages[i]
	element := float64(p.options.Precision.elementBytes())
	n := samples(st.grid.fixed)
	switch st.plane.(type) {
	case Pupil:
		n = float64(st.kept.rows()) * float64(st.kept.cols())
		w.Moved, w.Passes = 2*element*n, 1
		// Without an OPD the amplitude is only multiplied in.
		w.Phasors = n * float64(btoi(st.effect.opd != nil)+btoi(st.effect.phase != nil))
		w.Moved += 8 * n * float64(btoi(st.effect.amplitude != nil))
	case Detector:
		// The intensity is added to the image.
		w.Moved, w.Passes = (element+16)*n, 1
	}
	switch {
	case st.occultation != nil:
		// The mask is put together and multiplied in by plain loops.
		w.Scalar += 12 * float64(1+len(st.occultation.patches.Patches)) * samples(st.occultation.box)
	case st.edges != nil:
		w.Scalar += st.edges.scalar()
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
