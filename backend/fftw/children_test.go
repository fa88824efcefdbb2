//go:build fftw && cgo && (linux || darwin)

package fftw

import (
	"fmt"
	"io"
	"math"
	"math/cmplx"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"arago/backend"
)

// Some tests need a process of their own: this program, started again with the
// name of a role in its environment.
const roleVariable = "ARAGO_FFTW_TEST_ROLE"

var roles = map[string]func(args []string) error{}

func TestMain(m *testing.M) {
	if role := os.Getenv(roleVariable); role != "" {
		if err := roles[role](os.Args[1:]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// child prepares a process that plays a role. Its environment is that of this
// test and what is added.
func child(t *testing.T, role string, environment []string, args ...string) *exec.Cmd {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(program, args...)
	c.Env = append(append(os.Environ(), roleVariable+"="+role), environment...)
	return c
}

// play runs a child to its end and returns what it printed.
func play(t *testing.T, c *exec.Cmd) string {
	t.Helper()
	var errors strings.Builder
	c.Stderr = &errors
	out, err := c.Output()
	if err != nil {
		t.Fatalf("the child process failed: %v\n%s", err, errors.String())
	}
	return string(out)
}

// warnTo returns a Warn that writes lines.
func warnTo(w io.Writer) func(string) {
	return func(sentence string) { fmt.Fprintln(w, "warning:", sentence) }
}

// folderOf makes a folder in which the given files of the FFTW in use appear
// under their own names.
func folderOf(t *testing.T, names ...string) string {
	t.Helper()
	folder := t.TempDir()
	for _, name := range names {
		if err := os.Symlink(filepath.Join(filepath.Dir(installed(t)), name), filepath.Join(folder, name)); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// installed returns the file of the FFTW in use, in double precision.
func installed(t *testing.T) string {
	t.Helper()
	impl, err := open(t, Options{})()
	if err != nil {
		t.Fatal(err)
	}
	return impl.Properties.Path
}

// compile makes a shared library from C and returns its file.
func compile(t *testing.T, source string, arguments ...string) string {
	t.Helper()
	cc, err := exec.LookPath("cc")
	if err != nil {
		t.Skip("no C compiler called cc here (Debian: gcc)")
	}
	folder := t.TempDir()
	file, out := filepath.Join(folder, "library.c"), filepath.Join(folder, "libfftw3.so.3")
	if err := os.WriteFile(file, []byte(source), 0o644); err != nil {
		t.Fatal(err)
	}
	command := exec.Command(cc, append([]string{"-shared", "-fPIC", "-o", out, file}, arguments...)...)
	if text, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", command, err, text)
	}
	return out
}

// checkImpulse transforms a single one at (1, 2), which gives
// exp(2πi·(k/rows + 2l/cols)).
func checkImpulse[C backend.Complex](f backend.Fourier[C], rows, cols int, tolerance float64) error {
	m := backend.NewMatrix[C](rows, cols)
	m.Set(1, 2, 1)
	f.FFT2(m, m, backend.FFT2{Rows: rows, Cols: cols, Sign: 1})
	for k := range rows {
		for l := range cols {
			turns := float64(k)/float64(rows) + 2*float64(l)/float64(cols)
			want := cmplx.Exp(complex(0, 2*math.Pi*turns))
			if d := cmplx.Abs(complex128(m.At(k, l)) - want); !(d <= tolerance) {
				return fmt.Errorf("%d×%d: element (%d, %d) is %v, want %v", rows, cols, k, l, m.At(k, l), want)
			}
		}
	}
	return nil
}
