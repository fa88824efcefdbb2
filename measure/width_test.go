package measure

import (
	"math"
	"math/rand/v2"
	"testing"

	"arago/grid"
)

// airyFWHM is 2·1.616339948/π: (2J₁(v)/v)² = ½ at v = 1.616339948 (Airy pattern).
const airyFWHM = 2 * 1.616339948 / math.Pi

func TestAiryFWHM(t *testing.T) {
	v := math.Pi * airyFWHM / 2
	near(t, "the Airy pattern at half its width", math.Pow(2*math.J1(v)/v, 2), 0.5, 1e-9)

	rng := rand.New(rand.NewPCG(15, 16))
	for _, c := range []struct{ perElement, tolerance float64 }{
		// At two samples per λ/D the transfer function reaches the end of the
		// band, where the interpolation is weakest.
		{2, 1e-3}, {2.5, 1e-4}, {3, 1e-4}, {4, 1e-4}, {10, 1e-4}, {25, 1e-4},
	} {
		for range 4 {
			m := pattern(100, 1/c.perElement, airy(rng.Float64(), rng.Float64()))
			w, err := FWHM(m)
			ok(t, err)
			near(t, "the FWHM in λ/D", w, airyFWHM, c.tolerance)
		}
	}
}

func TestGaussianImagesHaveTheirWidth(t *testing.T) {
	rng := rand.New(rand.NewPCG(17, 18))
	toFWHM := 2 * math.Sqrt(2*math.Ln2)
	for _, sigma := range []float64{1.5, 2, 4} {
		m := pattern(60, 1, round(rng.Float64(), rng.Float64(), sigma))
		w, err := FWHM(m)
		ok(t, err)
		near(t, "the FWHM", w, toFWHM*sigma, 1e-4*sigma)
		w, err = GaussianFWHM(m)
		ok(t, err)
		near(t, "the FWHM of the fit", w, toFWHM*sigma, 1e-9*sigma)
	}
}

func TestWidthsHoldOnPixelsThatAreNotSquare(t *testing.T) {
	m := grid.NewMap(grid.Grid{Y: grid.Centered(40, 0.5), X: grid.Centered(60, 0.3), Unit: grid.Radian})
	for i := range m.Y.N {
		for j := range m.X.N {
			m.Data[i*m.X.N+j] = 3 * round(0.1, 0.2, 1)(m.X.At(j), m.Y.At(i))
		}
	}
	toFWHM := 2 * math.Sqrt(2*math.Ln2)
	w, err := FWHM(m)
	ok(t, err)
	near(t, "the FWHM", w, toFWHM, 1e-4)
	w, err = GaussianFWHM(m)
	ok(t, err)
	near(t, "the FWHM of the fit", w, toFWHM, 1e-9)
}

func TestGaussianFitAgreesWithPOPPY(t *testing.T) {
	// POPPY 1.1.2 with astropy 6.1.7: measure_fwhm of the Airy pattern on 41×41
	// samples, four per λ/D, PIXELSCL = 0.25, gives 0.9926349803084498. Its fit
	// stops when the sum of squares changes by less than 1e-7 of itself.
	w, err := GaussianFWHM(pattern(41, 0.25, airy(0, 0)))
	ok(t, err)
	near(t, "the FWHM of the fit", w, 0.9926349803084498, 1e-6)
}

func TestGaussianFitIsSteadyAgainstNoise(t *testing.T) {
	rng := rand.New(rand.NewPCG(19, 20))
	clean := round(0.3, 0.1, 3)
	m := pattern(40, 1, func(x, y float64) float64 { return clean(x, y) + 0.01*rng.NormFloat64() })
	w, err := GaussianFWHM(m)
	ok(t, err)
	// About 130 samples with 1 % noise each fix the width to a few in a thousand.
	near(t, "the FWHM of the fit", w, 3*2*math.Sqrt(2*math.Ln2), 0.05)
}

func TestImagesWithoutWidthAreRefused(t *testing.T) {
	_, err := FWHM(pattern(20, 1, flat))
	refused(t, err, ErrWidth, "does not fall to half of its peak within")
	_, err = FWHM(pattern(20, 1, round(0, 0, 100)))
	refused(t, err, ErrWidth, "does not fall to half of its peak")

	one := pattern(8, 1, func(x, y float64) float64 { return 0 })
	one.Data[3*8+5] = 7
	_, err = GaussianFWHM(one)
	refused(t, err, ErrWidth, "no Gaussian fits the 1 samples")
	_, err = GaussianFWHM(pattern(20, 1, flat))
	refused(t, err, ErrWidth, "no Gaussian fits the 400 samples")
}
