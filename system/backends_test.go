package system_test

import (
	"context"
	"errors"
	"math"
	"testing"

	"arago/backend"
	"arago/backend/all"
	"arago/backend/gonum"
	"arago/propagate"
	"arago/system"
)

// Every back end of this build gives the image that pure Go gives: of the main
// job, and of a coronagraph that needs the Fourier transform.
func TestEveryBackEndGivesTheSameImage(t *testing.T) {
	registry := all.Registry()
	for _, file := range []string{"../examples/segmented.toml", "../testdata/poppy/lyot_offset.toml"} {
		var reference *propagate.Result
		for _, name := range registry.Names() {
			if name == gonum.Name {
				continue
			}
			_, err := registry.Open(name)
			if errors.Is(err, backend.ErrNotBuilt) {
				continue
			}
			t.Run(name, func(t *testing.T) {
				if err != nil {
					t.Skipf("back end %s cannot be used on this machine: %v", name, err)
				}
				s, err := system.Read(file)
				if err != nil {
					t.Fatal(err)
				}
				if reference == nil {
					reference = runWith(t, s, gonum.Name, propagate.Double)
				}
				for precision, bound := range map[propagate.Precision]float64{
					// An image sample sums a thousand products twice; its error
					// grows with the square root of that, and so do the bounds.
					propagate.Double: 64 * 0x1p-53, propagate.Single: 64 * 0x1p-24,
				} {
					got := runWith(t, s, name, precision)
					var difference, peak float64
					for i, v := range reference.Image.Data {
						difference = max(difference, math.Abs(got.Image.Data[i]-v))
						peak = max(peak, v)
					}
					t.Logf("%s, %v precision: %.2g of the peak", got.Backend, precision, difference/peak)
					if !(difference <= bound*peak) {
						t.Errorf("%s, %v precision: differs by %.3g of the peak, more than %.3g", file, precision, difference/peak, bound)
					}
				}
			})
		}
	}
}

func runWith(tb testing.TB, s propagate.System, choice string, precision propagate.Precision) *propagate.Result {
	tb.Helper()
	return runBy(tb, s, choice, propagate.Options{Precision: precision})
}

// runBy runs a system with options, by a choice of back ends.
func runBy(tb testing.TB, s propagate.System, choice string, o propagate.Options) *propagate.Result {
	tb.Helper()
	backends, err := all.Registry().Select(choice)
	if err != nil {
		tb.Fatal(err)
	}
	o.Backend = backends
	plan, err := propagate.NewPlan(s, o)
	if err != nil {
		tb.Fatal(err)
	}
	result, err := plan.Run(context.Background())
	if err != nil {
		tb.Fatal(err)
	}
	return result
}
