// Package kerneltest helps the tests of kernels: each instruction set against
// the twins. Package guarded has the memory for their operands.
package kerneltest

import (
	"math"
	"math/rand/v2"
	"testing"

	"arago/internal/kernel"
)

// EverySet runs f as a subtest for each instruction set that can run here, the
// twins included.
func EverySet(t *testing.T, f func(t *testing.T, set kernel.Set)) {
	t.Helper()
	for _, set := range kernel.Sets() {
		t.Run(string(set), func(t *testing.T) { f(t, set) })
	}
}

// Normal fills x with normal numbers of mean 0 and variance 1 and returns it.
func Normal[R float32 | float64](r *rand.Rand, x []R) []R {
	for i := range x {
		x[i] = R(r.NormFloat64())
	}
	return x
}

// Agree fails the test at the first element of got that is not within tolerance of
// want's. Infinities must be the same, and NaN stand where want has NaN.
func Agree[R float32 | float64](tb testing.TB, what string, got, want []R, tolerance float64) {
	tb.Helper()
	if len(got) != len(want) {
		tb.Fatalf("%s: %d elements, want %d", what, len(got), len(want))
	}
	for i := range want {
		if !near(float64(got[i]), float64(want[i]), tolerance) {
			tb.Fatalf("%s: element %d of %d is %v, want %v within %.3g", what, i, len(want), got[i], want[i], tolerance)
		}
	}
}

func near(a, b, tolerance float64) bool {
	return a == b || math.Abs(a-b) <= tolerance || math.IsNaN(a) && math.IsNaN(b)
}
