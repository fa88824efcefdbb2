//go:build cgo && mkl && (linux || darwin)

package openblas

import (
	"path/filepath"
	"testing"
)

// MKL reads these variables when it is loaded; Arago's choice counts.
func TestMKLHasNarrowIntegersAndOneThreadWhateverTheEnvironmentSays(t *testing.T) {
	present(t)
	impl, _ := New()
	r := ask(t, filepath.Dir(impl.Properties.Path), "MKL_INTERFACE_LAYER=ILP64", "MKL_THREADING_LAYER=GNU", "MKL_NUM_THREADS=2")
	r.expectProduct(t)
}
