package sweep_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"arago/backend"
	"arago/backend/gonum"
	"arago/fitsfile"
	"arago/propagate"
	"arago/sweep"
)

// telescope is a system so small that thousands of them are computed in a second.
const telescope = `
[system]
name = "small telescope"
diameter = 2.0
npix = 16
[source]
wavelengths = [1e-6]
[[plane]]
kind = "pupil"
elements = [
  { type = "circular_aperture", radius = 1.0 },
  { type = "zernike_wfe", radius = 1.0, coefficients = [0.0, 0.0, 0.0, 20e-9] },
]
[[plane]]
kind = "detector"
pixelscale = 0.05
fov_pixels = 8
oversample = 2
`

// offsets is a sweep of 12 cases over it.
const offsets = `
system = "telescope.toml"
seed = 5
[[axis]]
path = "source.offset_r"
range = { from = 0.0, to = 0.1, count = 3 }
[[axis]]
path = ["plane.0.elements.1.coefficients.3", "plane.0.elements.1.coefficients.1"]
normal = { count = 4, sigma = 20e-9 }
[measures]
take = ["flux", "peak", "strehl", "contrast"]
radii = [1, 2]
reference = { "plane.0.elements.1.coefficients" = [0.0] }
`

// folder makes the files in a folder of their own and returns it.
func folder(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func options(t testing.TB) sweep.Options {
	t.Helper()
	var r backend.Registry
	r.Register(gonum.Name, gonum.New)
	s, err := r.Select(gonum.Name)
	if err != nil {
		t.Fatal(err)
	}
	return sweep.Options{Propagate: propagate.Options{Backend: s}, Program: "test"}
}

// planned reads a study in a folder that has the system file telescope.toml.
func planned(t testing.TB, dir, text string) *sweep.Plan {
	t.Helper()
	study, err := sweep.Parse("study.toml", []byte(text), dir)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := study.Plan(options(t))
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

// computed runs a task and returns its report.
func computed(t testing.TB, p *sweep.Plan, task sweep.Task, r sweep.Run) sweep.Report {
	t.Helper()
	report, err := p.Run(t.Context(), task, r)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func content(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// same fails unless two files hold the same bytes.
func same(t testing.TB, got, want string) {
	t.Helper()
	a, b := content(t, got), content(t, want)
	if bytes.Equal(a, b) {
		return
	}
	at := 0
	for at < min(len(a), len(b)) && a[at] == b[at] {
		at++
	}
	t.Fatalf("%s (%d bytes) and %s (%d bytes) differ from byte %d on", got, len(a), want, len(b), at)
}

// holds fails unless a folder holds these files and no others.
func holds(t testing.TB, dir string, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if len(names) != len(want) {
		t.Fatalf("%s holds %q, want %q", dir, names, want)
	}
	for i := range names {
		if names[i] != want[i] {
			t.Fatalf("%s holds %q, want %q", dir, names, want)
		}
	}
}

// index returns the table behind the cube of a file.
func index(t testing.TB, path string) fitsfile.Table {
	t.Helper()
	f, err := fitsfile.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	i, err := f.Find("CASES")
	if err != nil {
		t.Fatal(err)
	}
	table, err := f.Table(i)
	if err != nil {
		t.Fatal(err)
	}
	return table
}
