package detect

import (
	"encoding/base64"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// installed returns the real path of a file of a Debian package, or skips.
func installed(t *testing.T, pattern, debian string) string {
	t.Helper()
	files, _ := filepath.Glob("/usr/lib/*-linux-gnu/" + pattern)
	if runtime.GOOS != "linux" || len(files) == 0 {
		t.Skipf("needs %s of Debian's package %s", pattern, debian)
	}
	path, err := filepath.EvalSymlinks(files[0])
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// What the symbols of a file tell without a call, as in a build without cgo.
func TestAFileOnDiskTellsItsKindAndItsLocks(t *testing.T) {
	for _, c := range []struct {
		pattern, debian string
		kind            Kind
		layer           Layer
		concurrent      Answer
		version         string
	}{
		{"openblas-pthread/libopenblas.so.0", "libopenblas0-pthread", OpenBLAS, LayerPthreads, Yes, "0.3."},
		{"openblas-openmp/libopenblas.so.0", "libopenblas0-openmp", OpenBLAS, LayerOpenMP, Yes, "0.3."},
		{"openblas-serial/libopenblas.so.0", "libopenblas0-serial", OpenBLAS, LayerSerial, No, "0.3."},
		{"blis-openmp/libblis.so.4", "libblis4-openmp", BLIS, LayerOpenMP, Yes, ""},
		{"blis-openmp/libblas.so.3", "libblis4-openmp", BLIS, LayerOpenMP, Yes, ""},
		{"libatlas.so.3", "libatlas3-base", ATLAS, LayerSerial, Yes, "3.10."},
		{"atlas/libblas.so.3", "libatlas3-base", ATLAS, LayerSerial, Yes, "3.10."},
		{"blas/libblas.so.3", "libblas3", Reference, LayerSerial, Yes, "3."},
		{"libfftw3.so.3", "libfftw3-double3", FFTW, LayerSerial, Yes, "3.3."},
		{"libfftw3_threads.so.3", "libfftw3-double3", FFTW, LayerPthreads, Yes, ""},
		{"libfftw3f_omp.so.3", "libfftw3-single3", FFTW, LayerOpenMP, Yes, ""},
		{"libgomp.so.1", "libgomp1", LibGOMP, LayerOpenMP, Yes, ""},
	} {
		t.Run(c.pattern, func(t *testing.T) {
			f := &file{name: installed(t, c.pattern, c.debian)}
			l, _, ok := identify(f, nil, nil)
			if !ok || l.Kind != c.kind || l.Layer != c.layer || l.ConcurrentCalls != c.concurrent || !strings.HasPrefix(l.Version, c.version) {
				t.Errorf("it is %+v, want %s (%s, several callers: %s)", l, c.kind, c.layer, c.concurrent)
			}
		})
	}
}

func TestTheVersionOfFFTWStandsInItsFile(t *testing.T) {
	f := &file{name: installed(t, "libfftw3.so.3", "libfftw3-double3")}
	if text, ok := f.data("fftw_version"); !ok || !strings.HasPrefix(text, "fftw-3.") {
		t.Errorf("fftw_version is %q", text)
	}
	if text, ok := f.data("fftw_nothing"); ok {
		t.Errorf("a variable that does not exist is %q", text)
	}
	if text, ok := f.data("fftw_execute_dft"); !ok || text == "" {
		t.Error("the bytes of a function cannot be read as data")
	}
}

func TestAFileThatIsNoLibraryHasNoSymbols(t *testing.T) {
	path := filepath.Join(t.TempDir(), "libopenblas.so.0")
	if err := os.WriteFile(path, []byte("not a library"), 0o644); err != nil {
		t.Fatal(err)
	}
	f := &file{name: path}
	if f.readable() || f.defines("cblas_zgemm") || f.imports("malloc") || f.behind("cblas_zgemm") != "" || f.binds("GOMP_parallel") != "" {
		t.Error("it has symbols")
	}
	if l, _, ok := identify(f, nil, nil); !ok || !slices.Contains(l.Evidence, "its file is called so") {
		t.Errorf("it is %+v", l)
	}
}

func TestAMachOFileTellsItsSymbolsToo(t *testing.T) {
	// A program of 2009 among the test data of Go's own debug/macho.
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Skip("needs the go command, to find Go's source: ", err)
	}
	text, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(root)), "src/debug/macho/testdata/gcc-amd64-darwin-exec.base64"))
	if err != nil {
		t.Skip("needs the test data of Go's source: ", err)
	}
	content, err := base64.StdEncoding.DecodeString(string(text))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
	f := &file{name: path}
	if !f.readable() || !f.defines("main") || f.defines("puts") || !f.imports("puts") || f.imports("main") {
		t.Errorf("it defines %v and imports %v", f.defined, f.imported)
	}
	if text, ok := f.data("main"); ok {
		t.Errorf("a variable of a Mach-O file is not looked up, and is %q", text)
	}
}
