//go:build cgo && openblas && linux

package openblas

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"arago/backend"
)

// variant returns the folder of one of Debian's builds of OpenBLAS.
func variant(t *testing.T, name string) string {
	t.Helper()
	folders, _ := filepath.Glob("/usr/lib/*/openblas-" + name)
	if len(folders) == 0 {
		t.Skipf("needs Debian's package libopenblas0-%s", name)
	}
	return folders[0]
}

var variants = []string{"pthread", "serial", "openmp"}

func TestTheVariantThatAnswersIsNamed(t *testing.T) {
	for _, name := range variants {
		t.Run(name, func(t *testing.T) {
			folder := variant(t, name)
			r := ask(t, folder)
			p := r.Properties
			if filepath.Dir(p.Path) != folder || p.Library != "OpenBLAS" || !strings.HasPrefix(p.Version, "0.") || p.Architecture == "" {
				t.Errorf("in %s: %+v", folder, p)
			}
			if p.ConcurrentCalls != (name != "serial") {
				t.Errorf("simultaneous callers: %v", p.ConcurrentCalls)
			}
			r.expectProduct(t)
		})
	}
}

// passes runs tests of this program in a child process that looks for libraries
// in folder first.
func passes(t *testing.T, folder, tests string, environment ...string) {
	t.Helper()
	cmd := child(folder, environment, "-test.run="+tests, "-test.v")
	out, err := cmd.Output()
	if err != nil || strings.Contains(string(out), "--- SKIP: "+strings.Trim(tests, "^$")+" (") {
		t.Errorf("%s with the library in %s: %v\n%s", tests, folder, err, out)
	}
}

func TestConformanceOfEveryVariant(t *testing.T) {
	for _, name := range variants {
		t.Run(name, func(t *testing.T) { passes(t, variant(t, name), "^TestConformance$") })
	}
}

func TestDebiansOpenBLASOfWideIntegersIsRefused(t *testing.T) {
	files, _ := filepath.Glob("/usr/lib/*/openblas64-*/libopenblas64.so.0")
	if len(files) == 0 {
		t.Skip("needs Debian's package libopenblas64-0-pthread")
	}
	folder := t.TempDir()
	if err := os.Symlink(files[0], filepath.Join(folder, "libopenblas.so.0")); err != nil {
		t.Fatal(err)
	}
	if r := ask(t, folder); !strings.Contains(r.Error, "ILP64") || !strings.Contains(r.Error, "openblas64") {
		t.Errorf("the error is %q", r.Error)
	}
}

// wrongProducts lets four callers multiply small matrices, allowed of them
// inside the library at once, and counts the products that differ from the
// first one. It ends at the first wrong one.
func wrongProducts(l linear[float64, complex128], allowed, rounds int) int64 {
	l.inside = make(chan struct{}, allowed)
	a, b := backend.NewMatrix[complex128](8, 8), backend.NewMatrix[complex128](8, 8)
	for i := range a.Data {
		a.Data[i], b.Data[i] = complex(float64(i), 1), complex(1, float64(i))
	}
	want := backend.NewMatrix[complex128](8, 8)
	l.Dot(want, a, b)
	var wrong atomic.Int64
	var callers sync.WaitGroup
	for range 4 {
		callers.Go(func() {
			dst := backend.NewMatrix[complex128](8, 8)
			for range rounds {
				l.Dot(dst, a, b)
				for i := range dst.Data {
					if dst.Data[i] != want.Data[i] {
						wrong.Add(1)
						break
					}
				}
				if wrong.Load() > 0 {
					return
				}
			}
		})
	}
	callers.Wait()
	return wrong.Load()
}

func TestTheSerialVariantIsWrongUnlessOneCallGoesInAtATime(t *testing.T) {
	passes(t, variant(t, "serial"), "^TestSerialInThisProcess$")
}

func TestSerialInThisProcess(t *testing.T) {
	present(t)
	impl, _ := New()
	if impl.Properties.ConcurrentCalls {
		t.Skip("this process has an OpenBLAS that serves simultaneous callers; the test above runs this one with another")
	}
	if runtime.GOMAXPROCS(0) < 2 {
		t.Skip("on one processor calls hardly meet")
	}
	l := impl.LinearDouble.(linear[float64, complex128])
	if cap(l.inside) != 1 {
		t.Errorf("%d calls may be inside", cap(l.inside))
	}
	if n := wrongProducts(l, 1, 20000); n != 0 {
		t.Errorf("%d wrong products although one call goes in at a time", n)
	}
	if n := wrongProducts(l, 4, 1000000); n == 0 {
		t.Error("no wrong product without the guard: it is not needed, or it was not off")
	}
}

func TestOpenMPUsesOneThreadWhereverACallComesFrom(t *testing.T) {
	passes(t, variant(t, "openmp"), "^TestOpenMPInThisProcess$", "OMP_NUM_THREADS=3")
}

func TestOpenMPInThisProcess(t *testing.T) {
	present(t)
	l, err := find(linked)
	if err != nil {
		t.Fatal(err)
	}
	if !l.has("omp_get_max_threads") {
		t.Skip("this process has an OpenBLAS without OpenMP; the test above runs this one with another")
	}
	// Goroutines that are all locked to their threads at once are on different
	// ones, of which New has been on one at most.
	var before, after [4]int
	var ready, callers sync.WaitGroup
	ready.Add(len(before))
	for i := range before {
		callers.Go(func() {
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			ready.Done()
			ready.Wait()
			before[i] = l.number("omp_get_max_threads")
			x := []float64{float64(i)}
			dgemm(1, 1, 1, x, 1, x, 1, []float64{0}, 1)
			after[i] = l.number("omp_get_max_threads")
		})
	}
	callers.Wait()
	if !slices.Contains(before[:], 3) {
		t.Errorf("OpenMP has %v threads before a call, although the environment says 3", before)
	}
	if after != [4]int{1, 1, 1, 1} {
		t.Errorf("OpenMP has %v threads after a call", after)
	}
}

func TestHowManyCallersAnOpenBLASTakes(t *testing.T) {
	for _, c := range []struct {
		config string
		kind   int
		mutex  bool
		want   int
	}{
		{"OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH NO_AFFINITY Haswell MAX_THREADS=64", 1, true, 64},
		{"OpenBLAS 0.3.21 DYNAMIC_ARCH NO_AFFINITY USE_OPENMP Haswell MAX_THREADS=4", 2, true, 50},
		{"OpenBLAS 0.3.4 Haswell", 1, true, 50},
		{"NO_LAPACKE DYNAMIC_ARCH Haswell", 1, true, 1},
		{"OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH NO_AFFINITY Haswell SINGLE_THREADED", 0, false, 1},
		{"OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH NO_AFFINITY Haswell SINGLE_THREADED", 0, true, 50},
		{"OpenBLAS 0.3.29 USE_LOCKING DYNAMIC_ARCH Haswell SINGLE_THREADED", 0, false, 50},
	} {
		if got := openBLASCallers(c.config, c.kind, c.mutex); got != c.want {
			t.Errorf("%s: %d callers, want %d", c.config, got, c.want)
		}
	}
}

// Debian's OpenBLAS is older than many processors.
func TestAProcessorThatOpenBLASDoesNotKnowIsUsed(t *testing.T) {
	for _, c := range []struct {
		chosen    string
		processor int
		want      string
	}{
		{"Prescott", 2, "SkylakeX"}, {"Prescott", 1, "Haswell"}, {"Prescott", 0, ""},
		{"Zen", 1, ""}, {"Cooperlake", 2, ""}, {"Haswell", 2, ""}, {"armv8", 0, ""},
	} {
		if got := betterCore(c.chosen, c.processor); got != c.want {
			t.Errorf("%s on a processor of kind %d becomes %q, want %q", c.chosen, c.processor, got, c.want)
		}
	}
	present(t)
	impl, _ := New()
	if processor() > 0 && os.Getenv(coreType) == "" && impl.Properties.Architecture == "Prescott" {
		t.Error("the processor has AVX2, and OpenBLAS uses kernels for SSE3")
	}
	folder := filepath.Dir(impl.Properties.Path)
	if r := ask(t, folder, coreType+"=Nehalem"); r.Properties.Architecture != "Nehalem" && runtime.GOARCH == "amd64" {
		t.Errorf("the user's %s=Nehalem gave %q: %s", coreType, r.Properties.Architecture, r.Error)
	}
}

func TestTheVersionOfAnOpenBLAS(t *testing.T) {
	for config, want := range map[string]string{
		"OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH": "0.3.21",
		"NO_LAPACKE DYNAMIC_ARCH":                 "before 0.3.4",
	} {
		if got := openBLASVersion(config); got != want {
			t.Errorf("%s: version %s, want %s", config, got, want)
		}
	}
}
