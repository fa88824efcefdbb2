package measure

import (
	"fmt"
	"math"

	"arago/grid"
)

// FWHM returns the full width at half maximum of the core of an image, in the
// unit of its grid: twice the smallest radius about the peak at which the mean
// over the circle is half the peak. Peak and circles are taken from the
// interpolation between the samples. So the width does not depend on where the
// samples fall, and an Airy pattern has its 1.02899 λ/D (I = ½ at πr = 1.61634)
// to a part in 10 000, to a part in 1000 at two samples per λ/D.
//
// POPPY's measure_fwhm_radprof looks for the same radius on means over annuli
// of a pixel, which widen and flatten the core; [GaussianFWHM] is its
// measure_fwhm.
func FWHM(m grid.Map) (float64, error) {
	if err := check(m); err != nil {
		return 0, err
	}
	row, column, intensity, err := peak(m)
	if err != nil {
		return 0, err
	}
	above := func(r float64) bool { return circleMean(m, row, column, r) > intensity/2 }
	// Circles are followed outwards as far as they lie in the field.
	limit := math.Min(
		math.Min(column+0.5, float64(m.X.N)-0.5-column)*m.X.Step,
		math.Min(row+0.5, float64(m.Y.N)-0.5-row)*m.Y.Step)
	step := math.Min(m.X.Step, m.Y.Step) / 4
	for n := 1; float64(n)*step <= limit; n++ {
		low, high := float64(n-1)*step, float64(n)*step
		if above(high) {
			continue
		}
		const precision = 40 // bits of the step
		for range precision {
			if middle := (low + high) / 2; above(middle) {
				low = middle
			} else {
				high = middle
			}
		}
		return low + high, nil
	}
	return 0, fmt.Errorf("%w: it does not fall to half of its peak within %.6g %v, where the field ends", ErrWidth, limit, m.Unit)
}

// circleMean returns the mean of the image over the circle of radius r about a
// point given by its indices. The mean over 64 points is exact for angular
// frequencies up to 63, far more than the core of an image has.
func circleMean(m grid.Map, row, column, r float64) float64 {
	const points = 64
	var sum float64
	for k := range points {
		sin, cos := math.Sincos(2 * math.Pi * float64(k) / points)
		sum += interpolate(m, row+r*sin/m.Y.Step, column+r*cos/m.X.Step)
	}
	return sum / points
}
