package openblas_test

import (
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"

	"arago/backend"
	"arago/backend/openblas"
)

func TestEveryBuildKnowsAllFiveBackEnds(t *testing.T) {
	var names []string
	for _, f := range openblas.Factories() {
		names = append(names, f.Name)
		impl, err := f.New()
		var missing *backend.NotBuiltError
		switch {
		case errors.As(err, &missing):
			if missing.Name != f.Name || missing.Tag != f.Name || !strings.HasPrefix(missing.Adds, "Dot and Outer by ") {
				t.Errorf("%s is not built and says %+v", f.Name, missing)
			}
		case err == nil && impl.Properties.Name != f.Name:
			t.Errorf("%s calls itself %s", f.Name, impl.Properties.Name)
		}
	}
	if got := strings.Join(names, " "); got != "openblas mkl blis atlas netlib" {
		t.Errorf("the back ends are %s", got)
	}
}

func TestTwoTagsAtOnceAreRefusedByTheCompiler(t *testing.T) {
	env, err := exec.Command("go", "env", "CGO_ENABLED").Output()
	if err != nil || strings.TrimSpace(string(env)) != "1" {
		t.Skip("the tags count with cgo only; set CGO_ENABLED=1 and install gcc")
	}
	build := exec.Command("go", "build", "-tags", "openblas,mkl", ".")
	build.Env = append(os.Environ(), "TMPDIR="+t.TempDir()) // cgo leaves files there when the compiler refuses
	out, err := build.CombinedOutput()
	if err == nil || !strings.Contains(string(out), "give one of the build tags openblas, mkl, blis, atlas and netlib, not several") {
		t.Errorf("with -tags openblas,mkl the compiler says %v: %s", err, out)
	}
}
