package kerneltest_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"arago/internal/kernel"
	"arago/internal/kernel/kerneltest"
)

func TestEverySetIsRunOnce(t *testing.T) {
	var seen []kernel.Set
	kerneltest.EverySet(t, func(t *testing.T, set kernel.Set) { seen = append(seen, set) })
	if !slices.Equal(seen, kernel.Sets()) {
		t.Errorf("ran %v of %v", seen, kernel.Sets())
	}
}

// recorder takes down the failure in place of stopping the test.
type recorder struct {
	testing.TB
	message string
}

func (r *recorder) Helper() {}

func (r *recorder) Fatalf(format string, args ...any) {
	if r.message == "" {
		r.message = fmt.Sprintf(format, args...)
	}
}

func TestAgreeTellsWhatDiffers(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for _, c := range []struct {
		got, want float64
		agree     bool
	}{
		{1, 1, true}, {1, 1.05, true}, {1, 1.2, false}, {inf, inf, true}, {inf, -inf, false},
		{nan, nan, true}, {nan, 1, false}, {1, nan, false}, {inf, nan, false}, {1, inf, false},
	} {
		r := &recorder{TB: t}
		kerneltest.Agree(r, "x", []float64{7, c.got}, []float64{7, c.want}, 0.1)
		if (r.message == "") != c.agree {
			t.Errorf("%g against %g: %q", c.got, c.want, r.message)
		}
	}
	r := &recorder{TB: t}
	if kerneltest.Agree(r, "x", []float32{1, 2}, []float32{1, 3}, 0.5); r.message != "x: element 1 of 2 is 2, want 3 within 0.5" {
		t.Errorf("the failure reads %q", r.message)
	}
	r = &recorder{TB: t}
	if kerneltest.Agree(r, "x", nil, []float64{}, 0); r.message != "" {
		t.Errorf("nothing against nothing: %q", r.message)
	}
}

func TestNormalFillsEveryElement(t *testing.T) {
	x := kerneltest.Normal(rand.New(rand.NewPCG(1, 2)), make([]float32, 1000))
	var sum, squares float64
	for _, v := range x {
		sum += float64(v)
		squares += float64(v * v)
	}
	// Means of 1000: their own deviations are 0.03 and 0.045.
	if math.Abs(sum/1000) > 0.15 || math.Abs(squares/1000-1) > 0.2 {
		t.Errorf("mean %g, mean square %g", sum/1000, squares/1000)
	}
}
