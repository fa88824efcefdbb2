package propagate_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"strings"
	"testing"

	"arago/backend"
	"arago/backend/gonum"
	"arago/fourier"
	"arago/grid"
	"arago/optics"
	"arago/propagate"
)

// coronagraph is a system with every kind of plane and five wavelengths.
func coronagraph() propagate.System {
	s := lyot(48, 3, 1e-6, optics.CircularOcculter{Radius: 0.1}, optics.CircularAperture{Radius: 2.6}, 31)
	s.Source.Spectrum = nil
	for i := range 5 {
		s.Source.Spectrum = append(s.Source.Spectrum, propagate.Line{Wavelength: (1 + 0.05*float64(i)) * 1e-6, Weight: float64(1 + i)})
	}
	s.Planes = append(s.Planes[:3:3], propagate.Rotation{Angle: 12}, propagate.Inversion{X: true}, s.Planes[3])
	return s
}

func TestTheSameBitsForAnyNumberOfWorkersAndGoroutines(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, precision := range []propagate.Precision{propagate.Double, propagate.Single} {
		runtime.GOMAXPROCS(1)
		want := run(t, coronagraph(), propagate.Options{Workers: 1, Precision: precision}).Image
		for _, workers := range []int{1, 2, 3, 7} {
			runtime.GOMAXPROCS(workers)
			got := run(t, coronagraph(), propagate.Options{Workers: workers, Precision: precision}).Image
			for i, v := range got.Data {
				if v != want.Data[i] {
					t.Fatalf("%v precision, %d workers: sample %d is %v, with one worker %v", precision, workers, i, v, want.Data[i])
				}
			}
		}
	}
}

func TestSinglePrecisionIsGoodToSixDigitsOfThePeak(t *testing.T) {
	double := run(t, coronagraph(), propagate.Options{}).Image
	single := run(t, coronagraph(), propagate.Options{Precision: propagate.Single})
	if d := relativeDifference(single.Image, double); d > 1e-5 || d == 0 {
		t.Errorf("single and double precision differ by %g of the peak", d)
	}
	if single.Precision != propagate.Single {
		t.Error("the result does not say that it is of single precision")
	}
}

func TestAPlanRunsAgainWithTheSameResult(t *testing.T) {
	plan, err := propagate.NewPlan(coronagraph(), propagate.Options{Backend: selection(t)})
	if err != nil {
		t.Fatal(err)
	}
	first, err := plan.Run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	second, err := plan.Run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if d := relativeDifference(first.Image, second.Image); d != 0 {
		t.Errorf("the second run differs by %g", d)
	}
}

func TestARunEndsWhenItsContextDoes(t *testing.T) {
	for _, after := range []int{1, 3, 17} {
		ctx, cancel := context.WithCancel(context.Background())
		steps := 0
		plan, err := propagate.NewPlan(coronagraph(), propagate.Options{
			Backend: selection(t), Workers: 2,
			Progress: func(done, total int) {
				if steps++; steps == after {
					cancel()
				}
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		if r, err := plan.Run(ctx); !errors.Is(err, context.Canceled) || r != nil {
			t.Errorf("cancelled after %d planes: result %v, error %v", after, r, err)
		}
		cancel()
		if steps > after+2 {
			t.Errorf("%d planes were computed after the context had ended", steps-after)
		}
	}
}

func TestProgressCountsEveryPlaneOfEveryWavelength(t *testing.T) {
	last, total := 0, 0
	run(t, coronagraph(), propagate.Options{Progress: func(done, all int) {
		if done != last+1 {
			t.Errorf("after %d came %d", last, done)
		}
		last, total = done, all
	}})
	if last != 30 || total != 30 {
		t.Errorf("%d of %d planes, want 30 of 30", last, total)
	}
}

func TestTheObserverSeesThePlanesInOrder(t *testing.T) {
	next := map[int]int{}
	run(t, coronagraph(), propagate.Options{Observe: func(s propagate.Snapshot) {
		if s.Plane != next[s.Line] {
			t.Errorf("wavelength %d: plane %d came after %d", s.Line, s.Plane, next[s.Line]-1)
		}
		next[s.Line]++
		if len(s.Field) != s.Grid.Len() || s.Label == "" {
			t.Errorf("plane %d (%q) has %d samples on %v", s.Plane, s.Label, len(s.Field), s.Grid)
		}
		var power float64
		for _, v := range s.Field {
			power += real(v)*real(v) + imag(v)*imag(v)
		}
		switch s.Plane {
		case 0:
			if math.Abs(power-1) > 1e-13 || s.Grid.Unit != grid.Metre {
				t.Errorf("the entrance pupil holds %g of the light, in %v", power, s.Grid.Unit)
			}
		case 1:
			if want := s.Wavelength / (6.5 * 3); math.Abs(s.Grid.X.Step/want-1) > 1e-15 || s.Grid.X.Center != 72 {
				t.Errorf("the image plane is sampled at %g rad around sample %g", s.Grid.X.Step, s.Grid.X.Center)
			}
		}
	}})
	for line, planes := range next {
		if planes != 6 {
			t.Errorf("%d planes of wavelength %d", planes, line)
		}
	}
}

func TestASystemMayEndInAPupilOrAnImage(t *testing.T) {
	s := lyot(32, 4, 1e-6, optics.CircularOcculter{Radius: 0.2}, optics.CircularAperture{Radius: 2.6}, 9)
	whole := s.Planes
	s.Planes = whole[:2]
	focus := run(t, s, propagate.Options{})
	if focus.Image.Unit != grid.Radian || focus.Image.X.N != 128 {
		t.Errorf("the image plane is %v", focus.Image.Grid)
	}
	if c := focus.Image.At(64, 64); c != 0 {
		t.Errorf("behind the occulter there is %g", c)
	}
	s.Planes = whole[:3]
	if exit := run(t, s, propagate.Options{}); exit.Image.Unit != grid.Metre || exit.Image.Sum() > 0.2 {
		t.Errorf("the Lyot plane is %v and holds %g", exit.Image.Grid, exit.Image.Sum())
	}
}

func TestSystemsThatCannotBeAreErrors(t *testing.T) {
	good := coronagraph
	change := func(f func(*propagate.System)) propagate.System {
		s := good()
		s.Planes = append([]propagate.Plane(nil), s.Planes...)
		f(&s)
		return s
	}
	pupil := func(e ...optics.Element) propagate.Plane { return propagate.Pupil{Name: "stop", Elements: e} }
	for _, c := range []struct {
		is     error
		words  string
		system propagate.System
	}{
		{propagate.ErrSystem, "diameter is 0 m", change(func(s *propagate.System) { s.Diameter = 0 })},
		{propagate.ErrSystem, "0 samples wide", change(func(s *propagate.System) { s.Npix = 0 })},
		{propagate.ErrSystem, "oversampling of 0", change(func(s *propagate.System) { s.Oversample = 0 })},
		{propagate.ErrSystem, "oversampling of 1000000000", change(func(s *propagate.System) { s.Oversample = 1e9 })},
		{propagate.ErrSystem, "Normalization(9)", change(func(s *propagate.System) { s.Normalize = 9 })},
		{propagate.ErrSystem, "no wavelengths", change(func(s *propagate.System) { s.Source.Spectrum = nil })},
		{propagate.ErrSystem, "wavelength 1 is -1 m", change(func(s *propagate.System) { s.Source.Spectrum = []propagate.Line{{-1, 1}} })},
		{propagate.ErrSystem, "weight of wavelength 1 is NaN", change(func(s *propagate.System) { s.Source.Spectrum = []propagate.Line{{1e-6, math.NaN()}} })},
		{propagate.ErrSystem, "sum to 0", change(func(s *propagate.System) { s.Source.Spectrum = []propagate.Line{{1e-6, 0}} })},
		{propagate.ErrSystem, "both must be finite", change(func(s *propagate.System) { s.Source.OffsetR = math.Inf(1) })},
		{propagate.ErrSystem, "no planes", change(func(s *propagate.System) { s.Planes = nil })},
		{propagate.ErrSystem, "must be a pupil", change(func(s *propagate.System) { s.Planes = s.Planes[1:] })},
		{propagate.ErrSystem, "angle must be finite", change(func(s *propagate.System) { s.Planes[3] = propagate.Rotation{Angle: math.NaN()} })},
		{propagate.ErrSystem, "neither x nor y", change(func(s *propagate.System) { s.Planes[4] = propagate.Inversion{} })},
		{propagate.ErrSystem, "must be the last plane", change(func(s *propagate.System) { s.Planes[3] = s.Planes[5] })},
		{propagate.ErrSystem, "behind an image plane", change(func(s *propagate.System) { s.Planes = append(s.Planes[:2], s.Planes[5]) })},
		{propagate.ErrSystem, "pixel scale is 0×0″", change(func(s *propagate.System) { s.Planes[5] = propagate.Detector{} })},
		{propagate.ErrSystem, "oversampling is 0", change(func(s *propagate.System) {
			s.Planes[5] = propagate.Detector{ScaleY: 1, ScaleX: 1, PixelsY: 1, PixelsX: 1}
		})},
		{propagate.ErrSystem, "has 0×1 pixels", change(func(s *propagate.System) {
			s.Planes[5] = propagate.Detector{ScaleY: 1, ScaleX: 1, PixelsX: 1, Oversample: 1}
		})},
		{propagate.ErrSystem, "kind <nil>", change(func(s *propagate.System) { s.Planes[3] = nil })},
		{propagate.ErrSystem, "element 1 of plane 3 (stop) is missing", change(func(s *propagate.System) { s.Planes[2] = pupil(nil) })},
		{propagate.ErrSystem, "plane 3 (stop), element 1: radius is -1", change(func(s *propagate.System) { s.Planes[2] = pupil(optics.CircularAperture{Radius: -1}) })},
		{propagate.ErrSystem, "ends in an image plane", change(func(s *propagate.System) { s.Planes = s.Planes[:2] })},
		{propagate.ErrSampling, "the largest field is 1.52319″", change(func(s *propagate.System) {
			s.Planes[5] = propagate.Detector{ScaleY: 0.1, ScaleX: 0.1, PixelsY: 16, PixelsX: 8, Oversample: 1}
		})},
		{propagate.ErrSampling, "raise npix to 51", change(func(s *propagate.System) {
			s.Planes[5] = propagate.Detector{ScaleY: 0.1, ScaleX: 0.1, PixelsY: 16, PixelsX: 8, Oversample: 1}
		})},
		{propagate.ErrSampling, "source lies 0.8″ off the axis", change(func(s *propagate.System) { s.Source.OffsetR = 0.8 })},
		{nil, "circular occulter", change(func(s *propagate.System) { s.Planes[2] = pupil(optics.CircularOcculter{Radius: 1}) })},
	} {
		_, err := propagate.NewPlan(c.system, propagate.Options{Backend: selection(t)})
		if err == nil || c.is != nil && !errors.Is(err, c.is) || !strings.Contains(err.Error(), c.words) {
			t.Errorf("error %v, want %v with %q", err, c.is, c.words)
		}
	}
	if _, err := propagate.NewPlan(good(), propagate.Options{Backend: selection(t), Precision: 5}); err == nil || !strings.Contains(err.Error(), "Precision(5)") {
		t.Errorf("precision 5: error %v", err)
	}
}

func TestAFieldAsWideAsTheSamplingCarriesIsAllowed(t *testing.T) {
	s := direct(64, 6.5, 1e-6, 1e-6*64/6.5/grid.Arcsecond/50, 50, optics.CircularAperture{Radius: 3})
	if _, err := propagate.NewPlan(s, propagate.Options{Backend: selection(t)}); err != nil {
		t.Error(err)
	}
}

// broken is an element that fails, or gives samples of the wrong size, where
// it is asked for more than some number of columns.
type broken struct {
	from int
	size bool
}

func (broken) Validate() error { return nil }
func (b broken) Sample(g grid.Grid) (optics.Sample, error) {
	if g.X.N < b.from {
		return optics.Sample{}, nil
	}
	if b.size {
		return optics.Sample{OPD: make([]float64, 3)}, nil
	}
	return optics.Sample{}, errors.New("the array is worn out")
}

func TestAnElementThatFailsNamesItsPlane(t *testing.T) {
	s := coronagraph()
	s.Planes[1] = propagate.Image{Name: "focus", Elements: []optics.Element{broken{}}}
	plan, err := propagate.NewPlan(s, propagate.Options{Backend: selection(t), Workers: 3})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := plan.Run(context.Background()); err == nil || err.Error() != "plane 2 (focus): the array is worn out" {
		t.Errorf("in an image plane: error %v", err)
	}
	s.Planes[2] = propagate.Pupil{Name: "stop", Elements: []optics.Element{broken{size: true}}}
	_, err = propagate.NewPlan(s, propagate.Options{Backend: selection(t)})
	if err == nil || !strings.HasPrefix(err.Error(), "plane 3 (stop): an element of type propagate_test.broken gave 3 values for ") {
		t.Errorf("in a pupil: error %v", err)
	}
}

// lowerHalf dims the rows at negative y, and has nothing to say of those above.
type lowerHalf struct{}

func (lowerHalf) Validate() error { return nil }
func (lowerHalf) Sample(g grid.Grid) (optics.Sample, error) {
	if g.Y.At(0) > 0 {
		return optics.Sample{}, nil
	}
	return optics.ScalarTransmission{Transmission: 0.5}.Sample(g)
}

func TestAnElementMayHaveNoEffectOnSomeBands(t *testing.T) {
	plan, err := propagate.NewPlan(direct(128, 2, 1e-6, 0.01, 9, lowerHalf{}), propagate.Options{Backend: selection(t)})
	if err != nil {
		t.Fatal(err)
	}
	a := plan.Masks()[0].Amplitude
	if first, last := a[0], a[len(a)-1]; first != 0.5 || last != 1 {
		t.Errorf("the amplitude is %g in the first row and %g in the last", first, last)
	}
}

func TestARunThatDoesNotFitIsRefusedBeforeItAllocates(t *testing.T) {
	s := coronagraph()
	s.Npix, s.Oversample = 1<<14, 1<<10
	s.Planes[5] = propagate.Detector{ScaleY: 1e-5, ScaleX: 1e-5, PixelsY: 1 << 20, PixelsX: 1 << 20, Oversample: 1}
	_, err := propagate.NewPlan(s, propagate.Options{Backend: selection(t), MemoryLimit: 1 << 33})
	if !errors.Is(err, propagate.ErrMemory) || !strings.Contains(err.Error(), "8 GiB are free") {
		t.Errorf("error %v", err)
	}
}

func TestFewerWavelengthsAreComputedAtOnceWhereMemoryIsShort(t *testing.T) {
	// One wavelength keeps four processors busy.
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(16))
	plan, err := propagate.NewPlan(coronagraph(), propagate.Options{Backend: selection(t)})
	if err != nil {
		t.Fatal(err)
	}
	if plan.Workers() != 4 {
		t.Errorf("%d at once with memory to spare, want 4", plan.Workers())
	}
	m := plan.Memory()
	plan, err = propagate.NewPlan(coronagraph(), propagate.Options{Backend: selection(t), MemoryLimit: m.Peak(2)})
	if err != nil || plan.Workers() != 2 {
		t.Errorf("%d at once (%v) with memory for 2", plan.Workers(), err)
	}
	if _, err = propagate.NewPlan(coronagraph(), propagate.Options{Backend: selection(t), Workers: 3, MemoryLimit: m.Peak(2)}); !errors.Is(err, propagate.ErrMemory) {
		t.Errorf("3 workers asked for: error %v, want ErrMemory", err)
	}
}

func TestTheResultSaysHowItWasMade(t *testing.T) {
	r := run(t, coronagraph(), propagate.Options{Recipe: fourier.RecipeFFT})
	var recipes []string
	for _, s := range r.Steps {
		recipes = append(recipes, fmt.Sprintf("%s %s %d×%d", s.Label, s.Recipe, s.Rows, s.Cols))
	}
	want := "pupil  48×48, image fft 144×144, pupil fft 48×48, rotation by 12°  48×48, inversion of x  48×48, detector dense 31×31"
	if got := strings.Join(recipes, ", "); got != want {
		t.Errorf("steps: %s\nwant: %s", got, want)
	}
	if r.Backend != "gonum" || r.Linear.Library != "Arago" || r.Fourier.Library != "Arago" {
		t.Errorf("back end %q", r.Backend)
	}
}

// partial is a Fourier transform that has powers of two only.
type partial struct {
	backend.Fourier[complex128]
}

func (partial) Served(n int) bool { return n&(n-1) == 0 }

func TestThePlanSaysWhereTheLibraryHasNoTransform(t *testing.T) {
	var r backend.Registry
	r.Register("powers", func() (backend.Implementation, error) {
		i, err := gonum.New()
		i.Properties.Name = "powers"
		i.FourierDouble = partial{i.FourierDouble}
		return i, err
	})
	powers, err := r.Select("powers")
	if err != nil {
		t.Fatal(err)
	}
	for npix, want := range map[int]string{48: "powers has no transform of 144; pure Go does it", 64: ""} {
		s := coronagraph()
		s.Npix = npix
		if npix == 64 {
			s.Oversample = 4
		}
		plan, err := propagate.NewPlan(s, propagate.Options{Backend: powers, Recipe: fourier.RecipeFFT})
		if err != nil {
			t.Fatal(err)
		}
		for i, step := range plan.Steps() {
			// Before it stands how the mask is sampled.
			if step.Recipe == "fft" && !strings.HasSuffix(step.Note, want) || (step.Recipe != "fft" || want == "") && strings.Contains(step.Note, "pure Go") {
				t.Errorf("%d samples, plane %d: note %q, want …%q", npix, i+1, step.Note, want)
			}
		}
	}
}

func TestNamesOfNormalizationsAndPlanes(t *testing.T) {
	for _, name := range []string{"first", "last", "exit_pupil", "none"} {
		n, err := propagate.ParseNormalization(name)
		if err != nil || n.String() != name {
			t.Errorf("%s is read as %v (%v)", name, n, err)
		}
	}
	if _, err := propagate.ParseNormalization("second"); err == nil {
		t.Error("second is a normalization")
	}
	for label, p := range map[string]propagate.Plane{
		"inversion of both axes": propagate.Inversion{X: true, Y: true}, "inversion of x": propagate.Inversion{X: true},
		"inversion of y": propagate.Inversion{Y: true}, "image": propagate.Image{}, "Lyot stop": propagate.Pupil{Name: "Lyot stop"},
	} {
		if p.Label() != label {
			t.Errorf("label %q, want %q", p.Label(), label)
		}
	}
	if s := propagate.Double.String() + propagate.Single.String(); s != "doublesingle" {
		t.Errorf("precisions %s", s)
	}
}
