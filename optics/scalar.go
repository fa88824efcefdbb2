package optics

import (
	"fmt"

	"arago/grid"
)

// ScalarTransmission dims the whole plane evenly. It stands in pupils and in
// images.
type ScalarTransmission struct {
	// Transmission is the factor on the field, 0 … 1; POPPY's default is 1.
	// (POPPY's documentation calls it intensity, but it multiplies the field
	// there too.)
	Transmission float64
}

// Validate implements Element.
func (e ScalarTransmission) Validate() error {
	if !(e.Transmission >= 0 && e.Transmission <= 1) {
		return &ParameterError{"transmission", fmt.Sprintf("is %g; it must lie between 0 and 1", e.Transmission)}
	}
	return nil
}

// Sample implements Element.
func (e ScalarTransmission) Sample(g grid.Grid) (Sample, error) {
	if err := e.Validate(); err != nil {
		return Sample{}, err
	}
	return Sample{Amplitude: constant(g, e.Transmission)}, nil
}

// ScalarOpticalPathDifference delays or advances the whole plane evenly. It
// stands in pupils and in images.
type ScalarOpticalPathDifference struct {
	// OPD is the optical path difference in metres; a positive one is a phase
	// advance. POPPY's default is 1e-6.
	OPD float64
}

// Validate implements Element.
func (e ScalarOpticalPathDifference) Validate() error { return checkFinite("opd", e.OPD) }

// Sample implements Element.
func (e ScalarOpticalPathDifference) Sample(g grid.Grid) (Sample, error) {
	if err := e.Validate(); err != nil {
		return Sample{}, err
	}
	return Sample{OPD: constant(g, e.OPD)}, nil
}

// constant returns one value for each sample of g.
func constant(g grid.Grid, value float64) []float64 {
	values := make([]float64, g.Len())
	for k := range values {
		values[k] = value
	}
	return values
}
