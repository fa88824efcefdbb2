//go:build cgo && (openblas || mkl || blis || atlas || netlib) && (linux || darwin)

package openblas

import (
	"encoding/json"
	"fmt"
	"math"
	"math/cmplx"
	"os"
	"os/exec"
	"strconv"
	"testing"

	"golang.org/x/sys/unix"

	"arago/backend"
)

// report is what a child process says of the library that it was given.
type report struct {
	Error      string
	Properties backend.Properties
	// Product holds the parts of a fixed complex product, one after the other.
	Product []float64
}

const childVariable = "ARAGO_TEST_REPORT"

// addressSpaceVariable is how many bytes of address space a child may still take.
const addressSpaceVariable = "ARAGO_TEST_ADDRESS_SPACE"

// leave limits the address space of this process to what it has and so many bytes.
func leave(bytes uint64) {
	statm, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		panic(err)
	}
	var pages uint64
	if _, err := fmt.Sscan(string(statm), &pages); err != nil {
		panic(err)
	}
	limit := pages*uint64(os.Getpagesize()) + bytes
	if err := unix.Setrlimit(unix.RLIMIT_AS, &unix.Rlimit{Cur: limit, Max: limit}); err != nil {
		panic(err)
	}
}

// TestMain lets the test program be its own child: a library is chosen by the
// environment of a process before it starts.
func TestMain(m *testing.M) {
	if os.Getenv(childVariable) == "" {
		os.Exit(m.Run())
	}
	var r report
	if left, err := strconv.ParseUint(os.Getenv(addressSpaceVariable), 10, 64); err == nil {
		leave(left)
	}
	impl, err := New()
	if err != nil {
		r.Error = err.Error()
	} else {
		r.Properties = impl.Properties
		a, b, dst := operands()
		impl.LinearDouble.Dot(dst, a, b)
		for _, v := range dst.Data {
			r.Product = append(r.Product, real(v), imag(v))
		}
	}
	if err := json.NewEncoder(os.Stdout).Encode(r); err != nil {
		os.Exit(1)
	}
}

// operands returns a product of 65×70 by 70×33 numbers of size about one.
func operands() (a, b, dst backend.Matrix[complex128]) {
	a, b, dst = backend.NewMatrix[complex128](65, 70), backend.NewMatrix[complex128](70, 33), backend.NewMatrix[complex128](65, 33)
	for i := range a.Data {
		a.Data[i] = complex(float64(i*7%101)/50-1, float64(i*13%97)/48-1)
	}
	for i := range b.Data {
		b.Data[i] = complex(float64(i*5%89)/44-1, float64(i*11%83)/41-1)
	}
	return a, b, dst
}

// ask returns the report of a child process that looks for libraries in folder
// first.
func ask(t *testing.T, folder string, environment ...string) report {
	t.Helper()
	out, err := child(folder, append(environment, childVariable+"=1")).Output()
	if err != nil {
		t.Fatalf("the child process failed: %v: %s", err, out)
	}
	var r report
	if err := json.Unmarshal(out, &r); err != nil {
		t.Fatalf("the child process says %q: %v", out, err)
	}
	return r
}

// child returns this test program as a command that looks for libraries in
// folder first.
func child(folder string, environment []string, arguments ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], arguments...)
	cmd.Env = append(os.Environ(), append(environment, "LD_LIBRARY_PATH="+folder)...)
	cmd.Stderr = os.Stderr
	return cmd
}

// expectProduct compares the report's product with sums taken here.
func (r report) expectProduct(t *testing.T) {
	t.Helper()
	if r.Error != "" {
		t.Fatal(r.Error)
	}
	a, b, _ := operands()
	// 70 terms of at most 4, each side: Higham 2002, §3.5 and §3.6.
	const bound = 2 * math.Sqrt2 * 72 * 0x1p-53 * 70 * 4
	for i := range a.Rows {
		for j := range b.Cols {
			var want complex128
			for k := range a.Cols {
				want += a.At(i, k) * b.At(k, j)
			}
			at := 2 * (b.Cols*i + j)
			if d := cmplx.Abs(complex(r.Product[at], r.Product[at+1]) - want); !(d <= bound) {
				t.Fatalf("element (%d, %d) is (%g, %g), want %v", i, j, r.Product[at], r.Product[at+1], want)
			}
		}
	}
}
