//go:build cgo && openblas

package provoke

import (
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/netlib/blas/netlib"

	"arago/backend"
	"arago/backend/openblas"
	"arago/detect"
)

// What Arago's own back end does where the bare library fails. The library is
// the one whose folder stands in LD_LIBRARY_PATH.

// products is what a child says that has let many goroutines multiply.
type products struct {
	Error   string
	Path    string
	Callers int
	Calls   int64
	Wrong   int64
	// Bounded are the verdicts on this process, Unbounded those if calls were
	// let in as they come.
	Bounded, Unbounded []detect.Verdict
}

const callersVariable = "ARAGO_PROVOKE_CALLERS"

func init() {
	roles["products"] = playProducts
	roles["bare products"] = playBareProducts
}

// playProducts lets as many goroutines as the environment says multiply small
// matrices of their own numbers by the back end.
func playProducts() error {
	n, err := strconv.Atoi(os.Getenv(callersVariable))
	if err != nil {
		return err
	}
	var p products
	impl, err := openblas.New()
	if err != nil {
		p.Error = err.Error()
		return json.NewEncoder(os.Stdout).Encode(p)
	}
	p.Path, p.Callers = impl.Properties.Path, impl.Properties.Callers
	each := max(20, 80000/n)
	p.multiply(n, func(_, made int64) bool { return made < int64(each) }, func(c, a, b backend.Matrix[complex128]) {
		impl.LinearDouble.Dot(c, a, b)
	})
	var report detect.Report
	report.Process, report.CPU, report.Memory = detect.Limits()
	for _, c := range []struct {
		admits   int
		verdicts *[]detect.Verdict
	}{{p.Callers, &p.Bounded}, {n, &p.Unbounded}} {
		var served []detect.Served
		for _, e := range impl.Properties.Entries {
			served = append(served, detect.Served{Part: "Dot", Symbol: e.Symbol, Address: e.Address, Admits: c.admits})
		}
		report.Libraries = detect.Scan(served)
		*c.verdicts = detect.Check(report, detect.Plan{Threads: n})
	}
	return json.NewEncoder(os.Stdout).Encode(p)
}

// playBareProducts does so past the back end, with the same functions, until a
// number is wrong. It gives up after a million calls of each goroutine.
func playBareProducts() error {
	n, err := strconv.Atoi(os.Getenv(callersVariable))
	if err != nil {
		return err
	}
	impl, err := openblas.New()
	if err != nil {
		return err
	}
	p := products{Path: impl.Properties.Path}
	p.multiply(n, func(wrong, made int64) bool { return wrong == 0 && made < 1_000_000 }, func(c, a, b backend.Matrix[complex128]) {
		netlib.Implementation{}.Zgemm(blas.NoTrans, blas.NoTrans, c.Rows, c.Cols, a.Cols, 1, a.Data, a.Stride, b.Data, b.Stride, 0, c.Data, c.Stride)
	})
	return json.NewEncoder(os.Stdout).Encode(p)
}

// multiply counts the wrong products of n goroutines, each of which goes on as
// long as more says so of all wrong ones and of its own calls. Small integers
// are added without rounding: what a product must be is known.
func (p *products) multiply(n int, more func(wrong, made int64) bool, dot func(c, a, b backend.Matrix[complex128])) {
	const size = 8
	var wrong, calls atomic.Int64
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			a, b, c := backend.NewMatrix[complex128](size, size), backend.NewMatrix[complex128](size, size), backend.NewMatrix[complex128](size, size)
			mine := complex(float64(i+1), 0)
			for k := range a.Data {
				a.Data[k], b.Data[k] = mine, 3
			}
			for made := int64(0); more(wrong.Load(), made); made++ {
				calls.Add(1)
				dot(c, a, b)
				if slices.ContainsFunc(c.Data, func(v complex128) bool { return v != 3*size*mine }) {
					wrong.Add(1)
				}
			}
		})
	}
	all.Wait()
	p.Calls, p.Wrong = calls.Load(), wrong.Load()
}

// multiplyIn lets goroutines multiply in a child that finds OpenBLAS in a
// folder and plays a role.
func multiplyIn(t *testing.T, role, folder string, goroutines int, environment ...string) products {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	environment = append(environment, roleVariable+"="+role, "LD_LIBRARY_PATH="+folder, callersVariable+"="+strconv.Itoa(goroutines))
	e := run(t, environment, self)
	e.expect(t, 0)
	var p products
	if err := json.Unmarshal([]byte(e.out), &p); err != nil {
		t.Fatalf("%v: %v", err, e)
	}
	return p
}

// judged says whether verdicts hold one with a code, and whether it refuses.
func judged(verdicts []detect.Verdict, code string) (there, refuses bool) {
	for _, v := range verdicts {
		if v.Code == code {
			there, refuses = true, refuses || v.Refused
		}
	}
	return there, refuses
}

// The same binary, with the three builds that Debian has.
func TestFourGoroutinesGetRightNumbersFromEveryOpenBLAS(t *testing.T) {
	for _, variant := range []string{"serial", "pthread", "openmp"} {
		t.Run(variant, func(t *testing.T) {
			p := multiplyIn(t, "products", filepath.Dir(openBLAS(t, variant)), 4, "GOMAXPROCS=4")
			if p.Error != "" || p.Wrong != 0 || p.Calls < 80000 || !strings.Contains(p.Path, "openblas-"+variant) {
				t.Errorf("%+v", p)
			}
			_, bounded := judged(p.Bounded, detect.AR104)
			_, unbounded := judged(p.Unbounded, detect.AR104)
			if serial := variant == "serial"; bounded || unbounded != serial || (p.Callers == 1) != serial {
				t.Errorf("refused with %d callers: %v; with any number: %v", p.Callers, bounded, unbounded)
			}
		})
	}
}

// The guard is what makes the numbers right.
func TestFourGoroutinesPastTheBackEndGetWrongNumbersFromTheSerialOpenBLAS(t *testing.T) {
	if runtime.NumCPU() < 2 {
		t.Skip("threads that take turns on one processor hardly ever meet")
	}
	p := multiplyIn(t, "bare products", filepath.Dir(openBLAS(t, "serial")), 4, "GOMAXPROCS=4")
	if p.Wrong == 0 {
		t.Errorf("%+v", p)
	}
}

func TestACrowdOfGoroutinesIsLetInAFewAtATime(t *testing.T) {
	// Go would start a thread for each call.
	p := multiplyIn(t, "products", filepath.Dir(openBLAS(t, "pthread")), 700, "GOMAXPROCS=700")
	if p.Error != "" || p.Wrong != 0 || p.Callers < 1 || p.Callers > 128 {
		t.Errorf("%+v", p)
	}
	_, bounded := judged(p.Bounded, detect.AR110)
	_, unbounded := judged(p.Unbounded, detect.AR110)
	if bounded || !unbounded {
		t.Errorf("refused with %d callers: %v; with 700: %v", p.Callers, bounded, unbounded)
	}
}

func TestALibraryWithWideIntegersIsRefusedUnderAnyName(t *testing.T) {
	wide := file(t, "Debian: libopenblas64-0-pthread", "/usr/lib/*/libopenblas64.so.0")
	folder := t.TempDir()
	if err := os.Symlink(wide, filepath.Join(folder, "libopenblas.so.0")); err != nil {
		t.Fatal(err)
	}
	p := multiplyIn(t, "products", folder, 4)
	if !strings.Contains(p.Error, detect.AR106) || p.Calls != 0 {
		t.Errorf("%+v", p)
	}
}
