//go:build fftw && cgo && (linux || darwin)

package fftw

import (
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"
	"time"
	"unsafe"

	"arago/backend"
	"arago/internal/passes"
)

func double128(t *testing.T, o Options) *fourier[complex128] {
	t.Helper()
	impl, err := open(t, o)()
	if err != nil {
		t.Fatal(err)
	}
	return impl.FourierDouble.(*fourier[complex128])
}

// shapes counts the plans of lines and of whole arrays that f has made.
func shapes[C backend.Complex](f *fourier[C]) (lines, arrays, unaligned int) {
	for s := range f.plans.entries {
		switch {
		case s.isLine():
			lines++
		case s.unaligned:
			unaligned++
		default:
			arrays++
		}
	}
	return
}

func TestWholeArraysGoToTwoDimensionalPlansWhereTheseAreFaster(t *testing.T) {
	for _, c := range []struct {
		name   string
		o      Options
		n      int
		procs  int
		window bool
		arrays int
	}{
		{"estimated", Options{}, 96, 2, false, 0},
		{"estimated, one goroutine", Options{}, 96, 1, false, 0},
		{"measured, shared by goroutines", Options{Effort: Measure}, 96, 2, false, 0},
		{"measured, one goroutine", Options{Effort: Measure}, 96, 1, false, 1},
		{"measured, small", Options{Effort: Measure}, 48, 2, false, 1},
		{"threads of FFTW's own", Options{Threads: 2}, 96, 2, false, 1},
		{"a window, by threads of FFTW's own", Options{Threads: 2}, 96, 2, true, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := double128(t, c.o)
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(c.procs))
			m := backend.NewMatrix[complex128](c.n, c.n)
			dft := backend.FFT2{Rows: c.n, Cols: c.n, Sign: 1}
			if c.window {
				dft.Src.Row = 1
			}
			f.FFT2(m, m, dft)
			if lines, arrays, _ := shapes(f); arrays != c.arrays || (arrays == 0) != (lines > 0) {
				t.Errorf("%d plans for arrays and %d for lines; want %d for arrays", arrays, lines, c.arrays)
			}
		})
	}
}

// FFTW's vector instructions stop the program on memory of another alignment
// than the plan's; complex64 numbers may stand at any multiple of 8 bytes.
func TestArraysOfAnyAlignmentAreTransformed(t *testing.T) {
	const n = 33
	for _, threads := range []int{1, 2} {
		impl, err := open(t, Options{Threads: threads})()
		if err != nil {
			t.Fatal(err)
		}
		f := impl.FourierSingle.(*fourier[complex64])
		r := rand.New(rand.NewPCG(3, 4))
		input := backend.NewMatrix[complex64](n, n)
		for i := range input.Data {
			input.Data[i] = complex(float32(r.NormFloat64()), float32(r.NormFloat64()))
		}
		dft := backend.FFT2{Rows: n, Cols: n, Sign: -1}
		var first backend.Matrix[complex64]
		for _, stride := range []int{n, n + 1} {
			for srcOffset := range 3 {
				for dstOffset := range 3 {
					src := backend.Matrix[complex64]{Rows: n, Cols: n, Stride: stride, Data: (*passes.Scratch[complex64]().Get(n*stride + 3))[srcOffset:]}
					dst := backend.Matrix[complex64]{Rows: n, Cols: n, Stride: stride, Data: (*passes.Scratch[complex64]().Get(n*stride + 3))[dstOffset:]}
					for i := range n {
						copy(src.Row(i), input.Row(i))
					}
					f.FFT2(dst, src, dft)
					if first.Data == nil {
						first = dst
					}
					for i := range n {
						for j, v := range dst.Row(i) {
							// Sums of 33² normal numbers of size 33 by different
							// plans; by the passes, always the same plan.
							d := complex128(v - first.At(i, j))
							bound := 1e-4
							if threads == 1 {
								bound = 0
							}
							if real(d)*real(d)+imag(d)*imag(d) > bound*bound {
								t.Fatalf("threads %d, stride %d, offsets %d and %d: element (%d, %d) is %v, want %v",
									threads, stride, srcOffset, dstOffset, i, j, v, first.At(i, j))
							}
						}
					}
				}
			}
		}
		if _, arrays, unaligned := shapes(f); threads == 2 && (arrays == 0 || unaligned == 0) {
			t.Errorf("%d plans for aligned and %d for other arrays, want both kinds", arrays, unaligned)
		}
	}
}

func TestScratchMemoryHasTheAlignmentOfPlans(t *testing.T) {
	f := double128(t, Options{})
	for n := 1; n < 100; n++ {
		d, s := *passes.Scratch[complex128]().Get(n), *passes.Scratch[complex64]().Get(n)
		if !f.maker.aligned(unsafe.Pointer(&d[0])) || !f.maker.aligned(unsafe.Pointer(&s[0])) {
			t.Fatalf("%d elements are not aligned", n)
		}
	}
}

func TestMoreSizesThanTheCacheKeepsByManyCallers(t *testing.T) {
	f := double128(t, Options{})
	var wg sync.WaitGroup
	for caller := range 6 {
		wg.Go(func() {
			for i := range 2 * maxPlans {
				n := 3 + (i+caller*7)%(2*maxPlans)
				if err := checkImpulse(f, n, n+1, 1e-13); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	if n := len(f.plans.entries); n > maxPlans {
		t.Errorf("%d plans are kept, want at most %d", n, maxPlans)
	}
}

// A search that may take no time at all still ends with a plan.
func TestATimeLimitEndsTheSearchWithAPlan(t *testing.T) {
	f := double128(t, Options{Effort: Patient, TimeLimit: time.Nanosecond})
	if err := checkImpulse(f, 180, 210, 1e-12); err != nil {
		t.Error(err)
	}
}

func TestPatientPlansTransform(t *testing.T) {
	f := double128(t, Options{Effort: Patient, TimeLimit: 200 * time.Millisecond})
	if err := checkImpulse(f, 12, 10, 1e-13); err != nil {
		t.Error(err)
	}
}
