package fourier_test

import (
	"fmt"
	"log"
	"math/cmplx"

	"arago/backend"
	"arago/backend/all"
	"arago/fourier"
	"arago/grid"
)

// The image of a slit, on a detector whose pixels have nothing to do with the
// samples of the slit.
func ExampleNewDense() {
	backends, err := all.Registry().Select("auto")
	if err != nil {
		log.Fatal(err)
	}
	const width, wavelength = 1e-3, 500e-9
	t := fourier.Transform{
		In:         grid.Grid{Y: grid.Centered(1, width), X: grid.Centered(64, width/64), Unit: grid.Metre},
		Out:        grid.Grid{Y: grid.Centered(1, 1e-4), X: grid.Centered(5, wavelength/width/2), Unit: grid.Radian},
		Wavelength: wavelength, Sign: 1,
	}
	plan, err := fourier.NewDense(backends.Double, fourier.NewCache(1<<20), t)
	if err != nil {
		log.Fatal(err)
	}
	slit, image := backend.NewMatrix[complex128](1, 64), backend.NewMatrix[complex128](1, 5)
	for j := range slit.Data {
		slit.Data[j] = 1
	}
	plan.Execute(image, slit)
	for j, e := range image.Row(0) {
		fmt.Printf("%+.1f λ/D  %.3f\n", t.Out.X.At(j)*width/wavelength, cmplx.Abs(e/image.At(0, 2)))
	}
	// Output:
	// -1.0 λ/D  0.000
	// -0.5 λ/D  0.637
	// +0.0 λ/D  1.000
	// +0.5 λ/D  0.637
	// +1.0 λ/D  0.000
}
