//go:build fftw && cgo && (linux || darwin)

package fftw

import (
	"strings"
	"testing"
	"time"

	"arago/backend"
	"arago/backend/backendtest"
)

// open returns a factory for these options, with a cache folder of the test's own.
func open(tb testing.TB, o Options) backend.Factory {
	tb.Helper()
	tb.Setenv("XDG_CACHE_HOME", tb.TempDir())
	tb.Setenv("HOME", tb.TempDir())
	if o.Warn == nil {
		o.Warn = func(sentence string) { tb.Errorf("unexpected warning: %s", sentence) }
	}
	if _, err := NewWith(o); err != nil {
		if strings.Contains(err.Error(), "cannot be opened") || strings.Contains(err.Error(), "no threads layer") {
			tb.Skipf("FFTW is not here, or not all of it (Debian: libfftw3-dev): %v", err)
		}
		tb.Fatal(err)
	}
	return func() (backend.Implementation, error) { return NewWith(o) }
}

func TestConformance(t *testing.T) { backendtest.RunTests(t, open(t, Options{})) }

// The suite has hundreds of sizes: a short search for each.
func TestConformanceMeasured(t *testing.T) {
	backendtest.RunTests(t, open(t, Options{Effort: Measure, TimeLimit: time.Millisecond}))
}

func TestConformanceThreads(t *testing.T) {
	backendtest.RunTests(t, open(t, Options{Threads: 2}))
}

func BenchmarkBackend(b *testing.B) { backendtest.RunBenchmarks(b, open(b, Options{})) }

func BenchmarkBackendMeasured(b *testing.B) {
	backendtest.RunBenchmarks(b, open(b, Options{Effort: Measure}))
}
