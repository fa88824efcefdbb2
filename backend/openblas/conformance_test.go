//go:build cgo && (openblas || mkl || blis || atlas || netlib) && (linux || darwin)

package openblas

import (
	"testing"

	"arago/backend/backendtest"
)

// present skips a test where the library is not installed.
func present(tb testing.TB) {
	tb.Helper()
	if _, err := New(); err != nil {
		tb.Skip(err)
	}
}

func TestConformance(t *testing.T) {
	present(t)
	backendtest.RunTests(t, New)
}

func BenchmarkBackend(b *testing.B) {
	present(b)
	backendtest.RunBenchmarks(b, New)
}
