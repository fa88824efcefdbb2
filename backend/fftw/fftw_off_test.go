//go:build !fftw || !cgo

package fftw

import (
	"errors"
	"strings"
	"testing"

	"arago/backend"
)

func TestABuildWithoutTheTagNamesIt(t *testing.T) {
	_, err := New()
	var off *backend.NotBuiltError
	if !errors.As(err, &off) || !errors.Is(err, backend.ErrNotBuilt) {
		t.Fatalf("error %v, want one that is ErrNotBuilt", err)
	}
	if !strings.Contains(err.Error(), "rebuild with -tags fftw") || !strings.Contains(off.Adds, "GPL") {
		t.Errorf("%q adds %q: want the tag and the consequence for the licence", err, off.Adds)
	}
}
