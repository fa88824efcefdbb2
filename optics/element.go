package optics

import "arago/grid"

// Element is something that stands in the beam in one plane: an aperture, a
// mask, a wavefront error. Elements are values that describe; they hold no
// state of a propagation and may be sampled by many goroutines at once.
type Element interface {
	// Sample returns the element's effect on each sample of g. A grid in
	// metres is a pupil plane, one in radians an image plane. Sampling a band
	// of rows (grid.Grid.Rows) gives exactly those rows of the whole: large
	// planes are sampled in bands.
	Sample(g grid.Grid) (Sample, error)
	// Validate returns nil or a *ParameterError that names the first parameter
	// that cannot be.
	Validate() error
}

// Sample is what an element does to the field on the samples of a grid, row by
// row: the field is multiplied by
//
//	Amplitude·exp(2πi·OPD/λ + i·Phase)
//
// None of the three depends on the wavelength λ. A nil slice stands for no
// effect: amplitude 1, OPD 0, phase 0.
type Sample struct {
	// Amplitude is the transmission of the field (not of its intensity), 0 … 1.
	Amplitude []float64
	// OPD is the optical path difference in metres; a positive one is a phase advance.
	OPD []float64
	// Phase is a phase in radians that is the same at every wavelength.
	Phase []float64
}

// Memory returns a zero for each sample of a grid.
type Memory func(grid.Grid) []float64

// zeros is new memory.
func zeros(g grid.Grid) []float64 { return make([]float64, g.Len()) }

// SampleIn is e.Sample(g). Elements that make their samples anew, as most in pupils do, put them
// where they are asked to, which saves large planes a copy; it is called once for each
// part that the element has.
func SampleIn(e Element, g grid.Grid, amplitudes, opds Memory) (Sample, error) {
	// A type of another package that embeds one of ours has all its methods, and may
	// have a Sample of its own.
	if !ours(e) {
		return e.Sample(g)
	}
	switch e := e.(type) {
	case hardEdged:
		return sampleHardEdgedIn(e, g, amplitudes)
	case interface {
		sampleIn(g grid.Grid, amplitudes, opds Memory) (Sample, error)
	}:
		return e.sampleIn(g, amplitudes, opds)
	}
	return e.Sample(g)
}
