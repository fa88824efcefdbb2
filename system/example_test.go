package system_test

import (
	"fmt"

	"arago/system"
)

// A system in a few lines; what is left out is as in POPPY.
func ExampleParse() {
	const text = `
[system]
diameter = 2.4
npix = 256

[source]
wavelengths = [550e-9]

[[plane]]
kind = "pupil"
elements = [{ type = "circular_aperture", radius = 1.2 }]

[[plane]]
kind = "detector"
pixelscale = 0.02
fov_arcsec = 2.0
`
	s, err := system.Parse("telescope.toml", []byte(text), ".")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%d samples over %g m, normalized in the %v plane\n", s.Npix, s.Diameter, s.Normalize)
	fmt.Printf("%+v\n", s.Planes[1])
	// Output:
	// 256 samples over 2.4 m, normalized in the first plane
	// {ScaleY:0.02 ScaleX:0.02 PixelsY:100 PixelsX:100 Oversample:2}
}

// An error names the file, the line and the key, and says what would be right.
func ExampleError() {
	const text = `
[system]
diameter = 2.4
npix = 256

[source]
wavelengths = [0.55]
`
	_, err := system.Parse("telescope.toml", []byte(text), ".")
	fmt.Println(err)
	// Output:
	// telescope.toml:7: source: wavelengths[0] is 0.55; it is counted in metres and must not exceed 0.001; did you mean 0.55e-6?
}
