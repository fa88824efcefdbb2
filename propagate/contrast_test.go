package propagate_test

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"gonum.org/v1/gonum/mat"

	"arago/fourier"
	"arago/grid"
	"arago/internal/truth"
	"arago/optics"
	"arago/propagate"
)

// product is a pupil element whose amplitude is the product of a number for each
// row and the same numbers for each column.
type product []float64

func (product) Validate() error { return nil }

func (v product) Sample(g grid.Grid) (optics.Sample, error) {
	at := func(x, step float64) float64 { return v[int(math.Round(x/step+float64(len(v)-1)/2))] }
	s := optics.Sample{}
	for i := range g.Y.N {
		for j := range g.X.N {
			s.Amplitude = append(s.Amplitude, at(g.Y.At(i), g.Y.Step)*at(g.X.At(j), g.X.Step))
		}
	}
	return s, nil
}

// slepian returns the sequence of n samples that has the largest part of its energy
// within ±w cycles per sample, and this part (Slepian 1978, Bell Syst. Tech. J. 57,
// 1371: the eigenvector of eq. 14, by the tridiagonal matrix that commutes with it).
func slepian(n int, w float64) (v []float64, concentration float64) {
	m := mat.NewSymDense(n, nil)
	for i := range n {
		m.SetSym(i, i, math.Pow(float64(n-1-2*i)/2, 2)*math.Cos(2*math.Pi*w))
		if i > 0 {
			m.SetSym(i, i-1, float64(i*(n-i))/2)
		}
	}
	var e mat.EigenSym
	if !e.Factorize(m, true) {
		panic("no eigenvectors")
	}
	var all mat.Dense
	e.VectorsTo(&all)
	v = make([]float64, n)
	for i := range v {
		v[i] = math.Abs(all.At(i, n-1))
	}
	// 1 − λ is small and is what the rest of the spectrum holds; so is the sum here.
	for i := range v {
		for j := range v {
			k := 2 * w
			if i != j {
				k = math.Sin(2*math.Pi*w*float64(i-j)) / (math.Pi * float64(i-j))
			}
			concentration += v[i] * v[j] * k
		}
	}
	return v, concentration
}

// A square pupil with the apodisation of Slepian's sequence is what a square occulter
// takes away whole: behind it stands the pupil times 1 − c², c the sequence's
// concentration (Aime, Soummer and Ferrari 2002, Astron. Astrophys. 389, 334). So an
// occulter of 10 λ/D leaves 1e-24 of the star's peak, and what a run leaves beyond that
// is its own: the sampling of the mask, and rounding.
func TestAPerfectCoronagraphIsDarkByEveryRecipe(t *testing.T) {
	const npix, wide, wavelength, diameter = 48, 10, 1e-6, 6.5
	v, c := slepian(npix, wide/2./npix)
	if left := math.Pow(1-c*c, 2); left > 1e-23 {
		t.Fatalf("the truth leaves %g of the peak", left)
	}
	width := wide * wavelength / diameter / grid.Arcsecond
	s := lyot(npix, 4, wavelength, optics.BarOcculter{Width: width, Height: width}, optics.ScalarTransmission{Transmission: 1}, 40)
	s.Planes[0] = propagate.Pupil{Elements: []optics.Element{product(v)}}
	star := s
	star.Planes = []propagate.Plane{s.Planes[0], s.Planes[3]}
	peak := slices.Max(image(t, star).Data)
	for _, recipe := range some(2, append([]string{""}, propagate.Recipes()...)) {
		double := run(t, s, propagate.Options{Recipe: recipe})
		single := run(t, s, propagate.Options{Recipe: recipe, Precision: propagate.Single})
		// By Babinet's principle 4e-11 of the amplitude stay, on POPPY's padded planes
		// 2e-7; in single precision, 1e-7.
		most := 1e-20
		if recipe == fourier.RecipeFFT {
			most = 1e-12
		}
		if by := double.Steps[1].Recipe; (by == propagate.RecipeBabinet) != (recipe != fourier.RecipeFFT) {
			t.Errorf("asked for %q, the mask is passed by %s", recipe, by)
		}
		if left := slices.Max(double.Image.Data) / peak; !(left < most) {
			t.Errorf("%q: %g of the peak is left", recipe, left)
		}
		if left := slices.Max(single.Image.Data) / peak; !(left < 1e-12) {
			t.Errorf("%q, single precision: %g of the peak is left", recipe, left)
		}
	}
}

// The same pupil without a mask has its light within 5 λ/D: beyond that on both axes, the
// image falls below 1e-20 of its peak, and each recipe has it there within rounding, which
// is 1e-12 of the peak in single precision too. The truth is the product of a sum for
// each axis, in double-double precision.
func TestTheDarkOfAnApodisedPupilIsRightByEveryRecipe(t *testing.T) {
	const npix, wide, wavelength, diameter, scale, pixels = 48, 10, 1e-6, 6.5, 0.02, 41
	v, _ := slepian(npix, wide/2./npix)
	s := direct(npix, diameter, wavelength, scale, pixels, product(v))
	s.Normalize = propagate.NormalizeNone
	axis := grid.Centered(pixels, scale*grid.Arcsecond)
	along := make([]float64, pixels)
	for k := range along {
		var sum truth.Sum
		for i, a := range v {
			x := (float64(i) - (npix-1)/2.) * diameter / npix
			sum.Add(complex(a, 0), truth.Phasor(x*axis.At(k), wavelength).Round())
		}
		along[k] = real(sum.Value()) * math.Sqrt(diameter/npix*axis.Step/wavelength)
	}
	peak := along[pixels/2] * along[pixels/2]
	edge := wide / 2 * wavelength / diameter
	for _, recipe := range some(2, append([]string{""}, propagate.Recipes()...)) {
		double := run(t, s, propagate.Options{Recipe: recipe}).Image
		single := run(t, s, propagate.Options{Recipe: recipe, Precision: propagate.Single}).Image
		dark, darkest := 0, math.Inf(1)
		for i := range pixels {
			for j := range pixels {
				if math.Abs(axis.At(i)) < edge || math.Abs(axis.At(j)) < edge {
					continue
				}
				dark++
				amplitude := along[i] * along[j] / peak
				want := amplitude * amplitude
				darkest = min(darkest, want)
				for _, c := range []struct {
					got, rounding float64
				}{{double.At(i, j), 1e-15}, {single.At(i, j), 5e-7}} {
					got := c.got / (peak * peak)
					if d := math.Abs(got - want); !(d <= 2*math.Abs(amplitude)*c.rounding+c.rounding*c.rounding) {
						t.Fatalf("%q: sample (%d, %d) is %g of the peak and should be %g", recipe, i, j, got, want)
					}
				}
			}
		}
		if dark < 100 || darkest > 1e-20 {
			t.Fatalf("%d samples are dark, the darkest %g of the peak", dark, darkest)
		}
	}
}

// What a warning says of a coronagraph in single precision is what happens: beside a
// star that is taken away whole, a ripple of the wavefront by 2e-5 radians makes
// speckles of 1e-10 of the star, which the rounding of that star changes.
func TestASpeckleInSinglePrecisionIsAsUncertainAsTheWarningSays(t *testing.T) {
	const npix, wide, wavelength, diameter, cycles = 48, 10, 1e-6, 6.5, 8
	v, _ := slepian(npix, wide/2./npix)
	width := wide * wavelength / diameter / grid.Arcsecond
	ripple := path{opd: func(x, _ float64) float64 {
		return 2e-5 * wavelength / (2 * math.Pi) * math.Cos(2*math.Pi*cycles*x/diameter)
	}}
	s := lyot(npix, 4, wavelength, optics.BarOcculter{Width: width, Height: width}, optics.ScalarTransmission{Transmission: 1}, 40)
	s.Planes[0] = propagate.Pupil{Elements: []optics.Element{product(v), ripple}}
	star := s
	star.Planes = []propagate.Plane{s.Planes[0], s.Planes[3]}
	peak := slices.Max(image(t, star).Data)
	good := image(t, s)
	row, col := peakIndex(good)
	if at := math.Abs(good.X.At(col)) * diameter / wavelength; math.Abs(at-cycles) > 1 || math.Abs(good.At(row, col)/peak/1e-10-1) > 0.2 {
		t.Fatalf("the brightest speckle is %g of the star, %.1f λ/D beside it", good.At(row, col)/peak, at)
	}
	said := warnings(t, s, propagate.Options{Precision: propagate.Single})
	if len(said) != 1 {
		t.Fatalf("warnings %q", said)
	}
	words := regexp.MustCompile(`makes a speckle of 1e-10 of it uncertain by (\d+) %; choose double precision`).FindStringSubmatch(said[0])
	if words == nil {
		t.Fatalf("warning %q", said[0])
	}
	percent, err := strconv.ParseFloat(words[1], 64)
	if err != nil {
		t.Fatal(err)
	}
	for _, recipe := range some(2, append([]string{""}, propagate.Recipes()...)) {
		want := run(t, s, propagate.Options{Recipe: recipe}).Image
		got := run(t, s, propagate.Options{Recipe: recipe, Precision: propagate.Single}).Image
		worst := 0.0
		for k, v := range want.Data {
			if v > 0.5e-10*peak {
				worst = max(worst, math.Abs(got.Data[k]/v-1))
			}
		}
		if worst > percent/100 {
			t.Errorf("%q: speckles change by %.2g %%, and the warning says %g %%", recipe, 100*worst, percent)
		}
	}
}
