package kernel_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"unsafe"

	"arago/internal/guarded"
	"arago/internal/kernel"
	"arago/internal/kernel/kerneltest"
)

// pointwiseLoop is a pointwise loop, or one way to call it, on n complex
// numbers: operands of 2n reals and of n float64s.
type pointwiseLoop[R float32 | float64] struct {
	name             string
	complexes, reals int
	written          int // so many of the complex operands, the first, are only written
	run              func(t *kernel.Table[R], x [][]R, y [][]float64) float64
}

func pointwiseLoops[R float32 | float64]() []pointwiseLoop[R] {
	type table = *kernel.Table[R]
	const wavelength = 0.6328e-6
	// loop is for those that return nothing.
	loop := func(name string, complexes, reals, written int, run func(t table, x [][]R, y [][]float64)) pointwiseLoop[R] {
		return pointwiseLoop[R]{name, complexes, reals, written, func(t table, x [][]R, y [][]float64) float64 {
			run(t, x, y)
			return 0
		}}
	}
	return []pointwiseLoop[R]{
		loop("Scale", 2, 0, 1, func(t table, x [][]R, _ [][]float64) { t.Scale(x[0], x[1], 1.7, -0.3) }),
		loop("Scale in place", 1, 0, 0, func(t table, x [][]R, _ [][]float64) { t.Scale(x[0], x[0], 1.7, -0.3) }),
		loop("ScaleReal", 1, 0, 0, func(t table, x [][]R, _ [][]float64) { t.ScaleReal(x[0], 1.7) }),
		loop("MultiplyIn", 2, 0, 0, func(t table, x [][]R, _ [][]float64) { t.MultiplyIn(x[0], x[1]) }),
		loop("MultiplyScaled", 2, 0, 0, func(t table, x [][]R, _ [][]float64) { t.MultiplyScaled(x[0], x[1], 1.7, -0.3) }),
		loop("Phasor", 1, 2, 0, func(t table, x [][]R, y [][]float64) { t.Phasor(x[0], y[0], y[1], wavelength) }),
		loop("Phasor without amplitude", 1, 1, 0, func(t table, x [][]R, y [][]float64) { t.Phasor(x[0], nil, y[0], wavelength) }),
		loop("Phasor without OPD", 1, 1, 0, func(t table, x [][]R, y [][]float64) { t.Phasor(x[0], y[0], nil, wavelength) }),
		loop("Phasor by the slow way", 1, 2, 0, func(t table, x [][]R, y [][]float64) { t.Phasor(x[0], y[0], y[1], 1e151) }),
		loop("WritePhasor", 1, 2, 1, func(t table, x [][]R, y [][]float64) { t.WritePhasor(x[0], y[0], y[1], wavelength) }),
		loop("WritePhasor without amplitude", 1, 1, 1, func(t table, x [][]R, y [][]float64) { t.WritePhasor(x[0], nil, y[0], -wavelength) }),
		loop("WritePhasor without OPD", 1, 1, 1, func(t table, x [][]R, y [][]float64) { t.WritePhasor(x[0], y[0], nil, wavelength) }),
		loop("Intensity", 1, 1, 0, func(t table, x [][]R, y [][]float64) { t.Intensity(y[0], x[0], 0.7) }),
		{"Power", 1, 0, 0, func(t table, x [][]R, _ [][]float64) float64 { return t.Power(x[0]) }},
		loop("Fold", 4, 0, 2, func(t table, x [][]R, _ [][]float64) { t.Fold(x[0], x[1], x[2], x[3]) }),
		loop("Fold in place", 2, 0, 0, func(t table, x [][]R, _ [][]float64) { t.Fold(x[0], x[1], x[0], x[1]) }),
		loop("FoldMirrored", 4, 0, 2, func(t table, x [][]R, _ [][]float64) { t.FoldMirrored(x[0], x[1], x[2], x[3]) }),
		loop("FoldMirrored into a", 3, 0, 1, func(t table, x [][]R, _ [][]float64) { t.FoldMirrored(x[1], x[0], x[1], x[2]) }),
		loop("UnfoldMirrored", 4, 0, 2, func(t table, x [][]R, _ [][]float64) { t.UnfoldMirrored(x[0], x[1], x[2], x[3]) }),
		loop("UnfoldMirrored into odd", 3, 0, 1, func(t table, x [][]R, _ [][]float64) { t.UnfoldMirrored(x[1], x[0], x[2], x[1]) }),
	}
}

// special are numbers that stand among the operands. −1e6 is an OPD beyond what
// the fast way counts.
var special = []float64{0, math.Copysign(0, -1), math.Inf(1), math.Inf(-1), math.NaN(), 1e-310, -1e6, 1e5, 0.6328e-6 / 8}

// fillPointwise fills x with numbers of the size of OPDs in waves, and one in
// twelve that is special.
func fillPointwise[R float32 | float64](r *rand.Rand, x []R) {
	for i := range x {
		x[i] = R(r.NormFloat64() * 1e-6)
		if r.IntN(12) == 0 {
			x[i] = R(special[r.IntN(len(special))])
		}
	}
}

func sameBits[R float32 | float64](a, b R) bool {
	return a == b && math.Signbit(float64(a)) == math.Signbit(float64(b)) || a != a && b != b
}

func differentFrom[R float32 | float64](t *testing.T, what string, got, want []R) bool {
	t.Helper()
	for i := range want {
		if !sameBits(got[i], want[i]) {
			t.Errorf("%s: element %d of %d is %v, the twin's %v", what, i, len(want), got[i], want[i])
			return true
		}
	}
	return false
}

func TestEveryPointwiseLoopGivesTheBitsOfItsTwin(t *testing.T) {
	t.Run("double", pointwiseLoopsAgainstTwins[float64])
	t.Run("single", pointwiseLoopsAgainstTwins[float32])
}

func pointwiseLoopsAgainstTwins[R float32 | float64](t *testing.T) {
	// Five vectors of eight complex numbers, and what rounds of several vectors
	// leave over.
	const longest = 5*8 + 3
	kerneltest.EverySet(t, func(t *testing.T, set kernel.Set) {
		for _, l := range pointwiseLoops[R]() {
			t.Run(l.name, func(t *testing.T) {
				size := int(unsafe.Sizeof(R(0)))
				x, y := rooms(t, l.complexes, 2*longest*size), rooms(t, l.reals, longest*8)
				for n := range longest + 1 {
					for _, at := range guarded.Places[R]() {
						if againstTwin(t, set, l, n, func(i int) []R { return guarded.In[R](x[i], 2*n, shifted[R](at, i)) },
							func(i int) []float64 { return guarded.In[float64](y[i], n, shifted[float64](at, 3*i)) }) {
							t.Fatalf("%d complex numbers %v", n, at)
						}
					}
				}
			})
		}
	})
}

// shifted gives operands places that differ; at the end of a page all of them are.
func shifted[T any](at guarded.Place, by int) guarded.Place {
	if at == guarded.AtEnd {
		return at
	}
	return (at + guarded.Place(by)) % guarded.Place(len(guarded.Places[T]())-1)
}

func rooms(t *testing.T, n, size int) []*guarded.Memory {
	m := make([]*guarded.Memory, n)
	for i := range m {
		m[i] = guarded.New(t, size)
	}
	return m
}

// againstTwin runs a loop on operands in the memory given and says whether it
// differs from its twin. What is only written is NaN before.
func againstTwin[R float32 | float64](t *testing.T, set kernel.Set, l pointwiseLoop[R], n int, complexes func(i int) []R, reals func(i int) []float64) bool {
	r := rand.New(rand.NewPCG(uint64(n), 6))
	var x, wantX [][]R
	var y, wantY [][]float64
	for i := range l.complexes {
		v := complexes(i)
		if i >= l.written {
			fillPointwise(r, v)
		}
		x, wantX = append(x, v), append(wantX, slices.Clone(v))
	}
	for i := range l.reals {
		v := reals(i)
		fillPointwise(r, v)
		y, wantY = append(y, v), append(wantY, slices.Clone(v))
	}
	got, want := l.run(kernel.Of[R](set), x, y), l.run(kernel.Of[R](kernel.Pure), wantX, wantY)
	different := differentFrom(t, "result", []float64{got}, []float64{want})
	for i := range x {
		different = differentFrom(t, fmt.Sprintf("complex operand %d", i), x[i], wantX[i]) || different
	}
	for i := range y {
		different = differentFrom(t, fmt.Sprintf("real operand %d", i), y[i], wantY[i]) || different
	}
	return different
}

// Long rows are cut into several calls.
func TestPointwiseLoopsOnLongRows(t *testing.T) {
	const n = 3<<13 + 13
	kerneltest.EverySet(t, func(t *testing.T, set kernel.Set) {
		for _, l := range pointwiseLoops[float64]() {
			againstTwin(t, set, l, n, func(int) []float64 { return make([]float64, 2*n) }, func(int) []float64 { return make([]float64, n) })
		}
		for _, l := range pointwiseLoops[float32]() {
			againstTwin(t, set, l, n, func(int) []float32 { return make([]float32, 2*n) }, func(int) []float64 { return make([]float64, n) })
		}
	})
}

func TestFoldsAndUnfoldsAreInverse(t *testing.T) {
	kerneltest.EverySet(t, func(t *testing.T, set kernel.Set) {
		table := kernel.Of[float64](set)
		for _, n := range []int{1, 8, 100} {
			r := rand.New(rand.NewPCG(7, uint64(n)))
			room := func() []float64 { return make([]float64, 2*n) }
			a, b := kerneltest.Normal(r, room()), kerneltest.Normal(r, room())
			for i := range a {
				// Whole numbers: sums and differences are exact.
				a[i], b[i] = math.Round(1e6*a[i]), math.Round(1e6*b[i])
			}
			twice := func(x []float64) []float64 {
				y := slices.Clone(x)
				table.ScaleReal(y, 2)
				return y
			}
			even, odd, first, last := room(), room(), room(), room()
			table.Fold(even, odd, a, b)
			table.Fold(first, last, even, odd)
			differentFrom(t, "rows folded and unfolded", append(first, last...), append(twice(a), twice(b)...))
			table.FoldMirrored(even, odd, a, b)
			table.UnfoldMirrored(first, last, even, odd)
			differentFrom(t, "row folded and unfolded", append(first, last...), append(twice(a), twice(b)...))
			if even[0] != a[0]+b[2*n-2] || odd[1] != a[1]-b[2*n-1] {
				t.Errorf("the first of %d folded to %g and %gi", n, even[0], odd[1])
			}
		}
	})
}
