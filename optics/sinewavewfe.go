package optics

import (
	"fmt"
	"math"

	"arago/grid"
)

// SineWaveWFE is a wavefront error in a pupil: a sinusoidal ripple. The OPD at x along
// the element's own x axis is
//
//	Amplitude·sin(2π·(SpatialFreq·x + PhaseOffset))
//
// It puts two speckles next to a star, SpatialFreq·λ radians away on either side.
type SineWaveWFE struct {
	Placement
	// SpatialFreq is in cycles per metre; POPPY's default is 1.
	SpatialFreq float64
	// Amplitude is in metres; POPPY's default is 1e-6. (The rms is smaller by √2.)
	Amplitude float64
	// PhaseOffset is in cycles.
	PhaseOffset float64
}

// Validate implements Element.
func (e SineWaveWFE) Validate() error {
	return firstError(
		checkFinite("spatialfreq", e.SpatialFreq),
		checkFinite("amplitude", e.Amplitude),
		checkFinite("phaseoffset", e.PhaseOffset),
		e.Placement.validate(),
	)
}

// Sample implements Element.
func (e SineWaveWFE) Sample(g grid.Grid) (Sample, error) {
	if err := firstError(e.Validate(), checkPlane("sine wave wavefront error", grid.Metre, g)); err != nil {
		return Sample{}, err
	}
	// Ripples that the samples cannot show would look like wider ones.
	sin, cos := math.Sincos(e.Rotation * math.Pi / 180)
	if most := 0.5 * (1 + 1e-9); math.Abs(e.SpatialFreq*cos)*g.X.Step > most || math.Abs(e.SpatialFreq*sin)*g.Y.Step > most {
		return Sample{}, fmt.Errorf("its spatialfreq of %g cycles per metre is finer than samples %.4g m apart show; lower it, or raise npix", e.SpatialFreq, max(g.X.Step, g.Y.Step))
	}
	return Sample{OPD: evaluate(g, e.Placement, func(x, _ float64) float64 {
		return e.Amplitude * math.Sin(2*math.Pi*(float64(e.SpatialFreq*x)+e.PhaseOffset))
	})}, nil
}
