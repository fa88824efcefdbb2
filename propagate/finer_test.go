package propagate_test

import (
	"errors"
	"math/cmplx"
	"strings"
	"testing"

	"arago/fourier"
	"arago/grid"
	"arago/optics"
	"arago/propagate"
)

// amplitudeBehind returns the amplitude of a star, by its distance from the axis in λ/D and its
// direction, at its own place behind a mask, relative to that without one.
func amplitudeBehind(t *testing.T, mask optics.Element, oversample int, r, theta float64, recipe string) complex128 {
	t.Helper()
	const wavelength, diameter = 1e-6, 6.5
	s := direct(16, diameter, wavelength, 0.01, 9)
	s.Oversample, s.Normalize = oversample, propagate.NormalizeNone
	s.Source.OffsetR, s.Source.OffsetTheta = r*wavelength/diameter/grid.Arcsecond, theta
	s.Planes = []propagate.Plane{s.Planes[0], propagate.Image{Elements: []optics.Element{mask}}, propagate.Pupil{}, s.Planes[1]}
	var light [3][]complex128
	run(t, s, propagate.Options{Recipe: recipe, Observe: func(p propagate.Snapshot) {
		if p.Plane < 3 {
			light[p.Plane] = p.Field
		}
	}})
	var with, without complex128
	for k, v := range light[0] {
		with += cmplx.Conj(v) * light[2][k]
		without += cmplx.Conj(v) * v
	}
	return with / without
}

func TestTheErrorOfUnboundedMasksOnPaddedPlanesIsForeseen(t *testing.T) {
	const padding = 4
	turned, shifted := optics.Placement{Rotation: 27}, optics.Placement{ShiftX: 0.006}
	for _, c := range some(2, []struct {
		name string
		mask optics.Element
		// truth is the mask, its padding and the recipe whose result is right to a tenth of
		// the error.
		truth   optics.Element
		padding int
		recipe  string
	}{
		{"knife edge", optics.KnifeEdge{}, optics.KnifeEdge{}, 4, ""},
		{"knife edge, shifted", optics.KnifeEdge{Placement: shifted}, optics.KnifeEdge{Placement: shifted}, 4, ""},
		{"knife edge, turned", optics.KnifeEdge{Placement: turned}, optics.KnifeEdge{Placement: turned}, 16, fourier.RecipeFFT},
		{"knife edge at pixels", optics.KnifeEdge{PixelCenters: true, Placement: shifted}, optics.KnifeEdge{Placement: shifted}, 4, ""},
		{"four quadrants", optics.IdealFQPM{Wavelength: 1e-6}, optics.IdealFQPM{Wavelength: 1e-6}, 4, ""},
		{"four quadrants, turned", optics.IdealFQPM{Wavelength: 1e-6, Placement: turned}, optics.IdealFQPM{Wavelength: 1e-6, Placement: turned}, 28, fourier.RecipeFFT},
	}) {
		s := lyot(16, padding, 1e-6, c.mask, optics.SquareAperture{Size: 6.5}, 9)
		plan := planOf(t, s, propagate.Options{Recipe: fourier.RecipeFFT})
		if note := plan.Steps()[1].Note; !strings.Contains(note, "of the star's amplitude up to 7 λ/D from the axis") {
			t.Errorf("%s: %s", c.name, note)
		}
		worst := 0.0
		for _, star := range [][2]float64{{0, 0}, {0.1, 60}, {0.3, 117}, {0.3, 200}, {0.7, 330}} {
			want := amplitudeBehind(t, c.truth, c.padding, star[0], star[1], c.recipe)
			worst = max(worst, cmplx.Abs(amplitudeBehind(t, c.mask, padding, star[0], star[1], fourier.RecipeFFT)-want))
		}
		if foreseen := plan.MaskError(); !(foreseen > worst*0.9 && foreseen < 4*worst) {
			t.Errorf("%s: stars are wrong by %.3g of their amplitude, and %.3g is foreseen", c.name, worst, foreseen)
		}
	}
}

// failing cannot be sampled on planes of closer samples than those of the image.
type failing struct{ step float64 }

func (failing) Validate() error { return nil }

func (f failing) Sample(g grid.Grid) (optics.Sample, error) {
	if g.X.Step < f.step {
		return optics.Sample{}, errTooClose
	}
	return optics.Sample{}, nil
}

var errTooClose = errors.New("too close")
