package propagate_test

import (
	"context"
	"math"
	"testing"

	"arago/fourier"
	"arago/grid"
	"arago/optics"
	"arago/propagate"
)

// Masks that are arrays, of transmissions that are the same all around their rim, are passed
// in a box, and are the same function of the place there as on padded planes: these come
// closer to it as they are padded more.
func TestPaddedPlanesComeCloserToArraysInABoxAsTheyArePaddedMore(t *testing.T) {
	const npix, wavelength, diameter = 24, 1e-6, 6.5
	const unit = wavelength / diameter // λ/D
	// disc is an array of n samples, so many to λ/D, with a soft disc in it.
	disc := func(n int, perResolution, radius, inside, outside float64) grid.Map {
		m := grid.NewMap(grid.Square(grid.FFTCentered(n, unit/perResolution), grid.Radian))
		for k := range m.Data {
			r := math.Hypot(float64(k/n-n/2), float64(k%n-n/2)) / perResolution
			// From one to the other over half of λ/D; it ends before the rim.
			share := 1 / (1 + math.Exp((r-radius)/0.06))
			if r > radius+1 {
				share = 0
			}
			m.Data[k] = outside + (inside-outside)*share
		}
		return m
	}
	element := func(s optics.ArraySpec) optics.Element {
		e, err := optics.NewArrayElement(s)
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	glass := optics.ScalarOpticalPathDifference{OPD: 0.2e-6}
	for _, c := range some(1, []struct {
		name string
		mask optics.Element
		box  int // the largest that it may have
		last float64
	}{
		// The array is as large as the image, and nothing is beyond it.
		{"an occulter in an array as large as the image", element(optics.ArraySpec{Amplitude: disc(208, 8, 1.2, 0, 1)}), 130, 1e-3},
		{"a field stop, moved and turned", element(optics.ArraySpec{Amplitude: disc(48, 8, 1.2, 1, 0), ShiftX: 0.02, ShiftY: -0.01, Rotation: 20}), 150, 1e-4},
		// An array with an edge all around: what lies outside is as open as can be.
		{"what a gray one does not pass, on glass", optics.CompoundAnalyticOptic{MergeMode: "and", Optics: []optics.Element{
			optics.InverseTransmission{Optic: element(optics.ArraySpec{Amplitude: disc(48, 8, 1.2, 0.7, 0.1)})}, glass, optics.ScalarTransmission{Transmission: 0.8},
		}}, 130, 2e-2},
	}) {
		s := lyot(npix, 2, wavelength, c.mask, optics.CircularAperture{Radius: 2.6}, 24)
		plan := planOf(t, s, propagate.Options{Backend: selection(t)})
		r, err := plan.Run(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if step := r.Steps[1]; step.Recipe != propagate.RecipeBabinet || step.Rows > c.box {
			t.Errorf("%s: by %s, a box of %d rows: %v", c.name, step.Recipe, step.Rows, step.Alternatives)
			continue
		}
		last := math.Inf(1)
		for _, s.Oversample = range []int{4, 16} {
			d := relativeDifference(run(t, s, propagate.Options{Recipe: fourier.RecipeFFT}).Image, r.Image)
			if d > last/2 {
				t.Errorf("%s: padded %d times the image differs by %.2g of its peak, padded a quarter as much by %.2g", c.name, s.Oversample, d, last)
			}
			last = d
		}
		if last > c.last {
			t.Errorf("%s: padded 16 times the image differs by %.2g of its peak", c.name, last)
		}
		if v, err := plan.Verify(context.Background(), r, 8); err != nil || v.Err() != nil {
			t.Errorf("%s: %v, %v", c.name, err, v.Err())
		}
	}
}
