//go:build cgo && (openblas || mkl || blis || atlas || netlib) && (linux || darwin)

package openblas

import (
	"math"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"

	"arago/backend"
)

func TestSizesThatCWouldCutOffAreRefused(t *testing.T) {
	if !fits(0, math.MaxInt32) {
		t.Error("2³¹−1 is refused")
	}
	if fits(1, math.MaxInt32+1) {
		t.Error("2³¹ is accepted")
	}
	defer func() {
		if got := recover(); got != tooLong {
			t.Errorf("a stride of 2³¹: panic %v", got)
		}
	}()
	never := func(int, int, int, []float64, int, []float64, int, []float64, int) { t.Error("the library was called") }
	wide := backend.Matrix[float64]{Rows: 2, Cols: 1, Stride: math.MaxInt32 + 1}
	small := backend.NewMatrix[float64](1, 1)
	multiply(never, backend.NewMatrix[float64](2, 1), wide, small, make(chan struct{}, 1))
}

// The stride of a matrix of one row has no meaning and any size.
func TestTheStrideOfASingleRowIsNotPassedOn(t *testing.T) {
	row := backend.Matrix[float64]{Rows: 1, Cols: 3, Stride: math.MaxInt32 + 1, Data: []float64{1, 2, 3}}
	dst := backend.NewMatrix[float64](1, 1)
	called := false
	multiply(func(m, n, k int, a []float64, lda int, b []float64, ldb int, c []float64, ldc int) {
		called = m == 1 && n == 1 && k == 3 && lda == 3 && ldb == 1 && ldc == 1
	}, dst, row, backend.NewMatrix[float64](3, 1), make(chan struct{}, 1))
	if !called {
		t.Error("the library was not called with the strides 3, 1 and 1")
	}
}

func TestNoMoreCallsAreInsideThanAllowed(t *testing.T) {
	const allowed = 3
	var now, most, calls atomic.Int64
	count := func(m, n, k int, a []float64, lda int, b []float64, ldb int, c []float64, ldc int) {
		here := now.Add(1)
		for m := most.Load(); here > m && !most.CompareAndSwap(m, here); m = most.Load() {
		}
		for i := range m {
			for j := range n {
				c[i*ldc+j]++
			}
		}
		calls.Add(1)
		now.Add(-1)
	}
	inside := make(chan struct{}, allowed)
	var callers sync.WaitGroup
	for range 20 {
		callers.Go(func() {
			dst := backend.NewMatrix[float64](3*smallest+5, 2*smallest+1)
			multiply(count, dst, backend.NewMatrix[float64](dst.Rows, 1), backend.NewMatrix[float64](1, dst.Cols), inside)
			for i, v := range dst.Data {
				if v != 1 {
					t.Errorf("element %d was computed %g times", i, v)
					return
				}
			}
		})
	}
	callers.Wait()
	down, across := tiles(3*smallest+5, 2*smallest+1)
	if most.Load() > allowed || calls.Load() != int64(20*down*across) {
		t.Errorf("%d calls were inside at once, of %d in all", most.Load(), calls.Load())
	}
}

func TestTilesAreNeitherTinyNorHugeAndShareEvenly(t *testing.T) {
	for _, c := range []struct{ rows, cols, down, across int }{
		{1, 1, 1, 1}, {100, 100, 1, 1}, {200, 200, 2, 2}, {256, 256, 2, 2},
		{1024, 1024, 3, 4}, {4096, 4096, 8, 8}, {64, 4096, 1, 8}, {4096, 64, 8, 1},
	} {
		down, across := tiles(c.rows, c.cols)
		if down != c.down || across != c.across {
			t.Errorf("%d×%d is cut into %d×%d tiles, want %d×%d", c.rows, c.cols, down, across, c.down, c.across)
		}
	}
	for rows := 1; rows < 3000; rows = rows*5/4 + 1 {
		for cols := 1; cols < 3000; cols = cols*4/3 + 1 {
			down, across := tiles(rows, cols)
			if down < 1 || across < 1 || down > rows || across > cols {
				t.Errorf("%d×%d is cut into %d×%d tiles", rows, cols, down, across)
			}
		}
	}
}

// Kernels that treat the beginning of an operand differently when it is not
// aligned would round differently.
func TestTheSameNumbersElsewhereGiveTheSameBits(t *testing.T) {
	present(t)
	impl, _ := New()
	r := rand.New(rand.NewPCG(1, 2))
	const n = 100
	at := func(offset int, values []complex64) backend.Matrix[complex64] {
		m := backend.MatrixOf(n, n, make([]complex64, n*n+offset)[offset:])
		copy(m.Data, values)
		return m
	}
	a, b := make([]complex64, n*n), make([]complex64, n*n)
	for i := range a {
		a[i], b[i] = complex(r.Float32(), r.Float32()), complex(r.Float32(), r.Float32())
	}
	want := at(0, nil)
	impl.LinearSingle.Dot(want, at(0, a), at(0, b))
	for offset := range 8 {
		got := at(7-offset, nil)
		impl.LinearSingle.Dot(got, at(offset, a), at(3*offset%8, b))
		for i := range got.Data {
			if got.Data[i] != want.Data[i] {
				t.Fatalf("moved by %d elements, element %d is %v, was %v", offset, i, got.Data[i], want.Data[i])
			}
		}
	}
}
