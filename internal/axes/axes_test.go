package axes_test

import (
	"math"
	"slices"
	"testing"

	"arago/grid"
	"arago/internal/axes"
)

func TestTicksAreRoundValuesWithinTheAxis(t *testing.T) {
	for _, c := range []struct {
		low, high float64
		most      int
		want      []string
	}{
		{-2.5, 2.5, 7, []string{"−2", "−1", "0", "1", "2"}},
		{-0.024, 0.024, 5, []string{"−0.02", "0.00", "0.02"}},
		{0, 1, 6, []string{"0.0", "0.2", "0.4", "0.6", "0.8", "1.0"}},
		{-150, 150, 4, []string{"−100", "0", "100"}},
		{2.1, 2.9, 5, []string{"2.2", "2.4", "2.6", "2.8"}},
	} {
		var labels []string
		for _, tick := range axes.Ticks(c.low, c.high, c.most) {
			labels = append(labels, tick.Label)
			if tick.At < c.low-1e-9 || tick.At > c.high+1e-9 {
				t.Errorf("%g to %g has a tick at %g", c.low, c.high, tick.At)
			}
		}
		if !slices.Equal(labels, c.want) {
			t.Errorf("%g to %g has the ticks %q, want %q", c.low, c.high, labels, c.want)
		}
	}
}

func TestNumbersHaveATrueMinusAndNoNegativeZero(t *testing.T) {
	for _, c := range []struct {
		v        float64
		decimals int
		want     string
	}{{-1.25, 1, "−1.2"}, {-0.01, 1, "0.0"}, {math.Copysign(0, -1), 0, "0"}, {3, 2, "3.00"}} {
		if got := axes.Number(c.v, c.decimals); got != c.want {
			t.Errorf("%g with %d decimals is %q, want %q", c.v, c.decimals, got, c.want)
		}
	}
}

func TestPupilsAreReadInMetresAndTheSkyInArcseconds(t *testing.T) {
	if size, name := axes.Unit(grid.Metre); size != 1 || name != "m" {
		t.Errorf("a pupil is read in %g %s", size, name)
	}
	if size, name := axes.Unit(grid.Radian); size != math.Pi/648000 || name != "arcsec" {
		t.Errorf("the sky is read in %g %s", size, name)
	}
}

func TestExponentIsThePowerOfTenThatANumberBeginsWith(t *testing.T) {
	for v, want := range map[float64]int{1: 0, 9.99: 0, 10: 1, 0.02: -2} {
		if got := axes.Exponent(v); got != want {
			t.Errorf("%g begins with 10^%d, want %d", v, got, want)
		}
	}
}
