package fourier_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"arago/fourier"
	"arago/grid"
)

// issueTransform is a transform from a pupil of n samples to m samples over a field
// in λ/D.
type issueTransform struct {
	fourier.Transform
	n, m  int
	field float64
}

func newTransform(n, m int, field float64) issueTransform {
	const d, wavelength = 6.5, 2e-6
	return issueTransform{fourier.Transform{
		In:         grid.Square(grid.Centered(n, d/float64(n)), grid.Metre),
		Out:        grid.Square(grid.Centered(m, field*wavelength/d/float64(m)), grid.Radian),
		Wavelength: wavelength, Sign: 1,
	}, n, m, field}
}

// issueTransforms are those by which the planner is judged.
func issueTransforms() []issueTransform {
	return []issueTransform{newTransform(1024, 624, 100), newTransform(1024, 156, 25), newTransform(2048, 1024, 60), newTransform(4096, 512, 16)}
}

// machine has round figures of a processor with wide vectors, so that choices can be
// asserted wherever the tests run.
func machine() *fourier.Machine {
	flat := func(sample int, factor float64) fourier.Rates {
		product := fourier.Curve{{4, 20e9 * factor}, {64, 80e9 * factor}}
		return fourier.Rates{
			Sample: sample, RealProduct: product, ComplexProduct: product, FoldedProduct: product,
			FFT: fourier.Curve{{64, 20e9 * factor}}, Rough: 3, Window: 1.2,
			Memory: fourier.Curve{{1 << 20, 60e9}, {1 << 27, 20e9}}, Elements: 100e6, Phasors: 1e9, Scalar: 2e9, Call: 1e-6,
		}
	}
	return &fourier.Machine{
		Double: flat(16, 1), Single: flat(8, 2),
		Together: fourier.Together{Processors: 2, Products: 1.9, Lines: 1.9, Memory: 1.9, Phasors: 1.9, Fork: 5e-6},
	}
}

func TestTheRecipeThatFitsIsChosen(t *testing.T) {
	for _, c := range []struct {
		tr   issueTransform
		want string
	}{
		{newTransform(1024, 624, 100), fourier.RecipeCompressed},
		{newTransform(1024, 156, 25), fourier.RecipeCompressed},
		{newTransform(2048, 1024, 60), fourier.RecipeCompressed},
		{newTransform(4096, 512, 16), fourier.RecipeCompressed},
		// Tiny ones: what is made for large ones does not pay.
		{newTransform(12, 9, 4.4), fourier.RecipeDense},
		{newTransform(24, 20, 7), fourier.RecipeFolded},
		// Sampled at the critical rate, on the grid of an FFT and beside it.
		{newTransform(1024, 400, 400), fourier.RecipeFFT},
		{newTransform(2048, 1500, 1500*0.99), fourier.RecipeChirpZ},
		// As wide as the pupil's sampling carries.
		{newTransform(1024, 1024, 1024), fourier.RecipeFFT},
		{newTransform(1000, 1400, 1000*0.97), fourier.RecipeChirpZ},
	} {
		for _, single := range []bool{false, true} {
			list := fourier.Estimates(c.tr.Transform, machine(), single)
			if got := list[0].Recipe; got != c.want {
				t.Errorf("%d to %d over %g λ/D, single %v: %s is chosen, want %s\n%s", c.tr.n, c.tr.m, c.tr.field, single, got, c.want, table(list))
			}
		}
	}
}

func TestTheBuiltInFiguresChooseTheSameForTheTransformsOfTheIssue(t *testing.T) {
	for _, tr := range issueTransforms() {
		for _, single := range []bool{false, true} {
			if list := fourier.Estimates(tr.Transform, nil, single); list[0].Recipe != fourier.RecipeCompressed {
				t.Errorf("%d to %d, single %v: %s is chosen\n%s", tr.n, tr.m, single, list[0].Recipe, table(list))
			}
		}
	}
}

func table(list []fourier.Estimate) (text string) {
	for _, e := range list {
		text += fmt.Sprintf("\t%-10s %.3g s, %.3g s to make %s\n", e.Recipe, e.Seconds, e.SecondsOnce, e.Reason)
	}
	return text
}

func TestWhatIsChosenDoesNotDependOnTheNumberOfProcessors(t *testing.T) {
	for _, tr := range append(issueTransforms(), newTransform(64, 40, 11), newTransform(300, 200, 77)) {
		var want []string
		for _, processors := range []int{1, 2, 64} {
			m := machine()
			m.Together = fourier.DefaultTogether(processors)
			var got []string
			for _, e := range fourier.Estimates(tr.Transform, m, false) {
				got = append(got, e.Recipe)
			}
			if want == nil {
				want = got
			}
			if !slices.Equal(got, want) {
				t.Errorf("%d to %d: with %d processors the order is %v, with one %v", tr.n, tr.m, processors, got, want)
			}
		}
	}
}

func TestMoreProcessorsTakeLessTimeForWhatIsLarge(t *testing.T) {
	work := fourier.Work{
		Products: []fourier.Product{{Rows: 500, Inner: 500, Cols: 500}},
		Lines:    []fourier.Lines{{Count: 500, Length: 512, In: 512, Out: 512}},
		Moved:    1e7, Phasors: 1e6,
	}
	m := machine()
	one := m.Double.Seconds(work)
	if got := m.Seconds(work, false); !(got > one/1.95 && got < one/1.8) {
		t.Errorf("two processors take %g s for what takes one %g s", got, one)
	}
	tiny := fourier.Work{Products: []fourier.Product{{Rows: 8, Inner: 8, Cols: 8}}}
	if one, two := m.Double.Seconds(tiny), m.Seconds(tiny, false); one != two {
		t.Errorf("what is not worth sharing takes %g s, and one processor %g s", two, one)
	}
}

// The estimates must count what the transforms do. Without gains of several kinds of
// loops, time is the sum of what is counted.
func TestWorkIsCountedInOperationsAndBytes(t *testing.T) {
	tr := newTransform(100, 40, 13)
	for recipe, want := range map[string]float64{
		// Two complex products, the smaller first: 8·(40·100·100 + 40·100·40).
		fourier.RecipeDense: 8 * (40*100*100 + 40*100*40),
		// A quarter of that.
		fourier.RecipeFolded: 2 * (40*100*100 + 40*100*40),
		// 100 rows and then 40 columns to a convolution of 144 and back, of which 40 are
		// wanted: 5·n for each of log₂n levels, and on the way back of log₂40.
		fourier.RecipeChirpZ: 5 * 144 * (math.Log2(144) + math.Log2(40)) * (100 + 40),
	} {
		e := estimateOf(t, tr.Transform, recipe)
		if got := e.Each.Operations(); math.Abs(got-want) > 1e-9*want {
			t.Errorf("%s: %g operations, want %g", recipe, got, want)
		}
	}
	// Operands of both products.
	want := 16. * ((40*100 + 100*100 + 40*100) + (40*100 + 100*40 + 40*40))
	if got := estimateOf(t, tr.Transform, fourier.RecipeDense).Each.Bytes(16); got != want {
		t.Errorf("dense: %g bytes, want %g", got, want)
	}
}

func estimateOf(t *testing.T, tr fourier.Transform, recipe string) fourier.Estimate {
	t.Helper()
	for _, e := range fourier.Estimates(tr, machine(), false) {
		if e.Recipe == recipe {
			return e
		}
	}
	t.Fatalf("there is no estimate of %s", recipe)
	return fourier.Estimate{}
}

func TestATransformOfFewInputsOrOutputsCountsFewerOperations(t *testing.T) {
	whole := fourier.Lines{Count: 10, Length: 1024, In: 1024, Out: 1024}
	for _, c := range []struct {
		in, out int
		levels  float64
	}{{1024, 1024, 10}, {600, 700, 10}, {512, 1024, 9}, {256, 512, 7}, {4, 4, 10. / 3}} {
		l := whole
		l.In, l.Out = c.in, c.out
		if got, want := l.Operations(), 5*10*1024*c.levels; got != want {
			t.Errorf("%d inputs, %d outputs: %g operations, want %g", c.in, c.out, got, want)
		}
	}
}

func TestATransformThatARecipeCannotDoHasAReasonAndComesLast(t *testing.T) {
	list := fourier.Estimates(newTransform(1024, 624, 100).Transform, machine(), false)
	last := list[len(list)-1]
	if last.Recipe != fourier.RecipeFFT || last.Reason == "" || last.Seconds != 0 {
		t.Errorf("the last is %+v", last)
	}
	bad := newTransform(8, 8, 8).Transform
	bad.Wavelength = 0
	if list := fourier.Estimates(bad, machine(), false); len(list) != 1 || list[0].Reason == "" {
		t.Errorf("a transform that cannot be has the estimates\n%s", table(list))
	}
}

func TestRatesLieOnStraightLinesOfLogarithms(t *testing.T) {
	c := fourier.Curve{{10, 1e9}, {1000, 4e9}}
	for size, want := range map[int]float64{1: 1e9, 10: 1e9, 100: 2e9, 1000: 4e9, 5000: 4e9} {
		if got := c.At(size); math.Abs(got-want) > 1 {
			t.Errorf("at %d the rate is %g, want %g", size, got, want)
		}
	}
}

func TestARoughLengthTakesLonger(t *testing.T) {
	lines := func(n int) fourier.Work {
		return fourier.Work{Lines: []fourier.Lines{{Count: 1000, Length: n, In: n, Out: n}}}
	}
	m := machine()
	smooth, rough := m.Double.Seconds(lines(1024)), m.Double.Seconds(lines(1021))
	if ratio := rough / smooth; ratio < 2 || ratio > m.Double.Rough {
		t.Errorf("1021 takes %g times as long as 1024", ratio)
	}
}

// A basis costs as much as some small transforms, and one serves all wavelengths of a band:
// what is too dear for one image is not for those of several wavelengths.
func TestBasesOfABandAreChosenByAllOfItsWavelengths(t *testing.T) {
	for _, c := range []struct {
		wavelengths, bands int
		want               string
	}{{1, 1, fourier.RecipeFolded}, {20, 1, fourier.RecipeCompressed}, {20, 20, fourier.RecipeFolded}} {
		tr := newTransform(128, 128, 20).Transform
		tr.Wavelengths, tr.Bands = c.wavelengths, c.bands
		if list := fourier.Estimates(tr, machine(), false); list[0].Recipe != c.want {
			t.Errorf("%d wavelengths in %d bands: %s is chosen, want %s\n%s", c.wavelengths, c.bands, list[0].Recipe, c.want, table(list))
		}
	}
}
