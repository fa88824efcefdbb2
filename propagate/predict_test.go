package propagate_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"arago/fourier"
	"arago/grid"
	"arago/optics"
	"arago/propagate"
)

// figures are rates of a machine that does everything at 10⁹ a second, alone.
func figures() *fourier.Machine {
	flat := fourier.Curve{{Size: 1, Rate: 1e9}}
	rates := fourier.Rates{
		RealProduct: flat, ComplexProduct: flat, FoldedProduct: flat, FFT: flat, Memory: flat,
		Rough: 1, Window: 1, Elements: 1e9, Phasors: 1e9, Scalar: 1e9, Call: 1e-9,
	}
	m := &fourier.Machine{Double: rates, Single: rates, Together: fourier.Together{Processors: 1, Products: 1, Lines: 1, Memory: 1, Phasors: 1}}
	m.Double.Sample, m.Single.Sample = 16, 8
	return m
}

// imaging is a clear pupil of n samples and an image of m samples over 20 λ/D.
func imaging(n, m, lines int, elements ...optics.Element) propagate.System {
	s := propagate.System{
		Diameter: 2, Npix: n, Oversample: 1,
		Planes: []propagate.Plane{
			propagate.Pupil{Elements: elements},
			propagate.Detector{ScaleY: 20 * 0.5e-6 / float64(m) / grid.Arcsecond, ScaleX: 20 * 0.5e-6 / float64(m) / grid.Arcsecond, PixelsY: m, PixelsX: m, Oversample: 1},
		},
	}
	for i := range lines {
		s.Source.Spectrum = append(s.Source.Spectrum, propagate.Line{Wavelength: 1e-6 * (1 + 0.02*float64(i)), Weight: 1})
	}
	return s
}

func planOf(t *testing.T, s propagate.System, o propagate.Options) *propagate.Plan {
	t.Helper()
	o.Backend = selection(t)
	if o.Machine == nil {
		o.Machine = figures()
	}
	plan, err := propagate.NewPlan(s, o)
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

func TestThePredictedTimeOfARunIsThatOfItsSteps(t *testing.T) {
	const n, m = 64, 40
	plan := planOf(t, imaging(n, m, 1), propagate.Options{Recipe: fourier.RecipeDense})
	one := plan.Time().Again
	// A transform by dense kernels at 10⁹ operations and bytes a second, the light of
	// the pupil written, and its intensity added.
	// What it takes of memory was garbage: 9 GB/s, and 1.2 ms for each 8 MB.
	steps := (8*(m*n*n+m*n*m) + 16*(2*m*n+n*n+2*m*n+m*m)) + 2*16*n*n + 32*m*m
	taken := float64(plan.Memory().Wavelength)
	garbage := time.Duration(taken/9 + 1.2e6*taken/8e6)
	want := time.Duration(steps) + garbage
	if d := one - want; d < -10 || d > 10 {
		t.Errorf("one wavelength: %v, want %v", one, want)
	}
	five := planOf(t, imaging(n, m, 5), propagate.Options{Recipe: fourier.RecipeDense}).Time()
	if d := five.Again - 5*one + 4*garbage; d < -10 || d > 10 {
		t.Errorf("five wavelengths take %v, one %v", five.Again, one)
	}
	if five.First <= five.Again || five.Prepared <= 0 {
		t.Errorf("%+v: the first run makes kernels, and the plan was made", five)
	}
}

func TestAnAberrationTakesThePredictedTimeOfItsPhasors(t *testing.T) {
	const n = 64
	clear := planOf(t, imaging(n, 20, 1), propagate.Options{}).Time().Again
	aberrated := planOf(t, imaging(n, 20, 1, optics.ZernikeWFE{Radius: 1, Coefficients: []float64{0, 0, 0, 1e-8}}), propagate.Options{}).Time().Again
	// 10⁹ phasors a second.
	if d := float64((aberrated - clear).Nanoseconds()); d < n*n {
		t.Errorf("an aberration of %d samples takes %g ns", n*n, d)
	}
}

func TestThePredictedMemoryIsThatOfTheArrays(t *testing.T) {
	const n, m = 512, 800
	plan := planOf(t, imaging(n, m, 3, optics.CircularAperture{Radius: 1}), propagate.Options{Recipe: fourier.RecipeDense, Workers: 1})
	const program = 22 << 20
	arrays := 8.*n*n + 8*m*m + 3*2*16*n*m + // the mask, the image, kernels of three wavelengths
		16*n*n + 16*m*m + 16*n*m + 16*1<<20 // the field, that of the image, between the products, a packed kernel
	if got := float64(plan.Memory().Peak(1) - program); got < arrays || got > 1.25*arrays {
		t.Errorf("predicted %.1f MiB, the arrays take %.1f MiB", got/(1<<20), arrays/(1<<20))
	}
	two := planOf(t, imaging(n, m, 3, optics.CircularAperture{Radius: 1}), propagate.Options{Recipe: fourier.RecipeDense, Workers: 2}).Memory()
	if got := two.Peak(2) - two.Peak(1); got != two.Wavelength {
		t.Errorf("another wavelength at once takes %d bytes, want %d", got, two.Wavelength)
	}
}

func TestAMaskThatIsNotThereTakesNoMemory(t *testing.T) {
	const n = 256
	shared := func(elements ...optics.Element) int64 {
		return planOf(t, imaging(n, 32, 1, elements...), propagate.Options{}).Memory().Shared
	}
	none, amplitude := shared(), shared(optics.CircularAperture{Radius: 1})
	both := shared(optics.CircularAperture{Radius: 1}, optics.ZernikeWFE{Radius: 1, Coefficients: []float64{0, 0, 0, 1e-8}})
	// The factor allows for what waits to be collected.
	for name, d := range map[string]int64{"an amplitude": amplitude - none, "an OPD": both - amplitude} {
		if d < 8*n*n || d > 10*n*n {
			t.Errorf("%s of %d samples takes %d bytes", name, n*n, d)
		}
	}
}

// Kernels of one wavelength larger than what a plan keeps otherwise are in memory while
// they are used, and are kept.
func TestKernelsAboveTheLimitOfTheCacheArePredicted(t *testing.T) {
	const n, m = 2048, 5000
	for _, lines := range []int{1, 3} {
		memory := planOf(t, imaging(n, m, lines), propagate.Options{Recipe: fourier.RecipeDense, Workers: 1}).Memory()
		// Two kernels and the image; what else is shared is small. Kernels of other
		// wavelengths take their place, and they wait to be collected.
		least := int64(2*16*n*m + 8*m*m)
		if lines > 1 {
			least += 2 * 16 * n * m
		}
		if memory.Shared < least || memory.Shared > least+least/4 {
			t.Errorf("%d wavelengths: %d bytes are shared, kernels and image take %d", lines, memory.Shared, least)
		}
		if (memory.Kept == 0) != (lines == 1) {
			t.Errorf("%d wavelengths: a process keeps %d bytes of kernels", lines, memory.Kept)
		}
	}
}

// Where memory is short a plan keeps fewer kernels, and makes them again: the image is the
// same. A run is refused only if it would not fit without keeping any.
func TestAShortBudgetTakesFromTheKernelsThatAreKept(t *testing.T) {
	const n, m, lines = 64, 1500, 12
	s := imaging(n, m, lines)
	want := planOf(t, s, propagate.Options{Recipe: fourier.RecipeDense, Workers: 1})
	all := want.Memory().Peak(1)
	kernels := int64(lines * 2 * 16 * n * m)
	o := propagate.Options{Recipe: fourier.RecipeDense, Workers: 1, MemoryLimit: all - kernels/2}
	got := planOf(t, s, o)
	if peak := got.Memory().Peak(1); peak > o.MemoryLimit {
		t.Errorf("%d bytes are predicted, more than the limit of %d", peak, o.MemoryLimit)
	}
	if !raceEnabled && !slices.Equal(run(t, s, o).Image.Data, run(t, s, propagate.Options{Recipe: fourier.RecipeDense, Workers: 1}).Image.Data) {
		t.Error("the image depends on how many kernels are kept")
	}
	o.MemoryLimit, o.Backend = all-2*kernels, selection(t)
	if _, err := propagate.NewPlan(s, o); !errors.Is(err, propagate.ErrMemory) {
		t.Errorf("a run that cannot fit: %v", err)
	}
}

// The light before an occulter beside the axis does not outlive the folded transform to
// its box, which turns it by a phase: there is a copy.
func TestTheCopyOfTheLightBeforeAMaskBesideTheAxisIsPredicted(t *testing.T) {
	const n = 512
	wavelength := func(shift float64, observe func(propagate.Snapshot)) float64 {
		s := lyot(n, 4, 1e-6, optics.CircularOcculter{Radius: 0.1, Placement: optics.Placement{ShiftX: shift}}, optics.CircularAperture{Radius: 3}, 16)
		return float64(planOf(t, s, propagate.Options{Recipe: fourier.RecipeFolded, Workers: 1, Observe: observe}).Memory().Wavelength)
	}
	centred, beside := wavelength(0, nil), wavelength(0.1, nil)
	if d := beside - centred; d < 16*n*n || d > 1.5*16*n*n {
		t.Errorf("a mask beside the axis takes %g bytes more, a copy of the pupil has %d", d, 16*n*n)
	}
	// Who looks is shown 512² samples of the image.
	if d := wavelength(0, func(propagate.Snapshot) {}) - centred; d < 16*512*512 {
		t.Errorf("to look takes %g bytes more", d)
	}
}

// Before the run the samples of a mask are computed: with little beside them, which is
// predicted, and not with the fine samples that they are made of.
func TestSamplingALargeMaskTakesLittleMoreThanItsSamples(t *testing.T) {
	shared := func(radius float64) (bytes, box float64) {
		s := lyot(128, 4, 1e-6, optics.CircularFieldStop{Radius: radius}, optics.CircularAperture{Radius: 3}, 16)
		plan := planOf(t, s, propagate.Options{Workers: 1})
		step := plan.Steps()[1]
		if step.Recipe != propagate.RecipeBabinet {
			t.Fatalf("a field stop of %g\u2033 is passed by %s", radius, step.Recipe)
		}
		return float64(plan.Memory().Shared), float64(step.Rows * step.Cols)
	}
	small, few := shared(0.1)
	large, many := shared(0.95)
	if d := large - small; d < 8*(many-few) || d > 3*8*(many-few)+64<<20 {
		t.Errorf("%g more samples take %g bytes more", many-few, d)
	}
}
