//go:build cgo && linux

package detect

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// A child process that has loaded libraries as a host program would: this test
// program, with a small library in LD_PRELOAD that loads others before main and
// writes where their functions lie.
const (
	scanVariable  = "ARAGO_TEST_SCAN"  // the file with the addresses
	loadVariable  = "ARAGO_TEST_LOAD"  // the files to load, with : between
	serveVariable = "ARAGO_TEST_SERVE" // the functions that serve, with , between
)

const loader = `
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
__attribute__((constructor)) static void load(void)
{
	char *files = getenv("ARAGO_TEST_LOAD"), *to = getenv("ARAGO_TEST_SCAN"), *symbols = getenv("ARAGO_TEST_SERVE");
	if (!files || !to)
		return;
	FILE *out = fopen(to, "w");
	files = strdup(files);
	for (char *f = strtok(files, ":"); f; f = strtok(NULL, ":")) {
		void *library = dlopen(f, RTLD_NOW | RTLD_LOCAL);
		if (!library) {
			fprintf(stderr, "%s\n", dlerror());
			exit(3);
		}
		char *names = strdup(symbols), *rest = names, *s;
		while ((s = strsep(&rest, ",")))
			if (dlsym(library, s))
				fprintf(out, "%s %p\n", s, dlsym(library, s));
		free(names);
	}
	fclose(out);
}`

func TestMain(m *testing.M) {
	addresses := os.Getenv(scanVariable)
	if addresses == "" {
		os.Exit(m.Run())
	}
	if err := scanHere(addresses); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// scanHere writes what Scan finds, with the functions in a file as those that serve.
func scanHere(addresses string) error {
	f, err := os.Open(addresses)
	if err != nil {
		return err
	}
	defer f.Close()
	var served []Served
	for lines := bufio.NewScanner(f); lines.Scan(); {
		symbol, address, _ := strings.Cut(lines.Text(), " ")
		at, err := strconv.ParseUint(strings.TrimPrefix(address, "0x"), 16, 64)
		if err != nil {
			return err
		}
		s := Served{Part: "Dot", Symbol: symbol, Address: uintptr(at), Admits: 2}
		if strings.HasPrefix(symbol, "fftw") {
			s.Part, s.Admits = "FFT2", 0
		}
		served = append(served, s)
	}
	return json.NewEncoder(os.Stdout).Encode(Scan(served))
}

// host returns what Scan finds in a process that has loaded files. The
// functions named in serve are taken as those that Arago calls.
func host(t *testing.T, serve string, files ...string) []Library {
	t.Helper()
	folder := t.TempDir()
	preload := compile(t, folder, "libloader.so", loader, "-ldl")
	cmd := exec.Command(os.Args[0])
	var folders []string
	for _, f := range files {
		folders = append(folders, filepath.Dir(f))
	}
	cmd.Env = append(os.Environ(), "LD_PRELOAD="+preload, loadVariable+"="+strings.Join(files, ":"), serveVariable+"="+serve,
		scanVariable+"="+filepath.Join(folder, "addresses"), "LD_LIBRARY_PATH="+strings.Join(folders, ":"), "OMP_NUM_THREADS=3")
	var problems strings.Builder
	cmd.Stderr = &problems
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("the child process failed: %v: %s", err, problems.String())
	}
	var found []Library
	if err := json.Unmarshal(out, &found); err != nil {
		t.Fatalf("the child process says %q: %v", out, err)
	}
	return found
}

// compile makes a shared library from C.
func compile(t *testing.T, folder, name, source string, arguments ...string) string {
	t.Helper()
	cc, err := exec.LookPath("cc")
	if err != nil {
		t.Skip("needs a C compiler called cc (Debian: gcc)")
	}
	text, out := filepath.Join(folder, name+".c"), filepath.Join(folder, name)
	if err := os.WriteFile(text, []byte(source), 0o644); err != nil {
		t.Fatal(err)
	}
	if message, err := exec.Command(cc, append([]string{"-shared", "-fPIC", "-o", out, text}, arguments...)...).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, message)
	}
	return out
}

// of returns the library of a file among those found.
func of(t *testing.T, found []Library, path string) Library {
	t.Helper()
	for _, l := range found {
		if l.Path == path {
			return l
		}
	}
	t.Fatalf("%s is not among %+v", path, found)
	return Library{}
}

func says(l Library, words string) bool {
	return slices.ContainsFunc(l.Evidence, func(e string) bool { return strings.Contains(e, words) })
}

func TestTheLibraryThatServesIsAskedAndComesFirst(t *testing.T) {
	for _, c := range []struct {
		pattern, debian string
		want            Library // Version is a prefix
		evidence        string
	}{
		{"openblas-pthread/libopenblas.so.0", "libopenblas0-pthread",
			Library{Kind: OpenBLAS, Version: "0.3.", Layer: LayerPthreads, IntegerBits: 32, ConcurrentCalls: Yes}, "openblas_get_parallel() is 1"},
		{"openblas-serial/libopenblas.so.0", "libopenblas0-serial",
			Library{Kind: OpenBLAS, Version: "0.3.", Layer: LayerSerial, Threads: 1, IntegerBits: 32, ConcurrentCalls: No, Capacity: 50}, "without locks"},
		{"openblas-serial/libblas.so.3", "libopenblas0-serial",
			Library{Kind: OpenBLAS, Version: "0.3.", Layer: LayerSerial, Threads: 1, IntegerBits: 32, ConcurrentCalls: No, Capacity: 50}, "it leads to openblas_get_config"},
		{"openblas-openmp/libopenblas.so.0", "libopenblas0-openmp",
			Library{Kind: OpenBLAS, Version: "0.3.", Layer: LayerOpenMP, IntegerBits: 32, ConcurrentCalls: Yes}, "its OpenMP is /"},
		{"openblas64-pthread/libopenblas64.so.0", "libopenblas64-0-pthread",
			Library{Kind: OpenBLAS, Version: "0.3.", Layer: LayerPthreads, IntegerBits: 64, ConcurrentCalls: Yes}, "USE64BITINT"},
		{"blis-openmp/libblis.so.4", "libblis4-openmp",
			Library{Kind: BLIS, Version: "0.", Layer: LayerOpenMP, IntegerBits: 32, ConcurrentCalls: Yes}, "libgomp"},
		{"blis-openmp/libblas.so.3", "libblis4-openmp",
			Library{Kind: BLIS, Layer: LayerOpenMP, IntegerBits: 32, ConcurrentCalls: Yes}, "its file is called so"},
		{"libcblas.so.3", "libatlas3-base",
			Library{Kind: ATLAS, Version: "3.10.", Layer: LayerSerial, Threads: 1, IntegerBits: 32, ConcurrentCalls: Yes}, "it leads to ATL_buildinfo"},
		{"atlas/libblas.so.3", "libatlas3-base",
			Library{Kind: ATLAS, Version: "3.10.", Layer: LayerSerial, Threads: 1, IntegerBits: 32, ConcurrentCalls: Yes}, "atl_f77wrap_dgemm_"},
		{"blas/libblas.so.3", "libblas3",
			Library{Kind: Reference, Version: "3.", Layer: LayerSerial, Threads: 1, IntegerBits: 32, ConcurrentCalls: Yes}, "CBLAS_CallFromC"},
		{"libfftw3.so.3", "libfftw3-double3",
			Library{Kind: FFTW, Version: "3.3.", Layer: LayerSerial, Threads: 1, ConcurrentCalls: Yes}, "fftw_version is"},
	} {
		t.Run(c.pattern, func(t *testing.T) {
			path := installed(t, c.pattern, c.debian)
			// A BLAS that somebody else has loaded comes after, asked the same.
			found := host(t, "cblas_zgemm,cblas_dgemm,fftw_execute_dft", path)
			got := found[0]
			if !strings.HasPrefix(got.Version, c.want.Version) || !says(got, c.evidence) {
				t.Errorf("version %q, evidence %q; want %q and %q", got.Version, got.Evidence, c.want.Version, c.evidence)
			}
			want := c.want
			want.Path, want.Version, want.Evidence, want.Architecture = path, got.Version, got.Evidence, got.Architecture
			want.Serves, want.Symbols, want.Admits = []string{"Dot"}, []string{"cblas_zgemm", "cblas_dgemm"}, 2
			if want.Kind == FFTW {
				want.Serves, want.Symbols, want.Admits = []string{"FFT2"}, []string{"fftw_execute_dft"}, 0
			}
			if want.Threads == 0 {
				want.Threads = got.Threads // as many as there are processors
			}
			if want.Capacity == 0 {
				want.Capacity = got.Capacity
			}
			if !same(got, want) {
				t.Errorf("found\n%+v, want\n%+v", got, want)
			}
			for _, other := range found[1:] {
				if len(other.Serves) > 0 || other.Kind != LibGOMP {
					t.Errorf("beside it: %+v", other)
				}
			}

			quiet := of(t, host(t, "", path), path)
			if quiet.Kind != want.Kind || quiet.Layer != want.Layer || quiet.Version != want.Version || len(quiet.Serves) > 0 || says(quiet, "reads integers") {
				t.Errorf("when it does not serve: %+v", quiet)
			}
		})
	}
}

// A program's own OpenBLAS beside the one that serves, two OpenMP runtimes, an
// FFTW: all are listed, once each, and serve nothing.
func TestWhatSomebodyElseHasLoadedIsListed(t *testing.T) {
	serving := installed(t, "blas/libblas.so.3", "libblas3")
	others := []string{
		installed(t, "openblas-pthread/libopenblas.so.0", "libopenblas0-pthread"),
		installed(t, "openblas-serial/libopenblas.so.0", "libopenblas0-serial"),
		installed(t, "libfftw3_omp.so.3", "libfftw3-double3"),
		installed(t, "libfftw3f.so.3", "libfftw3-single3"),
		installed(t, "libgomp.so.1", "libgomp1"),
	}
	second := compile(t, t.TempDir(), "libgomp-a34b3233.so.1", "void GOMP_parallel(void) {} int omp_get_max_threads(void) { return 5; }")
	found := host(t, "CBLAS_CallFromC", append(append([]string{serving}, others...), second)...)
	if found[0].Path != serving || !slices.Equal(found[0].Serves, []string{"Dot"}) {
		t.Errorf("the first is %+v", found[0])
	}
	want := map[string]Kind{serving: Reference, others[0]: OpenBLAS, others[1]: OpenBLAS, others[2]: FFTW, others[3]: FFTW,
		installed(t, "libfftw3.so.3", "libfftw3-double3"): FFTW, others[4]: LibGOMP, second: LibGOMP}
	for path, kind := range want {
		l := of(t, found, path)
		if l.Kind != kind || path != serving && len(l.Serves) > 0 {
			t.Errorf("%s is %+v, want %s", path, l, kind)
		}
	}
	if len(found) != len(want) {
		t.Errorf("%d libraries, want %d: %+v", len(found), len(want), found)
	}
	if l := of(t, found, second); l.Threads != 5 {
		t.Errorf("the second OpenMP has %d threads", l.Threads)
	}
	if l := of(t, found, others[4]); l.Threads != 3 {
		t.Errorf("OpenMP has %d threads, OMP_NUM_THREADS is 3", l.Threads)
	}
}

// libomp ends a process that has libiomp already when it is asked anything.
func TestRivalOpenMPRuntimesAreNotWoken(t *testing.T) {
	const deadly = "#include <stdlib.h>\nvoid __kmpc_fork_call(void) {} int omp_get_max_threads(void) { abort(); }"
	one, two := compile(t, t.TempDir(), "libiomp5.so", deadly), compile(t, t.TempDir(), "libomp.so.5", deadly)
	found := host(t, "", one, two)
	if of(t, found, one).Kind != LibIOMP || of(t, found, two).Kind != LibOMP {
		t.Errorf("found %+v", found)
	}
}

func TestAServingFileOfAnUnknownKindIsListedAllTheSame(t *testing.T) {
	path := compile(t, t.TempDir(), "libunknown.so", "void cblas_zgemm(void) {}")
	found := host(t, "cblas_zgemm", path)
	if l := found[0]; len(found) != 1 || l.Kind != Unrecognised || l.Path != path || l.ConcurrentCalls != Unknown || !slices.Equal(l.Serves, []string{"Dot"}) {
		t.Errorf("found %+v", found)
	}
}

// mklPath returns a file of MKL's.
func mklPath(t *testing.T, name string) string {
	t.Helper()
	root := os.Getenv("MKLROOT")
	if root == "" {
		root = "../build/mkl"
	}
	files, _ := filepath.Glob(filepath.Join(root, "lib", name+".so.*"))
	if name == "libiomp5" {
		files, _ = filepath.Glob(filepath.Join(root, "lib", name+".so"))
	}
	if len(files) == 0 {
		t.Skip("MKL is not here: set MKLROOT to the folder above its lib, or run make deps")
	}
	path, err := filepath.EvalSymlinks(files[0])
	if err != nil {
		t.Fatal(err)
	}
	if path, err = filepath.Abs(path); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestAnUnusedMKLIsNotMadeToLoadItsLayers(t *testing.T) {
	found := host(t, "", mklPath(t, "libmkl_rt"))
	l := found[0]
	if len(found) != 1 || l.Kind != MKL || !strings.HasPrefix(l.Version, "20") || l.Layer != LayerUnknown || l.Threads != 0 || l.IntegerBits != 0 {
		t.Errorf("found %+v", found)
	}
}

func TestAServingMKLSaysItsLayerAndIsOneLibrary(t *testing.T) {
	path := mklPath(t, "libmkl_rt")
	found := host(t, "cblas_zgemm", path)
	l := found[0]
	// Intel's layer is the default.
	if l.Path != path || l.Kind != MKL || l.Layer != LayerOpenMP || l.Threads < 1 || l.IntegerBits != 32 || !says(l, "MKL_Set_Threading_Layer(-1) is 0") {
		t.Errorf("found %+v", l)
	}
	for _, l := range found[1:] {
		if l.Kind != LibIOMP {
			t.Errorf("beside it: %+v", l)
		}
	}
	if found := host(t, "fftw_execute_dft", path); found[0].Kind != MKLFFTW || !slices.Equal(found[0].Serves, []string{"FFT2"}) {
		t.Errorf("by its FFTW interface: %+v", found)
	}
	both := host(t, "fftw_execute_dft,cblas_zgemm", path)[0]
	if both.Kind != MKL || !slices.Equal(both.Serves, []string{"FFT2", "Dot"}) || both.Admits != 0 {
		t.Errorf("by both interfaces: %+v", both)
	}
}
