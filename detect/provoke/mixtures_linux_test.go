package provoke

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// Libraries that do not go together.

// AR107: runtimes of OpenMP.

func TestTwoOpenMPRuntimesOfOneFamilyEndTheProcess(t *testing.T) {
	llvm := file(t, "Debian: libomp5-14", "/usr/lib/*/libomp.so.5")
	for _, c := range []struct {
		name   string
		second func(*testing.T) string
	}{
		{"libomp and libiomp", func(t *testing.T) string { return intel(t, "libiomp5.so") }},
		{"two copies of libomp", func(t *testing.T) string {
			text, err := os.ReadFile(llvm)
			if err != nil {
				t.Fatal(err)
			}
			// The loader knows a file by its SONAME as well as by its path.
			second := filepath.Join(t.TempDir(), "libomp.so.5")
			if err := os.WriteFile(second, text, 0o644); err != nil {
				t.Fatal(err)
			}
			return second
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			second := c.second(t)
			host(t, nil, "openmp="+llvm, "openmp="+second).expectSignal(t, syscall.SIGABRT, "started", "OMP: Error #15: ")

			// Arago computes by a library that may start what is loaded; without one it
			// only warns.
			got := host(t, nil, "openmp="+llvm, "load="+second, "blas="+openBLAS(t, "openmp"), "arago="+library(t), "ask={}", "openmp="+second)
			got.expect(t, refused, "refused AR107", second)
			got.expectNot(t, "OMP: Error #15: ")
			host(t, nil, "openmp="+llvm, "load="+second, "arago="+library(t), "ask={}").expect(t, 0, "warning AR107", "done")
		})
	}
}

func TestLibgompBesideAnotherRuntimeIsAWarning(t *testing.T) {
	llvm, gnu := file(t, "Debian: libomp5-14", "/usr/lib/*/libomp.so.5"), file(t, "Debian: libgomp1", "/usr/lib/*/libgomp.so.1")
	host(t, nil, "openmp="+gnu, "openmp="+llvm, "arago="+library(t), "ask={}").expect(t, 0, "warning AR107", "done")
}

// AR108: a plan of one library is executed by another.

func TestFFTWCrashesOnAPlanThatIsNotItsOwn(t *testing.T) {
	real := fftw(t, "")
	for _, c := range []struct {
		name  string
		loads func(*testing.T) []string
	}{
		{"a library in front of FFTW", func(t *testing.T) []string { return []string{"fftw=" + inFront(t, real)} }},
		{"MKL in front of FFTW", func(t *testing.T) []string { return []string{"fftw=" + intel(t, "libmkl_rt.so*"), "execution=" + real} }},
		{"FFTW in front of MKL", func(t *testing.T) []string { return []string{"fftw=" + real, "execution=" + intel(t, "libmkl_rt.so*")} }},
	} {
		t.Run(c.name, func(t *testing.T) {
			steps := c.loads(t)
			got := host(t, nil, append(steps, "transform")...)
			if got.signal != syscall.SIGSEGV && got.code != wrongNumbers {
				t.Errorf("want a crash or wrong numbers, got %v", got)
			}
			host(t, nil, append(steps, "arago="+library(t), "ask={}", "transform")...).expect(t, refused, "refused AR108")
		})
	}
	host(t, nil, "fftw="+real, "arago="+library(t), "ask={}", "transform").expectNot(t, "AR108")
}

// inFront builds a library that makes plans of its own and brings FFTW along
// for the rest, under FFTW's name.
func inFront(t *testing.T, real string) string {
	t.Helper()
	cc := tool(t, "cc", "Debian: gcc")
	out := filepath.Join(t.TempDir(), "libfftw3.so.3")
	path, err := made(out, nil, cc, "-shared", "-fPIC", "-o", out, filepath.Join("testdata", "foreign", "foreign.c"), "-Wl,--no-as-needed", real)
	if err != nil {
		t.Fatal(err)
	}
	return path
}
