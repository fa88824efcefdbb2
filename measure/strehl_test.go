package measure

import (
	"math"
	"math/cmplx"
	"testing"

	"arago/grid"
)

// imageOf returns |Σ pupil·exp(2πi·x·u)|² on n×n samples, step λ/D apart, of a
// round pupil of 64 samples across with the given phase, by plain summation
// along one axis after the other; and the field in the middle.
func imageOf(n int, step float64, phase func(x, y float64) float64) (grid.Map, complex128) {
	const across = 64
	a := grid.Centered(across, 1.0/across)
	m := grid.NewMap(grid.Square(grid.Centered(n, step), grid.Radian))
	var middle complex128
	half := make([]complex128, across*n) // summed over x
	for i := range across {
		for j := range across {
			x, y := a.At(j), a.At(i)
			if math.Hypot(x, y) > 0.5 {
				continue
			}
			field := cmplx.Exp(complex(0, phase(x, y)))
			middle += field
			for k := range n {
				half[i*n+k] += field * cmplx.Exp(complex(0, 2*math.Pi*x*m.X.At(k)))
			}
		}
	}
	for l := range n {
		for k := range n {
			var sum complex128
			for i := range across {
				sum += half[i*n+k] * cmplx.Exp(complex(0, 2*math.Pi*a.At(i)*m.Y.At(l)))
			}
			m.Data[l*n+k] = real(sum)*real(sum) + imag(sum)*imag(sum)
		}
	}
	return m, middle
}

func TestStrehlOfAberratedPupils(t *testing.T) {
	// 17 λ/D at three samples per λ/D; the peak lies between four samples.
	const n, step = 52, 1.0 / 3
	perfect, p0 := imageOf(n, step, func(x, y float64) float64 { return 0 })
	for name, phase := range map[string]func(x, y float64) float64{
		"defocus":     func(x, y float64) float64 { return 1.2 * (8*(x*x+y*y) - 1) },
		"astigmatism": func(x, y float64) float64 { return 4 * (x*x - y*y) },
		"a tilt":      func(x, y float64) float64 { return 2 * math.Pi * 0.4 * x },
	} {
		t.Run(name, func(t *testing.T) {
			image, p := imageOf(n, step, phase)
			got, err := Strehl(image, perfect)
			ok(t, err)
			// Even aberrations keep the peak in the middle, where the field is
			// the sum over the pupil; a tilt moves it and takes nothing away.
			want := math.Pow(cmplx.Abs(p)/cmplx.Abs(p0), 2)
			if name == "a tilt" {
				want = 1
			}
			// The definition asks for the same light. Of the light in the whole
			// plane, the fields hold parts that differ by a fraction of a per cent.
			near(t, "the Strehl ratio", got, want, 5e-3)
			near(t, "the ratio of the peaks", got*image.Sum()/perfect.Sum(), want, 2e-5)
		})
	}
}

func TestStrehlDoesNotDependOnTheUnitOfTheImage(t *testing.T) {
	perfect := pattern(40, 0.3, airy(0.1, 0))
	bright := pattern(40, 0.3, func(x, y float64) float64 { return 1000 * airy(0.1, 0)(x, y) })
	s, err := Strehl(bright, perfect)
	ok(t, err)
	near(t, "the Strehl ratio", s, 1, 1e-9)
}

func TestStrehlRefusesImagesOfDifferentFields(t *testing.T) {
	a, b := pattern(40, 0.3, airy(0, 0)), pattern(41, 0.3, airy(0, 0))
	_, err := Strehl(a, b)
	refused(t, err, ErrFields, "40×40 samples of 0.3×0.3 rad, the perfect one 41×41")
	_, err = Strehl(a, pattern(40, 0.31, airy(0, 0)))
	refused(t, err, ErrFields, "do not show the same field")

	dark := pattern(40, 0.3, func(x, y float64) float64 { return 0 })
	_, err = Strehl(dark, a)
	refused(t, err, ErrNoLight, "aberrated image: there is no light")
	_, err = Strehl(a, dark)
	refused(t, err, ErrNoLight, "perfect image: there is no light")
	dark.Data[0], dark.Data[1] = 1, -2
	_, err = Strehl(dark, a)
	refused(t, err, ErrNoLight, "the sum of the image is -1")
}
