package propagate_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"arago/fourier"
	"arago/optics"
	"arago/propagate"
)

// random draws systems: apertures that may have nothing in common, or lie beside the
// array, image planes with masks and without, planes that turn and mirror.
type random struct{ *rand.Rand }

func pick[T any](r random, of ...T) T { return of[r.IntN(len(of))] }

func (r random) chance(p float64) bool { return r.Float64() < p }

func (r random) pupil() propagate.Pupil {
	at := optics.Placement{ShiftX: pick(r, 0, 0.25, -0.33, 0.6), ShiftY: pick(r, 0, 0.1, 0.25)}
	if r.chance(0.15) {
		at.ShiftX = 1.6
	}
	var elements []optics.Element
	switch r.IntN(6) {
	case 0, 1, 2:
		elements = []optics.Element{optics.CircularAperture{Radius: pick(r, 1, 0.5, 0.5, 0.4, 0.3), Placement: at}}
	case 3:
		at.Rotation = pick(r, 0.0, 30)
		elements = []optics.Element{optics.RectangleAperture{Width: 1.2, Height: 0.5, Placement: at}}
	case 4:
		elements = []optics.Element{optics.ScalarTransmission{Transmission: pick(r, 0.7, 1)}}
	}
	if r.chance(0.2) {
		elements = append(elements, optics.ThinLens{NWaves: 0.4, ReferenceWavelength: 1e-6, Radius: 1})
	}
	return propagate.Pupil{Elements: elements}
}

// image returns an image plane, and whether it has a mask: those with one are sampled
// otherwise by Babinet's principle than by FFT.
func (r random) image() (p propagate.Image, masked bool) {
	at := optics.Placement{ShiftX: pick(r, 0, 0, 0.15), ShiftY: pick(r, 0, 0, -0.1)}
	glass := optics.ScalarOpticalPathDifference{OPD: pick(r, 0.25e-6, 0.5e-6)}
	switch r.IntN(9) {
	case 0:
		return propagate.Image{}, false
	case 1:
		return propagate.Image{Elements: []optics.Element{optics.ScalarTransmission{Transmission: 0.5}}}, false
	case 2:
		p.Elements = []optics.Element{optics.CircularFieldStop{Radius: 0.1, Placement: at}}
	case 3:
		p.Elements = []optics.Element{optics.BarOcculter{Width: 0.05, Height: 0.1, Placement: at}}
	case 4:
		// Not of patches: always by FFT.
		p.Elements = []optics.Element{optics.BandLimitedCoronagraph{Kind: "circular", Sigma: 4}}
	case 5:
		// A disc of glass.
		p.Elements = []optics.Element{optics.CompoundAnalyticOptic{MergeMode: "or", Optics: []optics.Element{
			optics.CircularOcculter{Radius: 0.04, Placement: at},
			optics.CompoundAnalyticOptic{MergeMode: "and", Optics: []optics.Element{optics.CircularFieldStop{Radius: 0.04, Placement: at}, glass}},
		}}}
	case 6:
		// An occulter on glass, in a stop: two patches, one with a phase, and nothing outside.
		p.Elements = []optics.Element{optics.CircularOcculter{Radius: 0.03, Placement: at}, glass, optics.RectangularFieldStop{Width: 0.2, Height: 0.1}}
	case 7:
		// One that is half transparent, half a wave back, and two beside each other.
		p.Elements = []optics.Element{optics.CircularOcculter{Radius: 0.03, Placement: at}, optics.BarOcculter{Width: 0.02, Height: 0.3, Placement: optics.Placement{ShiftX: -0.1}}, optics.ScalarTransmission{Transmission: 0.5}, glass}
	default:
		p.Elements = []optics.Element{optics.CircularOcculter{Radius: pick(r, 0.03, 0.07), Placement: at}}
	}
	return p, true
}

func (r random) system() (s propagate.System, masked bool) {
	s = direct(8+r.IntN(25), 2, 1e-6, 0.1, 9)
	s.Oversample = 1 + r.IntN(3)
	s.Normalize = pick(r, propagate.NormalizeFirst, propagate.NormalizeLast, propagate.NormalizeExitPupil, propagate.NormalizeNone)
	if r.chance(0.3) {
		s.Source.Spectrum = append(s.Source.Spectrum, propagate.Line{Wavelength: 1.2e-6, Weight: 2})
	}
	if r.chance(0.3) {
		s.Source.OffsetR, s.Source.OffsetTheta = pick(r, 0.1, 0.3), pick(r, 0.0, 37, 90)
	}
	s.Planes = []propagate.Plane{r.pupil()}
	add := func(p propagate.Plane) { s.Planes = append(s.Planes, p) }
	move := func(p float64) {
		if r.chance(p) {
			add(pick[propagate.Plane](r, propagate.Rotation{Angle: 90}, propagate.Rotation{Angle: 20}, propagate.Inversion{X: true}, propagate.Inversion{Y: true}))
		}
	}
	addImage := func() {
		image, has := r.image()
		masked = masked || has
		add(image)
	}
	for range r.IntN(3) {
		if r.chance(0.5) {
			add(r.pupil())
		}
		move(0.15)
		addImage()
		if r.chance(0.2) {
			addImage()
		}
		move(0.1)
		add(r.pupil())
	}
	if r.chance(0.3) {
		add(r.pupil())
	}
	move(0.3)
	if r.chance(0.75) {
		add(propagate.Detector{ScaleY: 0.1, ScaleX: 0.0517, PixelsY: 8, PixelsX: 9, Oversample: 1 + r.IntN(2)})
	}
	return s, masked
}

func (r random) describe(s propagate.System) string {
	return fmt.Sprintf("%d samples, oversampling %d, normalised %v, source %+v, planes %+v", s.Npix, s.Oversample, s.Normalize, s.Source, s.Planes)
}

// Whatever is chosen, direct sums over all samples of all planes confirm the image; it
// has the same bits wavelength by wavelength and where somebody looks at the planes, and
// is that of other recipes, which keep other parts of the planes in memory.
func TestRandomSystemsAreWhatDirectSummationGives(t *testing.T) {
	for seed := range uint64(6) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			r := random{rand.New(rand.NewPCG(seed, 2007))}
			for range randomSystems {
				s, masked := r.system()
				if !checkRandom(t, s, masked) {
					t.Fatal(r.describe(s))
				}
			}
		})
	}
}

// checkRandom says whether all is well with a system, and, if not, tells t.
func checkRandom(t *testing.T, s propagate.System, masked bool) bool {
	t.Helper()
	var first *propagate.Result
	var byBabinet string
	var allowed float64
	for _, recipe := range []string{"", fourier.RecipeDense, fourier.RecipeFFT} {
		if masked && recipe == fourier.RecipeFFT {
			continue
		}
		o := propagate.Options{Recipe: recipe, Backend: selection(t)}
		plan, err := propagate.NewPlan(s, o)
		if err != nil {
			t.Errorf("recipe %q: %v", recipe, err)
			return false
		}
		got, err := plan.Run(context.Background())
		if errors.Is(err, propagate.ErrDark) {
			// To rounding: another recipe may leave a trace of light.
			return true
		}
		if err != nil {
			t.Errorf("recipe %q: %v", recipe, err)
			return false
		}
		v, err := plan.Verify(context.Background(), got, 40)
		if err == nil {
			err = v.Err()
		}
		if errors.Is(err, propagate.ErrDark) {
			// A trace was normalised, of which rounding has all digits.
			return true
		}
		if err != nil {
			t.Errorf("recipe %q: %v", recipe, err)
			return false
		}
		allowedNow := 0.0
		for _, sample := range v.Samples {
			allowedNow = max(allowedNow, sample.Allowed)
		}
		babinet := ""
		for _, step := range got.Steps {
			babinet += fmt.Sprint(step.Recipe == propagate.RecipeBabinet, " ")
		}
		if first == nil {
			first, allowed, byBabinet = got, allowedNow, babinet
			if shared := sharedRun(t, plan); !slices.Equal(shared.Data, got.Image.Data) {
				t.Error("shared wavelength by wavelength, the run has other bits")
				return false
			}
			o.Observe = func(propagate.Snapshot) {}
			if seen := run(t, s, o); !slices.Equal(seen.Image.Data, got.Image.Data) {
				t.Error("where somebody looks at the planes, the run has other bits")
				return false
			}
			continue
		}
		// The FFT's planes may be wider, and masks are sampled otherwise by Babinet's
		// principle.
		if len(got.Image.Data) != len(first.Image.Data) || masked && babinet != byBabinet {
			continue
		}
		for k, want := range first.Image.Data {
			if d := math.Abs(got.Image.Data[k] - want); !(d <= allowed+allowedNow) {
				t.Errorf("recipe %q: sample %d is %g, and without a recipe %g, where rounding explains a difference of %.2g", recipe, k, got.Image.Data[k], want, allowed+allowedNow)
				return false
			}
		}
	}
	return true
}
