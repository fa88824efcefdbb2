package optics

import "arago/grid"

// ThinLens is a defocus over a round pupil and, as in POPPY, that pupil too: a
// CircularAperture of the same radius. On every pixel that the pupil reaches,
//
//	OPD = ½·NWaves·ReferenceWavelength·(2ρ² − 1),  ρ = r/Radius
//
// which is Noll's polynomial 4 with another factor, and 0 outside. The OPD of a
// lens with positive NWaves is positive at the rim and negative in the middle:
// the rim leads and the beam converges.
type ThinLens struct {
	Placement
	// NWaves is the defocus from the middle to the rim, in waves of
	// ReferenceWavelength; positive converges. POPPY's default is 4.
	NWaves float64
	// ReferenceWavelength in metres; POPPY's default is 1e-6.
	ReferenceWavelength float64
	// Radius of the pupil in metres; POPPY's default is 1.
	Radius float64
	// PixelCenters samples the pupil 0 or 1 at pixel centres; see the package
	// comment. It is POPPY's gray_pixel=False.
	PixelCenters bool
}

func (e ThinLens) pupil() CircularAperture {
	return CircularAperture{Placement: e.Placement, Radius: e.Radius, PixelCenters: e.PixelCenters}
}

// Validate implements Element.
func (e ThinLens) Validate() error {
	return firstError(
		checkFinite("nwaves", e.NWaves),
		checkPositive("reference_wavelength", e.ReferenceWavelength, "length (m)"),
		e.pupil().Validate(),
	)
}

// Sample implements Element.
func (e ThinLens) Sample(g grid.Grid) (Sample, error) {
	if err := firstError(e.Validate(), checkPlane("thin lens", grid.Metre, g)); err != nil {
		return Sample{}, err
	}
	s, err := e.pupil().Sample(g)
	if err != nil {
		return Sample{}, err
	}
	half := 0.5 * e.NWaves * e.ReferenceWavelength
	s.OPD = evaluate(g, e.Placement, func(x, y float64) float64 {
		x /= e.Radius
		y /= e.Radius
		return half * (2*(x*x+y*y) - 1)
	})
	for k, transmission := range s.Amplitude {
		if transmission == 0 {
			s.OPD[k] = 0
		}
	}
	return s, nil
}
