//go:build fftw && cgo && (linux || darwin)

package fftw

import (
	"debug/elf"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"arago/backend"
	"arago/detect"
)

func expectError(t *testing.T, err error, words ...string) {
	t.Helper()
	if err == nil {
		t.Errorf("no error, want one with %q", words)
		return
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("error %q does not say %q", err, w)
		}
	}
}

func TestTheProgramNeedsNoFFTWToStart(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("reads the program as an ELF file, which it is on Linux only")
	}
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	file, err := elf.Open(program)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	needed, err := file.ImportedLibraries()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range needed {
		if strings.Contains(name, "fftw") {
			t.Errorf("the program asks the loader for %s", name)
		}
	}
}

func TestAMissingLibraryIsNamedWithItsPackage(t *testing.T) {
	_, err := NewWith(Options{Library: t.TempDir()})
	expectError(t, err, "libfftw3.", "double precision", "Debian: libfftw3-double3", EnvironmentLibrary)
	t.Setenv(EnvironmentLibrary, t.TempDir())
	_, err = New()
	expectError(t, err, "libfftw3.", "Debian: libfftw3-double3")
}

func TestOnePrecisionIsNotEnough(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("makes a folder with Linux's file names")
	}
	_, err := NewWith(Options{Library: folderOf(t, "libfftw3.so.3")})
	expectError(t, err, "libfftw3f.so.3", "single precision", "Debian: libfftw3-single3")
}

func TestThreadsNeedTheirLayerAndOneThreadDoesNot(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("makes a folder with Linux's file names")
	}
	folder := folderOf(t, "libfftw3.so.3", "libfftw3f.so.3")
	if l, err := openLibrary(double, folder); err == nil && l.threads {
		t.Skip("this FFTW has the threads layer in its core")
	}
	_, err := NewWith(Options{Library: folder, Threads: 2})
	expectError(t, err, "no threads layer", "libfftw3_threads", "Debian: libfftw3-double3")
	impl, err := NewWith(Options{Library: folder})
	if err != nil {
		t.Fatal(err)
	}
	if err := checkImpulse(impl.FourierDouble, 24, 30, 1e-13); err != nil {
		t.Error(err)
	}
}

func TestALibraryThatIsNotFFTWIsRefused(t *testing.T) {
	_, err := NewWith(Options{Library: compile(t, "int nothing;")})
	expectError(t, err, "no FFTW 3 library in double precision", "fftw_execute_dft")
}

// What happens when the names of one library are caught by another.
func TestAMixtureOfTwoLibrariesIsRefused(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("links as on Linux")
	}
	mixed := compile(t, "void fftw_execute_dft(void *plan, void *in, void *out) {}", "-Wl,--no-as-needed", installed(t))
	_, err := NewWith(Options{Library: mixed})
	expectError(t, err, "in different libraries", "fftw_plan_guru64_dft", mixed)
	var refusal *detect.Refusal
	if !errors.As(err, &refusal) || refusal.Verdicts[0].Code != detect.AR108 {
		t.Errorf("the error %v is no refusal %s", err, detect.AR108)
	}
}

func TestOptionsThatCannotBeAreErrors(t *testing.T) {
	for _, o := range []Options{{Effort: 3}, {Effort: -1}, {Threads: -1}, {TimeLimit: -1}} {
		if _, err := NewWith(o); err == nil {
			t.Errorf("%+v is accepted", o)
		}
	}
	t.Setenv(EnvironmentEffort, "hard")
	_, err := New()
	expectError(t, err, EnvironmentEffort, `"hard"`, "estimate, measure or patient")
}

func TestPropertiesSayWhatAnswers(t *testing.T) {
	p := func(o Options) backend.Properties {
		impl, err := open(t, o)()
		if err != nil {
			t.Fatal(err)
		}
		return impl.Properties
	}
	estimated := p(Options{})
	if estimated.Library != "FFTW" || !strings.HasPrefix(estimated.Version, "3.") || estimated.License != "GPL-2.0-or-later" {
		t.Errorf("library %q, version %q, licence %q", estimated.Library, estimated.Version, estimated.License)
	}
	if real, err := filepath.EvalSymlinks(estimated.Path); err != nil || real != estimated.Path || !strings.Contains(real, "libfftw3") {
		t.Errorf("path %q is not the library's own file", estimated.Path)
	}
	if !estimated.Reproducible || !estimated.WorkerProcesses || !estimated.ConcurrentCalls {
		t.Errorf("estimated plans: %+v", estimated)
	}
	if measured := p(Options{Effort: Measure}); measured.Reproducible {
		t.Error("plans that were timed are called reproducible")
	}
	if threaded := p(Options{Threads: 3}); threaded.WorkerProcesses || threaded.Threads < 3 {
		t.Errorf("with threads of FFTW's own: %+v", threaded)
	}
}

func TestTheEnvironmentSetsTheEffort(t *testing.T) {
	open(t, Options{})
	t.Setenv(EnvironmentEffort, "measure")
	impl, err := New()
	if err != nil {
		t.Fatal(err)
	}
	if impl.Properties.Reproducible {
		t.Error("the effort is estimate, want measure")
	}
}

// stub is a library with FFTW's names in both precisions that computes nothing.
// It stops the program when two callers are inside its planner at once.
const stub = `
#include <stdatomic.h>
#include <stdlib.h>
static atomic_int inside;
static void enter(void) { if (atomic_fetch_add(&inside, 1)) abort(); for (volatile int i = 0; i < 1000; i++); }
static void leave(void) { atomic_fetch_sub(&inside, 1); }
#define LIBRARY(X) \
void *X(malloc)(size_t n) { enter(); void *p = malloc(n); leave(); return p; } \
void X(free)(void *p) { enter(); free(p); leave(); } \
void *X(plan_guru64_dft)(int r, void *d, int b, void *bd, void *in, void *out, int s, unsigned f) { enter(); void *p = PLAN; leave(); return p; } \
void X(destroy_plan)(void *p) { enter(); free(p); leave(); } \
void X(set_timelimit)(double s) { enter(); leave(); } \
void X(export_wisdom)(void (*w)(char, void *), void *d) { enter(); leave(); } \
int X(import_wisdom)(int (*r)(void *), void *d) { enter(); leave(); return 1; } \
int X(alignment_of)(void *p) { return 0; } \
void X(execute_dft)(void *p, void *in, void *out) {}
#define DOUBLE(name) fftw_##name
#define SINGLE(name) fftwf_##name
LIBRARY(DOUBLE)
LIBRARY(SINGLE)
`

func TestOneCallerAtATimeIsInThePlanner(t *testing.T) {
	library := compile(t, "#define PLAN malloc(1)\n"+stub)
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	var wg sync.WaitGroup
	for range 4 {
		impl, err := NewWith(Options{Library: library, Effort: Measure})
		if err != nil {
			t.Fatal(err)
		}
		for caller := range 2 {
			wg.Go(func() {
				// More sizes than the cache keeps, so that plans are destroyed too.
				for n := 1; n < 3*maxPlans; n++ {
					d, s := backend.NewMatrix[complex128](1, n), backend.NewMatrix[complex64](1, n)
					impl.FourierDouble.FFT2(d, d, backend.FFT2{Rows: 1, Cols: n, Sign: 1 - 2*caller})
					impl.FourierSingle.FFT2(s, s, backend.FFT2{Rows: 1, Cols: n, Sign: 1})
				}
			})
		}
	}
	wg.Wait()
}

func TestALibraryWithoutAPlanGivesAConstantSentence(t *testing.T) {
	library := compile(t, "#define PLAN NULL\n"+stub)
	for _, effort := range []Effort{Estimate, Measure} {
		t.Setenv("XDG_CACHE_HOME", t.TempDir())
		impl, err := NewWith(Options{Library: library, Effort: effort})
		if err != nil {
			t.Fatal(err)
		}
		m := backend.NewMatrix[complex128](8, 8)
		for range 2 { // a failure is not remembered, nor does it block anything
			if got := panicOf(func() { impl.FourierDouble.FFT2(m, m, backend.FFT2{Rows: 8, Cols: 8, Sign: 1}) }); got != noPlan {
				t.Errorf("panic %v, want %q", got, noPlan)
			}
		}
	}
}

// A plan whose threads nobody knows would be run by as many callers as there
// are processors.
func TestAPlannerThatTakesAnotherNumberOfThreadsIsNotUsed(t *testing.T) {
	const layer = `
#define THREADS(X) \
int X(init_threads)(void) { return 1; } \
void X(plan_with_nthreads)(int n) {} \
int X(planner_nthreads)(void) { return 3; }
THREADS(DOUBLE)
THREADS(SINGLE)
`
	impl, err := NewWith(Options{Library: compile(t, "#define PLAN malloc(1)\n"+stub+layer)})
	if err != nil {
		t.Fatal(err)
	}
	m := backend.NewMatrix[complex128](8, 8)
	if got := panicOf(func() { impl.FourierDouble.FFT2(m, m, backend.FFT2{Rows: 8, Cols: 8, Sign: 1}) }); got != otherThreads {
		t.Errorf("panic %v, want %q", got, otherThreads)
	}
}

func TestTheEntriesLieInTheLibraryThatAnswers(t *testing.T) {
	impl, err := open(t, Options{})()
	if err != nil {
		t.Fatal(err)
	}
	var served []detect.Served
	for _, e := range impl.Properties.Entries {
		served = append(served, detect.Served{Part: "FFT2", Symbol: e.Symbol, Address: e.Address})
	}
	found := detect.Scan(served)
	if len(found) == 0 || found[0].Path != impl.Properties.Path {
		t.Fatalf("%s serves, and the libraries are %+v", impl.Properties.Path, found)
	}
	var symbols []string
	for _, l := range found {
		if len(l.Serves) == 0 {
			continue
		}
		symbols = append(symbols, l.Symbols...)
		if l.Kind != detect.FFTW || l.Version != impl.Properties.Version || l.ConcurrentCalls != detect.Yes {
			t.Errorf("%+v serves, want %s %s", l, impl.Properties.Library, impl.Properties.Version)
		}
		// The threads are a file of their own, or within the core.
		threads := slices.ContainsFunc(l.Symbols, func(s string) bool { return strings.HasSuffix(s, "_plan_with_nthreads") })
		if threads != (l.Layer == detect.LayerPthreads) {
			t.Errorf("%s has the layer %q and the functions %v", l.Path, l.Layer, l.Symbols)
		}
	}
	for _, s := range []string{"fftw_execute_dft", "fftw_plan_guru64_dft", "fftwf_execute_dft", "fftwf_plan_guru64_dft"} {
		if !slices.Contains(symbols, s) {
			t.Errorf("no library holds %s", s)
		}
	}
}

func panicOf(f func()) (value any) {
	defer func() { value = recover() }()
	f()
	return nil
}
