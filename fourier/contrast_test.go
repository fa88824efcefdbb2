package fourier_test

import (
	"math"
	"math/cmplx"
	"testing"

	"arago/backend"
	"arago/fourier"
	"arago/grid"
)

// every lists all recipes.
var every = []string{fourier.RecipeDense, fourier.RecipeFolded, fourier.RecipeCompressed, fourier.RecipeChirpZ, fourier.RecipeFFT}

// The image of an apodised pupil is dark, and so dark it must come out: no recipe may
// fill it with its own errors. The pupil is a Gaussian, and beside it one that changes
// its sign from left to right, whose image is dark on a line through the middle as well.
func TestTheDarkIsDark(t *testing.T) {
	const (
		n, m            = 256, 208
		d, wavelength   = 6.5, 2e-6
		perResolution   = 4 // samples of the image per λ/D: an FFT of 1024 fits
		middle, outside = m / 2, 16
	)
	s := selection(t)
	for name, tr := range map[string]fourier.Transform{
		"even": {In: grid.Square(grid.Centered(n, d/n), grid.Metre), Out: grid.Square(grid.Centered(m, wavelength/d/perResolution), grid.Radian), Wavelength: wavelength, Sign: 1},
		"odd":  {In: grid.Square(grid.Centered(n, d/n), grid.Metre), Out: grid.Square(grid.FFTCentered(m, wavelength/d/perResolution), grid.Radian), Wavelength: wavelength, Sign: 1},
	} {
		pupil := backend.NewMatrix[complex128](n, n)
		peak := 0.0
		for i := range n {
			for j := range n {
				y, x := tr.In.Y.At(i)/d, tr.In.X.At(j)/d
				v := math.Exp(-160 * (x*x + y*y))
				if name == "odd" && x < 0 {
					v = -v
				}
				pupil.Set(i, j, complex(v, 0))
				peak += math.Abs(v)
			}
		}
		// The largest amplitude that so much light can make.
		peak *= math.Sqrt(tr.In.Y.Step*tr.Out.Y.Step/wavelength) * math.Sqrt(tr.In.X.Step*tr.Out.X.Step/wavelength)
		// Beyond 22 λ/D a Gaussian has exp(−π²·22²/160) = 1e-13 of the peak; along
		// columns for both pupils, since only x changes signs.
		var dark [][2]int
		for j := range m {
			for i := range outside {
				dark = append(dark, [2]int{i, j})
			}
		}
		if name == "odd" {
			for i := range m {
				dark = append(dark, [2]int{i, middle})
			}
		}
		truth := map[[2]int]complex128{}
		for k := 0; k < len(dark); k += 101 {
			truth[dark[k]] = exactly(tr, pupil, dark[k][0], dark[k][1])
		}
		for _, recipe := range every {
			image := execute(planOf(t, s.Double, tr, recipe), tr, pupil)
			half := execute(planOf(t, s.Single, tr, recipe), tr, narrow(pupil))
			var floor, floor32, off float64
			for _, at := range dark {
				v := image.At(at[0], at[1])
				floor = max(floor, cmplx.Abs(v)/peak)
				floor32 = max(floor32, cmplx.Abs(complex128(half.At(at[0], at[1])))/peak)
				if want, ok := truth[at]; ok {
					off = max(off, cmplx.Abs(v-want)/peak)
				}
			}
			// Amplitudes; an intensity is the square, 1e-24 and less than 1e-12.
			if !(floor < 1e-12) || !(floor32 < 5e-7) {
				t.Errorf("%s, %s: %g and %g of the peak's amplitude", name, recipe, floor, floor32)
			}
			if !(off < 1e-15) {
				t.Errorf("%s, %s: dark samples differ from their sums by %g of the peak's amplitude", name, recipe, off)
			}
		}
	}
}
