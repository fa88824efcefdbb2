package sweep_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"arago/sweep"
)

// longer is four with two more cases at its end.
var longer = strings.Replace(four, "0.03]", "0.03, 0.04, 0.05]", 1)

// Whatever is kept of images, a changed study takes over what it can.
func TestAChangedStudyTakesOverWithoutACube(t *testing.T) {
	for _, kind := range []string{"none", "files"} {
		end := "[output]\nimages = \"" + kind + "\"\n"
		dir := folder(t, map[string]string{"telescope.toml": tiny})
		want := filepath.Join(dir, "want.fits")
		computed(t, planned(t, dir, longer+end), sweep.Whole, sweep.Run{Output: want})
		for what, prepare := range map[string]func(out string){
			"finished":    func(out string) { computed(t, planned(t, dir, four+end), sweep.Whole, sweep.Run{Output: out}) },
			"interrupted": func(out string) { interrupted(t, planned(t, dir, four+end), out, 3) },
		} {
			out := filepath.Join(dir, what+".fits")
			prepare(out)
			kept := map[string]int{"finished": 4, "interrupted": 3}[what]
			if report := computed(t, planned(t, dir, longer+end), sweep.Whole, sweep.Run{Output: out}); report.Kept != kept {
				t.Errorf("%s, %s: %+v, want %d kept", kind, what, report, kept)
			}
			same(t, out, want)
		}
	}
}

// An image in a file of its own is taken over only where its name stays.
func TestAnImageInAFileIsOfItsCase(t *testing.T) {
	dir := folder(t, map[string]string{"telescope.toml": tiny})
	out := filepath.Join(dir, "out.fits")
	end := "[output]\nimages = \"files\"\n"
	computed(t, planned(t, dir, four+end), sweep.Whole, sweep.Run{Output: out})
	turned := strings.Replace(four, "[0.0, 0.01, 0.02, 0.03]", "[0.0, 0.02, 0.01, 0.03]", 1)
	if report := computed(t, planned(t, dir, turned+end), sweep.Whole, sweep.Run{Output: out}); report.Kept != 2 {
		t.Errorf("%+v, want the first and the last case kept", report)
	}
	want := filepath.Join(dir, "want.fits")
	computed(t, planned(t, dir, turned+end), sweep.Whole, sweep.Run{Output: want})
	for _, name := range []string{"case-0.fits", "case-1.fits", "case-2.fits", "case-3.fits"} {
		same(t, filepath.Join(dir, "out.cases", name), filepath.Join(dir, "want.cases", name))
	}
}

// A changed study that is interrupted as well, while it takes over, loses nothing of what
// the first version had; nor does another change.
func TestATakeoverMayBeInterrupted(t *testing.T) {
	dir := folder(t, map[string]string{"telescope.toml": tiny})
	out := filepath.Join(dir, "parts", "out.fits")
	backwards := strings.Replace(four, "[0.0, 0.01, 0.02, 0.03]", "[0.05, 0.03, 0.02, 0.01, 0.0]", 1)
	interrupted(t, planned(t, dir, four), out, 3) // 0, 0.01, 0.02
	// Its first case is new; with that the run ends.
	if report := interrupted(t, planned(t, dir, backwards), out, 1); report.Computed != 1 {
		t.Fatalf("%+v", report)
	}
	holds(t, filepath.Dir(out), "out.fits.journal", "out.fits.journal.old", "out.fits.part", "out.fits.part.old")
	copies := filepath.Join(dir, "copies")
	if err := os.CopyFS(copies, os.DirFS(filepath.Dir(out))); err != nil {
		t.Fatal(err)
	}
	report := computed(t, planned(t, dir, backwards), sweep.Whole, sweep.Run{Output: out})
	if report.Kept != 4 || report.Computed != 1 {
		t.Errorf("%+v, want 4 kept", report)
	}
	holds(t, filepath.Dir(out), "out.fits")
	// Changed once more instead: 0.05 is in the smaller part, all else in the larger.
	report = computed(t, planned(t, dir, longer), sweep.Whole, sweep.Run{Output: filepath.Join(copies, "out.fits")})
	if report.Kept != 4 || report.Computed != 2 {
		t.Errorf("%+v, want 0, 0.01, 0.02 and 0.05 kept", report)
	}
	holds(t, copies, "out.fits")
}

// An image of the finished file that was damaged since is computed again.
func TestADamagedImageOfAFinishedSweepIsComputedAgain(t *testing.T) {
	dir := folder(t, map[string]string{"telescope.toml": tiny})
	p := planned(t, dir, four)
	out, whole := filepath.Join(dir, "out.fits"), filepath.Join(dir, "whole.fits")
	computed(t, p, sweep.Whole, sweep.Run{Output: out})
	computed(t, p, sweep.Whole, sweep.Run{Output: whole})
	b := content(t, out)
	b[2880+130] ^= 1 // in the second image of 4×4 numbers
	if err := os.WriteFile(out, b, 0o666); err != nil {
		t.Fatal(err)
	}
	if report := computed(t, p, sweep.Whole, sweep.Run{Output: out}); report.Kept != 3 || report.Computed != 1 {
		t.Errorf("%+v, want one case computed", report)
	}
	same(t, out, whole)
}

// Where there are no locks, two processes do not write to the same files, and what one
// that was ended has left is still of use.
func TestWithoutLocksEachProcessHasFilesOfItsOwn(t *testing.T) {
	dir := folder(t, map[string]string{"telescope.toml": tiny})
	p := planned(t, dir, four)
	whole, out := filepath.Join(dir, "whole.fits"), filepath.Join(dir, "parts", "out.fits")
	computed(t, p, sweep.Whole, sweep.Run{Output: whole})
	defer sweep.WithoutLocks()()
	interrupted(t, p, out, 2)
	if _, err := os.Stat(out + ".part"); err == nil {
		t.Error("the file on its way has the name that all processes know")
	}
	var inner sweep.Report
	outer := computed(t, p, sweep.Whole, sweep.Run{Output: out, Workers: 1, Progress: func(progress sweep.Progress) {
		if progress.Done == 3 {
			inner = computed(t, p, sweep.Whole, sweep.Run{Output: out, Workers: 1})
		}
	}})
	if outer.Kept != 2 || outer.Computed != 2 || inner.Kept != 3 || inner.Computed != 1 {
		t.Errorf("the outer run says %+v, the inner one %+v", outer, inner)
	}
	same(t, out, whole)
	holds(t, filepath.Dir(out), "out.fits")
}
