//go:build cgo && (openblas || mkl || blis || atlas || netlib) && (linux || darwin)

package openblas

import (
	"debug/elf"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"arago/detect"
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
	// A reference BLAS by its signs.
	folder := build(t, "libwide.so", `
		#include <stddef.h>
		#include <stdint.h>
		int CBLAS_CallFromC;
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
	v.limit = nil
	_, err := open(v)
	var refusal *detect.Refusal
	if !errors.As(err, &refusal) || refusal.Verdicts[0].Code != detect.AR106 ||
		!strings.Contains(err.Error(), "integers of 64 bits (ILP64)") || !strings.Contains(err.Error(), "libwide.so") {
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
	p.Entries, r.Properties.Entries = nil, nil // they lie where the loader puts them
	if !reflect.DeepEqual(r.Properties, p) {
		t.Errorf("another process has %+v, this one %+v", r.Properties, p)
	}
}

// What a product calls is what serves, by the addresses.
func TestTheEntriesLieInTheLibraryThatAnswers(t *testing.T) {
	present(t)
	impl, _ := New()
	p := impl.Properties
	if p.Callers < 1 || len(p.Entries) != 4 {
		t.Fatalf("%d calls are let in, and the entries are %v", p.Callers, p.Entries)
	}
	var served []detect.Served
	for _, e := range p.Entries {
		served = append(served, detect.Served{Part: "Dot", Symbol: e.Symbol, Address: e.Address, Admits: p.Callers})
	}
	found := detect.Scan(served)
	if len(found) == 0 {
		t.Fatal("no library is found")
	}
	l := found[0]
	if l.Path != p.Path || !slices.Equal(l.Serves, []string{"Dot"}) || len(l.Symbols) != 4 || l.Threads != 1 || l.IntegerBits != 32 || l.Admits != p.Callers || l.Static {
		t.Errorf("the first library is %+v, and %s serves", l, p.Path)
	}
	if string(l.Kind) != p.Library || (l.ConcurrentCalls == detect.Yes) != p.ConcurrentCalls {
		t.Errorf("%s %s is reported as %+v", p.Library, p.Version, l)
	}
	for _, other := range found[1:] {
		if len(other.Serves) > 0 || other.Path == p.Path {
			t.Errorf("beside it %+v", other)
		}
	}
}

// The library has as many threads as its build wants; nobody can change it.
func TestALibraryThatCannotBeLimitedIsNotUsed(t *testing.T) {
	for source, want := range map[string]string{
		// ATLAS tells by its imports that it has threads, OpenBLAS answers.
		`int pthread_create(void); void ATL_xerbla(void) { pthread_create(); }`: "does not say how many threads a call uses",
		`const char *openblas_get_config(void) { return "OpenBLAS 0.3.21 MAX_THREADS=8"; }
		 int openblas_get_parallel(void) { return 1; }
		 int openblas_get_num_threads(void) { return 7; }`: "was set to 1 thread and uses 7",
		`const char *openblas_get_config(void) { return "OpenBLAS 0.3.21 USE_OPENMP MAX_THREADS=8"; }
		 int openblas_get_parallel(void) { return 2; }
		 int openblas_get_num_threads(void) { return 1; }`: "built with OpenMP, whose functions cannot be found",
		`const char *bli_info_get_version_str(void) { return "1.0"; }
		 int bli_thread_get_num_threads(void) { return 1; }
		 long bli_thread_get_jc_nt(void) { return 3; }
		 long bli_thread_get_ic_nt(void) { return 2; }
		 long bli_thread_get_jr_nt(void) { return -1; }`: "was set to 1 thread and uses 6",
		`int nothing;`: "does not say how many threads a call uses",
	} {
		folder := build(t, "libstubborn.so", `
			#include <stddef.h>
			void cblas_zgemm(void) {}
			size_t cblas_isamax(int n, const float *x, int step) { return n == 3; }
			`+source)
		v := linked
		v.files = map[string][]string{runtime.GOOS: {filepath.Join(folder, "libstubborn.so")}}
		v.recognise = func(library) bool { return true }
		v.limit = nil
		if _, err := open(v); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one that says %q", err, want)
		}
	}
}
