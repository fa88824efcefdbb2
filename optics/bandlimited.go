package optics

import (
	"fmt"
	"math"

	"arago/grid"
)

// BandLimitedCoronagraph is an image-plane mask whose transmission has a
// Fourier transform of finite support (M. Kuchner and W. Traub, ApJ 570, 900,
// 2002), in the two forms of J. Krist et al., Proc. SPIE 7440, 74400W (2009),
// section 2.1, here as the transmission of the field:
//
//	circular: 1 − (2·J1(σr)/(σr))²   linear: 1 − (sin(σy)/(σy))²
type BandLimitedCoronagraph struct {
	Placement
	// Kind is "circular" (POPPY's default) or "linear": dark along the x axis.
	Kind string
	// Sigma is the scale in radians per arcsecond: a larger one makes a smaller
	// mask. POPPY's default is 1.
	Sigma float64
}

// Validate implements Element.
func (e BandLimitedCoronagraph) Validate() error {
	if e.Kind != "circular" && e.Kind != "linear" {
		return &ParameterError{"kind", fmt.Sprintf("is %q; it must be \"circular\" or \"linear\"", e.Kind)}
	}
	return firstError(checkPositive("sigma", e.Sigma, "number (radians per arcsecond)"), e.Placement.validate())
}

// Sample implements Element.
func (e BandLimitedCoronagraph) Sample(g grid.Grid) (Sample, error) {
	if err := firstError(e.Validate(), checkPlane("band-limited coronagraph", grid.Radian, g)); err != nil {
		return Sample{}, err
	}
	transmission := func(_, y float64) float64 { return oneMinusSincSquared(e.Sigma * y) }
	if e.Kind == "circular" {
		transmission = func(x, y float64) float64 { return oneMinusJincSquared(e.Sigma * math.Hypot(x, y)) }
	}
	return Sample{Amplitude: evaluate(g, e.Placement, transmission)}, nil
}

// oneMinusJincSquared returns 1 − (2·J1(x)/x)². Where 2·J1(x)/x is close to 1
// its difference d from 1 is summed first, from the power series of J1 (DLMF
// 10.2.2), so that no digits cancel: 1 − (1−d)² = d·(2−d).
func oneMinusJincSquared(x float64) float64 {
	if math.Abs(x) > 1 {
		u := 2 * math.J1(x) / x
		return 1 - u*u
	}
	// d = Σ (−1)^(k+1)·(x²/4)^k/(k!·(k+1)!) for k = 1, 2, …; the term k = 9 is
	// below 1e-17 of the first.
	q := x * x / 4
	term, d := -1.0, 0.0
	for k := 1.0; k < 9; k++ {
		term *= -q / (k * (k + 1))
		d += term
	}
	return d * (2 - d)
}

// oneMinusSincSquared returns 1 − (sin(x)/x)², near zero by the power series of
// the sine as in oneMinusJincSquared.
func oneMinusSincSquared(x float64) float64 {
	if math.Abs(x) > 1 {
		u := math.Sin(x) / x
		return 1 - u*u
	}
	// d = Σ (−1)^(k+1)·x^(2k)/(2k+1)! for k = 1, 2, …; the term k = 10 is below
	// 1e-18 of the first.
	q := x * x
	term, d := -1.0, 0.0
	for k := 1.0; k < 10; k++ {
		term *= -q / (2 * k * (2*k + 1))
		d += term
	}
	return d * (2 - d)
}
