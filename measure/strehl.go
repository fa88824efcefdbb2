package measure

import (
	"fmt"
	"math"

	"arago/grid"
)

// Strehl returns the Strehl ratio: the peak of the aberrated image over that of
// the perfect one, both with the same light. An image alone has no Strehl
// ratio, so the perfect one must be given, computed by the same system without
// aberrations.
//
// Each peak (see [Peak]) is divided by the flux of its image, so the images may
// be normalised differently; they must show fields of the same size in the same
// sampling. Light that aberrations throw out of the field is missing in the
// flux: the ratio is then too high by the factor by which the flux is too low,
// and the field should be wide enough to make that small.
func Strehl(aberrated, perfect grid.Map) (float64, error) {
	if !sameAxis(aberrated.X, perfect.X) || !sameAxis(aberrated.Y, perfect.Y) || aberrated.Unit != perfect.Unit {
		return 0, fmt.Errorf("%w: the aberrated one has %v, the perfect one %v", ErrFields, aberrated.Grid, perfect.Grid)
	}
	a, err := concentration(aberrated)
	if err != nil {
		return 0, fmt.Errorf("aberrated image: %w", err)
	}
	p, err := concentration(perfect)
	if err != nil {
		return 0, fmt.Errorf("perfect image: %w", err)
	}
	return a / p, nil
}

// concentration returns the peak over the flux.
func concentration(m grid.Map) (float64, error) {
	_, top, err := Peak(m)
	if err != nil {
		return 0, err
	}
	flux := m.Sum()
	if !(flux > 0) {
		return 0, fmt.Errorf("%w: the sum of the image is %v", ErrNoLight, flux)
	}
	return top / flux, nil
}

// sameAxis tells whether two axes have the same extent; steps that went through
// a file may differ in their last digits.
func sameAxis(a, b grid.Axis) bool {
	return a.N == b.N && math.Abs(a.Step-b.Step) <= 1e-9*math.Abs(b.Step)
}
