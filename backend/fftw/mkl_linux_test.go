//go:build fftw && cgo

package fftw

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"arago/backend/backendtest"
)

// mklLibrary returns the file of MKL's single library.
func mklLibrary(t *testing.T) string {
	t.Helper()
	root := os.Getenv("MKLROOT")
	for _, folder := range []string{root + "/lib", root + "/lib/intel64"} {
		entries, _ := os.ReadDir(folder)
		for _, e := range entries {
			if root != "" && strings.HasPrefix(e.Name(), "libmkl_rt.so") {
				return folder + "/" + e.Name()
			}
		}
	}
	t.Skip("MKL is not here: set MKLROOT to the folder above its lib (PyPI: mkl, Debian: libmkl-rt)")
	return ""
}

func TestConformanceOfMKL(t *testing.T) {
	library := mklLibrary(t)
	backendtest.RunTests(t, open(t, Options{Library: library}))
}

func TestMKLIsRecognisedForWhatItIs(t *testing.T) {
	library := mklLibrary(t)
	impl, err := open(t, Options{Library: library, Effort: Measure})()
	if err != nil {
		t.Fatal(err)
	}
	p := impl.Properties
	if !strings.HasPrefix(p.Library, "MKL") || !strings.HasPrefix(p.Version, "20") || strings.Contains(p.License, "GPL") || p.Reproducible {
		t.Errorf("MKL calls itself %+v", p)
	}
	if err := checkImpulse(impl.FourierDouble, 24, 30, 1e-13); err != nil {
		t.Error(err)
	}
	// Its wisdom is empty, so none is kept.
	if cache, err := os.ReadDir(os.Getenv("XDG_CACHE_HOME")); err != nil || len(cache) > 0 {
		t.Errorf("the cache folder holds %v (%v)", cache, err)
	}
}

// A program that is linked with MKL has MKL's functions under FFTW's names in
// front of FFTW's own. FFTW must answer nevertheless, wisdom included.
func TestMKLInTheSameProgramDoesNotCatchFFTWsNames(t *testing.T) {
	library := mklLibrary(t)
	file := wisdomFile(t)
	out := play(t, child(t, "plan", []string{"LD_PRELOAD=" + library}, "60", "77"))
	if len(problems(out)) == 0 {
		t.Error("FFTW has no wisdom beside MKL")
	}
	if kept, err := os.ReadFile(file); err != nil || !isWholeWisdom(kept) {
		t.Errorf("the file holds %.60q (%v)", kept, err)
	}
	if got := play(t, child(t, "name", []string{"LD_PRELOAD=" + library})); got != "FFTW" {
		t.Errorf("beside MKL, %q answers", got)
	}
}

func init() {
	roles["name"] = func([]string) error {
		impl, err := NewWith(Options{})
		if err != nil {
			return err
		}
		fmt.Print(impl.Properties.Library)
		return nil
	}
}
