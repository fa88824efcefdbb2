package system_test

import (
	"math"
	"testing"

	"arago/backend/gonum"
	"arago/propagate"
	"arago/system"
)

// A coronagraph as one writes it down: what the light meets, and nothing about how it is
// to be computed. In POPPY its author has to choose oversample, and between padded planes
// and SemiAnalyticCoronagraph with its oversample and occulter_box.
const plainCoronagraph = `
[system]
diameter = 2.0
npix = 48
[source]
wavelengths = [1e-6, 1.1e-6]
[[plane]]
kind = "pupil"
elements = [ { type = "circular_aperture", radius = 1.0 } ]
[[plane]]
kind = "image"
elements = [ { type = "circular_occulter", radius = 0.33 } ]
[[plane]]
kind = "pupil"
elements = [ { type = "circular_aperture", radius = 0.8 } ]
[[plane]]
kind = "detector"
pixelscale = 0.05
fov_pixels = 40
`

func TestASystemFileNeedsNoChoiceOfAlgorithms(t *testing.T) {
	s, err := system.Parse("plain.toml", []byte(plainCoronagraph), ".")
	if err != nil {
		t.Fatal(err)
	}
	got := runBy(t, s, gonum.Name, propagate.Options{})
	// Padded planes come out right if they are padded far enough, which nobody can afford.
	far := s
	far.Oversample = 24
	want := runBy(t, far, gonum.Name, propagate.Options{Recipe: "fft"})
	naive := runBy(t, s, gonum.Name, propagate.Options{Recipe: "fft"})
	difference := func(r *propagate.Result) float64 {
		d, peak := 0.0, 0.0
		for k, v := range want.Image.Data {
			d, peak = max(d, math.Abs(r.Image.Data[k]-v)), max(peak, v)
		}
		return d / peak
	}
	// At an oversampling of 24 padded planes are wrong by some thousandths themselves
	// (docs/vouching.md).
	if d := difference(got); !(d < 5e-3) {
		t.Errorf("without a choice the image is off by %.2g of its peak", d)
	}
	if d := difference(naive); !(d > 0.05) {
		t.Errorf("POPPY's choice, an oversampling of %d, is off by %.2g only: the file needs no better one", s.Oversample, d)
	}
	for i, step := range got.Steps {
		if i > 0 && step.Recipe == "" || i == 1 && step.Recipe != propagate.RecipeBabinet {
			t.Errorf("plane %d is reached by %q", i+1, step.Recipe)
		}
	}
}
