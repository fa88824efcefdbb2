//go:build cgo && blis && (linux || darwin)

package openblas

import (
	"path/filepath"
	"testing"
)

// BLIS's number for each of its loops counts more than its number of threads,
// and both are read from the environment. New looks at both when it is done.
func TestBLISHasOneThreadWhateverTheEnvironmentSays(t *testing.T) {
	present(t)
	impl, _ := New()
	for _, environment := range [][]string{
		{"BLIS_NUM_THREADS=3"}, {"OMP_NUM_THREADS=3"}, {"BLIS_JC_NT=2", "BLIS_IC_NT=2"}, {"BLIS_JC_NT=2", "BLIS_NUM_THREADS=3"},
	} {
		r := ask(t, filepath.Dir(impl.Properties.Path), environment...)
		r.expectProduct(t)
	}
}
