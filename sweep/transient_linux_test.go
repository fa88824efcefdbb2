package sweep_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"arago/sweep"
)

// A file server's hiccup is not the fault of a case: the run ends, and another attempt may
// do better. (Reading its own memory from address 0 on is an EIO.)
func TestAnErrorOfTheDiskIsNotThatOfACase(t *testing.T) {
	dir := folder(t, map[string]string{"telescope.toml": strings.Replace(tiny,
		`{ type = "zernike_wfe", radius = 1.0, coefficients = [0.0, 0.0, 0.0, 20e-9] }`, `{ type = "fits_optical_element", opd = "opd.fits", opdunits = "m", pixelscale = 1.0 }`, 1)})
	if err := os.Symlink("/proc/self/mem", filepath.Join(dir, "opd.fits")); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(dir, "out.fits")
	_, err := planned(t, dir, four).Run(t.Context(), sweep.Whole, sweep.Run{Output: out})
	if !sweep.Transient(err) || !errors.Is(err, syscall.EIO) || errors.Is(err, sweep.ErrCases) || !strings.Contains(err.Error(), "study.toml: case ") {
		t.Errorf("the run ends with %v", err)
	}
	if _, err := os.Stat(out); err == nil {
		t.Error("a file was written")
	}
}
