package fitsfile_test

import (
	"fmt"
	"log"
	"os"
	"path/filepath"

	"arago/fitsfile"
	"arago/grid"
)

// An image is written with its pixel scale and read again.
func Example() {
	folder, err := os.MkdirTemp("", "fits")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "psf.fits")

	psf := fitsfile.HDU{
		Name:  "OVERSAMP",
		Shape: []int{2, 3},
		Data:  []float64{0, 1, 0, 2, 8, 2},
	}
	psf.Header.Set("PIXELSCL", 0.008, "arcsec per pixel")
	psf.Header.Set("HISTORY", "computed by hand", "")
	if err := fitsfile.Write(path, psf); err != nil {
		log.Fatal(err)
	}

	f, err := fitsfile.Open(path)
	if err != nil {
		log.Fatal(err)
	}
	defer f.Close()
	i, err := f.Find("oversamp")
	if err != nil {
		log.Fatal(err)
	}
	image, err := f.Image(i)
	if err != nil {
		log.Fatal(err)
	}
	scale, err := fitsfile.PixelScale(image.Header, grid.Radian)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(image.Shape, image.Data)
	fmt.Printf("%.3f arcsec per pixel\n", scale/grid.Arcsecond)
	// Output:
	// [2 3] [0 1 0 2 8 2]
	// 0.008 arcsec per pixel
}

func ExampleLengthUnit() {
	metres, radian, err := fitsfile.LengthUnit("microns")
	fmt.Println(metres, radian, err)
	_, _, err = fitsfile.LengthUnit("waves")
	fmt.Println(err)
	// Output:
	// 1e-06 false <nil>
	// the unit "waves" is not known; it must be m, mm, um, nm or radian
}
