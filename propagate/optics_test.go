package propagate_test

import (
	"context"
	"errors"
	"math"
	"testing"

	"arago/fourier"
	"arago/grid"
	"arago/optics"
	"arago/propagate"
)

func TestACircularPupilGivesTheAiryPattern(t *testing.T) {
	const d, wavelength, scale, n = 2.0, 1e-6, 0.01, 161
	for _, obscuration := range []float64{0, 0.3} {
		elements := []optics.Element{optics.CircularAperture{Radius: d / 2}}
		if obscuration > 0 {
			elements = append(elements, optics.SecondaryObscuration{SecondaryRadius: obscuration * d / 2})
		}
		const npix, width = 512, d * 1.02
		s := direct(npix, width, wavelength, scale, n, elements...)
		s.Normalize = propagate.NormalizeNone
		got := image(t, s)
		e2 := obscuration * obscuration
		// The field has amplitude 1 in each open sample: their number is the
		// amplitude on the axis, times Δx·Δu/λ.
		step := width / npix
		open := math.Pi * d * d / 4 * (1 - e2) / (step * step)
		peak := math.Pow(open*step*scale*grid.Arcsecond/wavelength, 2)
		for i := range n {
			for j := range n {
				theta := math.Hypot(got.Y.At(i), got.X.At(j))
				v := math.Pi * d * theta / wavelength
				// Born and Wolf, §8.5.2 (14), and §8.6.2 (32) for the annulus.
				amplitude := (besinc(v) - e2*besinc(obscuration*v)) / (1 - e2)
				// A sample carries the mean over its area: the pattern times that
				// of a square hole of the size of a sample.
				amplitude *= sinc(math.Pi*step*got.Y.At(i)/wavelength) * sinc(math.Pi*step*got.X.At(j)/wavelength)
				want := amplitude * amplitude * peak
				// What the sampling adds is the pattern's tail 1/step away, which
				// falls with the power −3/2: less than 1e-6 of the amplitude here.
				if math.Abs(got.At(i, j)-want) > 2e-6*peak {
					t.Fatalf("obscuration %g: %.3f″ off the axis the intensity is %g, want %g", obscuration, theta/grid.Arcsecond, got.At(i, j), want)
				}
			}
		}
	}
}

// besinc returns 2J1(v)/v.
func besinc(v float64) float64 {
	if v == 0 {
		return 1
	}
	return 2 * math.J1(v) / v
}

func sinc(x float64) float64 {
	if x == 0 {
		return 1
	}
	return math.Sin(x) / x
}

func TestTheDarkRingsEncloseTheEnergiesOfRayleigh(t *testing.T) {
	// 1 − J0² − J1² at the zeros of J1: .838, .910, .938 (Rayleigh 1881; Born
	// and Wolf, §8.5.2). The detector's field holds 97.6 % of the light.
	const d, wavelength, scale, n = 1.0, 1e-6, 0.01, 400
	s := direct(256, d, wavelength, scale, n, optics.CircularAperture{Radius: d / 2})
	s.Normalize = propagate.NormalizeNone
	got := image(t, s)
	light := math.Pi * 128 * 128 // samples in the pupil
	for _, ring := range []struct{ zero, energy float64 }{{3.8317059702, 0.83778}, {7.0155866698, 0.90990}, {10.1734681351, 0.93760}} {
		var sum float64
		for i := range n {
			for j := range n {
				if math.Hypot(got.Y.At(i), got.X.At(j)) < ring.zero*wavelength/(math.Pi*d) {
					sum += got.At(i, j)
				}
			}
		}
		// Whole pixels at a dark ring: it carries almost no light.
		if math.Abs(sum/light-ring.energy) > 2e-4 {
			t.Errorf("%.3f λ/D: %.5f of the light, want %.5f", ring.zero/math.Pi, sum/light, ring.energy)
		}
	}
}

func TestTheWholeFieldHoldsAllLight(t *testing.T) {
	// Parseval: a detector as wide as the sampling carries, λ/Δ.
	const d, npix, wavelength = 3.0, 64, 1e-6
	s := direct(npix, d, wavelength, 1, 128, optics.CircularAperture{Radius: 1.2}, optics.ZernikeWFE{Radius: 1.5, Coefficients: []float64{0, 0, 0, 1e-7}})
	scale := wavelength * npix / d / 128 / grid.Arcsecond
	s.Planes[1] = propagate.Detector{ScaleY: scale, ScaleX: scale, PixelsY: 128, PixelsX: 128, Oversample: 1}
	if sum := image(t, s).Sum(); math.Abs(sum-1) > 1e-12 {
		t.Errorf("the image sums to %.15g", sum)
	}
}

func TestNormalizationsCountTheLightWhereTheySay(t *testing.T) {
	// Whole samples: the light is the number of open ones.
	s := lyot(64, 2, 1e-6, optics.ScalarTransmission{Transmission: 1}, optics.SquareAperture{Size: 6.5 / 4}, 60)
	s.Planes[0] = propagate.Pupil{Elements: []optics.Element{optics.SquareAperture{Size: 6.5 / 2}}}
	sum := func(n propagate.Normalization) float64 {
		s.Normalize = n
		return image(t, s).Sum()
	}
	if got := sum(propagate.NormalizeLast); math.Abs(got-1) > 1e-13 {
		t.Errorf("last: the image sums to %.15g, want 1", got)
	}
	// The stop passes a quarter of the square; the field of view cuts the same
	// fraction off each image.
	first, exit, none := sum(propagate.NormalizeFirst), sum(propagate.NormalizeExitPupil), sum(propagate.NormalizeNone)
	if math.Abs(first/exit-0.25) > 1e-12 {
		t.Errorf("first: the image sums to %g of that with exit_pupil, want ¼", first/exit)
	}
	if math.Abs(none/exit-16*16) > 1e-9 {
		t.Errorf("none: the image sums to %g of that with exit_pupil, want the 256 samples of the stop", none/exit)
	}
}

func TestAStarAppearsWhereTheSourceIs(t *testing.T) {
	const scale = 0.02
	planes := map[string][]propagate.Plane{
		"alone":                {},
		"behind a rotation":    {propagate.Rotation{Angle: 90}},
		"behind inversions":    {propagate.Inversion{X: true}, propagate.Inversion{X: true, Y: true}},
		"turned and mirrored":  {propagate.Rotation{Angle: 31}, propagate.Inversion{Y: true}, propagate.Rotation{Angle: -90}},
		"behind an image":      {propagate.Image{}, propagate.Pupil{}},
		"turned in an image":   {propagate.Image{}, propagate.Rotation{Angle: 90}, propagate.Pupil{}},
		"mirrored in an image": {propagate.Image{}, propagate.Inversion{X: true}, propagate.Pupil{}},
	}
	for name, between := range planes {
		for _, theta := range []float64{0, 90, 200} {
			s := direct(128, 6.5, 1e-6, scale, 101, optics.CircularAperture{Radius: 3})
			s.Source.OffsetR, s.Source.OffsetTheta = 0.3, theta
			s.Planes = append(append([]propagate.Plane{s.Planes[0]}, between...), s.Planes[1])
			got := image(t, s)
			i, j := peakIndex(got)
			// Position angle: counter-clockwise from +y.
			wantX, wantY := -0.3*math.Sin(theta*grid.Degree), 0.3*math.Cos(theta*grid.Degree)
			if x, y := got.X.At(j)/grid.Arcsecond, got.Y.At(i)/grid.Arcsecond; math.Abs(x-wantX) > 0.51*scale || math.Abs(y-wantY) > 0.51*scale {
				t.Errorf("%s, position angle %g°: peak at (%.3f, %.3f)″, want (%.3f, %.3f)″", name, theta, x, y, wantX, wantY)
			}
		}
	}
}

func TestRotationTurnsTheImageCounterClockwise(t *testing.T) {
	pupil := []optics.Element{optics.ParityTestAperture{Radius: 3}}
	s := direct(128, 6.5, 1e-6, 0.02, 80, pupil...)
	upright := image(t, s)
	s.Planes = []propagate.Plane{s.Planes[0], propagate.Rotation{Angle: 90}, s.Planes[1]}
	turned := image(t, s)
	want := grid.NewMap(upright.Grid)
	for i := range 80 {
		for j := range 80 {
			// (x, y) goes to (−y, x).
			want.Data[j*80+79-i] = upright.At(i, j)
		}
	}
	if d := relativeDifference(turned, want); d > 1e-13 {
		t.Errorf("differs from the turned image by %g of the peak", d)
	}
	// The same by turning what stands in the pupil.
	angle := 27.0
	s.Planes[1] = propagate.Rotation{Angle: angle}
	byPlane := image(t, s)
	s = direct(128, 6.5, 1e-6, 0.02, 80, optics.ParityTestAperture{Radius: 3, Placement: optics.Placement{Rotation: angle}})
	// Interpolating the steps of a sharp edge costs some light; the image is the same otherwise.
	if d := relativeDifference(byPlane, image(t, s)); d > 0.02 {
		t.Errorf("turning by %g° differs from the turned pupil by %g of the peak", angle, d)
	}
}

func TestInversionMirrorsTheImage(t *testing.T) {
	s := direct(64, 6.5, 1e-6, 0.02, 61, optics.ParityTestAperture{Radius: 3}, optics.TiltOpticalPathDifference{TiltAngle: 0.1})
	upright := image(t, s)
	for _, c := range []propagate.Inversion{{X: true}, {Y: true}, {X: true, Y: true}} {
		want := grid.NewMap(upright.Grid)
		for i := range 61 {
			for j := range 61 {
				k, l := i, j
				if c.Y {
					k = 60 - i
				}
				if c.X {
					l = 60 - j
				}
				want.Data[k*61+l] = upright.At(i, j)
			}
		}
		for name, planes := range map[string][]propagate.Plane{
			"pupil": {s.Planes[0], c, s.Planes[1]},
			"image": {s.Planes[0], propagate.Image{}, c, propagate.Pupil{}, s.Planes[1]},
		} {
			mirrored := s
			mirrored.Planes = planes
			if d := relativeDifference(image(t, mirrored), want); d > 1e-12 {
				t.Errorf("%s in a %s plane: differs from the mirrored image by %g of the peak", c.Label(), name, d)
			}
		}
	}
}

// The Lyot coronagraph against the same coronagraph computed by sums: pupil to
// the padded image grid, mask, back to the pupil, stop, detector.
func TestALyotCoronagraphWithOversample4IsTheSumThatDefinesIt(t *testing.T) {
	const npix, os, wavelength, pixels = 16, 4, 1e-6, 9
	mask, stop := optics.CircularOcculter{Radius: 0.11}, optics.CircularAperture{Radius: 2.6}
	s := lyot(npix, os, wavelength, mask, stop, pixels)
	s.Source.OffsetR, s.Source.OffsetTheta = 0.05, 30
	got := run(t, s, propagate.Options{Recipe: fourier.RecipeFFT}).Image

	pupil := grid.Square(grid.Centered(npix, 6.5/npix), grid.Metre)
	focus := grid.Square(grid.FFTCentered(npix*os, wavelength/(6.5*os)), grid.Radian)
	sample := func(e optics.Element, g grid.Grid) []float64 {
		v, err := e.Sample(g)
		if err != nil {
			t.Fatal(err)
		}
		return v.Amplitude
	}
	field := make([]complex128, npix*npix)
	var total float64
	for k, a := range sample(optics.CircularAperture{Radius: 3.25}, pupil) {
		y, x := pupil.Y.At(k/npix), pupil.X.At(k%npix)
		r := 0.05 * grid.Arcsecond
		sin, cos := math.Sincos(-2 * math.Pi / wavelength * (-x*r*math.Sin(30*grid.Degree) + y*r*math.Cos(30*grid.Degree)))
		field[k] = complex(a*cos, a*sin)
		total += a * a
	}
	multiply := func(e optics.Element, g grid.Grid) {
		for k, a := range sample(e, g) {
			field[k] *= complex(a, 0)
		}
	}
	field = transformDirectly(field, pupil, focus, wavelength, 1)
	multiply(mask, focus)
	field = transformDirectly(field, focus, pupil, wavelength, -1)
	multiply(stop, pupil)
	field = transformDirectly(field, pupil, got.Grid, wavelength, 1)
	want := grid.NewMap(got.Grid)
	for k, e := range field {
		want.Data[k] = (real(e)*real(e) + imag(e)*imag(e)) / total
	}
	if d := relativeDifference(got, want); d > 1e-12 {
		t.Errorf("differs from the sums by %g of the peak", d)
	}
}

func TestMasksThatNullAStarOnACircularPupil(t *testing.T) {
	const wavelength = 2e-6
	stop := optics.CircularAperture{Radius: 2.6}
	open := image(t, lyot(128, 4, wavelength, optics.ScalarTransmission{Transmission: 1}, stop, 100)).Sum()

	// Rouan et al. 2000: the light of an on-axis star leaves the pupil.
	fqpm := lyot(128, 4, wavelength, optics.IdealFQPM{Wavelength: wavelength}, stop, 100)
	entrance, exit := fqpm.Planes[0].(propagate.Pupil), fqpm.Planes[2].(propagate.Pupil)
	entrance.Elements = append(entrance.Elements, optics.FQPMFFTAligner{Direction: "forward"})
	exit.Elements = append(exit.Elements, optics.FQPMFFTAligner{Direction: "backward"})
	fqpm.Planes[0], fqpm.Planes[2] = entrance, exit
	if got := image(t, fqpm).Sum(); got > 2e-3*open {
		t.Errorf("four quadrants leave %g of the star", got/open)
	}
	// Without the aligner the star falls on a sample of padded planes, where the mask is
	// neither. What is done by default has no such samples.
	alone := lyot(128, 4, wavelength, optics.IdealFQPM{Wavelength: wavelength}, stop, 100)
	if got := run(t, alone, propagate.Options{Recipe: fourier.RecipeFFT}).Image.Sum(); got < 5e-3*open {
		t.Errorf("a mask off centre leaves only %g of the star", got/open)
	}
	if got := image(t, alone).Sum(); got > 1e-6*open {
		t.Errorf("four quadrants without an aligner leave %g of the star", got/open)
	}
	// Kuchner and Traub 2002: a band-limited mask empties the interior of the
	// pupil, all but what the sampling of the pupil's edge spreads.
	for _, kind := range []string{"circular", "linear"} {
		blc := lyot(128, 4, wavelength, optics.BandLimitedCoronagraph{Kind: kind, Sigma: 5}, optics.CircularAperture{Radius: 2}, 100)
		if got := image(t, blc).Sum(); got > 2e-4*open {
			t.Errorf("a %s band-limited mask leaves %g of the star", kind, got/open)
		}
	}
}

func TestAnImageOfSeveralWavelengthsIsTheWeightedSum(t *testing.T) {
	s := direct(64, 6.5, 1e-6, 0.02, 40, optics.CircularAperture{Radius: 3})
	s.Source.Spectrum = []propagate.Line{{Wavelength: 1e-6, Weight: 3}, {Wavelength: 2e-6, Weight: 1}, {Wavelength: 1.5e-6, Weight: 0}}
	got := run(t, s, propagate.Options{})
	want := grid.NewMap(got.Image.Grid)
	for _, l := range s.Source.Spectrum {
		one := s
		one.Source.Spectrum = []propagate.Line{{Wavelength: l.Wavelength, Weight: 1}}
		for i, v := range image(t, one).Data {
			want.Data[i] += l.Weight / 4 * v
		}
	}
	if d := relativeDifference(got.Image, want); d > 1e-15 {
		t.Errorf("differs from the sum by %g of the peak", d)
	}
	if w := got.Spectrum[0].Weight + got.Spectrum[1].Weight; w != 1 {
		t.Errorf("weights sum to %g", w)
	}
}

func TestDetectorsMayBeWideAndOversampled(t *testing.T) {
	s := direct(64, 6.5, 1e-6, 0.02, 41, optics.CircularAperture{Radius: 3})
	whole := image(t, s)
	s.Planes[1] = propagate.Detector{ScaleY: 0.06, ScaleX: 0.04, PixelsY: 5, PixelsX: 10, Oversample: 2}
	part := image(t, s)
	if part.Y.N != 10 || part.X.N != 20 || math.Abs(part.Y.Step/grid.Arcsecond-0.03) > 1e-15 || math.Abs(part.X.Step/grid.Arcsecond-0.02) > 1e-15 {
		t.Fatalf("the grid is %v", part.Grid)
	}
	// Both grids sample the peak's neighbourhood; intensity per area is one function.
	centre := whole.At(20, 20) / (0.02 * 0.02)
	v := math.Pi * 6 * math.Hypot(part.Y.At(5), part.X.At(10)) / 1e-6
	if got := part.At(5, 10) / (0.03 * 0.02); math.Abs(got/centre-airy(v)) > 1e-3 {
		t.Errorf("beside the axis %g of the peak, want %g", got/centre, airy(v))
	}
}

func TestAPhaseIsTheSameAtEveryWavelengthAndAnOPDIsNot(t *testing.T) {
	for _, wavelength := range []float64{1e-6, 2e-6} {
		s := direct(32, 2, wavelength, 0.05, 9, phaseStep{})
		achromatic := image(t, s)
		s.Planes[0] = propagate.Pupil{Elements: []optics.Element{opdStep{wavelength / 4}}}
		if d := relativeDifference(achromatic, image(t, s)); d > 1e-13 {
			t.Errorf("at %g m a phase of π/2 differs from a quarter wave by %g", wavelength, d)
		}
	}
}

// phaseStep and opdStep are half-pupil steps.
type phaseStep struct{}

func (phaseStep) Validate() error { return nil }
func (phaseStep) Sample(g grid.Grid) (optics.Sample, error) {
	return optics.Sample{Phase: step(g, math.Pi/2)}, nil
}

type opdStep struct{ height float64 }

func (opdStep) Validate() error { return nil }
func (e opdStep) Sample(g grid.Grid) (optics.Sample, error) {
	return optics.Sample{OPD: step(g, e.height)}, nil
}

func step(g grid.Grid, height float64) []float64 {
	out := make([]float64, g.Len())
	for i := range out {
		if g.X.At(i%g.X.N) > 0 {
			out[i] = height
		}
	}
	return out
}

func TestOddPupilArraysPassThroughEvenImagePlanes(t *testing.T) {
	// POPPY refuses an odd array with an even oversampling. Nothing stands in
	// the image plane, so the image is that without it.
	s := direct(63, 6.5, 1e-6, 0.02, 40, optics.ParityTestAperture{Radius: 3})
	want := image(t, s)
	for _, os := range []int{1, 2, 3} {
		s.Oversample = os
		s.Planes = []propagate.Plane{s.Planes[0], propagate.Image{}, propagate.Pupil{}, propagate.Image{}, propagate.Pupil{}, s.Planes[len(s.Planes)-1]}
		for _, recipe := range []string{"", fourier.RecipeFFT} {
			if d := relativeDifference(run(t, s, propagate.Options{Recipe: recipe}).Image, want); d > 1e-12 {
				t.Errorf("oversample %d, recipe %q: differs by %g of the peak", os, recipe, d)
			}
		}
		s.Planes = []propagate.Plane{s.Planes[0], s.Planes[5]}
	}
}

func TestNoLightCannotBeNormalized(t *testing.T) {
	s := direct(32, 2, 1e-6, 0.1, 9, optics.ScalarTransmission{Transmission: 0})
	plan, err := propagate.NewPlan(s, propagate.Options{Backend: selection(t)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := plan.Run(context.Background()); !errors.Is(err, propagate.ErrDark) {
		t.Errorf("error %v, want ErrDark", err)
	}
}
