package colormap

import (
	"image/color"
	"math"
	"testing"
)

// fromColor returns lightness and colour coordinates of a colour in OKLab, by
// Ottosson's matrices of the direction from linear sRGB.
func fromColor(c color.RGBA) (lab [3]float64) {
	linear := func(v uint8) float64 {
		s := float64(v) / 255
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	r, g, b := linear(c.R), linear(c.G), linear(c.B)
	l := math.Cbrt(0.4122214708*r + 0.5363325363*g + 0.0514459929*b)
	m := math.Cbrt(0.2119034982*r + 0.6806995451*g + 0.1073969566*b)
	s := math.Cbrt(0.0883024619*r + 0.2817188376*g + 0.6299787005*b)
	return [3]float64{
		0.2104542553*l + 0.7936177850*m - 0.0040720468*s,
		1.9779984951*l - 2.4285922050*m + 0.4505937099*s,
		0.0259040371*l + 0.7827717662*m - 0.8086757660*s,
	}
}

func distance(a, b [3]float64) float64 {
	return math.Hypot(math.Hypot(a[0]-b[0], a[1]-b[1]), a[2]-b[2])
}

func TestWhiteIsNeutralAndLightInOKLab(t *testing.T) {
	// The truth that the other tests rest on: white is (1, 0, 0).
	if got := fromColor(color.RGBA{255, 255, 255, 255}); distance(got, [3]float64{1, 0, 0}) > 1e-3 {
		t.Errorf("white is %v", got)
	}
	if got := oklab(1, 0, 0); got != (color.RGBA{255, 255, 255, 255}) {
		t.Errorf("lightness 1 is %v", got)
	}
	if got := oklab(0, 0, 0); got != (color.RGBA{A: 255}) {
		t.Errorf("lightness 0 is %v", got)
	}
}

func TestEqualStepsOfPhaseLookEquallyLarge(t *testing.T) {
	// Colours are rounded to 1/255 in three channels, which moves them by about
	// 0.003 in OKLab; a step of a 48th of the circle is 0.02 long.
	const n = 48
	want := 2 * phaseRadius * math.Sin(math.Pi/n)
	for i := range n {
		a, b := 2*math.Pi*float64(i)/n, 2*math.Pi*float64(i+1)/n
		if got := distance(fromColor(Phase(a)), fromColor(Phase(b))); math.Abs(got-want) > 0.004 {
			t.Errorf("from %.3f to %.3f the colour moves by %.4f, want %.4f", a, b, got, want)
		}
	}
}

func TestPhaseHasNoSeam(t *testing.T) {
	if a, b := Phase(math.Pi), Phase(-math.Pi); a != b {
		t.Errorf("π is %v, −π is %v", a, b)
	}
	if a, b := Phase(1), Phase(1-6*math.Pi); a != b {
		t.Errorf("1 is %v, three turns before %v", a, b)
	}
}

func TestPhaseCanBeReadInGrey(t *testing.T) {
	// From 0 to π lightness falls; rounding makes up to 0.003.
	before := math.Inf(1)
	for i := range 13 {
		lightness := fromColor(Phase(math.Pi * float64(i) / 12))[0]
		if lightness > before+0.003 {
			t.Errorf("lightness rises to %.4f at %d π/12", lightness, i)
		}
		before = lightness
	}
	if drop := fromColor(Phase(0))[0] - fromColor(Phase(math.Pi))[0]; drop < 0.2 {
		t.Errorf("π is darker than 0 by %.3f only", drop)
	}
	if quarters := distance(fromColor(Phase(math.Pi/2)), fromColor(Phase(-math.Pi/2))); quarters < 0.29 {
		t.Errorf("π/2 and −π/2 are %.3f apart", quarters)
	}
}
