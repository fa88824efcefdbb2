package propagate_test

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"arago/grid"
	"arago/optics"
	"arago/propagate"
)

func warnings(tb testing.TB, s propagate.System, o propagate.Options) []string {
	tb.Helper()
	o.Backend = selection(tb)
	plan, err := propagate.NewPlan(s, o)
	if err != nil {
		tb.Fatal(err)
	}
	return plan.Warnings()
}

// path is a pupil element whose path difference is a function of the place, in metres.
type path struct {
	opd  func(x, y float64) float64
	open func(x, y float64) bool
}

func (path) Validate() error { return nil }

func (p path) Sample(g grid.Grid) (optics.Sample, error) {
	s := optics.Sample{OPD: make([]float64, 0, g.Len()), Amplitude: make([]float64, 0, g.Len())}
	for i := range g.Y.N {
		for j := range g.X.N {
			x, y := g.X.At(j), g.Y.At(i)
			s.OPD = append(s.OPD, p.opd(x, y))
			a := 1.0
			if p.open != nil && !p.open(x, y) {
				a = 0
			}
			s.Amplitude = append(s.Amplitude, a)
		}
	}
	return s, nil
}

func TestAWavefrontSteeperThanHalfAWaveFromSampleToSampleIsWarnedOf(t *testing.T) {
	const npix, wavelength = 64, 1e-6
	const diameter, step = 2.0, 2.0 / npix
	lens := func(waves float64) optics.Element {
		return optics.ThinLens{NWaves: waves, ReferenceWavelength: wavelength, Radius: 1}
	}
	tilt := func(waves, angle float64) path {
		return path{opd: func(x, y float64) float64 {
			return waves * wavelength / step * (x*math.Cos(angle) + y*math.Sin(angle))
		}}
	}
	pistons := func(waves float64, gap bool) path {
		return path{
			opd: func(x, y float64) float64 { return waves * wavelength * math.Floor(x/0.3+0.01) },
			open: func(x, y float64) bool {
				_, f := math.Modf(x/0.3 + 7)
				return !gap || f > 0.1
			},
		}
	}
	circle := optics.CircularAperture{Radius: 1}
	// A lens of W waves from the middle to the rim has a slope of 2·W·ρ waves per
	// radius, here 32 samples: half a wave from sample to sample is 8 waves.
	for name, c := range map[string]struct {
		elements []optics.Element
		offset   float64 // of the source, λ/2Δ
		warned   bool
	}{
		"a lens of 7 waves":                      {elements: []optics.Element{circle, lens(7)}},
		"a lens of 9 waves":                      {elements: []optics.Element{circle, lens(9)}, warned: true},
		"a lens of −9 waves":                     {elements: []optics.Element{circle, lens(-9)}, warned: true},
		"9 waves, and an opposite lens":          {elements: []optics.Element{circle, lens(9), lens(-9)}},
		"9 waves where no light is":              {elements: []optics.Element{optics.CircularAperture{Radius: 0.7}, lens(9)}},
		"a tilt of 0.49":                         {elements: []optics.Element{circle, tilt(0.49, 0)}},
		"a tilt of 0.51":                         {elements: []optics.Element{circle, tilt(0.51, 0)}, warned: true},
		"a tilt of 0.51 along y":                 {elements: []optics.Element{circle, tilt(0.51, math.Pi/2)}, warned: true},
		"a tilt of 0.3 and a source":             {elements: []optics.Element{circle, tilt(-0.3, 0)}, offset: 0.6, warned: true},
		"a tilt of 0.3 and a source opposite it": {elements: []optics.Element{circle, tilt(0.3, 0)}, offset: 0.6},
		"segments of many waves side by side":    {elements: []optics.Element{circle, pistons(3.3, false)}},
		"segments of many waves with gaps":       {elements: []optics.Element{circle, pistons(-7.4, true)}},
		"no path difference":                     {elements: []optics.Element{circle}},
	} {
		s := direct(npix, diameter, wavelength, 0.005, 16, c.elements...)
		s.Source.OffsetR = c.offset * wavelength / (2 * step) / grid.Arcsecond
		s.Source.OffsetTheta = -90 // towards +x
		// The last element may stand in a pupil of its own.
		apart := s
		last := len(c.elements) - 1
		apart.Planes = []propagate.Plane{propagate.Pupil{Elements: c.elements[:last]}, propagate.Pupil{Elements: c.elements[last:]}, s.Planes[1]}
		for _, s := range []propagate.System{s, apart} {
			got := warnings(t, s, propagate.Options{})
			if (len(got) == 1) != c.warned || len(got) > 1 {
				t.Errorf("%s: warnings %q", name, got)
			}
		}
	}
}

func TestAWarningOfASteepWavefrontSaysWhereAndWhatToDo(t *testing.T) {
	s := direct(64, 2, 1e-6, 0.005, 16, optics.CircularAperture{Radius: 1}, optics.ThinLens{NWaves: 12, ReferenceWavelength: 1e-6, Radius: 1})
	got := warnings(t, s, propagate.Options{})
	if len(got) != 1 {
		t.Fatalf("warnings %q", got)
	}
	place := regexp.MustCompile(`plane 1 \(pupil\): near x = (\S+) m, y = (\S+) m .* npix to (\d+),`).FindStringSubmatch(got[0])
	if place == nil {
		t.Fatalf("warning %q", got[0])
	}
	x, err := strconv.ParseFloat(place[1], 64)
	if err != nil {
		t.Fatal(err)
	}
	y, err := strconv.ParseFloat(place[2], 64)
	if err != nil {
		t.Fatal(err)
	}
	// Along rows and columns it is steepest at the ends of the axes.
	if math.Hypot(x, y) < 0.9 {
		t.Errorf("the steepest place is said to be (%g, %g)", x, y)
	}
	npix, err := strconv.Atoi(place[3])
	if err != nil {
		t.Fatal(err)
	}
	s.Npix = npix
	if got := warnings(t, s, propagate.Options{}); len(got) > 0 {
		t.Errorf("with as many samples as it asks for, warnings %q", got)
	}
}

func TestMasksThatPaddedPlanesSampleCoarselyAreWarnedOf(t *testing.T) {
	const unit = 2e-6 / 6.5 / grid.Arcsecond // λ/D
	stop := optics.CircularAperture{Radius: 2.75}
	for _, c := range []struct {
		name       string
		mask       optics.Element
		oversample int
		recipe     string
		words      string // "" for no warning
	}{
		{"an occulter of 6 λ/D, 4 samples each", optics.CircularOcculter{Radius: 3 * unit}, 4, "fft", ""},
		{"an occulter of 6 λ/D, 2 samples each", optics.CircularOcculter{Radius: 3 * unit}, 2, "fft", "raise oversample in [system] to 4 or more"},
		{"the same in a box", optics.CircularOcculter{Radius: 3 * unit}, 2, "dense", ""},
		{"a pinhole", optics.CircularFieldStop{Radius: 0.25 * unit}, 4, "fft", "raise oversample in [system] to 8"},
		{"a bar", optics.BarOcculter{Width: 20 * unit, Height: 0.5 * unit}, 4, "fft", "raise oversample in [system] to 8"},
		{"a smooth mask", optics.BandLimitedCoronagraph{Kind: "circular", Sigma: 12}, 2, "fft", ""},
	} {
		s := lyot(64, c.oversample, 2e-6, c.mask, stop, 20)
		got := warnings(t, s, propagate.Options{Recipe: c.recipe})
		if c.words == "" && len(got) > 0 || c.words != "" && (len(got) != 1 || !strings.Contains(got[0], c.words) || !strings.Contains(got[0], "plane 2")) {
			t.Errorf("%s: warnings %q, want %q", c.name, got, c.words)
		}
	}
}

func TestACoronagraphInSinglePrecisionIsWarnedOfByWhatItDoes(t *testing.T) {
	single := propagate.Options{Precision: propagate.Single}
	stop := optics.CircularAperture{Radius: 2.75}
	s := lyot(256, 4, 2e-6, optics.CircularOcculter{Radius: 0.3}, stop, 60)
	got := warnings(t, s, single)
	if len(got) != 1 || !strings.Contains(got[0], "single precision") {
		t.Fatalf("warnings %q", got)
	}
	if got := warnings(t, s, propagate.Options{}); len(got) > 0 {
		t.Errorf("in double precision, warnings %q", got)
	}
	star := s
	star.Planes = []propagate.Plane{s.Planes[0], s.Planes[2], s.Planes[3]}
	if got := warnings(t, star, single); len(got) > 0 {
		t.Errorf("without a mask, warnings %q", got)
	}
	// What it says is left of the peak is an upper limit, and not a thousand times what
	// is left.
	words := regexp.MustCompile(`leaves up to (\S+) of the star's peak`).FindStringSubmatch(got[0])
	if words == nil {
		t.Fatalf("warning %q", got[0])
	}
	limit, err := strconv.ParseFloat(words[1], 64)
	if err != nil {
		t.Fatal(err)
	}
	peak := 0.0
	for _, v := range image(t, star).Data {
		peak = max(peak, v)
	}
	good, bad, stray := image(t, s), run(t, s, single).Image, 0.0
	for k, v := range good.Data {
		stray = max(stray, math.Abs(math.Sqrt(v)-math.Sqrt(bad.Data[k])))
	}
	if left := stray * stray / peak; left > limit || left < limit/1000 {
		t.Errorf("single precision leaves %g of the peak, and the warning says %g", left, limit)
	}
}
