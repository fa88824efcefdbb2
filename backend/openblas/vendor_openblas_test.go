//go:build cgo && openblas && linux

package openblas

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"arago/backend"
	"arago/detect"
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

// openMPThreads returns how many threads OpenMP would use on this thread of the
// system, 0 if it is not loaded.
func openMPThreads(t *testing.T) int {
	for _, l := range detect.Scan(nil) {
		if l.Kind == detect.LibGOMP {
			if l.Threads == 0 {
				t.Errorf("%s does not say how many threads it uses", l.Path)
			}
			return l.Threads
		}
	}
	return 0
}

func TestOpenMPInThisProcess(t *testing.T) {
	present(t)
	if openMPThreads(t) == 0 {
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
			before[i] = openMPThreads(t)
			x := []float64{float64(i)}
			dgemm(1, 1, 1, x, 1, x, 1, []float64{0}, 1)
			after[i] = openMPThreads(t)
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

// Another OpenMP that the whole program has loaded serves the library in place
// of the one that it brings along: that one must be limited.
func TestTheOpenMPThatReallyServesIsLimited(t *testing.T) {
	folder := variant(t, "openmp")
	intel := filepath.Join(os.Getenv("MKLROOT"), "lib", "libiomp5.so")
	if _, err := os.Stat(intel); os.Getenv("MKLROOT") == "" || err != nil {
		t.Skip("needs Intel's OpenMP: set MKLROOT to the folder above MKL's lib")
	}
	passes(t, folder, "^TestNoThreadsAreStartedInThisProcess$", "LD_PRELOAD="+intel, "OMP_NUM_THREADS=40", "OMP_WAIT_POLICY=PASSIVE")
}

func TestNoThreadsAreStartedInThisProcess(t *testing.T) {
	present(t)
	if os.Getenv("OMP_NUM_THREADS") != "40" {
		t.Skip("counts threads in a process of its own; the test above runs this one")
	}
	impl, _ := New()
	before, err := os.ReadDir("/proc/self/task")
	if err != nil {
		t.Fatal(err)
	}
	a := backend.NewMatrix[complex128](600, 600)
	impl.LinearDouble.Dot(backend.NewMatrix[complex128](600, 600), a, a)
	after, err := os.ReadDir("/proc/self/task")
	if err != nil {
		t.Fatal(err)
	}
	// Go starts a few; OpenMP would start 39.
	if n := len(after) - len(before); n > 20 {
		t.Errorf("%d threads were started by a product", n)
	}
}

// An OpenBLAS that may not map its buffer asks for it again for ever.
func TestALimitOfAddressSpaceIsARefusalAndNoHang(t *testing.T) {
	present(t)
	impl, _ := New()
	folder := filepath.Dir(impl.Properties.Path)
	tight := ask(t, folder, addressSpaceVariable+"="+strconv.Itoa(400<<20))
	if !strings.Contains(tight.Error, "AR112: OpenBLAS maps 128 MiB for each caller, and hangs where it may not (RLIMIT_AS leaves ") {
		t.Errorf("with 400 MiB left: %q", tight.Error)
	}
	enough := ask(t, folder, addressSpaceVariable+"="+strconv.Itoa(900<<20))
	enough.expectProduct(t)
	roomy := ask(t, folder, addressSpaceVariable+"="+strconv.Itoa(4<<30), "GOMAXPROCS=100")
	roomy.expectProduct(t)
	if n := roomy.Properties.Callers; n < 1 || n > 16 {
		t.Errorf("%d callers are let in with 4 GiB of address space left and 128 MiB for each", n)
	}
}
