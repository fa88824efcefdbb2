package backend_test

import (
	"math"
	"strings"
	"sync"
	"testing"

	"arago/backend"
	"arago/backend/gonum"
)

func newCore(t *testing.T) backend.Core[float64, complex128] {
	t.Helper()
	var r backend.Registry
	r.Register("gonum", gonum.New)
	s, err := r.Select("gonum")
	if err != nil {
		t.Fatal(err)
	}
	return s.Double
}

// expectPanic runs f and fails unless it panics with a sentence that contains words.
func expectPanic(t *testing.T, words string, f func()) {
	t.Helper()
	defer func() {
		t.Helper()
		got, _ := recover().(string)
		if !strings.HasPrefix(got, "backend: ") || !strings.Contains(got, words) {
			t.Errorf("panic %q, want one about %q", got, words)
		}
	}()
	f()
}

func TestMistakesOfTheProgrammerPanicBeforeTheLibraryIsReached(t *testing.T) {
	core := newCore(t)
	zeros, half := backend.NewMatrix[complex128], backend.NewMatrix[float64]
	square := zeros(4, 4)
	vector := make([]complex128, 4)
	forward := backend.FFT2{Rows: 4, Cols: 4, Sign: -1}
	cases := []struct {
		words string
		call  func()
	}{
		{"m×n destination", func() { core.Dot(zeros(4, 3), square, square) }},
		{"m×n destination", func() { core.DotReal(square, backend.NewMatrix[float64](4, 3), square) }},
		{"Dot shares memory", func() { core.Dot(square, square, zeros(4, 4)) }},
		{"Dot shares memory", func() { core.Dot(square.Slice(0, 2, 0, 2), zeros(2, 2), square.Slice(1, 3, 1, 3)) }},
		{"negative size", func() { core.Dot(backend.Matrix[complex128]{Rows: -1}, square, square) }},
		{"stride shorter", func() {
			core.Dot(backend.Matrix[complex128]{Rows: 4, Cols: 4, Stride: 3, Data: square.Data}, square, square)
		}},
		{"too few elements", func() {
			core.Dot(backend.Matrix[complex128]{Rows: 4, Cols: 4, Stride: 4, Data: make([]complex128, 15)}, square, square)
		}},
		{"too few elements", func() { backend.MatrixOf(2, 3, make([]float32, 5)) }},
		{"half of b's rows", func() { core.DotFolded(square, square, half(4, 3), half(4, 2), zeros(4, 4)) }},
		{"half of b's rows", func() { core.DotFolded(zeros(3, 4), zeros(4, 4), half(4, 2), half(4, 2), square) }},
		{"half of b's rows", func() { core.DotFolded(zeros(4, 4), zeros(4, 3), half(4, 2), half(4, 2), square) }},
		{"DotFolded shares memory", func() { core.DotFolded(zeros(4, 4), square, half(4, 2), half(4, 2), square) }},
		{"the other one", func() { core.DotFolded(square, square, half(4, 2), half(4, 2), zeros(4, 4)) }},
		{"no Dot", func() {
			backend.Core[float64, complex128]{}.DotFolded(zeros(4, 4), zeros(4, 4), half(4, 2), half(4, 2), square)
		}},
		{"one column element per row", func() { core.Outer(square, vector[:3], vector, backend.Write) }},
		{"one column element per row", func() { core.Outer(square, vector, vector[:3], backend.Write) }},
		{"mode of Outer", func() { core.Outer(square, vector, vector, 7) }},
		{"Outer shares memory", func() { core.Outer(square, square.Row(0), vector, backend.Write) }},
		{"positive number", func() { core.FFT2(square, square, backend.FFT2{Rows: 0, Cols: 4, Sign: 1}) }},
		{"sign of FFT2", func() { core.FFT2(square, square, backend.FFT2{Rows: 4, Cols: 4}) }},
		{"larger than the transform", func() { core.FFT2(square, zeros(5, 4), forward) }},
		{"larger than the transform", func() { core.FFT2(zeros(4, 5), square, forward) }},
		{"neither both axes", func() { core.FFT2(square, square, backend.FFT2{Rows: 4, Cols: 4, Sign: 1, Along: 3}) }},
		{"different number of lines", func() { core.FFT2(zeros(3, 4), square, backend.FFT2{Cols: 4, Sign: 1, Along: backend.AlongRows}) }},
		{"different number of lines", func() { core.FFT2(zeros(4, 3), square, backend.FFT2{Rows: 4, Sign: 1, Along: backend.AlongColumns}) }},
		{"positive number", func() { core.FFT2(square, square, backend.FFT2{Rows: 4, Sign: 1, Along: backend.AlongRows}) }},
		{"not the same matrix", func() { core.FFT2(square.Slice(0, 2, 0, 4), square, forward) }},
		{"beyond the matrix", func() { square.Slice(0, 5, 0, 1) }},
		{"no Dot", func() { backend.Core[float64, complex128]{}.Dot(zeros(4, 4), square, square) }},
		{"no Dot", func() {
			backend.Core[float64, complex128]{}.DotReal(zeros(4, 4), backend.NewMatrix[float64](4, 4), square)
		}},
		{"no Dot", func() { backend.Core[float64, complex128]{}.Outer(square, vector, vector, backend.Write) }},
		{"no FFT2", func() { backend.Core[float64, complex128]{}.FFT2(square, square, forward) }},
	}
	for _, c := range cases {
		expectPanic(t, c.words, c.call)
	}
}

func TestBlocksOfOneArrayThatDoNotTouchAreNotAliases(t *testing.T) {
	core := newCore(t)
	whole := backend.NewMatrix[complex128](4, 12)
	left, middle, right := whole.Slice(0, 4, 0, 4), whole.Slice(0, 4, 4, 8), whole.Slice(0, 4, 8, 12)
	for i := range 4 {
		left.Set(i, i, 2)
		middle.Set(i, i, complex(0, float64(i)))
	}
	core.Dot(right, left, middle)
	for i := range 4 {
		if got, want := right.At(i, i), complex(0, 2*float64(i)); got != want {
			t.Errorf("element (%d, %d) is %v, want %v", i, i, got, want)
		}
	}
	expectPanic(t, "shares memory", func() { core.Dot(whole.Slice(0, 4, 3, 7), left, backend.NewMatrix[complex128](4, 4)) })
	expectPanic(t, "shares memory", func() { core.Dot(left, whole.Slice(0, 4, 3, 7), backend.NewMatrix[complex128](4, 4)) })
}

func TestMatricesOfSizeZeroAreLegal(t *testing.T) {
	core := newCore(t)
	dst := backend.NewMatrix[complex128](2, 2)
	for i := range dst.Data {
		dst.Data[i] = complex(math.NaN(), 0)
	}
	core.Dot(dst, backend.NewMatrix[complex128](2, 0), backend.NewMatrix[complex128](0, 2))
	for i, v := range dst.Data {
		if v != 0 {
			t.Errorf("element %d of an empty sum is %v", i, v)
		}
	}
	if n := len(backend.NewMatrix[float64](3, 0).Row(2)); n != 0 {
		t.Errorf("a row of no columns has %d elements", n)
	}
}

// onlyOne is a back end that must not be entered twice at a time.
type onlyOne struct {
	backend.Linear[float64, complex128]
	inside sync.Mutex
	twice  bool
}

func (o *onlyOne) Dot(dst, a, b backend.Matrix[complex128]) {
	if !o.inside.TryLock() {
		o.twice = true
		return
	}
	defer o.inside.Unlock()
	o.Linear.Dot(dst, a, b)
}

func TestALibraryThatIsNotReentrantIsEnteredByOneCallerAtATime(t *testing.T) {
	full, err := gonum.New()
	if err != nil {
		t.Fatal(err)
	}
	one := &onlyOne{Linear: full.LinearDouble}
	var r backend.Registry
	r.Register("serial", func() (backend.Implementation, error) {
		serial := full
		serial.Properties.Name, serial.Properties.ConcurrentCalls = "serial", false
		serial.LinearDouble = one
		return serial, nil
	})
	var wg sync.WaitGroup
	for range 8 {
		// Each caller selects for itself: the lock belongs to the library.
		s, err := r.Select("serial")
		if err != nil {
			t.Fatal(err)
		}
		wg.Go(func() {
			a, b, dst := backend.NewMatrix[complex128](32, 32), backend.NewMatrix[complex128](32, 32), backend.NewMatrix[complex128](32, 32)
			for range 50 {
				s.Double.Dot(dst, a, b)
			}
		})
	}
	wg.Wait()
	if one.twice {
		t.Error("two callers were inside at once")
	}
}
