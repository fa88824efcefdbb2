package optics

import "arago/grid"

// TiltOpticalPathDifference is a plane wavefront error that turns the beam, so
// that the image of a star moves by TiltAngle in the direction of the position
// angle Placement.Rotation, counter-clockwise from +y. For that the OPD falls
// in that direction: −TiltAngle·y.
type TiltOpticalPathDifference struct {
	Placement
	// TiltAngle is the angle in arcseconds; POPPY's default is 0.1.
	TiltAngle float64
}

// Validate implements Element.
func (e TiltOpticalPathDifference) Validate() error {
	return firstError(checkFinite("tilt_angle", e.TiltAngle), e.Placement.validate())
}

// Sample implements Element.
func (e TiltOpticalPathDifference) Sample(g grid.Grid) (Sample, error) {
	if err := firstError(e.Validate(), checkPlane("tilt", grid.Metre, g)); err != nil {
		return Sample{}, err
	}
	slope := -e.TiltAngle * grid.Arcsecond
	return Sample{OPD: evaluate(g, e.Placement, func(_, y float64) float64 { return slope * y })}, nil
}
