package propagate_test

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"arago/grid"
	"arago/optics"
	"arago/propagate"
)

func TestSamplesAreVerifiedWhereTheyAreAskedFor(t *testing.T) {
	s := kinds()["occulter"]
	plan := planOf(t, s, propagate.Options{Backend: selection(t)})
	r, err := plan.Run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	place := func(v propagate.VerifiedSample) (x, y float64) {
		return r.Image.X.At(v.Col) / grid.Arcsecond, r.Image.Y.At(v.Row) / grid.Arcsecond
	}
	for name, c := range map[string]struct {
		region propagate.Region
		inside func(x, y float64) bool
	}{
		"a ring":      {propagate.Ring(0.1, 0.18), func(x, y float64) bool { d := math.Hypot(x, y); return d >= 0.1 && d <= 0.18 }},
		"a rectangle": {propagate.Rectangle(-0.1, 0.05, 0.02, 0.12), func(x, y float64) bool { return x >= -0.1 && x <= 0.05 && y >= 0.02 && y <= 0.12 }},
		// Samples are 7.5 and 10 mas apart.
		"a place": {propagate.At(0.1012, -0.0643), func(x, y float64) bool { return math.Abs(x-0.1012) <= 0.00376 && math.Abs(y+0.0643) <= 0.00501 }},
	} {
		v, err := plan.Verify(context.Background(), r, 12, c.region)
		if err != nil {
			t.Fatal(err)
		}
		if err := v.Err(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		want := 12
		if name == "a place" {
			want = 2
		}
		if len(v.Samples) != want {
			t.Fatalf("%s: %d samples were verified", name, len(v.Samples))
		}
		row, col := peakIndex(r.Image)
		if v.Samples[0].Row != row || v.Samples[0].Col != col {
			t.Errorf("%s: the first sample is not the peak, but %+v", name, v.Samples[0])
		}
		for _, sample := range v.Samples[1:] {
			if x, y := place(sample); !c.inside(x, y) {
				t.Errorf("%s: %g″, %g″ was verified", name, x, y)
			}
		}
		for k, value := range r.Image.Data {
			sample := propagate.VerifiedSample{Row: k / r.Image.X.N, Col: k % r.Image.X.N}
			if x, y := place(sample); c.inside(x, y) && value < v.Samples[1].Image {
				t.Fatalf("%s: there is a sample of %g, and the second that was verified is %g", name, value, v.Samples[1].Image)
			}
		}
	}
	// However few are asked for, each region has its faintest.
	v, err := plan.Verify(context.Background(), r, 1, propagate.At(0.1, 0.1), propagate.At(-0.1, 0.1), propagate.Ring(0, 0.02))
	if err != nil || len(v.Samples) != 4 {
		t.Errorf("%d samples were verified: %v", len(v.Samples), err)
	}
	// All of a small region.
	if v, err = plan.Verify(context.Background(), r, 1000, propagate.Ring(0, 0.02)); err != nil || len(v.Samples) >= 30 || len(v.Samples) < 10 {
		t.Errorf("of a disc of 0.04″, %d samples were verified: %v", len(v.Samples), err)
	}
}

func TestARegionWithoutSamplesIsAnErrorThatSaysWhereThereAreSome(t *testing.T) {
	s := kinds()["direct"]
	plan := planOf(t, s, propagate.Options{Backend: selection(t)})
	for _, c := range []struct {
		region propagate.Region
		words  string
	}{
		{propagate.At(0.3, 0), "no sample of the last plane has 0.3 in x and 0 in y; it reaches from -0.225 to 0.225″ in x and from -0.25 to 0.25″ in y, in steps of 0.0075″"},
		{propagate.Ring(0.4, 0.5), "no sample of the last plane has 0.4 to 0.5 from the axis"},
		{propagate.Rectangle(0.001, 0.002, 0, 1), "0.001 to 0.002 in x and 0 to 1 in y"},
		{propagate.Ring(0.5, 0.4), "its limits must rise"},
		{propagate.Ring(-0.5, 0.4), "distances be positive"},
		{propagate.At(math.NaN(), 0), "its limits must be finite"},
		{propagate.Rectangle(0, math.Inf(1), 0, 1), "its limits must be finite"},
	} {
		if _, err := plan.Verifier(3, c.region); !errors.Is(err, propagate.ErrRegion) || !strings.Contains(err.Error(), c.words) {
			t.Errorf("%v: error %v", c.region, err)
		}
	}
	// The field's edges belong to it.
	if _, err := plan.Verifier(1, propagate.At(0.225, -0.25), propagate.At(-0.225, 0.25)); err != nil {
		t.Error(err)
	}
	// In a pupil regions are in metres.
	s = kinds()["ends in a pupil"]
	if _, err := planOf(t, s, propagate.Options{Backend: selection(t)}).Verifier(1, propagate.At(2, 2)); err != nil {
		t.Error(err)
	}
}

// What lies in a dark hole is wrong by more than rounding explains long before it shows
// beside the peak; who looks there finds it.
func TestAFaultInADarkHoleIsFoundByLookingThere(t *testing.T) {
	s := direct(48, 6.5, 1e-6, 0.02, 41, optics.CircularAperture{Radius: 3})
	plan := planOf(t, s, propagate.Options{Backend: selection(t)})
	r, err := plan.Run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	row, col := 33, 9 // 0.34″ from the axis
	peakRow, peakCol := peakIndex(r.Image)
	r.Image.Data[row*r.Image.X.N+col] += 1e-10 * r.Image.At(peakRow, peakCol)
	x, y := r.Image.X.At(col)/grid.Arcsecond, r.Image.Y.At(row)/grid.Arcsecond
	v, err := plan.Verify(context.Background(), r, 5, propagate.At(x, y))
	if err != nil {
		t.Fatal(err)
	}
	if err := v.Err(); !errors.Is(err, propagate.ErrVerify) || !strings.Contains(err.Error(), "row 33, column 9") {
		t.Errorf("error %v", err)
	}
}
