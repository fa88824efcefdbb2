package modes

import (
	"fmt"
	"math"
)

// Case is a kind of system that is computed.
type Case string

// The cases of POPPY's manual.
const (
	Direct      Case = "direct"      // a pupil and a detector
	Coronagraph Case = "coronagraph" // with an occulter and a Lyot stop between them
)

// Cases returns all cases, in the order of reports.
func Cases() []Case { return []Case{Direct, Coronagraph} }

// Title returns the name of the case for people.
func (c Case) Title() string {
	if c == Coronagraph {
		return "Lyot coronagraph"
	}
	return "direct imaging"
}

// The telescope and its band. DefaultNpix, the band and the number of wavelengths
// are those of POPPY's manual or near them.
const (
	DefaultNpix = 1024
	LeastNpix   = 16
	MostNpix    = 8192

	wavelengths = 4
	band        = 0.2    // width by centre
	center      = 2.0e-6 // m
	diameter    = 6.5    // m
	pixelscale  = 0.032  // arcsec
	pixels      = 156    // across the detector: 5 arcsec
)

const head = `[system]
name = "%s, oversampling %d"
diameter = %g
npix = %d
oversample = %[2]d

[source]
center = %[5]g
bandwidth = %g
count = %d

[[plane]]
kind = "pupil"
elements = [
  { type = "circular_aperture", radius = 3.25 },
  { type = "secondary_obscuration", secondary_radius = 0.4, n_supports = 4, support_width = 0.05 },
  { type = "zernike_wfe", radius = 3.25, coefficients = [0, 0, 0, 50e-9, 20e-9, -35e-9, 25e-9, -15e-9, 10e-9, 15e-9, 20e-9] },
]
`

const occulter = `
[[plane]]
kind = "image"
elements = [ { type = "circular_occulter", radius = 0.4 } ]

[[plane]]
kind = "pupil"
elements = [ { type = "circular_aperture", radius = 2.8 } ]
`

const tail = `
[[plane]]
kind = "detector"
pixelscale = %g
fov_pixels = %d
oversample = %d
`

// System returns the system file of a case with npix samples across the pupil.
// The oversampling is that of the detector and of the image plane at the
// occulter, which then is npix·oversample samples wide.
func System(c Case, npix, oversample int) string {
	text := fmt.Sprintf(head, c.Title(), oversample, diameter, npix, center, band, wavelengths)
	if c == Coronagraph {
		text += occulter
	}
	return text + fmt.Sprintf(tail, pixelscale, fieldOf(npix), oversample)
}

// fieldOf returns the pixels across the detector. A pupil of few samples carries
// λ/Δ = λ·npix/diameter of the sky without repeating it; a tenth is left free.
func fieldOf(npix int) int {
	const arcsec = math.Pi / 180 / 3600
	carried := center * (1 - band/2) * float64(npix) / diameter / arcsec
	return min(pixels, int(0.9*carried/pixelscale))
}
