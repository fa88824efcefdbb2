//go:build fftw && cgo

package fftw

import (
	"fmt"
	"os"
	"runtime"
	"syscall"
	"testing"

	"arago/backend"
)

// limitMemory lets this process have so many more bytes of address space.
func limitMemory(more uint64) error {
	status, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return err
	}
	var pages uint64
	if _, err := fmt.Sscan(string(status), &pages); err != nil {
		return err
	}
	limit := pages*uint64(os.Getpagesize()) + more
	return syscall.Setrlimit(syscall.RLIMIT_AS, &syscall.Rlimit{Cur: limit, Max: limit})
}

func init() {
	// An array of 64 MB, and 48 MB for the rest.
	roles["array too large to plan"] = func([]string) error {
		runtime.GOMAXPROCS(1)
		impl, err := NewWith(Options{Threads: 2})
		if err != nil {
			return err
		}
		const n = 2048
		f := impl.FourierDouble.(*fourier[complex128])
		if err := checkImpulse(f, 64, 64, 1e-13); err != nil {
			return err
		}
		m := backend.NewMatrix[complex128](n, n)
		m.Set(0, 0, 1)
		if err := limitMemory(48 << 20); err != nil {
			return err
		}
		f.FFT2(m, m, backend.FFT2{Rows: n, Cols: n, Sign: 1})
		for i, v := range m.Data {
			if d := v - 1; real(d)*real(d)+imag(d)*imag(d) > 1e-26 {
				return fmt.Errorf("element %d is %v, want 1", i, v)
			}
		}
		lines, arrays, _ := shapes(f)
		fmt.Printf("%d plans for lines, %d for arrays", lines, arrays)
		return nil
	}
	roles["line too long to plan"] = func([]string) error {
		runtime.GOMAXPROCS(1)
		impl, err := NewWith(Options{})
		if err != nil {
			return err
		}
		m := backend.NewMatrix[complex128](1, 1<<21)
		if err := limitMemory(48 << 20); err != nil {
			return err
		}
		fmt.Print(panicOf(func() {
			impl.FourierDouble.FFT2(m, m, backend.FFT2{Rows: 1, Cols: m.Cols, Sign: 1})
		}))
		// What fits is still transformed.
		return checkImpulse(impl.FourierDouble, 64, 64, 1e-13)
	}
}

func TestWithoutMemoryForATwoDimensionalPlanThePassesServe(t *testing.T) {
	open(t, Options{})
	if got := play(t, child(t, "array too large to plan", nil)); got != "1 plans for lines, 1 for arrays" {
		t.Errorf("the child process has %s; want one plan for the lines of the large array, one for the small array", got)
	}
}

func TestWithoutMemoryForAnyPlanTheresAConstantSentence(t *testing.T) {
	open(t, Options{})
	if got := play(t, child(t, "line too long to plan", nil)); got != noMemory {
		t.Errorf("the child process panics with %q, want %q", got, noMemory)
	}
}
