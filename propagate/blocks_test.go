package propagate_test

import (
	"context"
	"slices"
	"testing"

	"arago/fourier"
	"arago/grid"
	"arago/optics"
	"arago/propagate"
)

// circle is a pupil of diameter 2 r beside the axis.
func circle(r, x, y float64) propagate.Pupil {
	return propagate.Pupil{Elements: []optics.Element{optics.CircularAperture{Radius: r, Placement: optics.Placement{ShiftX: x, ShiftY: y}}}}
}

// partlyLit is a system of an array 2 m wide of which apertures leave parts.
func partlyLit(n propagate.Normalization, planes ...propagate.Plane) propagate.System {
	s := direct(64, 2, 1e-6, 0.1, 15)
	s.Oversample, s.Normalize, s.Planes = 4, n, planes
	return s
}

// sharedRun is the image of a plan, wavelength by wavelength as other processes
// compute it.
func sharedRun(tb testing.TB, plan *propagate.Plan) grid.Map {
	tb.Helper()
	sum := plan.NewSum()
	for line := range plan.Lines() {
		field := make([]byte, plan.FieldBytes())
		if err := plan.Propagate(context.Background(), line, field); err != nil {
			tb.Fatal(err)
		}
		sum.Add(field)
	}
	r, err := sum.Result()
	if err != nil {
		tb.Fatal(err)
	}
	return r.Image
}

// middle returns the samples of an image on the grid of another one, of no more samples.
func middle(of, like grid.Map) grid.Map {
	y, x := int(of.Y.Center-like.Y.Center), int(of.X.Center-like.X.Center)
	m := grid.NewMap(like.Grid)
	for i := range m.Y.N {
		copy(m.Row(i), of.Row(y + i)[x:])
	}
	return m
}

// Only the lit part of a pupil is in memory where a transform follows, and all of it
// where another step does. The FFT of the whole padded plane knows of no parts.
func TestWhatIsInMemoryDoesNotShowInTheImage(t *testing.T) {
	detector := propagate.Detector{ScaleY: 0.1, ScaleX: 0.1, PixelsY: 15, PixelsX: 15, Oversample: 2}
	empty := propagate.Image{}
	grey := propagate.Image{Elements: []optics.Element{optics.ScalarTransmission{Transmission: 0.5}}}
	none := propagate.Image{Elements: []optics.Element{optics.ScalarTransmission{Transmission: 0}}}
	occulter := propagate.Image{Elements: []optics.Element{optics.CircularOcculter{Radius: 0.2}}}
	first := propagate.NormalizeFirst
	for name, c := range map[string]struct {
		system propagate.System
		dark   bool
		masked bool // the FFT samples masks otherwise
	}{
		"mirrored behind an empty image":         {system: partlyLit(first, circle(0.3, 0.5, 0), empty, circle(0.9, 0, 0), propagate.Inversion{X: true}, detector)},
		"turned behind an empty image":           {system: partlyLit(first, circle(0.5, 0.2, 0), empty, circle(0.8, 0, 0), propagate.Rotation{Angle: 30}, detector)},
		"ends in a pupil behind an empty image":  {system: partlyLit(first, circle(0.5, 0.2, 0), empty, circle(0.8, 0, 0))},
		"ends in a pupil behind a grey image":    {system: partlyLit(propagate.NormalizeNone, circle(0.5, 0.2, 0), grey, circle(0.3, 0.1, 0))},
		"disjoint apertures about an image":      {system: partlyLit(first, circle(0.3, -0.6, 0), empty, circle(0.3, 0.6, 0), detector), dark: true},
		"disjoint apertures, ending in a pupil":  {system: partlyLit(first, circle(0.3, -0.6, 0), grey, circle(0.3, 0.6, 0)), dark: true},
		"an image that lets no light pass":       {system: partlyLit(first, circle(0.5, 0.2, 0), none, circle(0.8, 0, 0)), dark: true},
		"two stops behind an empty image":        {system: partlyLit(propagate.NormalizeLast, circle(0.5, 0.2, 0), empty, circle(0.8, 0, 0), circle(0.7, 0, 0.1), detector)},
		"an aperture on part of another":         {system: partlyLit(first, circle(0.5, 0.25, 0.25), circle(0.4, 0, 0.1), occulter, circle(0.4, 0, 0.1), detector), masked: true},
		"a part of an aperture behind an image":  {system: partlyLit(first, circle(0.4, 0, 0.1), empty, circle(0.5, 0.25, 0.25), detector)},
		"such a part before a mask":              {system: partlyLit(first, circle(0.4, 0, 0.1), empty, circle(0.5, 0.25, 0.25), occulter, circle(0.9, 0, 0), detector), masked: true},
		"disjoint apertures before a mask":       {system: partlyLit(first, circle(0.3, -0.6, 0), circle(0.3, 0.6, 0), occulter, circle(0.9, 0, 0), detector), dark: true, masked: true},
		"disjoint apertures before the detector": {system: partlyLit(first, circle(0.3, -0.6, 0), circle(0.3, 0.6, 0), detector), dark: true},
		"an aperture beside the array":           {system: partlyLit(propagate.NormalizeExitPupil, circle(0.9, 0, 0), occulter, circle(0.2, 1.5, 0), detector), dark: true, masked: true},
		"two apertures beside the array":         {system: partlyLit(propagate.NormalizeExitPupil, circle(0.9, 0, 0), occulter, circle(0.3, 1.5, 0), circle(0.2, 1.5, 0.1), detector), dark: true, masked: true},
		"an aperture beside the array, not lit":  {system: partlyLit(propagate.NormalizeNone, circle(0.3, -0.6, 0), occulter, circle(0.2, 1.5, 0), detector), dark: true, masked: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fft := run(t, c.system, propagate.Options{Recipe: fourier.RecipeFFT}).Image
			for _, recipe := range []string{"", fourier.RecipeDense} {
				r, v := verified(t, c.system, propagate.Options{Recipe: recipe}, 50)
				if err := v.Err(); err != nil {
					t.Errorf("recipe %q: %v", recipe, err)
				}
				peak := slices.Max(r.Image.Data)
				if c.dark {
					// What rounding leaves of light of total 1.
					if !(peak <= 1e-28) || !(slices.Max(fft.Data) <= 1e-28) {
						t.Errorf("recipe %q: the dark image has a peak of %g, by FFT of %g", recipe, peak, slices.Max(fft.Data))
					}
					continue
				}
				if peak == 0 {
					t.Fatalf("recipe %q: the image is dark", recipe)
				}
				if d := relativeDifference(r.Image, middle(fft, r.Image)); !c.masked && !(d <= 1e-12) {
					t.Errorf("recipe %q: it differs from the FFT's image by %g of the peak", recipe, d)
				}
			}
		})
	}
}

// holed is a mask with holes of radius r in a pupil.
func holed(r float64, centres ...[2]float64) propagate.Pupil {
	var holes []optics.Element
	for _, c := range centres {
		holes = append(holes, optics.CircularAperture{Radius: r, Placement: optics.Placement{ShiftX: c[0], ShiftY: c[1]}})
	}
	return propagate.Pupil{Elements: []optics.Element{optics.CompoundAnalyticOptic{MergeMode: "or", Optics: holes}}}
}

// The masks of aperture masking leave a few holes, of which nothing but the light is
// transformed: directly, in several wavelengths, and before an occulter.
func TestAMaskWithAFewHolesHasTheImageOfTheWholePupil(t *testing.T) {
	mask := holed(0.06, [2]float64{-0.8, 0.1}, [2]float64{0.3, 0.7}, [2]float64{0.45, -0.5}, [2]float64{0.1, 0.02}, [2]float64{-0.3, -0.75})
	detector := propagate.Detector{ScaleY: 0.1, ScaleX: 0.1, PixelsY: 15, PixelsX: 15, Oversample: 2}
	occulter := propagate.Image{Elements: []optics.Element{optics.CircularOcculter{Radius: 0.2}}}
	for name, planes := range map[string][]propagate.Plane{
		"directly":           {mask, detector},
		"behind an aperture": {circle(0.95, 0, 0), mask, detector},
		"before an occulter": {mask, occulter, circle(0.9, 0, 0), detector},
	} {
		s := partlyLit(propagate.NormalizeFirst, planes...)
		s.Npix = 256
		s.Source.Spectrum = []propagate.Line{{Wavelength: 1e-6, Weight: 1}, {Wavelength: 1.1e-6, Weight: 2}}
		for _, recipe := range some(1, []string{"", fourier.RecipeFolded, fourier.RecipeCompressed}) {
			r, v := verified(t, s, propagate.Options{Recipe: recipe}, 20)
			if err := v.Err(); err != nil {
				t.Errorf("%s, recipe %q: %v", name, recipe, err)
			}
			want := run(t, s, propagate.Options{Recipe: fourier.RecipeDense}).Image
			if d := relativeDifference(r.Image, want); !(d <= 1e-12) {
				t.Errorf("%s, recipe %q: it differs from the image of the whole pupil by %g of the peak", name, recipe, d)
			}
		}
	}
}
