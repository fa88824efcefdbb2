package sweep_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"arago/fitsfile"
	"arago/propagate"
	"arago/sweep"
)

// inSingle is the plan of a study in single precision.
func inSingle(t *testing.T, dir, text string) *sweep.Plan {
	t.Helper()
	study, err := sweep.Parse("study.toml", []byte(text), dir)
	if err != nil {
		t.Fatal(err)
	}
	o := options(t)
	o.Propagate.Precision = propagate.Single
	p, err := study.Plan(o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// refused fails unless a merge names these tasks for this reason.
func refused(t *testing.T, p *sweep.Plan, out string, tasks int, indices, reason string) {
	t.Helper()
	_, err := p.Merge(tasks, sweep.Run{Output: out})
	var missing *sweep.MissingError
	if !errors.As(err, &missing) || missing.Indices() != indices || !strings.Contains(missing.Reason, reason) {
		t.Fatalf("the merge ends with %v, want task %s for %q", err, indices, reason)
	}
	if _, err := os.Stat(out); err == nil {
		t.Fatal("something was written")
	}
}

// Shards of runs that computed otherwise are not joined to one file, whose header would
// be wrong for a part of it.
func TestShardsOfAnotherPrecisionAreNotMerged(t *testing.T) {
	dir := folder(t, map[string]string{"telescope.toml": tiny})
	out := filepath.Join(dir, "out.fits")
	double, single := planned(t, dir, four), inSingle(t, dir, four)
	computed(t, double, sweep.Task{Index: 0, Count: 2}, sweep.Run{Output: out})
	computed(t, single, sweep.Task{Index: 1, Count: 2}, sweep.Run{Output: out})
	refused(t, double, out, 2, "1", "case 2 was computed from something else: with another precision")
	refused(t, single, out, 2, "0", "case 0 was computed from something else")
	computed(t, double, sweep.Task{Index: 1, Count: 2}, sweep.Run{Output: out})
	if _, err := double.Merge(2, sweep.Run{Output: out}); err != nil {
		t.Error(err)
	}
}

func TestShardsOfAnotherContentOfAFileAreNotMerged(t *testing.T) {
	dir := folder(t, map[string]string{"telescope.toml": strings.Replace(tiny,
		`{ type = "zernike_wfe", radius = 1.0, coefficients = [0.0, 0.0, 0.0, 20e-9] }`, `{ type = "fits_optical_element", opd = "opd.fits" }`, 1)})
	write := func(unit string) {
		hdu := fitsfile.HDU{Shape: []int{2, 2}, Data: []float64{20, 0, 0, 0}}
		hdu.Header.Set("BUNIT", unit, "")
		hdu.Header.Set("PUPLSCAL", 1.0, "")
		if err := fitsfile.Write(filepath.Join(dir, "opd.fits"), hdu); err != nil {
			t.Fatal(err)
		}
	}
	out := filepath.Join(dir, "out.fits")
	write("nm")
	computed(t, planned(t, dir, four), sweep.Task{Index: 0, Count: 2}, sweep.Run{Output: out})
	write("micron")
	p := planned(t, dir, four)
	computed(t, p, sweep.Task{Index: 1, Count: 2}, sweep.Run{Output: out})
	refused(t, p, out, 2, "0", "case 0 was computed from something else")
}

func TestMergeMissesImagesInFilesOfTheirOwn(t *testing.T) {
	dir := folder(t, map[string]string{"telescope.toml": tiny})
	out := filepath.Join(dir, "out.fits")
	p := planned(t, dir, four+"[output]\nimages = \"files\"\n")
	for i := range 2 {
		computed(t, p, sweep.Task{Index: i, Count: 2}, sweep.Run{Output: out})
	}
	image := filepath.Join(dir, "out.cases", "case-3.fits")
	if err := os.Remove(image); err != nil {
		t.Fatal(err)
	}
	refused(t, p, out, 2, "1", "the image of case 3, "+image+", is not there")
}

// A case that cannot be computed any more has no image, not that of an earlier run.
func TestAFailedCaseKeepsNoImageOfAnEarlierRun(t *testing.T) {
	dir := folder(t, map[string]string{"telescope.toml": tiny})
	out := filepath.Join(dir, "out.fits")
	text := func(radius string) string {
		return "system = \"telescope.toml\"\n[[axis]]\npath = \"plane.0.elements.0.radius\"\nvalues = [1.0, " + radius + "]\n[output]\nimages = \"files\"\n"
	}
	computed(t, planned(t, dir, text("0.9")), sweep.Whole, sweep.Run{Output: out})
	if _, err := planned(t, dir, text("1e-9")).Run(t.Context(), sweep.Whole, sweep.Run{Output: out}); !errors.Is(err, sweep.ErrCases) {
		t.Fatal(err)
	}
	holds(t, filepath.Join(dir, "out.cases"), "case-0.fits")
	images, _ := index(t, out).Column("IMAGE")
	if got := images.Texts; len(got) != 2 || got[0] != "case-0.fits" || got[1] != "" {
		t.Errorf("the index names the images %q", got)
	}
}

// What is wrong with cases has signs that are not ASCII, as that of arcseconds, and texts of
// FITS have none: whoever reads them back has the texts of a single run all the same.
func TestFailedCasesAreMergedToTheBytesOfASingleRun(t *testing.T) {
	dir := folder(t, map[string]string{"telescope.toml": tiny})
	whole, joined := filepath.Join(dir, "whole.fits"), filepath.Join(dir, "joined.fits")
	p := planned(t, dir, strings.Replace(four, "[0.0, 0.01, 0.02, 0.03]", "[0.0, 50.0, 0.02, 6000.0]", 1))
	for task, out := range map[sweep.Task]string{sweep.Whole: whole, {Index: 0, Count: 2}: joined, {Index: 1, Count: 2}: joined} {
		report, err := p.Run(t.Context(), task, sweep.Run{Output: out})
		if !errors.Is(err, sweep.ErrCases) || !strings.Contains(report.Failed[0].Problem, " arcsec off the axis") {
			t.Fatalf("%s: %v", task.Name(), err)
		}
	}
	if _, err := p.Merge(2, sweep.Run{Output: joined}); !errors.Is(err, sweep.ErrCases) {
		t.Fatal(err)
	}
	a, err := os.ReadFile(whole)
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(joined)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(a, b) {
		t.Errorf("%d bytes of a single run and %d of two tasks differ", len(a), len(b))
	}
}

func TestMissingTasksAreNamedAsSchedulersTakeThem(t *testing.T) {
	for want, indices := range map[string][]int{"0": {0}, "0-1": {0, 1}, "3,5-7,9": {3, 5, 6, 7, 9}} {
		e := &sweep.MissingError{}
		for _, i := range indices {
			e.Tasks = append(e.Tasks, sweep.Task{Index: i, Count: 10})
		}
		if got := e.Indices(); got != want {
			t.Errorf("%v are written as %q, want %q", indices, got, want)
		}
	}
}
