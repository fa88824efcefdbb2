package backend_test

import (
	"math/cmplx"
	"math/rand/v2"
	"testing"

	"arago/backend"
	"arago/backend/gonum"
)

// productsOnly hides that a library can fold.
type productsOnly[R backend.Real, C backend.Complex] struct{ backend.Linear[R, C] }

func TestWhatALibraryCannotFoldIsFoldedForIt(t *testing.T) {
	var r backend.Registry
	r.Register("gonum", gonum.New)
	r.Register("plain", func() (backend.Implementation, error) {
		impl, err := gonum.New()
		impl.LinearDouble = productsOnly[float64, complex128]{impl.LinearDouble}
		impl.LinearSingle = productsOnly[float32, complex64]{impl.LinearSingle}
		return impl, err
	})
	whole, err := r.Select("gonum")
	if err != nil {
		t.Fatal(err)
	}
	plain, err := r.Select("plain")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range [][3]int{{3, 8, 5}, {4, 9, 70}, {1, 1, 1}, {2, 0, 3}, {30, 200, 65}} {
		// Sums of k terms of normal size in either order.
		sameParts(t, whole.Double, plain.Double, s, 1e-15*float64(s[1]+1))
		sameParts(t, whole.Single, plain.Single, s, 1e-6*float64(s[1]+1))
	}
}

func sameParts[R backend.Real, C backend.Complex](t *testing.T, whole, plain backend.Core[R, C], size [3]int, tolerance float64) {
	t.Helper()
	random := rand.New(rand.NewPCG(1, 0))
	m, k, n := size[0], size[1], size[2]
	b, evenA, oddA := backend.NewMatrix[C](k, n), backend.NewMatrix[R](m, k-k/2), backend.NewMatrix[R](m, k/2)
	for i := range b.Data {
		b.Data[i] = C(complex(random.NormFloat64(), random.NormFloat64()))
	}
	for _, a := range []backend.Matrix[R]{evenA, oddA} {
		for i := range a.Data {
			a.Data[i] = R(random.NormFloat64())
		}
	}
	products := func(core backend.Core[R, C]) []C {
		both := backend.NewMatrix[C](2*m, n)
		core.DotFolded(both.Slice(0, m, 0, n), both.Slice(m, 2*m, 0, n), evenA, oddA, b)
		return both.Data
	}
	want := products(whole)
	for i, v := range products(plain) {
		if d := cmplx.Abs(complex128(v) - complex128(want[i])); !(d <= tolerance) {
			t.Fatalf("%v: element %d differs by %g", size, i, d)
		}
	}
}
