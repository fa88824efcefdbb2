package main

import (
	"context"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"arago/internal/compare"
	"arago/internal/compare/report"
)

// python is the interpreter with the libraries: that of setup.sh, or the one
// that BENCH_PYTHON names.
func python(t *testing.T) string {
	t.Helper()
	path := os.Getenv("BENCH_PYTHON")
	if path == "" {
		path = ".venv/bin/python"
	}
	if _, err := os.Stat(path); err != nil {
		t.Skipf("%s is not there; sh setup.sh makes it", path)
	}
	return path
}

// measured runs the comparison at sizes that take no time and returns its JSON. No
// call is too slow for it: beside other work, threads that wait for each other take
// any time.
func measured(t *testing.T, o options) report.Report {
	t.Helper()
	o.quick, o.sizes, o.backends, o.patience = true, []int{16, 13}, "gonum", time.Hour
	o.json, o.plot = t.TempDir()+"/b.json", t.TempDir()+"/b.svg"
	var table strings.Builder
	if err := run(context.Background(), o, &table); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(o.json)
	if err != nil {
		t.Fatal(err)
	}
	var r report.Report
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatal(err)
	}
	for _, l := range r.Libraries {
		if !strings.Contains(table.String(), l.Name) {
			t.Errorf("the table lacks %s", l.Name)
		}
	}
	return r
}

// All contenders compute the same: whatever the language, the operands, the
// sign, the factor and the windows are one.
func accurate(t *testing.T, r report.Report, contender string, operations ...compare.Operation) {
	t.Helper()
	seen := map[compare.Operation]bool{}
	for _, row := range r.Rows {
		if row.Contender != contender {
			continue
		}
		seen[row.Operation] = true
		// Sums of at most 16 terms and short transforms; a wrong sign or
		// operand has an error of about 1.
		epsilon := 0x1p-53
		if row.Precision == compare.Single {
			epsilon = 0x1p-24
		}
		if !(row.RelativeError < 50*epsilon) {
			t.Errorf("%s: %+v has the error %g", contender, row.Task, row.RelativeError)
		}
	}
	for _, o := range operations {
		if !seen[o] {
			t.Errorf("%s has no row for %s", contender, o)
		}
	}
	if len(seen) != len(operations) {
		t.Errorf("%s has rows for %v, want %v", contender, seen, operations)
	}
	for _, o := range r.Omissions {
		if o.Contender == contender {
			t.Errorf("%s: %+v was left out: %s", contender, o.Task, o.Reason)
		}
	}
}

func TestLibrariesInThisProcessComputeTheSame(t *testing.T) {
	r := measured(t, options{})
	products := []compare.Operation{compare.Dot, compare.DotReal, compare.DotRealThin}
	ffts := []compare.Operation{compare.FFT2, compare.FFT2Windowed}
	accurate(t, r, "gonum itself", append(products, ffts...)...)
	for _, l := range r.Libraries {
		switch l.Name {
		case "netlib straight":
			accurate(t, r, l.Name, products...)
		case "go-fftw":
			accurate(t, r, l.Name, ffts...)
		}
	}
}

func TestPythonLibrariesComputeTheSame(t *testing.T) {
	r := measured(t, options{libraries: strings.Join(pythonLibraries, ","), python: python(t)})
	ffts := []compare.Operation{compare.FFT2, compare.FFT2Windowed}
	products := []compare.Operation{compare.Dot, compare.DotReal, compare.DotRealThin}
	want := map[string][]compare.Operation{
		"numpy": compare.Operations(), "scipy (pocketfft)": ffts, "ducc0": ffts,
		"mkl (mkl_fft)": append(products, ffts...), "blis (ctypes)": products,
	}
	for _, l := range r.Libraries {
		if operations, ok := want[l.Name]; ok {
			accurate(t, r, l.Name, operations...)
			delete(want, l.Name)
		}
	}
	for _, m := range r.Missing { // MKL and BLIS are not everywhere
		t.Logf("%s: %s", m.Name, m.Why)
	}
	for _, everywhere := range []string{"numpy", "scipy (pocketfft)", "ducc0"} {
		if want[everywhere] != nil {
			t.Errorf("%s did not take part", everywhere)
		}
	}
}

func TestLibraryThatIsNotThereIsNamedAndTheRestRuns(t *testing.T) {
	r := measured(t, options{libraries: "numpy", python: "no/such/python"})
	if len(r.Missing) != 1 || r.Missing[0].Name != "numpy" || !strings.Contains(r.Missing[0].Why, "no such file") {
		t.Errorf("missing: %+v", r.Missing)
	}
	if len(r.Rows) == 0 {
		t.Error("nothing was measured")
	}
}

func TestComparisonMayBeOfOnePrecisionOnOneNumberOfCores(t *testing.T) {
	r := measured(t, options{precision: "single", cores: 1})
	if len(r.Rows) == 0 {
		t.Error("nothing was measured")
	}
	for _, row := range r.Rows {
		if row.Precision != compare.Single || row.Cores != 1 {
			t.Errorf("%+v was measured too", row.Task)
		}
	}
}

func TestProcessThatEndsSaysWhy(t *testing.T) {
	if _, err := startWorker(context.Background(), python(t), "unheard-of"); err == nil || !strings.Contains(err.Error(), "unheard-of") {
		t.Errorf("error %v", err)
	}
	w, err := startWorker(context.Background(), python(t), "numpy")
	if err != nil {
		t.Fatal(err)
	}
	w.stop()
	if err := (workerRun{w}).Close(); err == nil || !strings.Contains(err.Error(), "has ended") {
		t.Errorf("error %v", err)
	}
}

func TestNamesOfContendersAreUnique(t *testing.T) {
	if err := unique([]compare.Contender{ownGonum(), ownGonum()}); err == nil {
		t.Error("two of one name are accepted")
	}
	if got := strings.Join(words(" a, b,,a "), "+"); got != "a+b" {
		t.Errorf("the list reads %s", got)
	}
}
