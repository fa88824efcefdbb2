package colormap

import (
	"image/color"
	"math"
)

// The phase map is a circle in the colour space OKLab, walked once in a turn:
// there is no seam at ±π, and equal steps of phase look equally large, as
// OKLab's distances are those that the eye sees. The circle leans towards the
// axis of lightness, so that 0 is light and π is dark also in grey and to
// colour-blind eyes: 0 is light blue, π/2 magenta, π dark ochre, −π/2 green.
// The figures give the widest circle of this tilt within the colours of screens.
const (
	phaseLightness = 0.66 // of the centre
	phaseRadius    = 0.15
	phaseTilt      = 50 * math.Pi / 180
	phaseHue       = 240 * math.Pi / 180 // of phase 0
)

// Phase returns the colour of a phase in radians, of which whole turns do not
// matter. The phase must be finite.
func Phase(radians float64) color.RGBA {
	sin, cos := math.Sincos(radians)
	sinHue, cosHue := math.Sincos(phaseHue)
	along, across := phaseRadius*math.Cos(phaseTilt)*cos, phaseRadius*sin
	return oklab(
		phaseLightness+phaseRadius*math.Sin(phaseTilt)*cos,
		along*cosHue-across*sinHue,
		along*sinHue+across*cosHue,
	)
}

// oklab returns the sRGB colour of lightness L and colour coordinates a and b.
// The matrices are those of Björn Ottosson, "A perceptual color space for image
// processing" (2020), the transfer curve is that of IEC 61966-2-1.
func oklab(L, a, b float64) color.RGBA {
	l := cube(L + 0.3963377774*a + 0.2158037573*b)
	m := cube(L - 0.1055613458*a - 0.0638541728*b)
	s := cube(L - 0.0894841775*a - 1.2914855480*b)
	return color.RGBA{
		R: transfer(4.0767416621*l - 3.3077115913*m + 0.2309699292*s),
		G: transfer(-1.2684380046*l + 2.6097574011*m - 0.3413193965*s),
		B: transfer(-0.0041960863*l - 0.7034186147*m + 1.7076147010*s),
		A: 0xff,
	}
}

func cube(v float64) float64 { return v * v * v }

func transfer(linear float64) uint8 {
	v := 12.92 * linear
	if linear > 0.0031308 {
		v = 1.055*math.Pow(linear, 1/2.4) - 0.055
	}
	return uint8(math.Round(255 * min(max(v, 0), 1)))
}
