package propagate

import (
	"context"
	"runtime"
	"testing"

	"arago/backend"
	"arago/backend/gonum"
	"arago/optics"
)

// What a verification is said to leave behind is what it allocates, and what it has at
// once is part of that: less where steps follow each other.
func TestAVerificationTakesTheMemoryThatIsPredicted(t *testing.T) {
	var registry backend.Registry
	registry.Register(gonum.Name, gonum.New)
	backends, err := registry.Select(gonum.Name)
	if err != nil {
		t.Fatal(err)
	}
	disc := func(r float64) Pupil { return Pupil{Elements: []optics.Element{optics.CircularAperture{Radius: r}}} }
	image := func(e optics.Element) Image { return Image{Elements: []optics.Element{e}} }
	occulter := image(optics.CircularOcculter{Radius: 0.3})
	smooth := image(optics.BandLimitedCoronagraph{Kind: "circular", Sigma: 6})
	detector := Detector{ScaleY: 0.1, ScaleX: 0.1, PixelsY: 16, PixelsX: 16, Oversample: 2}
	for name, c := range map[string]struct {
		planes []Plane
		recipe string
	}{
		"direct":                    {[]Plane{disc(1), detector}, ""},
		"occulter in a box":         {[]Plane{disc(1), occulter, disc(0.8), detector}, ""},
		"occulter on padded planes": {[]Plane{disc(1), occulter, disc(0.8), detector}, "fft"},
		"smooth mask":               {[]Plane{disc(1), smooth, disc(0.8), detector}, ""},
		"padded pupil":              {[]Plane{disc(1), smooth, Pupil{}, occulter, disc(0.8), detector}, ""},
		"turned":                    {[]Plane{disc(1), Rotation{Angle: 30}, disc(0.8), detector}, ""},
		"ends in an image":          {[]Plane{disc(1), occulter}, ""},
		"ends in a pupil":           {[]Plane{disc(1), occulter, disc(0.8)}, ""},
	} {
		s := System{Diameter: 2, Npix: 64, Oversample: 2, Source: Source{Spectrum: []Line{{Wavelength: 1e-6, Weight: 1}}}, Planes: c.planes}
		plan, err := NewPlan(s, Options{Backend: backends, Recipe: c.recipe})
		if err != nil {
			t.Fatal(err)
		}
		r, err := plan.Run(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		v, err := plan.Verifier(4)
		if err != nil {
			t.Fatal(err)
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if _, err := v.Verify(context.Background(), r); err != nil {
			t.Fatal(err)
		}
		runtime.ReadMemStats(&after)
		took := float64(after.TotalAlloc - before.TotalAlloc)
		if v.cost.left < 0.9*took || v.cost.left > 2.5*took {
			t.Errorf("%s: %g bytes were allocated, and %g were predicted", name, took, v.cost.left)
		}
		if v.cost.bytes > v.cost.left || v.Memory() < int64(v.cost.bytes) {
			t.Errorf("%s: %g bytes at once, %g in all, %d said", name, v.cost.bytes, v.cost.left, v.Memory())
		}
	}
}
