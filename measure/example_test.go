package measure_test

import (
	"fmt"
	"log"
	"math"

	"arago/grid"
	"arago/measure"
)

// The image of a star by a telescope of 2.4 m at 500 nm, sampled ten times per
// λ/D, is measured in milliarcseconds.
func Example() {
	const (
		lambda, diameter = 500e-9, 2.4
		resolution       = lambda / diameter
		mas              = grid.Arcsecond / 1000
	)
	image := grid.NewMap(grid.Square(grid.Centered(400, resolution/10), grid.Radian))
	for i := range image.Y.N {
		for j := range image.X.N {
			v := math.Pi * math.Hypot(image.X.At(j), image.Y.At(i)) / resolution
			image.Data[i*image.X.N+j] = math.Pow(2*math.J1(v)/v, 2)
		}
	}

	width, err := measure.FWHM(image)
	if err != nil {
		log.Fatal(err)
	}
	energy, err := measure.EncircledEnergy(image, measure.Point{})
	if err != nil {
		log.Fatal(err)
	}
	radius, err := energy.RadiusOf(energy.Total() / 2)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("FWHM %.1f mas\n", width/mas)
	fmt.Printf("half of the light in the field lies within %.1f mas\n", radius/mas)
	// Output:
	// FWHM 44.2 mas
	// half of the light in the field lies within 22.9 mas
}
