package sweep_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"arago/fitsfile"
	"arago/sweep"
)

func TestASweepFileThatCannotBeReadIsNamed(t *testing.T) {
	dir := t.TempDir()
	for path, want := range map[string]string{
		filepath.Join(dir, "none.toml"): "none.toml cannot be read: ",
		dir:                             " is no file of at most",
	} {
		if _, err := sweep.Read(path); err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// What a study reads is known by whatever name, so that no output replaces it.
func TestWhatAStudyReadsIsKnown(t *testing.T) {
	dir := folder(t, map[string]string{
		"telescope.toml": tiny, "cases.csv": "source.offset_theta\n0\n", "map.dat": "", "flat.dat": "", "more.dat": "", "other.dat": "",
		"study.toml": `
system = "telescope.toml"
[[axis]]
files = "m*.dat"
path = "plane.0.elements.1.opd"
[[axis]]
table = "cases.csv"
[[axis]]
path = "source.offset_r"
normal = { sigma = 1.0, count = 2 }
[measures]
reference = { "plane.0.elements.1.opd" = "flat.dat", "source.offset_r" = 0.0 }
`,
	})
	at := func(name string) string { return filepath.Join(dir, name) }
	s, err := sweep.Read(at("study.toml"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(at("map.dat"), at("link")); err != nil {
		t.Skipf("this system has no links: %v", err)
	}
	for path, want := range map[string]string{
		"study.toml": "study.toml", "telescope.toml": "telescope.toml", "cases.csv": "cases.csv", "flat.dat": "flat.dat",
		"more.dat": "more.dat", "map.dat": "map.dat", "none": "", "other.dat": "",
	} {
		if want != "" {
			want = at(want)
		}
		if got := s.Input(at(path)); got != want {
			t.Errorf("%s is the input %q, want %q", path, got, want)
		}
	}
	if got := s.Input(at("link"), at("map.dat")); got != at("map.dat") {
		t.Errorf("a link to an input is the input %q", got)
	}
	if got := s.Axes(); len(got) != 3 || got[0].Values != 2 || got[2].Paths[0] != "source.offset_r" {
		t.Errorf("axes %+v", got)
	}
}

// A disk that takes no more, or a folder in the way, ends a run with the name of the file;
// what is there stays.
func TestWhatStandsInTheWayOfAnOutputIsNamed(t *testing.T) {
	dir := folder(t, map[string]string{"telescope.toml": tiny})
	p := planned(t, dir, four)
	blocked := func(what, want string, run func(out string) error) {
		t.Helper()
		out := filepath.Join(t.TempDir(), "out.fits")
		if err := os.MkdirAll(out+what, 0o777); err != nil {
			t.Fatal(err)
		}
		if err := run(out); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), out) {
			t.Errorf("%s is a folder: %v, want %q", what, err, want)
		}
		if info, err := os.Stat(out + what); err != nil || !info.IsDir() {
			t.Errorf("%s is gone: %v", what, err)
		}
	}
	whole := func(out string) error {
		_, err := p.Run(t.Context(), sweep.Whole, sweep.Run{Output: out, Workers: 1})
		return err
	}
	blocked("", "there is something else than a regular file", whole)
	blocked(".part", "the output cannot be written", whole)
	blocked(".journal", "the output cannot be written", whole)
	blocked(".lock", "cannot be written", whole)

	// A file where the folder of the shards is to be.
	out := filepath.Join(t.TempDir(), "out.fits")
	if err := os.WriteFile(filepath.Join(filepath.Dir(out), "out.shards"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Run(t.Context(), sweep.Task{Index: 0, Count: 2}, sweep.Run{Output: out}); err == nil || !strings.Contains(err.Error(), "out.shards cannot be made") {
		t.Errorf("a file in the place of the folder of shards: %v", err)
	}
	if _, err := sweep.CountTasks(out); err == nil || !strings.Contains(err.Error(), "out.shards cannot be read") {
		t.Errorf("a file in the place of the folder of shards: %v", err)
	}
}

func TestMergeNamesWhatIsInItsWay(t *testing.T) {
	dir := folder(t, map[string]string{"telescope.toml": tiny})
	p := planned(t, dir, four)
	out := filepath.Join(dir, "out.fits")
	for i := range 2 {
		computed(t, p, sweep.Task{Index: i, Count: 2}, sweep.Run{Output: out})
	}
	if err := os.Mkdir(out, 0o777); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Merge(2, sweep.Run{Output: out}); !errors.Is(err, sweep.ErrOutput) || !strings.Contains(err.Error(), out) {
		t.Errorf("a folder in the place of the output: %v", err)
	}
	os.Remove(out)
	// A task that was killed has left its journal and no shard.
	shard := sweep.ShardPath(out, sweep.Task{Index: 1, Count: 2})
	if err := os.Rename(shard, shard+".journal"); err != nil {
		t.Fatal(err)
	}
	refused(t, p, out, 2, "1", "2-of-2.fits is not finished")
	// Shards of another split that bear the names of this one.
	if err := os.Remove(shard + ".journal"); err != nil {
		t.Fatal(err)
	}
	first := sweep.ShardPath(out, sweep.Task{Index: 0, Count: 2})
	if err := os.WriteFile(shard, content(t, first), 0o666); err != nil {
		t.Fatal(err)
	}
	refused(t, p, out, 2, "1", "its cases begin with 0, and those of task 2 of 2 are 2 to 3")
	// A file of another program.
	if err := fitsfile.Write(shard, fitsfile.HDU{Shape: []int{1, 1}, Data: []float64{0}}); err != nil {
		t.Fatal(err)
	}
	refused(t, p, out, 2, "1", `has no HDU "CASES"`)
}

// A merge tells how far it is, and ends with all cases.
func TestMergeTellsHowFarItIs(t *testing.T) {
	dir := folder(t, map[string]string{"telescope.toml": tiny})
	p := planned(t, dir, four)
	out := filepath.Join(dir, "out.fits")
	for i := range 2 {
		computed(t, p, sweep.Task{Index: i, Count: 2}, sweep.Run{Output: out})
	}
	var done []int
	if _, err := p.Merge(2, sweep.Run{Output: out, Progress: func(p sweep.Progress) { done = append(done, p.Done) }}); err != nil {
		t.Fatal(err)
	}
	// Two shards of two cases: looked at, one after the other, then copied.
	if len(done) != 4 || done[0] != 1 || done[1] != 2 || done[2] != 3 || done[3] != 4 {
		t.Errorf("it tells of %v cases", done)
	}
}

// A study may have no images of its own: its measures are joined, and the checks are the
// same.
func TestShardsWithoutImagesAreMerged(t *testing.T) {
	dir := folder(t, map[string]string{"telescope.toml": tiny})
	p := planned(t, dir, four+"[output]\nimages = \"none\"\n")
	out, whole := filepath.Join(dir, "out.fits"), filepath.Join(dir, "whole.fits")
	computed(t, p, sweep.Whole, sweep.Run{Output: whole})
	for i := range 3 {
		computed(t, p, sweep.Task{Index: i, Count: 3}, sweep.Run{Output: out})
	}
	if _, err := p.Merge(3, sweep.Run{Output: out}); err != nil {
		t.Fatal(err)
	}
	same(t, out, whole)
}

// Texts and lists of the parameters stand in the index, and a file that a sweep has written
// is told from others.
func TestAnIndexHoldsTextsAndLists(t *testing.T) {
	dir := folder(t, map[string]string{"telescope.toml": tiny})
	p := planned(t, dir, `
system = "telescope.toml"
[[axis]]
path = ["system.name", "plane.0.elements.1.coefficients"]
name = ["name", "c"]
values = [["first", [0.0]], ["the second", [0.0, 1e-9]], ["", [0.0]]]
[measures]
take = ["peak"]
`)
	out := filepath.Join(dir, "out.fits")
	computed(t, p, sweep.Whole, sweep.Run{Output: out})
	table := index(t, out)
	for name, want := range map[string]string{"name": "first|the second|", "c": "[0]|[0,1e-9]|[0]"} {
		if c, _ := table.Column(name); strings.Join(c.Texts, "|") != want {
			t.Errorf("column %s holds %q, want %q", name, c.Texts, want)
		}
	}
	if !sweep.IsOutput(out) || sweep.IsOutput(filepath.Join(dir, "telescope.toml")) || sweep.IsOutput(filepath.Join(dir, "none")) {
		t.Error("what a sweep has written is not told from what it has not")
	}
	if err := fitsfile.Write(out, fitsfile.HDU{Shape: []int{1, 1}, Data: []float64{0}}); err != nil {
		t.Fatal(err)
	}
	if sweep.IsOutput(out) {
		t.Error("a FITS image is taken for an output of a sweep")
	}
}

// A rehearsal finds what cases share.
func TestARehearsalFindsWhatCasesShare(t *testing.T) {
	dir := folder(t, map[string]string{"telescope.toml": tiny})
	p := planned(t, dir, four)
	if seconds := p.Rehearse(0, p.Cases()); !(seconds > 0) {
		t.Errorf("a rehearsal takes %v s", seconds)
	}
	// Cases with a wavefront of their own share what does not change: the aperture, 8 × 8
	// numbers of 8 bytes or more.
	waves := planned(t, dir, strings.NewReplacer("source.offset_r", "plane.0.elements.1.coefficients.3", "[0.0, 0.01, 0.02, 0.03]", "[1e-9, 2e-9, 3e-9, 4e-9]").Replace(four))
	waves.Rehearse(0, 4)
	if got := waves.SharedBytes(); got < 8*8*8 {
		t.Errorf("cases with one aperture share %d bytes", got)
	}
}
