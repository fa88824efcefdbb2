package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"arago/backend/all"
	"arago/fitsfile"
	"arago/workers"
)

func TestMain(m *testing.M) {
	// Commands that are run within a test start this program as their workers.
	if workers.IsWorker() {
		os.Exit(workers.Serve(take))
	}
	// What is measured of this machine plays no part in tests.
	os.Setenv("XDG_CACHE_HOME", filepath.Join(os.TempDir(), "arago-tests-keep-nothing"))
	testscript.Main(m, map[string]func(){"arago": main})
}

// The scripts under testdata/script run the program as people do and look at
// what it says, how it ends and which files it leaves.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		// What make race says to the race detector is for the program too.
		Setup: func(env *testscript.Env) error {
			env.Setenv("GORACE", os.Getenv("GORACE"))
			return nil
		},
		// [fftw]: FFTW can be used, by this build on this machine.
		Condition: func(name string) (bool, error) {
			if name != "fftw" {
				return false, fmt.Errorf("unknown condition %q", name)
			}
			_, err := all.Registry().Open("fftw")
			return err == nil, nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "holds": holds, "edit": edit, "opd": opd, "cut": cut,
		},
	})
}

// exits runs arago and demands an exit code:
//
//	exits 2 psf --unknown
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE ARGUMENTS")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	cmd := exec.Command("arago", args[1:]...)
	cmd.Dir = ts.MkAbs(".")
	cmd.Env = os.Environ()
	for _, name := range []string{"ARAGO_BACKEND", "ARAGO_MODE", "ARAGO_WORKERS", "ARAGO_CACHE", "ARAGO_CONFIG", "ARAGO_KERNELS", "SOURCE_DATE_EPOCH"} {
		cmd.Env = append(cmd.Env, name+"="+ts.Getenv(name))
	}
	cmd.Stdout, cmd.Stderr = ts.Stdout(), ts.Stderr()
	err = cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		ts.Fatalf("%v", err)
	}
	if got := cmd.ProcessState.ExitCode(); got != want {
		ts.Fatalf("arago %q exits with %d, want %d", args[1:], got, want)
	}
}

// holds demands that a folder holds these names and no other, hidden ones
// included:
//
//	holds . a.toml a.fits
func holds(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: holds FOLDER NAMES")
	}
	entries, err := os.ReadDir(ts.MkAbs(args[0]))
	ts.Check(err)
	var names []string
	for _, e := range entries {
		// What testscript itself puts into a folder.
		if e.Name() != ".tmp" && e.Name() != "tmp" {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names)
	want := slices.Sorted(slices.Values(args[1:]))
	if !slices.Equal(names, want) {
		ts.Fatalf("%s holds %q, want %q", args[0], names, want)
	}
}

// edit writes a file with one piece of its text replaced:
//
//	edit good.toml bad.toml 'npix = 64' 'npix = 0'
func edit(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 4 {
		ts.Fatalf("usage: edit FROM TO OLD NEW")
	}
	text := ts.ReadFile(args[0])
	if strings.Count(text, args[2]) != 1 {
		ts.Fatalf("%q stands %d times in %s, want once", args[2], strings.Count(text, args[2]), args[0])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(strings.Replace(text, args[2], args[3], 1)), 0o666))
}

// opd writes a square FITS image of one value, with another in its middle:
//
//	opd opd.fits 64 0 NaN
func opd(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 4 {
		ts.Fatalf("usage: opd FILE SIDE VALUE MIDDLE")
	}
	side, err := strconv.Atoi(args[1])
	ts.Check(err)
	value, err := strconv.ParseFloat(args[2], 64)
	ts.Check(err)
	middle, err := strconv.ParseFloat(args[3], 64)
	ts.Check(err)
	data := slices.Repeat([]float64{value}, side*side)
	data[(side/2)*side+side/2] = middle
	hdu := fitsfile.HDU{Shape: []int{side, side}, Data: data}
	hdu.Header.Set("BUNIT", "m", "")
	ts.Check(fitsfile.Write(ts.MkAbs(args[0]), hdu))
}

// cut shortens a file:
//
//	cut opd.fits 9000
func cut(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: cut FILE BYTES")
	}
	size, err := strconv.ParseInt(args[1], 10, 64)
	ts.Check(err)
	ts.Check(os.Truncate(ts.MkAbs(args[0]), size))
}
