//go:build cgo && (openblas || mkl || blis || atlas || netlib) && (linux || darwin)

package openblas

import (
	"debug/elf"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
)

func TestALibraryThatIsMissingIsNamed(t *testing.T) {
	v := linked
	v.files = map[string][]string{runtime.GOOS: {"libarago-absent.so.0"}}
	_, err := open(v)
	if err == nil {
		t.Fatal("a library that does not exist was opened")
	}
	for _, part := range []string{"back end " + v.name, v.library + " is not on this system", "libarago-absent.so.0", v.install} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("the error %q does not say %q", err, part)
		}
	}
}

// The system's loader has no part in it: a program starts without the library.
func TestTheProgramStartsWithoutTheLibrary(t *testing.T) {
	f, err := elf.Open(os.Args[0])
	if err != nil {
		t.Skip("needs an ELF program:", err)
	}
	defer f.Close()
	needed, err := f.ImportedLibraries()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range needed {
		if regexp.MustCompile(`blas|blis|mkl|atlas`).MatchString(name) {
			t.Errorf("the program cannot start without %s", name)
		}
	}
}

// build compiles a shared library and returns its folder.
func build(t *testing.T, name, source string) string {
	t.Helper()
	cc, err := exec.LookPath("cc")
	if err != nil {
		t.Skip("needs a C compiler; install gcc")
	}
	folder := t.TempDir()
	text := filepath.Join(folder, "library.c")
	if err := os.WriteFile(text, []byte(source), 0o644); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(cc, "-shared", "-fPIC", "-o", filepath.Join(folder, name), text).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return folder
}

func TestALibraryOfWideIntegersIsRefused(t *testing.T) {
	folder := build(t, "libwide.so", `
		#include <stddef.h>
		#include <stdint.h>
		void cblas_zgemm(void) { __builtin_trap(); }
		size_t cblas_isamax(int64_t n, const float *x, int64_t step)
		{
			size_t best = 0;
			for (int64_t i = 0; i < n; i++)
				if (x[i * step] > x[best * step])
					best = i;
			return best;
		}`)
	v := linked
	v.files = map[string][]string{runtime.GOOS: {filepath.Join(folder, "libwide.so")}}
	v.recognise = func(library) bool { return true }
	v.prepare = func(library) (answer, error) { return answer{version: "1", callers: 1}, nil }
	_, err := open(v)
	if err == nil || !strings.Contains(err.Error(), "integers of 64 bits (ILP64), Arago calls it with 32 (LP64)") || !strings.Contains(err.Error(), "libwide.so") {
		t.Errorf("a library of wide integers: error %v", err)
	}
}

func TestAnotherLibraryUnderTheNameIsPassedOver(t *testing.T) {
	folder := build(t, "libother.so", "void cblas_zgemm(void) {} void cblas_isamax(void) {}")
	v := linked
	v.files = map[string][]string{runtime.GOOS: {filepath.Join(folder, "libother.so")}}
	if _, err := open(v); err == nil || !strings.Contains(err.Error(), "libother.so is another library") {
		t.Errorf("a library that is not %s: error %v", v.library, err)
	}
}

func TestTheLibraryThatAnswersIsNamed(t *testing.T) {
	present(t)
	impl, _ := New()
	p := impl.Properties
	if p.Name != linked.name || !regexp.MustCompile(`^\d+\.\d+`).MatchString(p.Version) {
		t.Errorf("name %q, version %q", p.Name, p.Version)
	}
	if resolved, err := filepath.EvalSymlinks(p.Path); err != nil || resolved != p.Path {
		t.Errorf("%q is not the real path of a file: %q, %v", p.Path, resolved, err)
	}
	// A process that looks there first finds the same, and it computes.
	r := ask(t, filepath.Dir(p.Path))
	r.expectProduct(t)
	if r.Properties != p {
		t.Errorf("another process has %+v, this one %+v", r.Properties, p)
	}
}
