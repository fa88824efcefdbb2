package modes

import (
	"testing"

	"arago/backend"
	"arago/backend/gonum"
	"arago/propagate"
	"arago/system"
)

func TestSystemsAreThoseThatTheProgramReads(t *testing.T) {
	registry := new(backend.Registry)
	registry.Register(gonum.Name, gonum.New)
	choice, err := registry.Choose(backend.Choice{Argument: gonum.Name})
	if err != nil {
		t.Fatal(err)
	}
	for _, npix := range []int{LeastNpix, 17, 64, 256} {
		for _, k := range Limits(false).Oversamplings {
			for kind, planes := range map[Case]int{Direct: 2, Coronagraph: 4} {
				s, err := system.Parse("test.toml", []byte(System(kind, npix, k)), ".")
				if err != nil {
					t.Fatal(err)
				}
				d, ok := s.Planes[len(s.Planes)-1].(propagate.Detector)
				if !ok || len(s.Planes) != planes || s.Npix != npix || s.Oversample != k || d.Oversample != k || len(s.Source.Spectrum) != wavelengths {
					t.Errorf("%s, npix %d, oversampling %d: %+v", kind, npix, k, s)
				}
				// The field is one that the samples of the pupil carry.
				if _, err := propagate.NewPlan(s, propagate.Options{Backend: choice}); err != nil {
					t.Errorf("%s, npix %d, oversampling %d: %v", kind, npix, k, err)
				}
			}
		}
	}
}

func TestFieldIsThatOfPOPPYUnlessThePupilCannotCarryIt(t *testing.T) {
	// λ/Δ at 1.8 µm with 64 samples across 6.5 m is 3.656 arcsec, 114.2 pixels.
	if got := fieldOf(64); got != 102 {
		t.Errorf("%d pixels, want nine tenths of 114.2", got)
	}
	if got := fieldOf(DefaultNpix); float64(got)*pixelscale < 4.97 || float64(got)*pixelscale > 5.03 {
		t.Errorf("%d pixels of %g arcsec are not 5 arcsec", got, pixelscale)
	}
}
