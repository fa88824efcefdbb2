package pure_test

import (
	"math"
	"slices"
	"testing"

	"arago/internal/kernel/pure"
)

func TestPhasorOfAmplitudeAndOPD(t *testing.T) {
	// A quarter wave turns 1 into i; amplitude zero silences even a NaN.
	field := []float64{1, 0, 1, 0, 0, 2, 3, 4}
	pure.Phasor(field, []float64{0.5, 0, 1, 2}, []float64{0.25, math.NaN(), 0.5, 0}, 1)
	for i, want := range []float64{0, 0.5, 0, 0, 0, -2, 6, 8} {
		if math.Abs(field[i]-want) > 1e-15 {
			t.Errorf("part %d is %g, want %g", i, field[i], want)
		}
	}
	field = []float64{1, 2, 3, 4}
	pure.Phasor(field, []float64{2, 0}, nil, 1)
	for i, want := range []float64{2, 4, 0, 0} {
		if field[i] != want {
			t.Errorf("amplitude alone: part %d is %g, want %g", i, field[i], want)
		}
	}
	pure.Phasor(field, nil, nil, 1)
	if field[0] != 2 {
		t.Errorf("no effect changed the field to %g", field[0])
	}
}

func TestWritePhasorWritesWhatPhasorMultipliesOneBy(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		amplitude, opd []float64
		re, im         float64
	}{
		{nil, nil, 1, 0}, {[]float64{3}, nil, 3, 0}, {nil, []float64{1.25}, 0, 1}, {[]float64{3}, []float64{-0.25}, 0, -3},
		{[]float64{0}, []float64{nan}, 0, 0},
	} {
		field := []float32{float32(nan), float32(nan)}
		pure.WritePhasor(field, c.amplitude, c.opd, 1)
		if float64(field[0]) != c.re || float64(field[1]) != c.im {
			t.Errorf("amplitude %v and OPD %v give %v, want %g + %gi", c.amplitude, c.opd, field, c.re, c.im)
		}
	}
}

func TestPowerIsTheSumOfTheSquares(t *testing.T) {
	// Whole numbers are added exactly in any order: 1² + 2² + … + n².
	for n := range 100 {
		x := make([]float32, n)
		for i := range x {
			x[i] = float32(i + 1)
		}
		if got, want := pure.Power(x), float64(n*(n+1)*(2*n+1)/6); got != want {
			t.Errorf("%d numbers have the power %g, want %g", n, got, want)
		}
	}
}

func TestFoldsAreSumsAndDifferences(t *testing.T) {
	a, b := []float64{1, 2, 3, 4}, []float64{10, 20, 30, 40}
	sum, diff := make([]float64, 4), make([]float64, 4)
	check := func(what string, wantSum, wantDiff []float64) {
		t.Helper()
		if !slices.Equal(sum, wantSum) || !slices.Equal(diff, wantDiff) {
			t.Errorf("%s: %v and %v, want %v and %v", what, sum, diff, wantSum, wantDiff)
		}
	}
	pure.Fold(sum, diff, a, b)
	check("rows", []float64{11, 22, 33, 44}, []float64{-9, -18, -27, -36})
	pure.FoldMirrored(sum, diff, a, b)
	check("halves of a row", []float64{31, 42, 13, 24}, []float64{-29, -38, -7, -16})
	pure.UnfoldMirrored(sum, diff, a, b)
	check("parts of a row", []float64{11, 22, 33, 44}, []float64{-27, -36, -9, -18})
}

func TestIntensityAddsTheWeightedSquare(t *testing.T) {
	image := []float64{1, 10}
	pure.Intensity(image, []float32{3, 4, 0, -2}, 0.5)
	if image[0] != 13.5 || image[1] != 12 {
		t.Errorf("image %v, want [13.5 12]", image)
	}
}

func TestProductsAreComplexOnes(t *testing.T) {
	expect := func(what string, got []float64, want ...float64) {
		t.Helper()
		for i := range want {
			if got[i] != want[i] {
				t.Errorf("%s: part %d is %g, want %g", what, i, got[i], want[i])
			}
		}
	}
	x := []float64{1, 2, 0, 1}
	pure.Scale(x, x, 3, 4)
	expect("(1+2i)(3+4i), i(3+4i)", x, -5, 10, -4, 3)
	y := []float64{1, 1, 2, 0}
	pure.MultiplyScaled(y, []float64{1, 0, 0, 1}, 0, 2)
	expect("(1+i)·1·2i, 2·i·2i", y, -2, 2, -4, 0)
	z := []float64{1, 2, 0, 1}
	pure.MultiplyIn(z, []float64{3, 4, 0, 1})
	expect("(1+2i)(3+4i), i·i", z, -5, 10, -1, 0)
	pure.ScaleReal(z, 2)
	expect("twice that", z, -10, 20, -2, 0)
}
