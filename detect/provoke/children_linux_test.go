package provoke

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// killAfter ends a child whose own alarm, after 20 s at most, did not.
const killAfter = 25 * time.Second

// How children end, if neither with 0 nor by a signal: as testdata/host says.
const (
	wrongNumbers = 1
	refused      = 3
	guarded      = 77
)

// roles are what this program does as a child of itself.
var roles = map[string]func() error{}

const roleVariable = "ARAGO_PROVOKE_ROLE"

// folder holds what is built, for all tests.
var folder string

func TestMain(m *testing.M) {
	if role := os.Getenv(roleVariable); role != "" {
		if err := roles[role](); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	var err error
	if folder, err = os.MkdirTemp("", "arago-provoke-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	os.RemoveAll(folder)
	os.Exit(code)
}

// ending is how a child ended and what it printed.
type ending struct {
	code   int
	signal syscall.Signal // 0 if it ended by itself
	out    string
}

func (e ending) String() string {
	if e.signal != 0 {
		return fmt.Sprintf("ended by %q, saying:\n%s", e.signal, e.out)
	}
	return fmt.Sprintf("exit code %d, saying:\n%s", e.code, e.out)
}

// run runs a child, in a process group of its own that does not outlive the
// call, with nothing said about threads but what environment says.
func run(t *testing.T, environment []string, program string, arguments ...string) ending {
	t.Helper()
	limit, cancel := context.WithTimeout(t.Context(), killAfter)
	defer cancel()
	c := exec.CommandContext(limit, program, arguments...)
	c.Env = slices.DeleteFunc(os.Environ(), func(v string) bool {
		for _, prefix := range []string{"OMP_", "KMP_", "OPENBLAS_", "GOTO_", "BLIS_", "MKL_NUM_", "LD_PRELOAD=", "GOMAXPROCS="} {
			if strings.HasPrefix(v, prefix) {
				return true
			}
		}
		return false
	})
	c.Env = append(c.Env, environment...)
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	kill := func() error { return syscall.Kill(-c.Process.Pid, syscall.SIGKILL) }
	c.Cancel = kill
	var out strings.Builder
	c.Stdout, c.Stderr = &out, &out
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	defer kill() // nobody is left, as a rule
	err := c.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	if limit.Err() != nil {
		t.Fatalf("%v outlived its alarm", c)
	}
	e := ending{code: c.ProcessState.ExitCode(), out: out.String()}
	if status := c.ProcessState.Sys().(syscall.WaitStatus); status.Signaled() {
		e.signal = status.Signal()
	}
	return e
}

// host lets the program testdata/host take steps.
func host(t *testing.T, environment []string, steps ...string) ending {
	t.Helper()
	return run(t, environment, program(t), steps...)
}

// expect fails the test unless the child ended with a code and said parts.
func (e ending) expect(t *testing.T, code int, parts ...string) {
	t.Helper()
	if e.signal != 0 || e.code != code {
		t.Errorf("want exit code %d, got %v", code, e)
	}
	for _, p := range parts {
		if !strings.Contains(e.out, p) {
			t.Errorf("%q is missing: %v", p, e)
		}
	}
}

// expectSignal fails the test unless a signal ended the child, which had said
// parts.
func (e ending) expectSignal(t *testing.T, signal syscall.Signal, parts ...string) {
	t.Helper()
	if e.signal != signal {
		t.Errorf("want it ended by %q, got %v", signal, e)
	}
	for _, p := range parts {
		if !strings.Contains(e.out, p) {
			t.Errorf("%q is missing: %v", p, e)
		}
	}
}

// expectNot fails the test if the child said something.
func (e ending) expectNot(t *testing.T, part string) {
	t.Helper()
	if strings.Contains(e.out, part) {
		t.Errorf("%q should be missing: %v", part, e)
	}
}

// tool returns a program, or skips.
func tool(t *testing.T, name, comes string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("no %s here (%s)", name, comes)
	}
	return path
}

// made runs a compiler and returns what it has made.
func made(out string, environment []string, compiler string, arguments ...string) (string, error) {
	c := exec.Command(compiler, arguments...)
	c.Env = append(os.Environ(), environment...)
	if text, err := c.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%v: %w\n%s", c, err, text)
	}
	return out, nil
}

// program returns the host.
func program(t *testing.T) string {
	t.Helper()
	cc := tool(t, "cc", "Debian: gcc")
	path, err := buildHost(cc)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

var buildHost = once(func(cc string) (string, error) {
	sources, err := filepath.Glob(filepath.Join("testdata", "host", "*.c"))
	if err != nil {
		return "", err
	}
	out := filepath.Join(folder, "host")
	arguments := []string{"-O2", "-Wall", "-Wextra", "-Werror", "-D_GNU_SOURCE", "-pthread", "-o", out}
	return made(out, nil, cc, slices.Concat(arguments, sources, []string{"-ldl", "-lm"})...)
})

// library returns the C library with Arago in it.
func library(t *testing.T) string {
	t.Helper()
	tool(t, "cc", "Debian: gcc")
	path, err := buildGuarded(tool(t, "go", "the Go toolchain"))
	if err != nil {
		t.Fatal(err)
	}
	return path
}

var buildGuarded = once(func(goCommand string) (string, error) {
	out := filepath.Join(folder, "guarded.so")
	return made(out, []string{"CGO_ENABLED=1"}, goCommand, "build", "-buildvcs=false", "-buildmode=c-shared", "-o", out, "./testdata/guarded")
})

// once returns build, done once.
func once(build func(tool string) (string, error)) func(string) (string, error) {
	var done sync.Once
	var path string
	var err error
	return func(tool string) (string, error) {
		done.Do(func() { path, err = build(tool) })
		return path, err
	}
}

// file returns the first file that a pattern matches, or skips.
func file(t *testing.T, debian string, patterns ...string) string {
	t.Helper()
	for _, p := range patterns {
		if matches, err := filepath.Glob(p); err == nil && len(matches) > 0 {
			return matches[0]
		}
	}
	t.Skipf("no %s here (%s)", patterns[0], debian)
	return ""
}

// The libraries that Debian has.

func openBLAS(t *testing.T, variant string) string {
	t.Helper()
	return file(t, "Debian: libopenblas0-"+variant, "/usr/lib/*/openblas-"+variant+"/libopenblas.so.0")
}

func blis(t *testing.T) string {
	t.Helper()
	return file(t, "Debian: libblis4-openmp", "/usr/lib/*/blis-openmp/libblis.so.4")
}

func fftw(t *testing.T, layer string) string {
	t.Helper()
	return file(t, "Debian: libfftw3-double3", "/usr/lib/*/libfftw3"+layer+".so.3")
}

// intel returns a file of MKL's folder, which make deps takes from PyPI.
func intel(t *testing.T, name string) string {
	t.Helper()
	patterns := []string{filepath.Join("..", "..", "build", "mkl", "lib", name)}
	if root := os.Getenv("MKLROOT"); root != "" {
		patterns = append(patterns, filepath.Join(root, "lib", name))
	}
	path, err := filepath.Abs(file(t, "PyPI: mkl, or set MKLROOT", patterns...))
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// two gives every library two threads.
var two = []string{"OMP_NUM_THREADS=2", "OPENBLAS_NUM_THREADS=2", "BLIS_NUM_THREADS=2"}

// single gives every library one thread.
var single = []string{"OMP_NUM_THREADS=1", "OPENBLAS_NUM_THREADS=1", "BLIS_NUM_THREADS=1"}
