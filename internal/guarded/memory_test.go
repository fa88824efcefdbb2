package guarded_test

import (
	"math"
	"testing"
	"unsafe"

	"arago/internal/guarded"
)

func TestSlicesAreNaNAtEveryPlace(t *testing.T) {
	m := guarded.New(t, 40*8)
	for _, at := range guarded.Places[float64]() {
		for _, n := range []int{0, 1, 7, 40} {
			x := guarded.In[float64](m, n, at)
			if len(x) != n || x == nil {
				t.Fatalf("%d elements asked for %v, %d given", n, at, len(x))
			}
			for i, v := range x {
				if !math.IsNaN(v) {
					t.Fatalf("element %d of %d %v is %g, not NaN", i, n, at, v)
				}
				x[i] = float64(i)
			}
		}
	}
	for i, v := range guarded.Slice[complex64](t, 5, guarded.AtStart) {
		if !math.IsNaN(float64(real(v))) || !math.IsNaN(float64(imag(v))) {
			t.Errorf("element %d is %v, not NaN in both parts", i, v)
		}
	}
	if x := guarded.Slice[int32](t, 2, guarded.AtEnd); x[0] != -1 || x[1] != -1 {
		t.Errorf("integers begin as %v, want -1", x)
	}
}

func TestPlacesAreEveryDistanceUpToACacheLine(t *testing.T) {
	for _, c := range []struct{ got, want int }{
		{len(guarded.Places[float32]()), 1 + 16}, {len(guarded.Places[complex128]()), 1 + 4},
	} {
		if c.got != c.want {
			t.Errorf("%d places, want %d", c.got, c.want)
		}
	}
	m := guarded.New(t, 16)
	first := uintptr(unsafe.Pointer(&guarded.In[float32](m, 4, guarded.AtStart)[0]))
	for _, at := range guarded.Places[float32]()[1:] {
		if got := uintptr(unsafe.Pointer(&guarded.In[float32](m, 4, at)[0])) - first; got != 4*uintptr(at) {
			t.Errorf("the slice %v begins %d bytes into it", at, got)
		}
	}
}

// recorder takes down failures in place of failing.
type recorder struct {
	testing.TB
	failures int
}

func (r *recorder) Helper()               {}
func (r *recorder) Errorf(string, ...any) { r.failures++ }

func TestWritingBesideASliceFailsTheTest(t *testing.T) {
	for _, step := range []int{-1, 9} {
		r := &recorder{TB: t}
		m := guarded.New(r, 256)
		x := guarded.In[float64](m, 9, 3)
		*(*float64)(unsafe.Add(unsafe.Pointer(&x[0]), 8*step)) = 1
		if m.Check(); r.failures != 1 {
			t.Errorf("element %d of 9 written, %d failures", step, r.failures)
		}
		if m.Check(); r.failures != 1 {
			t.Errorf("one failure is reported %d times", r.failures)
		}
	}
}
