package propagate_test

import (
	"math"
	"math/cmplx"
	"strings"
	"testing"

	"arago/fourier"
	"arago/grid"
	"arago/optics"
	"arago/propagate"
)

// What is predicted of the sampling of masks is about what it does to a star's amplitude in
// the last plane, or more: in a box of their own, and on padded planes. The
// truth is the integral that defines a mask, with its transform known on paper.
func TestTheErrorOfSamplingMasksIsPredicted(t *testing.T) {
	const npix, pixels = 24, 17
	shifted := optics.Placement{ShiftX: 0.08, ShiftY: -0.03}
	glass := optics.CompoundAnalyticOptic{MergeMode: "or", Optics: []optics.Element{
		optics.CircularOcculter{Radius: 0.017},
		optics.CompoundAnalyticOptic{MergeMode: "and", Optics: []optics.Element{optics.CircularFieldStop{Radius: 0.017}, optics.ScalarOpticalPathDifference{OPD: 0.5e-6}}},
	}}
	for _, c := range []struct {
		name    string
		mask    optics.Element
		outside complex128
		shape   shape
	}{
		{"occulter", optics.CircularOcculter{Radius: 0.1}, 1, shape{disc(0.1), 0, 0, always(-1)}},
		{"small one beside the axis", optics.CircularOcculter{Radius: 0.04, Placement: shifted}, 1, shape{disc(0.04), 0.08, -0.03, always(-1)}},
		{"bar", optics.BarOcculter{Width: 0.05, Height: 0.3}, 1, shape{rectangle(0.05, 0.3), 0, 0, always(-1)}},
		{"field stop", optics.CircularFieldStop{Radius: 0.2}, 0, shape{disc(0.2), 0, 0, always(1)}},
		{"phase spot", glass, 1, shape{disc(0.017), 0, 0, always(-2)}},
	} {
		for _, recipe := range []string{"", fourier.RecipeFFT} {
			s := lyot(npix, 4, 1e-6, c.mask, optics.ScalarTransmission{Transmission: 1}, 9)
			s.Normalize = propagate.NormalizeNone
			var before, after propagate.Snapshot
			r := run(t, s, propagate.Options{Recipe: recipe, Workers: 1, Observe: func(p propagate.Snapshot) {
				switch p.Plane {
				case 0:
					before = p
				case 2:
					after = p
				}
			}})
			want, _ := integral(before, after.Grid, always(c.outside), []shape{c.shape})
			star := 0.0
			for _, v := range before.Field {
				star += cmplx.Abs(v)
			}
			off := make([]complex128, len(want))
			for k, v := range after.Field {
				off[k] = v - want[k]
			}
			resolution := 1e-6 / 6.5
			to := grid.Square(grid.Centered(pixels, resolution), grid.Radian)
			scale := math.Sqrt(math.Pow(after.Grid.X.Step*resolution/1e-6, 2))
			worst := 0.0
			for _, v := range transformDirectly(off, after.Grid, to, 1e-6, 1) {
				worst = max(worst, cmplx.Abs(v)/scale/star)
			}
			// A star may stand between the places that were tried, and its light is that of a
			// circle; on an occulter's axis it is far from the edges.
			if !(worst <= 1.3*r.MaskError) || r.MaskError > 300*worst {
				t.Errorf("%s, recipe %q: the field is off by %.2g of the star's amplitude, and %.2g is predicted", c.name, recipe, worst, r.MaskError)
			}
			if r.PredictedError <= r.MaskError || r.PredictedError > r.MaskError+1e-12 {
				t.Errorf("%s: the predicted error is %g with %g from the mask", c.name, r.PredictedError, r.MaskError)
			}
		}
	}
}

// Each image plane says how its masks are sampled, and whether that is in the error.
func TestEveryPlaneSaysHowItsMasksAreSampled(t *testing.T) {
	for _, c := range []struct {
		mask   optics.Element
		recipe string
		words  string
		none   bool // no error from masks
	}{
		{optics.CircularOcculter{Radius: 0.1}, "", "box of 66×66 samples, 0.2618″ × 0.2618″, 8 per λ/D", false},
		{optics.CircularOcculter{Radius: 0.1}, "fft", "plane of 1.523″, masks sampled 4 times per λ/D, good to ", false},
		{optics.BandLimitedCoronagraph{Kind: "circular", Sigma: 9}, "", "masks sampled 4 times per λ/D, good to 1e-12 of the star's amplitude", true},
		{optics.KnifeEdge{}, "", "straight edges, 2×1 parts, known exactly; a convolution by FFTs of 96×96", true},
		{failing{3e-8}, "", "masks sampled 4 times per λ/D, which is not in the predicted error", true},
		{optics.ScalarTransmission{Transmission: 0.5}, "fft", "", true},
	} {
		s := lyot(48, 4, 1e-6, c.mask, optics.CircularAperture{Radius: 2.6}, 9)
		r := run(t, s, propagate.Options{Recipe: c.recipe})
		if note := r.Steps[1].Note; !strings.Contains(note, c.words) || c.words == "" && note != "" {
			t.Errorf("%T, %q: note %q, want %q", c.mask, c.recipe, note, c.words)
		}
		if (r.MaskError == 0) != c.none {
			t.Errorf("%T, %q: an error of %g", c.mask, c.recipe, r.MaskError)
		}
	}
}
