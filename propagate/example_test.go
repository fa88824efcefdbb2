package propagate_test

import (
	"context"
	"fmt"
	"log"

	"arago/backend/all"
	"arago/grid"
	"arago/optics"
	"arago/propagate"
)

// A star through a telescope with a central obscuration and some defocus.
func Example() {
	system := propagate.System{
		Diameter: 2.4, Npix: 256, Oversample: 2,
		Source: propagate.Source{Spectrum: []propagate.Line{{Wavelength: 550e-9, Weight: 1}, {Wavelength: 600e-9, Weight: 1}}},
		Planes: []propagate.Plane{
			propagate.Pupil{Name: "primary", Elements: []optics.Element{
				optics.CircularAperture{Radius: 1.2},
				optics.SecondaryObscuration{SecondaryRadius: 0.4},
				optics.ZernikeWFE{Radius: 1.2, Coefficients: []float64{0, 0, 0, 20e-9}},
			}},
			propagate.Detector{ScaleY: 0.02, ScaleX: 0.02, PixelsY: 100, PixelsX: 100, Oversample: 2},
		},
	}
	backends, err := all.Registry().Select("auto")
	if err != nil {
		log.Fatal(err)
	}
	plan, err := propagate.NewPlan(system, propagate.Options{Backend: backends})
	if err != nil {
		log.Fatal(err)
	}
	result, err := plan.Run(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	image := result.Image.Binned(2)
	fmt.Printf("%d×%d pixels of %.2f″ hold %.1f %% of the light\n",
		image.Y.N, image.X.N, image.X.Step/grid.Arcsecond, 100*image.Sum())
	// Output:
	// 100×100 pixels of 0.02″ hold 99.0 % of the light
}

// Looking at the field in every plane of a coronagraph.
func ExampleOptions_observe() {
	system := propagate.System{
		Diameter: 6.5, Npix: 64, Oversample: 4,
		Source: propagate.Source{Spectrum: []propagate.Line{{Wavelength: 2e-6, Weight: 1}}},
		Planes: []propagate.Plane{
			propagate.Pupil{Name: "entrance pupil", Elements: []optics.Element{optics.CircularAperture{Radius: 3.25}}},
			propagate.Image{Name: "occulter", Elements: []optics.Element{optics.CircularOcculter{Radius: 0.2}}},
			propagate.Pupil{Name: "Lyot stop", Elements: []optics.Element{optics.CircularAperture{Radius: 2.6}}},
			propagate.Detector{ScaleY: 0.05, ScaleX: 0.05, PixelsY: 40, PixelsX: 40, Oversample: 1},
		},
	}
	backends, err := all.Registry().Select("auto")
	if err != nil {
		log.Fatal(err)
	}
	plan, err := propagate.NewPlan(system, propagate.Options{
		Backend: backends,
		Observe: func(s propagate.Snapshot) {
			var light float64
			for _, e := range s.Field {
				light += real(e)*real(e) + imag(e)*imag(e)
			}
			fmt.Printf("%-14s %3d×%-3d %.4f of the light\n", s.Label, s.Grid.Y.N, s.Grid.X.N, light)
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	if _, err := plan.Run(context.Background()); err != nil {
		log.Fatal(err)
	}
	// Output:
	// entrance pupil  64×64  1.0000 of the light
	// occulter       256×256 0.0537 of the light
	// Lyot stop       64×64  0.0056 of the light
	// detector        40×40  0.0056 of the light
}
