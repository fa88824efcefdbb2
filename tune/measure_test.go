package tune_test

import (
	"context"
	"errors"
	"math"
	"runtime"
	"slices"
	"testing"

	"arago/backend"
	"arago/backend/gonum"
	"arago/fourier"
	"arago/tune"
)

func selection(t *testing.T) backend.Selection {
	t.Helper()
	var r backend.Registry
	r.Register(gonum.Name, gonum.New)
	s, err := r.Select(gonum.Name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// once calls work a single time and says that it took so many seconds.
func once(seconds float64) func(work func()) float64 {
	return func(work func()) float64 {
		work()
		return seconds
	}
}

func TestEveryRateIsMeasuredWithOneProcessorAndWhatAllDoTogetherWithAll(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(3))
	var used []int
	calls, done := 0, 0
	m, err := tune.Measure(context.Background(), selection(t), tune.Options{
		Time: func(work func()) float64 {
			used = append(used, runtime.GOMAXPROCS(0))
			// All of them would take minutes without vector instructions.
			if calls++; calls%12 == 1 {
				work()
			}
			// What all processors do takes half the time.
			if runtime.GOMAXPROCS(0) > 1 {
				return 0.5e-3
			}
			return 1e-3
		},
		Progress: func(n, total int) {
			if n != done || total <= n {
				t.Errorf("progress %d of %d after %d", n, total, done)
			}
			done++
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := runtime.GOMAXPROCS(0); got != 3 {
		t.Errorf("afterwards %d processors are in use, want 3", got)
	}
	if !slices.Contains(used, 1) || !slices.Contains(used, 3) || len(slices.Compact(slices.Sorted(slices.Values(used)))) != 2 {
		t.Errorf("measured with %v processors", slices.Compact(slices.Sorted(slices.Values(used))))
	}
	for _, r := range []fourier.Rates{m.Double, m.Single} {
		for name, c := range map[string]fourier.Curve{"real": r.RealProduct, "complex": r.ComplexProduct, "folded": r.FoldedProduct, "fft": r.FFT, "memory": r.Memory} {
			if len(c) < 4 || !slices.IsSortedFunc(c, func(a, b fourier.Point) int { return a.Size - b.Size }) {
				t.Errorf("%s has the points %v", name, c)
			}
			for _, p := range c {
				if !(p.Rate > 0) || math.IsInf(p.Rate, 0) {
					t.Errorf("%s: a rate of %g at %d", name, p.Rate, p.Size)
				}
			}
		}
	}
	together := m.Together
	if together.Processors != 3 || together.Products != 2 || together.Lines != 2 || together.Memory != 2 || together.Phasors != 2 {
		t.Errorf("together %+v, want gains of 2", together)
	}
	// 2^20 real operations on complex numbers in 1 ms, but for what the memory takes.
	if rate := m.Double.Memory.At(1 << 21); rate != 2*(1<<21)/1e-3 {
		t.Errorf("memory at 2 MiB: %g bytes a second", rate)
	}
}

func TestAMeasurementEndsWhenItIsInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := tune.Measure(ctx, selection(t), tune.Options{Time: once(1)})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

func TestRecipesAreComparedInThePlannersOrder(t *testing.T) {
	shapes := []tune.Shape{{N: 32, M: 20, Field: 8}, {N: 16, M: 16, Field: 16}}
	rows, err := tune.Recipes(context.Background(), selection(t).Double, nil, shapes, 1, tune.Options{Time: once(1e-3)})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range shapes {
		var got, want []string
		for _, e := range fourier.Estimates(s.Transform(), nil, false) {
			want = append(want, e.Recipe)
		}
		for i, r := range rows {
			if r.Shape != s {
				continue
			}
			got = append(got, r.Recipe)
			if r.Rank != len(got) || r.Reason == "" && r.Measured != 1e-3 {
				t.Errorf("row %d is %+v", i, r)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%v: recipes %v, want %v", s, got, want)
		}
	}
}

func TestARecipeThatWouldTakeTooLongIsLeftOut(t *testing.T) {
	rows, err := tune.Recipes(context.Background(), selection(t).Single, nil, []tune.Shape{{N: 64, M: 64, Field: 20}}, 0, tune.Options{Time: func(func()) float64 {
		t.Error("something is measured")
		return 1
	}})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if r.Reason == "" {
			t.Errorf("%s is not left out", r.Recipe)
		}
	}
}

func TestRegretIsTheWorseOfATransformAloneAndWithItsPlan(t *testing.T) {
	s := tune.Shape{N: 8, M: 8, Field: 2}
	row := func(rank int, measured, once float64) tune.Comparison {
		return tune.Comparison{Shape: s, Rank: rank, Measured: measured, MeasuredOnce: once}
	}
	for _, c := range []struct {
		rows        []tune.Comparison
		want, least float64
	}{
		{[]tune.Comparison{row(1, 2, 0), row(2, 3, 0)}, 1, 1},
		{[]tune.Comparison{row(1, 3, 0), row(2, 2, 0)}, 1.5, 1},
		{[]tune.Comparison{row(1, 1, 9), row(2, 2, 2)}, 2.5, 2},
		{[]tune.Comparison{row(1, 3, 1), row(2, 2, 8), {Shape: s, Rank: 3, Reason: "cannot"}}, 1.5, 1.5},
	} {
		if got := tune.Regret(c.rows)[s]; got != c.want {
			t.Errorf("%+v: %g, want %g", c.rows, got, c.want)
		}
		if got := tune.Compromises(c.rows)[s]; got != c.least {
			t.Errorf("%+v: the best compromise has %g, want %g", c.rows, got, c.least)
		}
	}
}
