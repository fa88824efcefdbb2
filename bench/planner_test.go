package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// tinyTransform is a work of a comparison that takes no time.
func tinyTransform() opticsWork {
	return opticsWork{Key: "1024-156", Title: "64 → 24 over 5 λ/D", N: 64, M: 24, Field: 5, Goals: []opticsGoal{{AtLeast: 1}}}
}

// tinyRuns are the runs of the comparison at sizes that take little time.
func tinyRuns(t *testing.T) []opticsWork {
	t.Helper()
	var works []opticsWork
	for _, w := range opticsWorks() {
		if w.File == "" {
			continue
		}
		text, err := os.ReadFile(w.File)
		if err != nil {
			t.Fatal(err)
		}
		small := strings.Replace(string(text), "npix = 1024", "npix = 128", 1)
		if small == string(text) {
			t.Fatalf("%s does not say npix = 1024", w.File)
		}
		w.File = filepath.Join(t.TempDir(), filepath.Base(w.File))
		if err := os.WriteFile(w.File, []byte(small), 0o666); err != nil {
			t.Fatal(err)
		}
		works = append(works, w)
	}
	return works
}

func opticsPython(t *testing.T) string {
	t.Helper()
	path := os.Getenv("BENCH_OPTICS_PYTHON")
	if path == "" {
		path = ".venv-optics/bin/python"
	}
	if _, err := os.Stat(path); err != nil {
		t.Skipf("%s is not there; sh optics.sh makes it", path)
	}
	return path
}

func plannedReport(t *testing.T, o plannerOptions) (opticsReport, string) {
	t.Helper()
	o.rounds, o.patience, o.progress = 1, time.Millisecond, func(string) {}
	if o.json == "" {
		o.json = filepath.Join(t.TempDir(), "planner.json")
	}
	var out strings.Builder
	if err := o.run(context.Background(), &out); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(o.json)
	if err != nil {
		t.Fatal(err)
	}
	var r opticsReport
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatal(err)
	}
	return r, out.String()
}

func TestOpticsPackagesGiveTheSameImages(t *testing.T) {
	works := append([]opticsWork{tinyTransform()}, tinyRuns(t)...)
	r, text := plannedReport(t, plannerOptions{python: opticsPython(t), works: works})
	if len(r.Works) != len(works) {
		t.Fatalf("%d works were compared", len(r.Works))
	}
	for i, w := range r.Works {
		if len(w.Missing) > 0 {
			t.Errorf("%s: missing %v", w.Key, w.Missing)
		}
		var labels []string
		for _, row := range w.Rows {
			labels = append(labels, row.label())
			// Those that differ are an error of run; who computes the same has some difference.
			if row.Package != ours && row.Difference == 0 || row.Seconds.Median <= 0 {
				t.Errorf("%s: %+v", w.Key, row)
			}
			if row.Package != ours && row.Peak == 0 {
				t.Errorf("%s: no memory is told of %s", w.Key, row.label())
			}
		}
		for _, want := range works[i].contenders(plannerOptions{}, "") {
			if !slices.Contains(labels, want.pack+", "+want.method) {
				t.Errorf("%s: %s, %s did not take part", w.Key, want.pack, want.method)
			}
		}
	}
	for _, want := range []string{"| 1024 → 156 over 25 λ/D | ", "**Arago, the program**", "Versions: prysm 0.21.1; HCIPy 0.7.1; POPPY 1.1.2; SciPy 1.17.1; with numpy"} {
		if !strings.Contains(text, want) {
			t.Errorf("the report lacks %q:\n%s", want, text)
		}
	}
}

func TestAComparisonWithoutPackagesNamesThemAndRuns(t *testing.T) {
	o := plannerOptions{python: "no/such/python", works: []opticsWork{tinyTransform()}, program: "none"}
	r, text := plannedReport(t, o)
	if len(r.Works) != 1 || len(r.Works[0].Rows) != 1 || len(r.Works[0].Missing) != 7 {
		t.Fatalf("works %+v", r.Works)
	}
	if !strings.Contains(text, "Not measured: 1024 → 156 over 25 λ/D, POPPY, matrix DFT:") {
		t.Errorf("the report does not say what is missing:\n%s", text)
	}
}

func TestReportsOfPlannerAreMadeInPartsAndJudged(t *testing.T) {
	row := func(pack, method string, seconds, difference float64) opticsRow {
		r := opticsRow{Package: pack, Method: method, First: 2 * seconds, Times: []float64{seconds, 1.1 * seconds, 0.9 * seconds}, Difference: difference, Tolerance: 1e-12}
		r.settle()
		return r
	}
	var r opticsReport
	r.put(opticsResult{Key: "lyot", Rows: []opticsRow{row(ours, "Go", 0.1, 0), row("HCIPy", "its choice", 1.5, 1e-3), row("POPPY", "FFT", 14, 0)}})
	r.put(opticsResult{Key: "1024-624", Rows: []opticsRow{row(ours, "Go", 1, 0)}})
	r.put(opticsResult{Key: "1024-624", Rows: []opticsRow{row(ours, "Go", 0.01, 0), row("prysm", "chirp-z", 0.2, 0), row("POPPY", "matrix DFT", 0.05, 0)}})
	if len(r.Works) != 2 || r.Works[0].Key != "1024-624" || r.Works[0].Rows[0].Seconds.Median != 0.01 {
		t.Fatalf("works %+v", r.Works)
	}
	if got, want := r.Works[0].verdicts(), []string{"5× POPPY, matrix DFT, 8 wanted: missed"}; !slices.Equal(got, want) {
		t.Errorf("verdicts %q, want %q", got, want)
	}
	if text := r.markdown(); !strings.Contains(text, "| 5×, 8 wanted: missed |") {
		t.Errorf("the table does not say that a goal is missed:\n%s", text)
	}
	if got, want := r.Works[1].verdicts(), []string{"15× HCIPy, its choice, 10 wanted: met", "140× POPPY, FFT, 150 wanted: missed"}; !slices.Equal(got, want) {
		t.Errorf("verdicts %q, want %q", got, want)
	}
	err := r.wrong()
	if err == nil || !strings.Contains(err.Error(), "HCIPy, its choice differs by 1.0e-03 of the peak") {
		t.Errorf("error %v", err)
	}
	folder := t.TempDir()
	for _, name := range []string{"planner.png", "planner.svg"} {
		path := filepath.Join(folder, name)
		if err := r.draw(path); err != nil {
			t.Fatal(err)
		}
		if text, err := os.ReadFile(path); err != nil || len(text) < 1000 {
			t.Errorf("%s has %d bytes, %v", name, len(text), err)
		}
	}
}
