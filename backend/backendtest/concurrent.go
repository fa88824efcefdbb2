package backendtest

import (
	"runtime"
	"sync"
	"testing"

	"arago/backend"
)

// work is one call of each operation, with its operands and its results.
type work[R backend.Real, C backend.Complex] struct {
	a, b    backend.Matrix[C]
	real    backend.Matrix[R]
	size    backend.FFT2
	results []backend.Matrix[C]
}

// calls returns calls of several sizes with fixed operands: small ones, where
// a race would show most often, and some that are cut into many pieces.
func calls[R backend.Real, C backend.Complex]() []*work[R, C] {
	r := random()
	var out []*work[R, C]
	for _, n := range []int{8, 24, 65, 200} {
		w := &work[R, C]{
			a: backend.NewMatrix[C](n, n), b: backend.NewMatrix[C](n, n), real: backend.NewMatrix[R](n, n),
			size: backend.FFT2{Rows: n + 3, Cols: 2 * n, Sign: 1, Src: backend.Index{Row: -n / 2}},
		}
		for i := range w.a.Data {
			w.a.Data[i], w.b.Data[i], w.real.Data[i] = normal[C](r)(), normal[C](r)(), normalReal[R](r)()
		}
		out = append(out, w)
	}
	return out
}

// do makes the calls and returns what they gave.
func (s suite[R, C]) do(w *work[R, C]) []backend.Matrix[C] {
	n := w.a.Rows
	var results []backend.Matrix[C]
	result := func(rows, cols int) backend.Matrix[C] {
		results = append(results, backend.NewMatrix[C](rows, cols))
		return results[len(results)-1]
	}
	if s.linear {
		s.core.Dot(result(n, n), w.a, w.b)
		s.core.DotReal(result(n, n), w.real, w.b)
		s.core.DotFolded(result(n, n), result(n, n), w.real.Slice(0, n, 0, (n+1)/2), w.real.Slice(0, n, 0, n/2), w.b)
		s.core.Outer(result(n, n), w.a.Row(0), w.b.Row(0), backend.Write)
	}
	if s.fourier {
		s.core.FFT2(result(w.size.Rows, w.size.Cols), w.a, w.size)
	}
	return results
}

func (s suite[R, C]) testConcurrent(t *testing.T) {
	work := calls[R, C]()
	for _, w := range work {
		w.results = s.do(w)
	}
	var wg sync.WaitGroup
	for range callers {
		wg.Go(func() {
			for range rounds {
				for _, w := range work {
					s.agree(t, "with other callers at work", w, s.do(w))
				}
			}
		})
	}
	wg.Wait()
}

func (s suite[R, C]) testReproducible(t *testing.T) {
	work := calls[R, C]()
	for _, w := range work {
		w.results = s.do(w)
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, procs := range []int{1, 2, 3, 7} {
		runtime.GOMAXPROCS(procs)
		for _, w := range work {
			s.agree(t, "with another number of goroutines", w, s.do(w))
		}
	}
}

// agree compares results with those of a call that was alone: bit for bit if
// the back end promises that, otherwise within the rounding of a sum of that
// many terms of normal size.
func (s suite[R, C]) agree(t *testing.T, when string, w *work[R, C], got []backend.Matrix[C]) {
	bound := 0.0
	if !s.properties.Reproducible {
		bound = 50 * s.epsilon * float64(w.a.Rows)
	}
	for i := range got {
		for j, v := range got[i].Data {
			d := complex128(v) - complex128(w.results[i].Data[j])
			if !(real(d)*real(d)+imag(d)*imag(d) <= bound*bound) {
				t.Errorf("%s, result %d of size %d differs at element %d: %v, alone %v", when, i, w.a.Rows, j, v, w.results[i].Data[j])
				return
			}
		}
	}
}
