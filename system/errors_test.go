package system_test

import (
	"errors"
	"math"
	"os"
	"strings"
	"testing"

	"arago/fitsfile"
	"arago/system"
)

// good is a file without faults; the cases below spoil it in one place.
const good = `[system]
diameter = 2.0
npix = 64

[source]
wavelengths = [1.0e-6]

[[plane]]
kind = "pupil"
elements = [
  { type = "circular_aperture", radius = 0.9 },
]

[[plane]]
kind = "image"
elements = [{ type = "circular_occulter", radius = 0.4 }]

[[plane]]
kind = "pupil"

[[plane]]
kind = "detector"
pixelscale = 0.05
fov_arcsec = 1.0
`

func TestTheFileThatTheCasesSpoilIsGood(t *testing.T) {
	if _, err := system.Parse("good.toml", []byte(good), "."); err != nil {
		t.Error(err)
	}
}

// spoilt lists faults: what is replaced in good by what, and the sentence that
// must come of it.
var spoilt = []struct{ from, to, want string }{
	{"npix = 64", "npix == 64",
		"x.toml:3: not valid TOML at column 7: unexpected character U+003D '=' at start of value"},
	{"npix = 64", "npix = 64\nnpix = 65",
		"x.toml:4: not valid TOML at column 1: key npix is already defined"},
	{"npix = 64", "npix = 99999999999999999999",
		"x.toml:3: not valid TOML at column 8: decimal number is too large to fit in a 64-bit signed integer"},
	{"[source]", "[system]",
		"x.toml:5: not valid TOML at column 2: table system already exists"},
	{"fov_arcsec = 1.0\n", "fov_arcsec = [1.0, 2.0",
		"x.toml:24: not valid TOML at column 22: array is incomplete"},
	{"[system]", "[sytem]",
		"x.toml:1: sytem is not a known key; did you mean system? Possible are system, source and plane"},
	{"[system]\ndiameter = 2.0\nnpix = 64\n", "",
		"x.toml: system is missing; write the table [system] (the size of the pupil array and how the light is counted)"},
	{"[source]\nwavelengths = [1.0e-6]\n", "",
		"x.toml: source is missing; write the table [source] (the wavelengths and the position of the star)"},
	{"[system]\ndiameter = 2.0\nnpix = 64\n", "system = 5",
		"x.toml:1: system is the whole number 5; write the table [system]"},
	{"[system]", "[extra]\na = 1\n[system]",
		"x.toml:1: extra is not a known key; possible are system, source and plane"},
	{"diameter = 2.0", "diameter = -2.0",
		"x.toml:2: system: diameter is -2; it must be above 0"},
	{"diameter = 2.0", "diameter = 0",
		"x.toml:2: system: diameter is 0; it must be above 0"},
	{"diameter = 2.0", "diameter = nan",
		"x.toml:2: system: diameter is NaN; it must be a finite number"},
	{"diameter = 2.0", "diameter = inf",
		"x.toml:2: system: diameter is +Inf; it must be a finite number"},
	{"diameter = 2.0", `diameter = "2 m"`,
		`x.toml:2: system: diameter is the text "2 m"; write a number of metres`},
	{"diameter = 2.0", "",
		"x.toml:1: system: diameter is missing; write a number of metres (the width of the pupil array)"},
	{"diameter = 2.0", "diametre = 2.0",
		"x.toml:2: system: diametre is not a known key; did you mean diameter? Possible are kind, name, diameter, npix, oversample and normalize"},
	{"npix = 64", "npix = 0",
		"x.toml:3: system: npix is 0; it must be a whole number from 1 to 65536"},
	{"npix = 64", "npix = 1_000_000_000_000_000_000",
		"x.toml:3: system: npix is 1000000000000000000; it must be a whole number from 1 to 65536"},
	{"npix = 64", "npix = 64.5",
		"x.toml:3: system: npix is the number 64.5; write a whole number"},
	{"npix = 64", "npix = 64.0",
		"x.toml:3: system: npix is the number 64.0; write a whole number"},
	{"npix = 64", "npix = 2048\noversample = 64",
		"x.toml:4: system: oversample is 64, which with npix = 2048 makes image planes of 131072 samples a side; they may have 65536"},
	{"npix = 64", "npix = 64\noversample = 0",
		"x.toml:4: system: oversample is 0; it must be a whole number from 1 to 65536"},
	{"npix = 64", "npix = 64\noversample = 1_000_000_000",
		"x.toml:4: system: oversample is 1000000000; it must be a whole number from 1 to 65536"},
	{"npix = 64", "npix = 64\nnormalize = \"frist\"",
		`x.toml:4: system: normalize is "frist"; did you mean first? It must be "first", "last", "exit_pupil" or "none"`},
	{"npix = 64", "npix = 64\nnormalize = 1",
		`x.toml:4: system: normalize is the whole number 1; write "first", "last", "exit_pupil" or "none"`},
	{"npix = 64", "npix = 64\nnormalize = \"sum\"",
		`x.toml:4: system: normalize is "sum"; it must be "first", "last", "exit_pupil" or "none"`},
	{"npix = 64", "npix = 64\nkind = \"fresnel\"\nbeam_ratio = 0.5",
		`x.toml:4: system: kind is "fresnel", but this version computes Fraunhofer systems only: pupils and images; write "fraunhofer" or leave the key out`},
	{"npix = 64", "npix = 64\nkind = \"franhofer\"",
		`x.toml:4: system: kind is "franhofer"; did you mean fraunhofer? It must be "fraunhofer"`},
	{"npix = 64", "npix = 64\nname = 5",
		"x.toml:4: system: name is the whole number 5; write text in quotes"},
	{"npix = 64", "npix = 64\nbeam_ratio = 0.5",
		"x.toml:4: system: beam_ratio is not a known key; possible are kind, name, diameter, npix, oversample and normalize"},
	{"wavelengths = [1.0e-6]", "",
		"x.toml:5: source: wavelengths is missing; write a list of numbers of metres in brackets (the wavelengths; or give center, bandwidth and count)"},
	{"wavelengths = [1.0e-6]", "wavelength = 1e-6",
		"x.toml:6: source: wavelength is not a known key; did you mean wavelengths? Possible are wavelengths, center, bandwidth, count, weights, offset_r and offset_theta"},
	{"wavelengths = [1.0e-6]", "wavelengths = 1e-6",
		"x.toml:6: source: wavelengths is the number 1e-6; write a list of numbers of metres in brackets"},
	{"wavelengths = [1.0e-6]", "wavelengths = []",
		"x.toml:6: source: wavelengths is empty; it must list at least one wavelength, in metres"},
	{"wavelengths = [1.0e-6]", "wavelengths = [\n  1.0e-6,\n  \"2e-6\",\n]",
		`x.toml:8: source: wavelengths[1] is the text "2e-6"; write a number of metres`},
	{"wavelengths = [1.0e-6]", "wavelengths = [1.0e-6, 2.0]",
		"x.toml:6: source: wavelengths[1] is 2; it is counted in metres and must not exceed 0.001; did you mean 2e-6?"},
	{"wavelengths = [1.0e-6]", "wavelengths = [550]",
		"x.toml:6: source: wavelengths[0] is 550; it is counted in metres and must not exceed 0.001; did you mean 550e-9?"},
	{"wavelengths = [1.0e-6]", "wavelengths = [1e30]",
		"x.toml:6: source: wavelengths[0] is 1e+30; it is counted in metres and must not exceed 0.001"},
	{"wavelengths = [1.0e-6]", "wavelengths = [-1e-6]",
		"x.toml:6: source: wavelengths[0] is -1e-6; it must be above 0"},
	{"wavelengths = [1.0e-6]", "wavelengths = [0]",
		"x.toml:6: source: wavelengths[0] is 0; it must be above 0"},
	{"wavelengths = [1.0e-6]", "wavelengths = [nan]",
		"x.toml:6: source: wavelengths[0] is NaN; it must be a finite number"},
	{"wavelengths = [1.0e-6]", "wavelengths = [1e-6]\nweights = [1, 2]",
		"x.toml:7: source: weights is a list of length 2, but the number of wavelengths is 1; write one weight for each"},
	{"wavelengths = [1.0e-6]", "wavelengths = [1e-6, 2e-6]\nweights = []",
		"x.toml:7: source: weights is a list of length 0, but the number of wavelengths is 2; write one weight for each"},
	{"wavelengths = [1.0e-6]", "wavelengths = [1e-6]\nweights = [0]",
		"x.toml:7: source: weights are all zero; at least one must be positive"},
	{"wavelengths = [1.0e-6]", "wavelengths = [1e-6, 2e-6]\nweights = [1, -1]",
		"x.toml:7: source: weights[1] is -1; it must be zero or positive"},
	{"wavelengths = [1.0e-6]", "wavelengths = [1e-6]\nweights = [nan]",
		"x.toml:7: source: weights[0] is NaN; it must be a finite number"},
	{"wavelengths = [1.0e-6]", "wavelengths = [1e-6]\ncount = 3",
		"x.toml:7: source: count is given together with wavelengths; give wavelengths, or center, bandwidth and count"},
	{"wavelengths = [1.0e-6]", "center = 1e-6\nbandwidth = 0.1",
		"x.toml:5: source: count is missing; write a whole number (the number of wavelengths in the band)"},
	{"wavelengths = [1.0e-6]", "centre = 1e-6\nbandwidth = 0.1\ncount = 3",
		"x.toml:6: source: centre is not a known key; did you mean center? Possible are center, bandwidth, count, wavelengths, weights, offset_r and offset_theta"},
	{"wavelengths = [1.0e-6]", "center = 1e-6\nbandwidth = 0.1\ncount = 0",
		"x.toml:8: source: count is 0; it must be a whole number from 1 to 10000"},
	{"wavelengths = [1.0e-6]", "center = 1e-6\nbandwidth = 0.1\ncount = 1_000_000_000",
		"x.toml:8: source: count is 1000000000; it must be a whole number from 1 to 10000"},
	{"wavelengths = [1.0e-6]", "center = 1e-6\nbandwidth = 1e-7\ncount = 3",
		"x.toml:7: source: bandwidth is 1e-7; it is a fraction of center, not a length: 0.1 is 10 %"},
	{"wavelengths = [1.0e-6]", "center = 1e-6\nbandwidth = 10\ncount = 3",
		"x.toml:7: source: bandwidth is 10; it is a fraction of center and must lie between 0 and 2: 0.1 is 10 %"},
	{"wavelengths = [1.0e-6]", "center = 1.0\nbandwidth = 0.1\ncount = 3",
		"x.toml:6: source: center is 1; it is counted in metres and must not exceed 0.001; did you mean 1e-6?"},
	{"wavelengths = [1.0e-6]", "wavelengths = [1e-6]\noffset_r = inf",
		"x.toml:7: source: offset_r is +Inf; it must be a finite number"},
	{"wavelengths = [1.0e-6]", "wavelengths = [1e-6]\noffset_theta = true",
		"x.toml:7: source: offset_theta is true; write a number of degrees"},
	{"wavelengths = [1.0e-6]", "wavelengths = [1e-6]\noffset_phi = 3",
		"x.toml:7: source: offset_phi is not a known key; possible are wavelengths, center, bandwidth, count, weights, offset_r and offset_theta"},
	{`kind = "pupil"`, "",
		`x.toml:8: plane 1: kind is missing; write "pupil", "image", "rotation", "inversion" or "detector" (what the plane is)`},
	{`kind = "pupil"`, `kind = "pupl"`,
		`x.toml:9: plane 1: kind is "pupl"; did you mean pupil? It must be "pupil", "image", "rotation", "inversion" or "detector"`},
	{`kind = "pupil"`, "kind = 1",
		`x.toml:9: plane 1: kind is the whole number 1; write "pupil", "image", "rotation", "inversion" or "detector"`},
	{`kind = "pupil"`, `kind = "image"`,
		`x.toml:9: plane 1: kind is "image"; the first plane must be a "pupil"`},
	{`kind = "pupil"`, "kind = \"rotation\"\nangle = 3",
		`x.toml:9: plane 1: kind is "rotation"; the first plane must be a "pupil"`},
	{`kind = "pupil"`, "kind = \"pupil\"\nname = [\"a\"]",
		"x.toml:10: plane 1: name is a list; write text in quotes"},
	{`kind = "pupil"`, "kind = \"pupil\"\ndistance = 1.0",
		"x.toml:10: plane 1: distance is not a known key; possible are kind, name and elements"},
	{"kind = \"pupil\"\n\n", "kind = \"inversion\"\n\n",
		`x.toml:22: plane 4: kind is "detector", but the light comes from the image of plane 2; put a plane of kind "pupil" before it`},
	{"kind = \"pupil\"\n\n", "kind = \"inversion\"\naxis = \"z\"\n\n",
		`x.toml:20: plane 3: axis is "z"; it must be "x", "y" or "both"`},
	{"kind = \"pupil\"\n\n", "kind = \"rotation\"\n\n",
		"x.toml:18: plane 3: angle is missing; write a number of degrees (how far the field is turned, counter-clockwise)"},
	{"kind = \"pupil\"\n\n", "kind = \"rotation\"\nangle = \"90\"\n\n",
		`x.toml:20: plane 3: angle is the text "90"; write a number of degrees`},
	{"kind = \"pupil\"\n\n", "kind = \"detector\"\npixelscale = 1\nfov_pixels = 5\n\n",
		`x.toml:19: plane 3: kind is "detector", but planes follow; a system has one detector, as its last plane`},
	{"[[plane]]\nkind = \"pupil\"\n\n", "",
		`x.toml:19: plane 3: kind is "detector", but the light comes from the image of plane 2; put a plane of kind "pupil" before it`},
	{"pixelscale = 0.05", "",
		"x.toml:21: plane 4: pixelscale is missing; write a number of arcseconds per pixel, or two as in [y, x] (the size of a pixel)"},
	{"pixelscale = 0.05", "pixscale = 0.05",
		"x.toml:23: plane 4: pixscale is not a known key; did you mean pixelscale? Possible are kind, pixelscale, fov_arcsec, fov_pixels and oversample"},
	{"pixelscale = 0.05", "pixelscale = 0",
		"x.toml:23: plane 4: pixelscale is 0; it must be above 0"},
	{"pixelscale = 0.05", "pixelscale = [0.05, -0.05]",
		"x.toml:23: plane 4: pixelscale[1] is -0.05; it must be above 0"},
	{"pixelscale = 0.05", "pixelscale = [0.05]",
		"x.toml:23: plane 4: pixelscale is a list of length 1; write a number of arcseconds per pixel, or two as in [y, x]"},
	{"pixelscale = 0.05", `pixelscale = "0.05"`,
		`x.toml:23: plane 4: pixelscale is the text "0.05"; write a number of arcseconds per pixel, or two as in [y, x]`},
	{"fov_arcsec = 1.0", "",
		"x.toml:21: plane 4: fov_arcsec is missing, and so is fov_pixels; one of them sets the field of view"},
	{"fov_arcsec = 1.0", "fov_arcsec = 1.0\nfov_pixels = 20",
		"x.toml:25: plane 4: fov_pixels is given together with fov_arcsec; only one of them can set the field of view"},
	{"fov_arcsec = 1.0", "fov_arcsec = -1.0",
		"x.toml:24: plane 4: fov_arcsec is -1; it must be above 0"},
	{"fov_arcsec = 1.0", "fov_arcsec = 0.02",
		"x.toml:24: plane 4: fov_arcsec makes a field of less than one pixel; it must hold at least one"},
	{"fov_arcsec = 1.0", "fov_arcsec = 1e12",
		"x.toml:24: plane 4: fov_arcsec makes a field of 2e+13 pixels, which with oversample = 2 is 4e+13 samples a side; it may have 65536"},
	{"fov_arcsec = 1.0", `fov_arcsec = [1.0, "2"]`,
		`x.toml:24: plane 4: fov_arcsec[1] is the text "2"; write a number of arcseconds`},
	{"fov_arcsec = 1.0", "fov_pixels = 20.5",
		"x.toml:24: plane 4: fov_pixels is 20.5; it must be a whole number of pixels"},
	{"fov_arcsec = 1.0", "fov_pixels = [20, 0]",
		"x.toml:24: plane 4: fov_pixels[1] is 0; it must be above 0"},
	{"fov_arcsec = 1.0", "fov_pixels = 30000\noversample = 4",
		"x.toml:24: plane 4: fov_pixels makes a field of 30000 pixels, which with oversample = 4 is 120000 samples a side; it may have 65536"},
	{"fov_arcsec = 1.0", "fov_arcsec = 1.0\noversample = 0",
		"x.toml:25: plane 4: oversample is 0; it must be a whole number from 1 to 65536"},
	{"fov_arcsec = 1.0", "fov_arcsec = 1.0\noversample = 1_000_000_000",
		"x.toml:25: plane 4: oversample is 1000000000; it must be a whole number from 1 to 65536"},
	{"fov_arcsec = 1.0", "fov_arcsec = 1.0\noffset = 3",
		"x.toml:25: plane 4: offset is not a known key; possible are kind, pixelscale, fov_arcsec, fov_pixels and oversample"},
	{`{ type = "circular_aperture", radius = 0.9 }`, "5",
		`x.toml:11: plane 1: elements[0] is the whole number 5; write an element, as in { type = "circular_aperture" }`},
	{"elements = [\n  { type = \"circular_aperture\", radius = 0.9 },\n]", `elements = { type = "circular_aperture" }`,
		`x.toml:10: plane 1: elements is a table; write a list of elements, as in [{ type = "circular_aperture" }]`},
	{`{ type = "circular_aperture", radius = 0.9 }`, "{ radius = 0.9 }",
		`x.toml:11: plane 1: type is missing; write a type of element in quotes, as in type = "circular_aperture" (what the element is)`},
	{`{ type = "circular_aperture", radius = 0.9 }`, "{ type = 5 }",
		`x.toml:11: plane 1: type is the whole number 5; write a type of element in quotes, as in type = "circular_aperture"`},
	{`{ type = "circular_aperture", radius = 0.9 }`, `{ type = "circular_aperure", radius = 0.9 }`,
		`x.toml:11: plane 1: type is "circular_aperure", which is no element; did you mean circular_aperture? In a plane of kind "pupil" there can be circular_aperture, square_aperture, rectangle_aperture, hexagon_aperture, ngon_aperture, multi_hexagon_aperture, multi_circular_aperture, secondary_obscuration, asymmetric_secondary_obscuration, gaussian_aperture, parity_test_aperture, thin_lens, zernike_wfe, sine_wave_wfe, statistical_psd_wfe, power_spectrum_wfe, kolmogorov_wfe, tilt_optical_path_difference, fqpm_fft_aligner, knife_edge, scalar_transmission, scalar_optical_path_difference, fits_optical_element, compound_analytic_optic and inverse_transmission`},
	{`{ type = "circular_aperture", radius = 0.9 }`, `{ type = "CircularAperture" }`,
		`x.toml:11: plane 1: type is "CircularAperture", which is no element; did you mean circular_aperture? In a plane of kind "pupil" there can be circular_aperture, square_aperture, rectangle_aperture, hexagon_aperture, ngon_aperture, multi_hexagon_aperture, multi_circular_aperture, secondary_obscuration, asymmetric_secondary_obscuration, gaussian_aperture, parity_test_aperture, thin_lens, zernike_wfe, sine_wave_wfe, statistical_psd_wfe, power_spectrum_wfe, kolmogorov_wfe, tilt_optical_path_difference, fqpm_fft_aligner, knife_edge, scalar_transmission, scalar_optical_path_difference, fits_optical_element, compound_analytic_optic and inverse_transmission`},
	{`{ type = "circular_aperture", radius = 0.9 }`, `{ type = "circular_ocultr" }`,
		`x.toml:11: plane 1: type is "circular_ocultr", which is no element; did you mean circular_occulter? In a plane of kind "pupil" there can be circular_aperture, square_aperture, rectangle_aperture, hexagon_aperture, ngon_aperture, multi_hexagon_aperture, multi_circular_aperture, secondary_obscuration, asymmetric_secondary_obscuration, gaussian_aperture, parity_test_aperture, thin_lens, zernike_wfe, sine_wave_wfe, statistical_psd_wfe, power_spectrum_wfe, kolmogorov_wfe, tilt_optical_path_difference, fqpm_fft_aligner, knife_edge, scalar_transmission, scalar_optical_path_difference, fits_optical_element, compound_analytic_optic and inverse_transmission`},
	{`{ type = "circular_aperture", radius = 0.9 }`, `{ type = "xyz" }`,
		`x.toml:11: plane 1: type is "xyz", which is no element; in a plane of kind "pupil" there can be circular_aperture, square_aperture, rectangle_aperture, hexagon_aperture, ngon_aperture, multi_hexagon_aperture, multi_circular_aperture, secondary_obscuration, asymmetric_secondary_obscuration, gaussian_aperture, parity_test_aperture, thin_lens, zernike_wfe, sine_wave_wfe, statistical_psd_wfe, power_spectrum_wfe, kolmogorov_wfe, tilt_optical_path_difference, fqpm_fft_aligner, knife_edge, scalar_transmission, scalar_optical_path_difference, fits_optical_element, compound_analytic_optic and inverse_transmission`},
	{`{ type = "circular_aperture", radius = 0.9 }`, `{ type = "circular_occulter" }`,
		`x.toml:11: plane 1: type is "circular_occulter", which stands in a plane of kind "image"; this one is of kind "pupil"`},
	{`type = "circular_occulter", radius = 0.4`, `type = "zernike_wfe", radius = 0.4`,
		`x.toml:16: plane 2: type is "zernike_wfe", which stands in a plane of kind "pupil"; this one is of kind "image"`},
	{"radius = 0.4", "radius = -1",
		"x.toml:16: plane 2, circular_occulter: radius is -1; it must be a positive angle (arcsec)"},
	{"radius = 0.4", `radius = "0.4"`,
		`x.toml:16: plane 2, circular_occulter: radius is the text "0.4"; write a number of arcseconds`},
	{"radius = 0.4", "radius = nan",
		"x.toml:16: plane 2, circular_occulter: radius is NaN; it must be a finite number"},
	{"radius = 0.4", `radius = 0.4, name = "spot"`,
		"x.toml:16: plane 2, circular_occulter: name is not a known key; possible are type, radius, gray_pixel, shift_x, shift_y, rotation, inclination_x and inclination_y"},
	{`{ type = "circular_aperture", radius = 0.9 }`, `{ type = "circular_aperture", raduis = 0.9 }`,
		"x.toml:11: plane 1, circular_aperture: raduis is not a known key; did you mean radius? Possible are type, radius, gray_pixel, shift_x, shift_y, rotation, inclination_x and inclination_y"},
	{`{ type = "circular_aperture", radius = 0.9 }`, `{ type = "circular_aperture", "a\u001b[31mb" = 0.9 }`,
		`x.toml:11: plane 1, circular_aperture: "a\x1b[31mb" is not a known key; possible are type, radius, gray_pixel, shift_x, shift_y, rotation, inclination_x and inclination_y`},
	{`{ type = "circular_aperture", radius = 0.9 }`, "{ type = \"circular_aperture\",\n    radius = 0.9,\n    gray_pixel = 1 }",
		"x.toml:13: plane 1, circular_aperture: gray_pixel is the whole number 1; write true or false"},
	{`{ type = "circular_aperture", radius = 0.9 }`, `{ type = "circular_aperture", inclination_x = 90 }`,
		"x.toml:11: plane 1, circular_aperture: inclination_x is 90; it must lie between -90 and 90 degrees"},
	{`{ type = "circular_aperture", radius = 0.9 }`, `{ type = "circular_aperture", inclination_x = 10, inclination_y = 10 }`,
		"x.toml:11: plane 1, circular_aperture: inclination_y is 10 together with inclination_x = 10; a plane is inclined about one axis: set one of them to 0 and use rotation"},
	{`{ type = "circular_aperture", radius = 0.9 }`, `{ type = "hexagon_aperture", side = 1, flattoflat = 1 }`,
		"x.toml:11: plane 1, hexagon_aperture: flattoflat is 1 although side is given; only one of them can set the size"},
	{`{ type = "circular_aperture", radius = 0.9 }`, `{ type = "hexagon_aperture", side = 0 }`,
		"x.toml:11: plane 1, hexagon_aperture: side is 0; write a number of metres above 0, or leave the key out"},
	{`{ type = "circular_aperture", radius = 0.9 }`, `{ type = "multi_hexagon_aperture", side = 1, gap = -0.1 }`,
		"x.toml:11: plane 1, multi_hexagon_aperture: gap is -0.1; it must be zero or a positive length (m)"},
	{`{ type = "circular_aperture", radius = 0.9 }`, `{ type = "multi_hexagon_aperture", rings = 2.0 }`,
		"x.toml:11: plane 1, multi_hexagon_aperture: rings is the number 2.0; write a whole number"},
	{`{ type = "circular_aperture", radius = 0.9 }`, `{ type = "multi_hexagon_aperture", rings = -1 }`,
		"x.toml:11: plane 1, multi_hexagon_aperture: rings is -1; it must lie between 0 and 100"},
	{`{ type = "circular_aperture", radius = 0.9 }`, `{ type = "multi_hexagon_aperture", rings = 1_000_000_000 }`,
		"x.toml:11: plane 1, multi_hexagon_aperture: rings is 1000000000; it must lie between 0 and 100"},
	{`{ type = "circular_aperture", radius = 0.9 }`, `{ type = "multi_hexagon_aperture", segmentlist = 3 }`,
		"x.toml:11: plane 1, multi_hexagon_aperture: segmentlist is the whole number 3; write a list of whole numbers in brackets"},
	{`{ type = "circular_aperture", radius = 0.9 }`, `{ type = "multi_hexagon_aperture", segmentlist = [1, 2.5] }`,
		"x.toml:11: plane 1, multi_hexagon_aperture: segmentlist[1] is the number 2.5; write a whole number"},
	{`{ type = "circular_aperture", radius = 0.9 }`, `{ type = "multi_hexagon_aperture", segmentlist = [] }`,
		"x.toml:11: plane 1, multi_hexagon_aperture: segmentlist is empty; it must name segments, or be left out for all of them"},
	{`{ type = "circular_aperture", radius = 0.9 }`, `{ type = "ngon_aperture", nsides = 2 }`,
		"x.toml:11: plane 1, ngon_aperture: nsides is 2; it must be a whole number from 3 to 1000"},
	{`{ type = "circular_aperture", radius = 0.9 }`, `{ type = "ngon_aperture", nsides = 1_000_000_000 }`,
		"x.toml:11: plane 1, ngon_aperture: nsides is 1000000000; it must be a whole number from 3 to 1000"},
	{`{ type = "circular_aperture", radius = 0.9 }`, `{ type = "secondary_obscuration", n_supports = 1_000_000_000 }`,
		"x.toml:11: plane 1, secondary_obscuration: n_supports is 1000000000; it must be a whole number from 0 to 1000"},
	{`{ type = "circular_aperture", radius = 0.9 }`, `{ type = "asymmetric_secondary_obscuration", support_angle = [0, 90], support_width = [0.1, 0.1, 0.1] }`,
		"x.toml:11: plane 1, asymmetric_secondary_obscuration: support_width has 3 values for 2 supports; it must have one value, or one for each"},
	{`{ type = "circular_aperture", radius = 0.9 }`, `{ type = "asymmetric_secondary_obscuration", support_width = "thin" }`,
		`x.toml:11: plane 1, asymmetric_secondary_obscuration: support_width is the text "thin"; write a number of metres, or a list of them`},
	{`{ type = "circular_aperture", radius = 0.9 }`, `{ type = "asymmetric_secondary_obscuration", support_width = [0.01, false, 0.01] }`,
		"x.toml:11: plane 1, asymmetric_secondary_obscuration: support_width[1] is false; write a number of metres"},
	{`{ type = "circular_aperture", radius = 0.9 }`, `{ type = "gaussian_aperture" }`,
		"x.toml:11: plane 1, gaussian_aperture: fwhm is missing, and so is w; one of them sets the width (m)"},
	{`{ type = "circular_aperture", radius = 0.9 }`, `{ type = "zernike_wfe", coefficients = [1e-8] }`,
		"x.toml:11: plane 1, zernike_wfe: radius is missing; write a number of metres (radius of the disc)"},
	{`{ type = "circular_aperture", radius = 0.9 }`, `{ type = "statistical_psd_wfe", radius = 1 }`,
		"x.toml:11: plane 1, statistical_psd_wfe: seed is missing; write a whole number (which of all such wavefronts it is; the same number is the same one everywhere)"},
	{`{ type = "circular_aperture", radius = 0.9 }`, `{ type = "statistical_psd_wfe", radius = 1, seed = 1, wfe = 50 }`,
		"x.toml:11: plane 1, statistical_psd_wfe: wfe is 50; it is counted in metres and must not exceed 0.001; did you mean 50e-9?"},
	{`{ type = "circular_aperture", radius = 0.9 }`, `{ type = "power_spectrum_wfe", radius = 1, seed = 1, psd_parameters = [2, 1e-20, 0, 0, 0] }`,
		"x.toml:11: plane 1, power_spectrum_wfe: psd_parameters[0] is the whole number 2; write a list of models in brackets, each as [alpha, beta, outer_scale, inner_scale, surf_roughness]"},
	{`{ type = "circular_aperture", radius = 0.9 }`, `{ type = "power_spectrum_wfe", radius = 1, seed = 1, psd_parameters = [[2, 1e-20]] }`,
		"x.toml:11: plane 1, power_spectrum_wfe: psd_parameters[0] is a list of length 2; write a list of models in brackets, each as [alpha, beta, outer_scale, inner_scale, surf_roughness]"},
	{`{ type = "circular_aperture", radius = 0.9 }`, `{ type = "power_spectrum_wfe", radius = 1, seed = 1, psd_parameters = [[2, -1, 0, 0, 0]] }`,
		"x.toml:11: plane 1, power_spectrum_wfe: psd_parameters[0][1] is -1; it must be zero or a positive density (m^(4-alpha))"},
	{`{ type = "circular_aperture", radius = 0.9 }`, `{ type = "kolmogorov_wfe", radius = 1, seed = -1, r0 = 0.1 }`,
		"x.toml:11: plane 1, kolmogorov_wfe: seed is -1; it must be a whole number from 0 to 9007199254740992"},
	{`{ type = "circular_aperture", radius = 0.9 }`, `{ type = "kolmogorov_wfe", radius = 1, seed = 1 }`,
		"x.toml:11: plane 1, kolmogorov_wfe: r0 is missing; write r0 (m), or both cn2 (m^(-2/3)) and dz (m)"},
	{`{ type = "circular_aperture", radius = 0.9 }`, `{ type = "zernike_wfe", radius = 1 }`,
		"x.toml:11: plane 1, zernike_wfe: coefficients is missing; write a list of numbers of metres in brackets (rms wavefront errors of the polynomials in Noll's order, beginning with piston)"},
	{`{ type = "circular_aperture", radius = 0.9 }`, `{ type = "zernike_wfe", radius = 1, coefficients = 3e-9 }`,
		"x.toml:11: plane 1, zernike_wfe: coefficients is the number 3e-9; write a list of numbers of metres in brackets"},
	{`{ type = "circular_aperture", radius = 0.9 }`, `{ type = "zernike_wfe", radius = 1, coefficients = [] }`,
		"x.toml:11: plane 1, zernike_wfe: coefficients is empty; it must list the rms wavefront errors (m) of the Zernike polynomials 1, 2, 3, …"},
	{`{ type = "circular_aperture", radius = 0.9 }`, "{ type = \"zernike_wfe\", radius = 1, coefficients = [\n    0,\n    50,\n  ] }",
		"x.toml:13: plane 1, zernike_wfe: coefficients[1] is 50; it is counted in metres and must not exceed 0.001; did you mean 50e-9?"},
	{`{ type = "circular_aperture", radius = 0.9 }`, "{ type = \"zernike_wfe\", radius = 1, coefficients = [\n    0,\n    nan,\n  ] }",
		"x.toml:13: plane 1, zernike_wfe: coefficients[1] is NaN; it must be a finite number"},
	{`{ type = "circular_aperture", radius = 0.9 }`, `{ type = "thin_lens", reference_wavelength = 632.8 }`,
		"x.toml:11: plane 1, thin_lens: reference_wavelength is 632.8; it is counted in metres and must not exceed 0.001; did you mean 632.8e-9?"},
	{`{ type = "circular_aperture", radius = 0.9 }`, `{ type = "fqpm_fft_aligner", direction = "foreward" }`,
		`x.toml:11: plane 1, fqpm_fft_aligner: direction is "foreward"; did you mean forward? It must be "forward" or "backward"`},
	{`{ type = "circular_aperture", radius = 0.9 }`, `{ type = "scalar_transmission", transmission = 1.5 }`,
		"x.toml:11: plane 1, scalar_transmission: transmission is 1.5; it must lie between 0 and 1"},
	{`{ type = "circular_occulter", radius = 0.4 }`, `{ type = "band_limited_coron", kind = "round" }`,
		`x.toml:16: plane 2, band_limited_coronagraph: kind is "round"; it must be "circular" or "linear"`},
	{`{ type = "circular_occulter", radius = 0.4 }`, `{ type = "annular_field_stop", radius_inner = 2 }`,
		"x.toml:16: plane 2, annular_field_stop: radius_inner is 2; it must be smaller than radius_outer, 1"},
	{`{ type = "circular_aperture", radius = 0.9 }`, `{ type = "compound_analytic_optic" }`,
		`x.toml:11: plane 1, compound_analytic_optic: opticslist is missing; write a list of elements, as in [{ type = "circular_aperture" }] (the elements; the key may also be written optics)`},
	{`{ type = "circular_aperture", radius = 0.9 }`, `{ type = "compound_analytic_optic", opticslist = [] }`,
		"x.toml:11: plane 1, compound_analytic_optic: opticslist is empty; it must list the elements to merge"},
	{`{ type = "circular_aperture", radius = 0.9 }`, `{ type = "compound_analytic_optic", opticslist = [5] }`,
		`x.toml:11: plane 1, compound_analytic_optic: opticslist[0] is the whole number 5; write an element, as in { type = "circular_aperture" }`},
	{`{ type = "circular_aperture", radius = 0.9 }`, `{ type = "compound_analytic_optic", opticslist = { type = "circular_aperture" } }`,
		`x.toml:11: plane 1, compound_analytic_optic: opticslist is a table; write a list of elements, as in [{ type = "circular_aperture" }]`},
	{`{ type = "circular_aperture", radius = 0.9 }`, `{ type = "compound_analytic_optic", mergemode = "xor", opticslist = [{ type = "circular_aperture" }] }`,
		`x.toml:11: plane 1, compound_analytic_optic: mergemode is "xor"; did you mean or? It must be "and" or "or"`},
	{`{ type = "circular_aperture", radius = 0.9 }`, "{ type = \"compound_analytic_optic\", optics = [\n    { type = \"circular_aperture\" },\n    { type = \"circular_aperture\", radius = -1 },\n  ] }",
		"x.toml:13: plane 1, compound_analytic_optic, circular_aperture: radius is -1; it must be a positive length (m)"},
	{`{ type = "circular_aperture", radius = 0.9 }`, `{ type = "compound_analytic_optic", optics = [{ type = "fqpm_fft_aligner" }] }`,
		"x.toml:11: plane 1, compound_analytic_optic: opticslist[0] says how image planes are centred, which only an element of the plane itself can; take it out of the compound"},
	{`{ type = "circular_aperture", radius = 0.9 }`, `{ type = "inverse_transmission" }`,
		`x.toml:11: plane 1, inverse_transmission: optic is missing; write an element, as in { type = "circular_aperture" } (the element to invert)`},
	{`{ type = "circular_aperture", radius = 0.9 }`, `{ type = "inverse_transmission", optic = "circular_aperture" }`,
		`x.toml:11: plane 1, inverse_transmission: optic is the text "circular_aperture"; write an element, as in { type = "circular_aperture" }`},
	{`{ type = "circular_aperture", radius = 0.9 }`, `{ type = "inverse_transmission", optic = { type = "circular_occulter" } }`,
		`x.toml:11: plane 1, inverse_transmission: type is "circular_occulter", which stands in a plane of kind "image"; this one is of kind "pupil"`},
	{`{ type = "circular_aperture", radius = 0.9 }`, `{ type = "fits_optical_element", transmission = 3 }`,
		"x.toml:11: plane 1, fits_optical_element: transmission is the whole number 3; write the name of a FITS file in quotes"},
	{`{ type = "circular_aperture", radius = 0.9 }`, `{ type = "fits_optical_element" }`,
		"x.toml:11: plane 1, fits_optical_element: transmission is missing, and so is opd; write the name of a FITS file for one of them or both"},
	{`{ type = "circular_aperture", radius = 0.9 }`, `{ type = "fits_optical_element", transmission = "" }`,
		"x.toml:11: plane 1, fits_optical_element: transmission is empty; write the name of a FITS file in quotes"},
	{`{ type = "circular_aperture", radius = 0.9 }`, `{ type = "fits_optical_element", transmission = "none.fits" }`,
		"x.toml:11: plane 1, fits_optical_element: transmission cannot be used: none.fits: cannot be read: no such file or directory"},
	{`{ type = "circular_aperture", radius = 0.9 }`, `{ type = "fits_optical_element", opd = "text.fits" }`,
		"x.toml:11: plane 1, fits_optical_element: opd cannot be used: text.fits: is not a FITS file: it does not begin with SIMPLE = T"},
	{`{ type = "circular_aperture", radius = 0.9 }`, `{ type = "fits_optical_element", opd = "opd.fits", opdunits = "furlong" }`,
		`x.toml:11: plane 1, fits_optical_element: opdunits cannot be used: the unit "furlong" is not known; it must be m, mm, um, nm or radian`},
	{`{ type = "circular_aperture", radius = 0.9 }`, `{ type = "fits_optical_element", opd = "opd.fits", shift = 0.1 }`,
		"x.toml:11: plane 1, fits_optical_element: shift is the number 0.1; write two numbers as in [x, y]"},
	{`{ type = "circular_aperture", radius = 0.9 }`, `{ type = "fits_optical_element", opd = "opd.fits", shift = [0.1] }`,
		"x.toml:11: plane 1, fits_optical_element: shift is a list of length 1; write two numbers as in [x, y]"},
	{`{ type = "circular_aperture", radius = 0.9 }`, `{ type = "fits_optical_element", opd = "opd.fits", shift = [0.1, 0.7] }`,
		"x.toml:11: plane 1, fits_optical_element: shift is 0.7; it is a fraction of the array and must lie between -0.5 and 0.5"},
	{`{ type = "circular_aperture", radius = 0.9 }`, `{ type = "fits_optical_element", opd = "opd.fits", shift = [0.1, 0.2], shift_x = 1 }`,
		"x.toml:11: plane 1, fits_optical_element: shift is given together with shift_x or shift_y; only one of the two can set the position"},
	{`{ type = "circular_aperture", radius = 0.9 }`, `{ type = "fits_optical_element", opd = "opd.fits", pixelscale = "" }`,
		"x.toml:11: plane 1, fits_optical_element: pixelscale is empty; write a number or the keyword of the header that holds it"},
	{`{ type = "circular_aperture", radius = 0.9 }`, `{ type = "fits_optical_element", opd = "opd.fits", pixelscale = 0 }`,
		"x.toml:11: plane 1, fits_optical_element: pixelscale is 0; it must be above 0"},
	{`{ type = "circular_aperture", radius = 0.9 }`, `{ type = "fits_optical_element", opd = "opd.fits", pixelscale = true }`,
		"x.toml:11: plane 1, fits_optical_element: pixelscale is true; write a number of metres, or a keyword in quotes"},
	{`{ type = "circular_aperture", radius = 0.9 }`, `{ type = "fits_optical_element", opd = "opd.fits", pixelscale = "MYSCALE" }`,
		`x.toml:11: plane 1, fits_optical_element: pixelscale names the keyword "MYSCALE", which is no positive number in opd.fits`},
	{`{ type = "circular_aperture", radius = 0.9 }`, `{ type = "fits_optical_element", opd = "opd.fits", opd_index = 2 }`,
		"x.toml:11: plane 1, fits_optical_element: opd cannot be used: opd.fits, HDU 0: has no plane 2; its 2 planes are counted from 0"},
	{`{ type = "circular_aperture", radius = 0.9 }`, `{ type = "fits_optical_element", opd = "opd.fits", opd_index = -1 }`,
		"x.toml:11: plane 1, fits_optical_element: opd cannot be used: opd.fits, HDU 0: has no plane -1; its 2 planes are counted from 0"},
	{`{ type = "circular_aperture", radius = 0.9 }`, `{ type = "fits_optical_element", transmission = "bare.fits" }`,
		"x.toml:11: plane 1, fits_optical_element: transmission (bare.fits) cannot be placed: the header has no pixel scale; it must have PIXELSCL or PUPLSCAL; or write pixelscale as a number of metres"},
	{`{ type = "circular_aperture", radius = 0.9 }`, `{ type = "fits_optical_element", opd = "bare.fits", pixelscale = 0.1 }`,
		"x.toml:11: plane 1, fits_optical_element: opd (bare.fits) has no unit: its header has no BUNIT; write opdunits"},
	{`{ type = "circular_aperture", radius = 0.9 }`, `{ type = "fits_optical_element", opd = "furlong.fits" }`,
		`x.toml:11: plane 1, fits_optical_element: opd (furlong.fits) cannot be used: the unit "furlong" is not known; it must be m, mm, um, nm or radian`},
	{`{ type = "circular_aperture", radius = 0.9 }`, `{ type = "fits_optical_element", opd = "nan.fits" }`,
		"x.toml:11: plane 1, fits_optical_element: opd (nan.fits) is NaN at row 1, column 0 (both counted from 0); every sample must be finite"},
	{`{ type = "circular_occulter", radius = 0.4 }`, `{ type = "fits_optical_element", transmission = "bare.fits" }`,
		"x.toml:16: plane 2, fits_optical_element: transmission (bare.fits) cannot be placed: the header has no pixel scale; it must have PIXELSCL or PIXSCALE; or write pixelscale as a number of arcseconds"},
	{"wavelengths = [1.0e-6]\n", "wavelengths = []\n# two faults before and behind\n",
		"x.toml:6: source: wavelengths is empty; it must list at least one wavelength, in metres"},
}

// writeFaultyFITS writes the files that the cases name into the current folder.
func writeFaultyFITS(t *testing.T) {
	t.Helper()
	header := func(bunit string) (h fitsfile.Header) {
		h.Set("PIXELSCL", 1.0, "")
		h.Set("BUNIT", bunit, "")
		return h
	}
	square := []int{2, 2}
	for name, hdu := range map[string]fitsfile.HDU{
		"opd.fits":     {Header: header("micron"), Shape: []int{2, 2, 2}, Data: make([]float64, 8)},
		"bare.fits":    {Shape: square, Data: make([]float64, 4)},
		"furlong.fits": {Header: header("furlong"), Shape: square, Data: make([]float64, 4)},
		"nan.fits":     {Header: header("nm"), Shape: square, Data: []float64{0, 0, math.NaN(), 0}},
	} {
		if err := fitsfile.Write(name, hdu); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile("text.fits", []byte("no image"), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestEveryFaultIsNamedWithFileLineKeyAndRemedy(t *testing.T) {
	t.Chdir(t.TempDir())
	writeFaultyFITS(t)
	for _, c := range spoilt {
		if strings.Count(good, c.from) == 0 {
			t.Fatalf("%q is not in the good file", c.from)
		}
		_, err := system.Parse("x.toml", []byte(strings.Replace(good, c.from, c.to, 1)), ".")
		if err == nil {
			t.Errorf("%q is accepted", c.to)
			continue
		}
		if err.Error() != c.want {
			t.Errorf("%q:\n got %s\nwant %s", c.to, err, c.want)
		}
		if _, ok := errors.AsType[*system.Error](err); !ok {
			t.Errorf("%q: the error is a %T", c.to, err)
		}
	}
}
