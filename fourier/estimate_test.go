package fourier_test

import (
	"arago/fourier"
	"arago/grid"
)

// issueTransform is a transform from a pupil of n samples to m samples over a field
// in λ/D.
type issueTransform struct {
	fourier.Transform
	n, m  int
	field float64
}

func newTransform(n, m int, field float64) issueTransform {
	const d, wavelength = 6.5, 2e-6
	return issueTransform{fourier.Transform{
		In:         grid.Square(grid.Centered(n, d/float64(n)), grid.Metre),
		Out:        grid.Square(grid.Centered(m, field*wavelength/d/float64(m)), grid.Radian),
		Wavelength: wavelength, Sign: 1,
	}, n, m, field}
}

// issueTransforms are those by which the planner is judged.
func issueTransforms() []issueTransform {
	return []issueTransform{newTransform(1024, 624, 100), newTransform(1024, 156, 25), newTransform(2048, 1024, 60), newTransform(4096, 512, 16)}
}
