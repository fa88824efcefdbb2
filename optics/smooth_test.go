package optics

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"arago/grid"
)

// pupilOf returns a centred pupil of n×n samples over width metres.
func pupilOf(n int, width float64) grid.Grid {
	return grid.Square(grid.Centered(n, width/float64(n)), grid.Metre)
}

// imageOf returns the image plane of an FFT, n×n samples of step arcseconds.
func imageOf(n int, step float64) grid.Grid {
	return grid.Square(grid.FFTCentered(n, step*grid.Arcsecond), grid.Radian)
}

func sampled(t *testing.T, e Element, g grid.Grid) Sample {
	t.Helper()
	s, err := e.Sample(g)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// check compares values with a formula of the coordinates of g, which are metres
// in a pupil and arcseconds in an image.
func check(t *testing.T, g grid.Grid, values []float64, tolerance float64, want func(x, y float64) float64) {
	t.Helper()
	scale := 1.0
	if g.Unit == grid.Radian {
		scale = 1 / grid.Arcsecond
	}
	for i, y := range g.Y.Coordinates() {
		for j, x := range g.X.Coordinates() {
			got, want := values[i*g.X.N+j], want(x*scale, y*scale)
			if !(math.Abs(got-want) <= tolerance) {
				t.Fatalf("at (%g, %g): %.17g, want %.17g", x*scale, y*scale, got, want)
			}
		}
	}
}

func TestScalarElementsAreTheSameEverywhere(t *testing.T) {
	for _, g := range []grid.Grid{pupilOf(4, 1), imageOf(4, 0.1)} {
		s := sampled(t, ScalarTransmission{Transmission: 0.25}, g)
		check(t, g, s.Amplitude, 0, func(_, _ float64) float64 { return 0.25 })
		if s.OPD != nil || s.Phase != nil {
			t.Error("a scalar transmission changes the phase")
		}
		s = sampled(t, ScalarOpticalPathDifference{OPD: -3e-7}, g)
		check(t, g, s.OPD, 0, func(_, _ float64) float64 { return -3e-7 })
		if s.Amplitude != nil || s.Phase != nil {
			t.Error("a scalar OPD changes the amplitude")
		}
	}
}

func TestGaussianApertureHasItsWidth(t *testing.T) {
	g := grid.Grid{Y: grid.Centered(9, 0.1), X: grid.Centered(11, 0.1)}
	s := sampled(t, GaussianAperture{W: 0.4}, g)
	check(t, g, s.Amplitude, 1e-15, func(x, y float64) float64 { return math.Exp(-(x*x + y*y) / 0.16) })

	// Half the maximum at half the FWHM, here on a sample.
	s = sampled(t, GaussianAperture{FWHM: 0.8}, g)
	if v := s.Amplitude[4*11+9]; math.Abs(v-0.5) > 1e-15 {
		t.Errorf("amplitude at half the FWHM is %.17g, want 0.5", v)
	}
}

func TestGaussianApertureFollowsItsPlacement(t *testing.T) {
	g := pupilOf(16, 2)
	e := GaussianAperture{W: 0.5, Placement: Placement{ShiftX: 0.2, ShiftY: -0.1, Rotation: 30, InclinationY: 60}}
	cos, sin := math.Sqrt(0.75), 0.5
	check(t, g, sampled(t, e, g).Amplitude, 1e-14, func(x, y float64) float64 {
		x, y = x-0.2, y+0.1
		// Its own x axis points 30° up from +x and is foreshortened to a half.
		u, v := (cos*x+sin*y)*2, cos*y-sin*x
		return math.Exp(-(u*u + v*v) / 0.25)
	})
}

// The OPD falls towards the position angle to which the star moves: rotation 0
// is +y, rotation 90 is −x.
func TestTiltFallsTowardsItsPositionAngle(t *testing.T) {
	g := pupilOf(8, 2)
	slope := 0.3 * grid.Arcsecond
	for rotation, want := range map[float64]func(x, y float64) float64{
		0:   func(_, y float64) float64 { return -slope * y },
		90:  func(x, _ float64) float64 { return slope * x },
		-90: func(x, _ float64) float64 { return -slope * x },
		45:  func(x, y float64) float64 { return -slope * (y - x) / math.Sqrt2 },
	} {
		e := TiltOpticalPathDifference{TiltAngle: 0.3, Placement: Placement{Rotation: rotation}}
		check(t, g, sampled(t, e, g).OPD, 1e-21, want) // rounding of 1.5e-6
	}
}

func TestFourQuadrantMaskIsHalfAWaveAheadInTwoQuadrants(t *testing.T) {
	want := func(x, y float64) float64 {
		switch {
		case math.Abs(x) < 1e-9 || math.Abs(y) < 1e-9:
			return 0.5e-6
		case x*y < 0:
			return 1e-6
		}
		return 0
	}
	e := IdealFQPM{Wavelength: 2e-6}
	for _, g := range []grid.Grid{
		imageOf(8, 0.1), // zero on a sample: the axes are a quarter wave
		grid.Square(grid.Centered(8, 0.1*grid.Arcsecond), grid.Radian),
	} {
		check(t, g, sampled(t, e, g).OPD, 0, want)
	}
	// Half a turn about a centre that rounds: the axes are still axes.
	g := imageOf(8, 0.1)
	e.Placement = Placement{ShiftX: 0.1, ShiftY: 0.3, Rotation: 90}
	check(t, g, sampled(t, e, g).OPD, 0, func(x, y float64) float64 { return want(y-0.3, -(x - 0.1)) })
}

func TestFourQuadrantAlignerOnlySaysHowImagesAreCentred(t *testing.T) {
	for direction, centred := range map[string]bool{"forward": true, "backward": false} {
		var e ImageCentering = FQPMFFTAligner{Direction: direction}
		if e.CentersImage() != centred {
			t.Errorf("%s: CentersImage is %v", direction, e.CentersImage())
		}
		s := sampled(t, e, pupilOf(4, 1))
		if s.Amplitude != nil || s.OPD != nil || s.Phase != nil {
			t.Errorf("%s: the aligner changes the field", direction)
		}
	}
}

// 1−(2·J1(x)/x)² and 1−(sin(x)/x)² by their power series in exact fractions
// (Python 3.11, module fractions, 119 terms).
func TestBandLimitedProfilesKeepTheirDigitsNearZero(t *testing.T) {
	for _, c := range []struct{ x, jinc, sinc float64 }{
		{0, 0, 0},
		{1e-08, 2.5e-17, 3.3333333333333335e-17},
		{0.001, 2.4999997395833487e-07, 3.333332888888921e-07},
		{0.5, 0.060895910653405445, 0.08060461173627943},
		{1.0, 0.22542192794216367, 0.2919265817264288},
		{1.0000001, 0.2254219683928415, 0.2919266324113709},
		{3.0, 0.9489062322859143, 0.9977872381472426},
		{20.0, 0.999955333335129, 0.9979163274229347},
	} {
		for _, x := range []float64{c.x, -c.x} {
			// Beyond 1 nothing cancels to more than 4 times the rounding.
			if got := oneMinusJincSquared(x); math.Abs(got-c.jinc) > 8e-16*c.jinc {
				t.Errorf("1-(2J1/x)² at %g is %.17g, want %.17g", x, got, c.jinc)
			}
			if got := oneMinusSincSquared(x); math.Abs(got-c.sinc) > 8e-16*c.sinc {
				t.Errorf("1-(sin/x)² at %g is %.17g, want %.17g", x, got, c.sinc)
			}
		}
	}
}

func TestBandLimitedMaskIsRoundOrAlongX(t *testing.T) {
	g := imageOf(16, 0.2)
	s := sampled(t, BandLimitedCoronagraph{Kind: "circular", Sigma: 3}, g)
	check(t, g, s.Amplitude, 2e-15, func(x, y float64) float64 {
		r := 3 * math.Hypot(x, y)
		if r < 1e-9 {
			return 0
		}
		return 1 - math.Pow(2*math.J1(r)/r, 2)
	})
	s = sampled(t, BandLimitedCoronagraph{Kind: "linear", Sigma: 3}, g)
	check(t, g, s.Amplitude, 2e-15, func(_, y float64) float64 {
		if math.Abs(y) < 1e-9 {
			return 0
		}
		return 1 - math.Pow(math.Sin(3*y)/(3*y), 2)
	})
	if s.Amplitude[8*16+3] != 0 {
		t.Error("the linear mask is not dark on the x axis")
	}
}

func TestZernikeErrorIsTheSumOfItsTermsOnItsDisc(t *testing.T) {
	coefficients := ramp(30)
	e := ZernikeWFE{Radius: 0.8, Coefficients: coefficients, ApertureStop: true,
		Placement: Placement{ShiftX: 0.1, ShiftY: -0.05, Rotation: 35, InclinationX: 20}}
	g := grid.Grid{Y: grid.Centered(20, 0.1), X: grid.Centered(23, 0.1)}
	s := sampled(t, e, g)
	own := func(x, y float64) (rho, theta float64) {
		x, y = x-0.1, y+0.05
		sin, cos := math.Sincos(35 * grid.Degree)
		x, y = cos*x+sin*y, (cos*y-sin*x)/math.Cos(20*grid.Degree)
		return math.Hypot(x, y) / 0.8, math.Atan2(y, x)
	}
	// 30 terms of up to 4 in units of 1, rounding ρ and θ.
	check(t, g, s.OPD, 1e-12, func(x, y float64) float64 {
		rho, theta := own(x, y)
		var sum float64
		for i, c := range coefficients {
			if rho <= 1 {
				sum += c * Zernike(i+1, rho, theta)
			}
		}
		return sum
	})
	check(t, g, s.Amplitude, 0, func(x, y float64) float64 {
		if rho, _ := own(x, y); rho <= 1 {
			return 1
		}
		return 0
	})
	e.ApertureStop = false
	if sampled(t, e, g).Amplitude != nil {
		t.Error("without aperture stop the element dims the light")
	}
}

// The rim leads and the middle lags: the lens converges. NWaves is the
// difference between the two.
func TestThinLensIsDefocusOverItsPupil(t *testing.T) {
	g := pupilOf(64, 2.4)
	e := ThinLens{NWaves: 3, ReferenceWavelength: 2e-6, Radius: 0.97, Placement: Placement{ShiftX: 0.1}}
	s := sampled(t, e, g)
	pupil := sampled(t, e.pupil(), g)
	check(t, g, s.Amplitude, 0, func(x, y float64) float64 {
		return pupil.Amplitude[int(math.Round(y/g.Y.Step+g.Y.Center))*64+int(math.Round(x/g.X.Step+g.X.Center))]
	})
	half := g.X.Step / 2
	check(t, g, s.OPD, 1e-20, func(x, y float64) float64 {
		x -= 0.1
		if math.Hypot(max(math.Abs(x)-half, 0), max(math.Abs(y)-half, 0)) >= 0.97 {
			return 0 // no part of the pixel is in the pupil
		}
		return 3e-6 * (2*(x*x+y*y)/(0.97*0.97) - 1)
	})

	e.PixelCenters = true
	s = sampled(t, e, g)
	check(t, g, s.OPD, 1e-20, func(x, y float64) float64 {
		x -= 0.1
		if math.Hypot(x, y) > 0.97 {
			return 0
		}
		return 3e-6 * (2*(x*x+y*y)/(0.97*0.97) - 1)
	})
}

// The mean square over the disc is the sum of the squares of the coefficients.
func TestZernikeErrorHasItsRMS(t *testing.T) {
	e := ZernikeWFE{Radius: 1, Coefficients: []float64{0, 0, 0, 30e-9, 0, 0, -40e-9}}
	s := sampled(t, e, pupilOf(400, 2))
	var sum, n float64
	for _, v := range s.OPD {
		if v != 0 {
			sum += v * v
			n++
		}
	}
	// The jagged rim, 2π·400/2 samples of 126000, is half in and half out at random.
	if rms := math.Sqrt(sum / n); math.Abs(rms-50e-9) > 0.1e-9 {
		t.Errorf("rms is %g, want 50e-9", rms)
	}
}

// Whatever an element is, a band of rows or columns is exactly those of the whole.
func TestABandOfASmoothElementIsPartOfTheWhole(t *testing.T) {
	pupil, image := pupilOf(24, 2), imageOf(24, 0.13)
	placed := Placement{ShiftX: 0.07, ShiftY: -0.11, Rotation: 17}
	for name, c := range map[string]struct {
		e Element
		g grid.Grid
	}{
		"scalar":       {ScalarTransmission{0.5}, pupil},
		"gaussian":     {GaussianAperture{W: 0.5, Placement: placed}, pupil},
		"tilt":         {TiltOpticalPathDifference{TiltAngle: 1, Placement: placed}, pupil},
		"lens":         {ThinLens{NWaves: 2, ReferenceWavelength: 1e-6, Radius: 0.8, Placement: placed}, pupil},
		"zernike":      {ZernikeWFE{Radius: 0.9, Coefficients: ramp(40), Placement: placed}, pupil},
		"fqpm":         {IdealFQPM{Wavelength: 1e-6, Placement: placed}, image},
		"band-limited": {BandLimitedCoronagraph{Kind: "circular", Sigma: 2, Placement: placed}, image},
		"array":        {arrayOf(t, ArraySpec{Amplitude: pattern8(), OPD: pattern8(), Rotation: 17, ShiftX: 0.03}), pupil},
		"exact array":  {arrayOf(t, ArraySpec{OPD: pattern8(), Rotation: 90}), pupil},
	} {
		whole, band := sampled(t, c.e, c.g), sampled(t, c.e, c.g.Rows(5, 13))
		part := func(v []float64) []float64 {
			if v == nil {
				return nil
			}
			return v[5*24 : 13*24]
		}
		if !slices.Equal(band.Amplitude, part(whole.Amplitude)) || !slices.Equal(band.OPD, part(whole.OPD)) {
			t.Errorf("%s: rows 5 … 12 are not those of the whole plane", name)
		}
		band = sampled(t, c.e, c.g.Cols(5, 13))
		part = func(v []float64) []float64 {
			var columns []float64
			for row := range slices.Chunk(v, 24) {
				columns = append(columns, row[5:13]...)
			}
			return columns
		}
		if !slices.Equal(band.Amplitude, part(whole.Amplitude)) || !slices.Equal(band.OPD, part(whole.OPD)) || !slices.Equal(band.Phase, part(whole.Phase)) {
			t.Errorf("%s: columns 5 … 12 are not those of the whole plane", name)
		}
	}
}

func TestSmoothElementsRefuseImpossibleParameters(t *testing.T) {
	bad := Placement{Rotation: math.NaN()}
	pupil, image := pupilOf(2, 1), imageOf(2, 1)
	for _, c := range []struct {
		e         Element
		g         grid.Grid
		parameter string
	}{
		{ScalarTransmission{-0.1}, pupil, "transmission"},
		{ScalarTransmission{math.NaN()}, pupil, "transmission"},
		{ScalarOpticalPathDifference{math.Inf(1)}, pupil, "opd"},
		{GaussianAperture{}, pupil, "fwhm"},
		{GaussianAperture{FWHM: 1, W: 1}, pupil, "fwhm"},
		{GaussianAperture{FWHM: -1}, pupil, "fwhm"},
		{GaussianAperture{W: math.NaN()}, pupil, "w"},
		{GaussianAperture{W: 1, Placement: bad}, pupil, "rotation"},
		{TiltOpticalPathDifference{TiltAngle: math.NaN()}, pupil, "tilt_angle"},
		{TiltOpticalPathDifference{Placement: bad}, pupil, "rotation"},
		{ThinLens{NWaves: math.NaN(), ReferenceWavelength: 1e-6, Radius: 1}, pupil, "nwaves"},
		{ThinLens{NWaves: 1, Radius: 1}, pupil, "reference_wavelength"},
		{ThinLens{NWaves: 1, ReferenceWavelength: 1e-6, Radius: -1}, pupil, "radius"},
		{ThinLens{NWaves: 1, ReferenceWavelength: 1e-6, Radius: 1, Placement: bad}, pupil, "rotation"},
		{ZernikeWFE{Radius: 1}, pupil, "coefficients"},
		{ZernikeWFE{Radius: 1, Coefficients: []float64{0, math.NaN()}}, pupil, "coefficients[1]"},
		{ZernikeWFE{Coefficients: []float64{1}}, pupil, "radius"},
		{ZernikeWFE{Radius: 1, Coefficients: []float64{1}, Placement: bad}, pupil, "rotation"},
		{IdealFQPM{}, image, "wavelength"},
		{IdealFQPM{Wavelength: 1e-6, Placement: bad}, image, "rotation"},
		{FQPMFFTAligner{}, pupil, "direction"},
		{FQPMFFTAligner{Direction: "sideways"}, pupil, "direction"},
		{BandLimitedCoronagraph{Kind: "square", Sigma: 1}, image, "kind"},
		{BandLimitedCoronagraph{Kind: "linear"}, image, "sigma"},
		{BandLimitedCoronagraph{Kind: "linear", Sigma: 1, Placement: bad}, image, "rotation"},
		{CompoundAnalyticOptic{MergeMode: "and"}, pupil, "opticslist"},
		{CompoundAnalyticOptic{Optics: []Element{ScalarTransmission{1}}, MergeMode: "xor"}, pupil, "mergemode"},
		{CompoundAnalyticOptic{Optics: []Element{nil}, MergeMode: "or"}, pupil, "opticslist[0]"},
		{CompoundAnalyticOptic{Optics: []Element{FQPMFFTAligner{Direction: "forward"}}, MergeMode: "and"}, pupil, "opticslist[0]"},
		{CompoundAnalyticOptic{Optics: []Element{ScalarTransmission{1}, ScalarTransmission{2}}, MergeMode: "and"}, pupil, "opticslist[1].transmission"},
		{InverseTransmission{}, pupil, "optic"},
		{InverseTransmission{ScalarTransmission{2}}, pupil, "optic.transmission"},
		{new(ArrayElement), pupil, "transmission"},
	} {
		for _, err := range []error{c.e.Validate(), sampleError(c.e, c.g)} {
			p, ok := errors.AsType[*ParameterError](err)
			if !ok || p.Parameter != c.parameter {
				t.Errorf("%T %+v: error is %v, want one about %q", c.e, c.e, err, c.parameter)
			}
		}
	}
}

func sampleError(e Element, g grid.Grid) error {
	_, err := e.Sample(g)
	return err
}

func TestSmoothElementsRefusePlanesOfTheOtherKind(t *testing.T) {
	pupil, image := pupilOf(2, 1), imageOf(2, 1)
	for _, c := range []struct {
		e Element
		g grid.Grid
	}{
		{GaussianAperture{W: 1}, image},
		{TiltOpticalPathDifference{}, image},
		{ThinLens{NWaves: 1, ReferenceWavelength: 1e-6, Radius: 1}, image},
		{ZernikeWFE{Radius: 1, Coefficients: []float64{1}}, image},
		{FQPMFFTAligner{Direction: "forward"}, image},
		{IdealFQPM{Wavelength: 1e-6}, pupil},
		{BandLimitedCoronagraph{Kind: "linear", Sigma: 1}, pupil},
		{arrayOf(t, ArraySpec{OPD: pattern8()}), image},
		{InverseTransmission{GaussianAperture{W: 1}}, image},
		{CompoundAnalyticOptic{Optics: []Element{GaussianAperture{W: 1}, IdealFQPM{Wavelength: 1}}, MergeMode: "and"}, pupil},
	} {
		err := sampleError(c.e, c.g)
		if _, ok := errors.AsType[*PlaneError](err); !ok {
			t.Errorf("%T in a plane of the other kind: error is %v", c.e, err)
		} else if c.e.Validate() != nil || !strings.Contains(err.Error(), "plane") {
			t.Errorf("%T: %v", c.e, err)
		}
	}
}
