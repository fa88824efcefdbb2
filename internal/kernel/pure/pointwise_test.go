package pure_test

import (
	"math"
	"math/big"
	"testing"

	"arago/internal/kernel/pure"
)

func TestPhasorKeepsFullAccuracyOverThousandsOfWaves(t *testing.T) {
	const wavelength = 0.6328e-6
	for _, waves := range []float64{0, 0.25, -0.5, 3.1, 9999.77, -123456.789} {
		opd := waves * wavelength
		// The truth: opd/wavelength of the very numbers that went in, in 300 bits.
		exact := new(big.Float).SetPrec(300).Quo(big.NewFloat(opd).SetPrec(300), big.NewFloat(wavelength).SetPrec(300))
		whole, _ := exact.Int(nil)
		rest, _ := exact.Sub(exact, new(big.Float).SetPrec(300).SetInt(whole)).Float64()
		wantIm, wantRe := math.Sincos(2 * math.Pi * rest)

		double := []float64{1, 0}
		pure.Phasor(double, nil, []float64{opd}, wavelength)
		if d := math.Hypot(double[0]-wantRe, double[1]-wantIm); d > 4e-16*2*math.Pi {
			t.Errorf("%g waves: off by %g", waves, d)
		}
		single := []float32{1, 0}
		pure.Phasor(single, nil, []float64{opd}, wavelength)
		if d := math.Hypot(float64(single[0])-wantRe, float64(single[1])-wantIm); d > 0x1p-23 {
			t.Errorf("%g waves in single precision: off by %g", waves, d)
		}
	}
}

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

func TestIntensityAddsTheWeightedSquare(t *testing.T) {
	image := []float64{1, 10}
	pure.Intensity(image, []float32{3, 4, 0, -2}, 0.5)
	if image[0] != 13.5 || image[1] != 12 {
		t.Errorf("image %v, want [13.5 12]", image)
	}
}

func TestScaleAndMultiplyScaledAreComplexProducts(t *testing.T) {
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
}
