package propagate_test

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"arago/backend"
	"arago/backend/gonum"
	"arago/grid"
	"arago/optics"
	"arago/propagate"
)

// verified runs a system and verifies n samples of its image.
func verified(tb testing.TB, s propagate.System, o propagate.Options, n int) (*propagate.Result, propagate.Verification) {
	tb.Helper()
	if o.Backend.Name() == "" {
		o.Backend = selection(tb)
	}
	plan, err := propagate.NewPlan(s, o)
	if err != nil {
		tb.Fatal(err)
	}
	r, err := plan.Run(context.Background())
	if err != nil {
		tb.Fatal(err)
	}
	v, err := plan.Verify(context.Background(), r, n)
	if err != nil {
		tb.Fatal(err)
	}
	return r, v
}

// kinds are systems of all kinds, of a size at which dense sums over whole image
// planes take no time.
func kinds() map[string]propagate.System {
	aberrated := []optics.Element{
		optics.CircularAperture{Radius: 3.1},
		optics.ZernikeWFE{Radius: 3.2, Coefficients: []float64{0, 0, 3e-8, 1e-7, 5e-8, 2e-8}},
	}
	spectrum := []propagate.Line{{Wavelength: 1e-6, Weight: 1}, {Wavelength: 1.17e-6, Weight: 3}, {Wavelength: 0.93e-6, Weight: 2}}
	pupil := propagate.Pupil{Elements: aberrated}
	image := func(e optics.Element) propagate.Image { return propagate.Image{Elements: []optics.Element{e}} }
	stop := propagate.Pupil{Elements: []optics.Element{optics.CircularAperture{Radius: 2.6}}}
	detector := propagate.Detector{ScaleY: 0.02, ScaleX: 0.015, PixelsY: 25, PixelsX: 30, Oversample: 2}
	with := func(change func(*propagate.System), planes ...propagate.Plane) propagate.System {
		s := direct(32, 6.5, 1e-6, 0.02, 30)
		s.Source = propagate.Source{Spectrum: spectrum, OffsetR: 0.11, OffsetTheta: 33}
		s.Oversample = 3
		s.Planes = append([]propagate.Plane{pupil}, planes...)
		if change != nil {
			change(&s)
		}
		return s
	}
	alone := func(s *propagate.System) { s.Source.Spectrum = spectrum[1:2] }
	occulter := image(optics.CircularOcculter{Radius: 0.15})
	return map[string]propagate.System{
		"direct":                    with(nil, detector),
		"direct, odd array":         with(func(s *propagate.System) { s.Npix = 33 }, detector),
		"direct, exit pupil":        with(func(s *propagate.System) { s.Normalize = propagate.NormalizeExitPupil }, stop, detector),
		"direct, counted at last":   with(func(s *propagate.System) { s.Normalize = propagate.NormalizeLast }, detector),
		"direct, amplitude 1":       with(func(s *propagate.System) { s.Normalize = propagate.NormalizeNone }, detector),
		"occulter":                  with(nil, occulter, stop, detector),
		"occulter on the axis":      with(func(s *propagate.System) { s.Source.OffsetR = 0 }, occulter, stop, detector),
		"occulter, exit pupil":      with(func(s *propagate.System) { s.Normalize = propagate.NormalizeExitPupil }, occulter, stop, detector),
		"two occulters in a plane":  with(nil, occulter, image(optics.CircularOcculter{Radius: 0.1, Placement: optics.Placement{ShiftX: 0.3}}), stop, detector),
		"field stop":                with(nil, image(optics.CircularFieldStop{Radius: 0.2}), stop, detector),
		"no mask in the image":      with(nil, propagate.Image{}, stop, detector),
		"band-limited":              with(nil, image(optics.BandLimitedCoronagraph{Kind: "circular", Sigma: 12}), stop, detector),
		"two coronagraphs":          with(nil, occulter, stop, image(optics.CircularOcculter{Radius: 0.2}), stop, detector),
		"four quadrants, aligned":   with(nil, propagate.Pupil{Elements: []optics.Element{optics.FQPMFFTAligner{Direction: "forward"}}}, image(optics.IdealFQPM{Wavelength: 1e-6}), propagate.Pupil{Elements: []optics.Element{optics.FQPMFFTAligner{Direction: "backward"}, optics.CircularAperture{Radius: 2.6}}}, detector),
		"rotation behind occulter":  with(nil, occulter, stop, propagate.Rotation{Angle: 30}, stop, detector),
		"inversion in the image":    with(nil, occulter, propagate.Inversion{X: true}, stop, detector),
		"ends in a pupil":           with(nil, occulter, stop),
		"ends in an image":          with(alone, occulter),
		"ends in an image, counted": with(func(s *propagate.System) { alone(s); s.Normalize = propagate.NormalizeLast }, occulter),
		"ends in two images":        with(alone, propagate.Image{}, occulter),
	}
}

// bothPrecisions are double and single; the race detector, to which they are alike, sees one.
func bothPrecisions() []propagate.Precision {
	if raceEnabled {
		return []propagate.Precision{propagate.Double}
	}
	return []propagate.Precision{propagate.Double, propagate.Single}
}

func TestDirectSummationConfirmsSystemsOfAllKinds(t *testing.T) {
	for name, s := range kinds() {
		t.Run(name, func(t *testing.T) {
			for _, precision := range bothPrecisions() {
				_, v := verified(t, s, propagate.Options{Precision: precision}, 12)
				if len(v.Samples) != 12 {
					t.Fatalf("%d samples were verified", len(v.Samples))
				}
				if err := v.Err(); err != nil {
					t.Errorf("%v precision: %v", precision, err)
				}
				// Some hundred roundings of the peak.
				allowed := 1e-13
				if precision == propagate.Single {
					allowed = 1e-5
				}
				if !(v.OfPeak <= allowed) {
					t.Errorf("%v precision: samples differ by up to %g of the peak", precision, v.OfPeak)
				}
			}
		})
	}
}

func TestDirectSummationConfirmsEveryRecipe(t *testing.T) {
	for _, name := range []string{"direct", "occulter on the axis"} {
		s := kinds()[name]
		s.Npix = recipesNpix
		s.Planes[len(s.Planes)-1] = propagate.Detector{ScaleY: 0.05, ScaleX: 0.05, PixelsY: 10, PixelsX: 10, Oversample: 8}
		for _, recipe := range propagate.Recipes() {
			for _, precision := range bothPrecisions() {
				r, v := verified(t, s, propagate.Options{Recipe: recipe, Precision: precision}, 20)
				if err := v.Err(); err != nil {
					t.Errorf("%s, %s, %v precision: %v", name, recipe, precision, err)
				}
				if got := r.Steps[len(r.Steps)-1].Recipe; got != recipe && recipe != "fft" && recipe != propagate.RecipeBabinet {
					t.Errorf("%s: the recipe is %s, not %s", name, got, recipe)
				}
				// What rounding explains is not a licence: by far most of the digits agree.
				allowed := 2e-13
				if precision == propagate.Single {
					allowed = 1e-4
				}
				if !(v.OfPeak <= allowed) {
					t.Errorf("%s, %s, %v precision: samples differ by up to %g of the peak", name, recipe, precision, v.OfPeak)
				}
			}
		}
	}
}

func TestVerifiedSamplesAreThePeakTheFaintestAndOthersAlwaysTheSame(t *testing.T) {
	s := kinds()["occulter"]
	r, v := verified(t, s, propagate.Options{}, 20)
	_, again := verified(t, s, propagate.Options{Workers: 1}, 20)
	seen := map[[2]int]bool{}
	for i, sample := range v.Samples {
		if sample != again.Samples[i] {
			t.Errorf("sample %d is %+v, and was %+v", i, again.Samples[i], sample)
		}
		at := [2]int{sample.Row, sample.Col}
		if seen[at] {
			t.Errorf("sample %v comes twice", at)
		}
		seen[at] = true
		if got := r.Image.At(sample.Row, sample.Col); got != sample.Image {
			t.Errorf("sample %v is %g in the image, and is said to be %g", at, got, sample.Image)
		}
	}
	for _, value := range r.Image.Data {
		if value > v.Samples[0].Image || value < v.Samples[1].Image {
			t.Fatalf("there is a sample of %g beyond %g and %g", value, v.Samples[0].Image, v.Samples[1].Image)
		}
	}
	// More than there are is all of them.
	small := kinds()["direct"]
	small.Planes[1] = propagate.Detector{ScaleY: 0.02, ScaleX: 0.02, PixelsY: 3, PixelsX: 2, Oversample: 1}
	if _, v := verified(t, small, propagate.Options{}, 100); len(v.Samples) != 6 {
		t.Errorf("%d of 6 samples were verified", len(v.Samples))
	}
}

func TestASampleThatWasCorruptedIsFound(t *testing.T) {
	plan, err := propagate.NewPlan(kinds()["occulter"], propagate.Options{Backend: selection(t)})
	if err != nil {
		t.Fatal(err)
	}
	r, err := plan.Run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	row, col := peakIndex(r.Image)
	k := row*r.Image.X.N + col
	good := r.Image.Data[k]
	for _, bad := range []float64{good * (1 + 1e-9), good * (1 - 1e-9), math.Inf(1), -good} {
		r.Image.Data[k] = bad
		v, err := plan.Verify(context.Background(), r, 12)
		if err != nil {
			t.Fatal(err)
		}
		if err := v.Err(); !errors.Is(err, propagate.ErrVerify) {
			t.Errorf("a sample of %g that should be %g: error %v", bad, good, err)
		}
	}
}

// slightly is a back end whose results are too large by 1e-6.
type slightly struct {
	backend.Linear[float64, complex128]
	fourier backend.Fourier[complex128]
}

const excess = 1 + 1e-6

func enlarge(m backend.Matrix[complex128]) {
	for i := range m.Rows {
		for j := range m.Row(i) {
			m.Row(i)[j] *= excess
		}
	}
}

func (b slightly) Dot(dst, x, y backend.Matrix[complex128]) {
	b.Linear.Dot(dst, x, y)
	enlarge(dst)
}

func (b slightly) DotReal(dst backend.Matrix[complex128], x backend.Matrix[float64], y backend.Matrix[complex128]) {
	b.Linear.DotReal(dst, x, y)
	enlarge(dst)
}

func (b slightly) FFT2(dst, src backend.Matrix[complex128], t backend.FFT2) {
	b.fourier.FFT2(dst, src, t)
	enlarge(dst)
}

func TestABackEndThatIsWrongByAMillionthIsFound(t *testing.T) {
	var r backend.Registry
	r.Register("slightly", func() (backend.Implementation, error) {
		i, err := gonum.New()
		i.Properties.Name = "slightly"
		wrong := slightly{i.LinearDouble, i.FourierDouble}
		i.LinearDouble, i.FourierDouble = wrong, wrong
		return i, err
	})
	wrong, err := r.Select("slightly")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"direct", "occulter", "four quadrants, aligned", "ends in an image"} {
		_, v := verified(t, kinds()[name], propagate.Options{Backend: wrong}, 3)
		err := v.Err()
		if !errors.Is(err, propagate.ErrVerify) || !strings.Contains(err.Error(), "and should be") || !strings.Contains(err.Error(), "--recipe fft, and report this") {
			t.Errorf("%s: error %v", name, err)
		}
		if !(v.OfPeak > 1e-6) {
			t.Errorf("%s: samples differ by %g of the peak only", name, v.OfPeak)
		}
	}
}

// An image may be dark to the last sample, or be the rounding of what cancels; no
// difference is then relative to its peak.
func TestADarkImageIsVerifiedAndSaidToBeDark(t *testing.T) {
	beside := func(x float64) propagate.Plane {
		return propagate.Pupil{Elements: []optics.Element{optics.CircularAperture{Radius: 0.3, Placement: optics.Placement{ShiftX: x}}}}
	}
	detector := propagate.Detector{ScaleY: 0.1, ScaleX: 0.1, PixelsY: 15, PixelsX: 15, Oversample: 1}
	for name, planes := range map[string][]propagate.Plane{
		"stops beside each other": {beside(-0.6), beside(0.6), detector},
		// Without padding, the star behind an open array lies in one sample of the
		// image, and there the mask is 0.
		"a star in one sample": {propagate.Pupil{}, propagate.Image{Elements: []optics.Element{optics.BandLimitedCoronagraph{Kind: "circular", Sigma: 4}}}, beside(0), detector},
	} {
		s := direct(32, 2, 1e-6, 0.1, 15)
		s.Oversample, s.Planes = 1, planes
		r, v := verified(t, s, propagate.Options{}, 12)
		if err := v.Err(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if !v.Dark || v.OfPeak != 0 || v.Allowed != 0 || !(v.Largest <= 1e-25) || !(v.OfSample <= 1) {
			t.Errorf("%s, total %g: %+v", name, r.Image.Sum(), v)
		}
	}
	if _, v := verified(t, kinds()["occulter"], propagate.Options{}, 12); v.Dark || !(v.OfPeak > 0 && v.OfPeak <= v.Allowed) {
		t.Errorf("an image behind an occulter: %+v", v)
	}
}

func TestAVerificationEndsWithItsContext(t *testing.T) {
	for _, name := range []string{"direct", "occulter", "direct, counted at last"} {
		plan, err := propagate.NewPlan(kinds()[name], propagate.Options{Backend: selection(t)})
		if err != nil {
			t.Fatal(err)
		}
		r, err := plan.Run(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		if _, err := plan.Verify(ctx, r, 3); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: error %v", name, err)
		}
		if _, err := plan.Verify(context.Background(), r, 0); err == nil {
			t.Errorf("%s: no samples were verified", name)
		}
	}
}

func TestTheCostOfAVerificationGrowsWithSamplesAndWavelengths(t *testing.T) {
	seconds := func(s propagate.System, n int) float64 {
		plan, err := propagate.NewPlan(s, propagate.Options{Backend: selection(t)})
		if err != nil {
			t.Fatal(err)
		}
		v, err := plan.Verifier(n)
		if err != nil {
			t.Fatal(err)
		}
		return v.Seconds(2)
	}
	s := kinds()["direct"]
	one := seconds(s, 1)
	if ratio := seconds(s, 10) / one; math.Abs(ratio-10) > 1e-9 {
		t.Errorf("10 samples take %g of the time of one", ratio)
	}
	s.Source.Spectrum = s.Source.Spectrum[:1]
	if ratio := seconds(s, 1) / one; math.Abs(3*ratio-1) > 1e-9 {
		t.Errorf("one of three wavelengths takes %g of the time", ratio)
	}
	// A mask that is everywhere takes sums over the whole image plane, an occulter
	// over its few samples only.
	wide := func(name string) propagate.System {
		s := kinds()[name]
		s.Npix = 64
		return s
	}
	if whole, part := seconds(wide("band-limited"), 1), seconds(wide("occulter"), 1); !(whole > 1.5*part) {
		t.Errorf("a whole image takes %g s and an occulter %g s", whole, part)
	}
}

// half is a hole of another package that lets half of the amplitude pass.
type half struct{ optics.CircularAperture }

func (h half) Sample(g grid.Grid) (optics.Sample, error) {
	s, err := h.CircularAperture.Sample(g)
	for k := range s.Amplitude {
		s.Amplitude[k] /= 2
	}
	return s, err
}

func TestAnElementThatEmbedsAnotherIsWhatItSaysInARun(t *testing.T) {
	whole := direct(32, 2, 1e-6, 0.05, 8, optics.CircularAperture{Radius: 0.9})
	whole.Normalize = propagate.NormalizeNone
	dim := whole
	dim.Planes = append([]propagate.Plane{propagate.Pupil{Elements: []optics.Element{half{optics.CircularAperture{Radius: 0.9}}}}}, whole.Planes[1:]...)
	want := image(t, whole)
	r, v := verified(t, dim, propagate.Options{}, 5)
	for k, value := range r.Image.Data {
		// Halves are exact.
		if value != want.Data[k]/4 {
			t.Fatalf("sample %d is %g, want a quarter of %g", k, value, want.Data[k])
		}
	}
	if err := v.Err(); err != nil {
		t.Error(err)
	}
}

// A verification samples the elements of pupils by themselves: a run that has taken wrong
// samples, here those of a defocused system, is found.
func TestWrongSamplesOfAPupilAreFound(t *testing.T) {
	for _, name := range []string{"direct", "occulter", "ends in a pupil"} {
		s := kinds()[name]
		other := s
		other.Planes = append([]propagate.Plane{propagate.Pupil{Elements: []optics.Element{
			optics.CircularAperture{Radius: 3.1}, optics.ZernikeWFE{Radius: 3.2, Coefficients: []float64{0, 0, 3e-8, 1.001e-7, 5e-8, 2e-8}},
		}}}, s.Planes[1:]...)
		if name == "ends in a pupil" { // where only intensity remains
			last := len(s.Planes) - 1
			other.Planes = append(append([]propagate.Plane{}, s.Planes[:last]...), propagate.Pupil{Elements: []optics.Element{optics.CircularAperture{Radius: 2.61}}})
		}
		plan, err := propagate.NewPlan(other, propagate.Options{Backend: selection(t)})
		if err != nil {
			t.Fatal(err)
		}
		if _, v := verified(t, s, propagate.Options{Masks: plan.Masks()}, 2000); !errors.Is(v.Err(), propagate.ErrVerify) {
			t.Errorf("%s: error %v, want ErrVerify", name, v.Err())
		}
	}
}
