package sweep_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"arago/fitsfile"
	"arago/fourier"
	"arago/grid"
	"arago/measure"
	"arago/propagate"
	"arago/sweep"
)

// slowMachine has other proportions than any built-in one.
func slowMachine() *fourier.Machine {
	m := fourier.DefaultMachine()
	m.Double.Memory, m.Double.Elements, m.Double.Call = fourier.Curve{{Size: 1 << 18, Rate: 1e8}}, 1e5, 1e-4
	return m
}

func TestACaseThatCannotBeComputedDoesNotStopTheOthers(t *testing.T) {
	dir := folder(t, map[string]string{"telescope.toml": tiny})
	// At a radius of 1 nm no light passes, which nobody knows before.
	text := `
system = "telescope.toml"
[[axis]]
path = "plane.0.elements.0.radius"
values = [1.0, 1e-9, 0.8]
`
	p := planned(t, dir, text)
	out := filepath.Join(dir, "out.fits")
	report, err := p.Run(t.Context(), sweep.Whole, sweep.Run{Output: out})
	if !errors.Is(err, sweep.ErrCases) || !strings.Contains(err.Error(), "1 of 3; the first is case 1 (plane.0.elements.0.radius = 1e-09): ") {
		t.Fatalf("error %v", err)
	}
	if len(report.Failed) != 1 || report.Failed[0].Case != 1 || report.File != out {
		t.Fatalf("%+v", report)
	}
	table := index(t, out)
	problems, _ := table.Column("PROBLEM")
	peaks, _ := table.Column("PEAK")
	if problems.Texts[0] != "" || problems.Texts[1] == "" || problems.Texts[2] != "" || !math.IsNaN(peaks.Floats[1]) || math.IsNaN(peaks.Floats[2]) {
		t.Errorf("problems %q, peaks %v", problems.Texts, peaks.Floats)
	}
	f, err := fitsfile.Open(out)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	dark, err := f.Plane(0, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range dark.Data {
		if !math.IsNaN(v) {
			t.Fatalf("the image of a case that has none holds %v", v)
		}
	}
	// It is tried again, the others are not.
	again, err := p.Run(t.Context(), sweep.Whole, sweep.Run{Output: out})
	if !errors.Is(err, sweep.ErrCases) || again.Kept != 2 || again.Computed != 1 {
		t.Errorf("another run: %+v, %v", again, err)
	}
}

func TestImagesInFilesOfTheirOwnAreThoseOfTheCube(t *testing.T) {
	dir := folder(t, map[string]string{"telescope.toml": tiny})
	cube, files, none := filepath.Join(dir, "cube.fits"), filepath.Join(dir, "files.fits"), filepath.Join(dir, "none.fits")
	computed(t, planned(t, dir, four), sweep.Whole, sweep.Run{Output: cube})
	cards := func(h *fitsfile.Header, g grid.Grid) { h.Set("STEP", g.X.Step, "") }
	p := planned(t, dir, four+"[output]\nimages = \"files\"\nbits = 32\n")
	for range 2 { // the second time they are there
		computed(t, p, sweep.Whole, sweep.Run{Output: files, Cards: cards})
	}
	computed(t, planned(t, dir, four+"[output]\nimages = \"none\"\n"), sweep.Whole, sweep.Run{Output: none})
	f, err := fitsfile.Open(cube)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for n := range 4 {
		want, err := f.Plane(0, n)
		if err != nil {
			t.Fatal(err)
		}
		got, err := fitsfile.Read(filepath.Join(dir, "files.cases", fmt.Sprintf("case-%d.fits", n)))
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range want.Data {
			if got[0].Data[i] != float64(float32(v)) {
				t.Fatalf("case %d, sample %d: %v, want %v in single precision", n, i, got[0].Data[i], v)
			}
		}
		if step, ok := got[0].Header.Float("STEP"); !ok || step <= 0 {
			t.Error("the header of an image lacks the cards of its grid")
		}
	}
	// A file that is removed is computed again.
	os.Remove(filepath.Join(dir, "files.cases", "case-2.fits"))
	computed(t, p, sweep.Whole, sweep.Run{Output: files, Cards: cards})
	if _, err := os.Stat(filepath.Join(dir, "files.cases", "case-2.fits")); err != nil {
		t.Error(err)
	}
	for _, path := range []string{files, none} {
		a, _ := index(t, cube).Column("PEAK")
		b, _ := index(t, path).Column("PEAK")
		for i := range a.Floats {
			if a.Floats[i] != b.Floats[i] {
				t.Errorf("%s: peak %d is %v, want %v", path, i, b.Floats[i], a.Floats[i])
			}
		}
	}
}

func TestACubeNeedsImagesOfOneSize(t *testing.T) {
	dir := folder(t, map[string]string{"telescope.toml": tiny})
	text := "system = \"telescope.toml\"\n[[axis]]\npath = \"plane.1.fov_pixels\"\nvalues = [4, 2]\n"
	study, err := sweep.Parse("study.toml", []byte(text), dir)
	if err != nil {
		t.Fatal(err)
	}
	_, err = study.Plan(options(t))
	if want := "case 0 (plane.1.fov_pixels = 4) has 4×4 samples and case 1 (plane.1.fov_pixels = 2) has 2×2; write images = \"files\""; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("error %v, want %q", err, want)
	}
	out := filepath.Join(dir, "out.fits")
	computed(t, planned(t, dir, text+"[output]\nimages = \"files\"\n"), sweep.Whole, sweep.Run{Output: out})
	small, err := fitsfile.Read(filepath.Join(dir, "out.cases", "case-1.fits"))
	if err != nil || small[0].Shape[0] != 2 {
		t.Errorf("%v, %v", small, err)
	}
}

func TestMergeSaysWhichTasksToRun(t *testing.T) {
	dir := folder(t, map[string]string{"telescope.toml": telescope})
	p := planned(t, dir, offsets)
	out := filepath.Join(dir, "study.fits")
	if _, err := sweep.CountTasks(out); !errors.Is(err, sweep.ErrMissing) {
		t.Errorf("without shards: %v", err)
	}
	task := func(i int) sweep.Task { return sweep.Task{Index: i, Count: 4} }
	shard := func(i int) string { return sweep.ShardPath(out, task(i)) }
	for _, i := range []int{0, 1, 3} {
		computed(t, p, task(i), sweep.Run{Output: out})
	}
	wrong := func(what, want string, tasks ...int) {
		t.Helper()
		_, err := p.Merge(4, sweep.Run{Output: out})
		var missing *sweep.MissingError
		if !errors.As(err, &missing) || !errors.Is(err, sweep.ErrMissing) || !strings.Contains(err.Error(), want) {
			t.Fatalf("%s: %v, want %q", what, err, want)
		}
		var got []int
		for _, m := range missing.Tasks {
			got = append(got, m.Index)
		}
		if fmt.Sprint(got) != fmt.Sprint(tasks) {
			t.Errorf("%s: tasks %v, want %v", what, got, tasks)
		}
		if _, err := os.Stat(out); err == nil {
			t.Errorf("%s: something was written", what)
		}
	}
	wrong("one is missing", "run these of 4 tasks, counted from 0: 2; the first: "+shard(2)+" is not there", 2)
	computed(t, p, task(2), sweep.Run{Output: out})
	if n, err := sweep.CountTasks(out); n != 4 || err != nil {
		t.Errorf("%d tasks, %v", n, err)
	}

	// A shard that is cut off, and one whose image is not what it was.
	whole := content(t, shard(1))
	if err := os.WriteFile(shard(1), whole[:len(whole)/2], 0o666); err != nil {
		t.Fatal(err)
	}
	wrong("one is cut off", "truncated", 1)
	damaged := append([]byte{}, whole...)
	damaged[2880+100] ^= 1
	if err := os.WriteFile(shard(1), damaged, 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Merge(4, sweep.Run{Output: out}); !errors.Is(err, sweep.ErrMissing) || !strings.Contains(err.Error(), "2-of-4.fits is not what its checksum says; remove the file and run its task again") {
		t.Errorf("a damaged image: %v", err)
	}
	if err := os.WriteFile(shard(1), whole, 0o666); err != nil {
		t.Fatal(err)
	}

	// Shards of another version of the study.
	other := planned(t, dir, strings.Replace(offsets, "sigma = 20e-9", "sigma = 21e-9", 1))
	if _, err := other.Merge(4, sweep.Run{Output: out}); err == nil || !strings.Contains(err.Error(), "counted from 0: 0-3; the first: "+shard(0)+" is of another version of the study") {
		t.Errorf("another study: %v", err)
	}
	if report, err := p.Merge(4, sweep.Run{Output: out}); err != nil || report.To != 12 {
		t.Errorf("%+v, %v", report, err)
	}
	computed(t, p, sweep.Task{Index: 0, Count: 2}, sweep.Run{Output: out})
	if _, err := sweep.CountTasks(out); !errors.Is(err, sweep.ErrMissing) || !strings.Contains(err.Error(), "2 different numbers of tasks") {
		t.Errorf("shards of two splits: %v", err)
	}
}

// Measures are those that arago measure takes of the same images.
func TestMeasuresAreThoseOfTheImages(t *testing.T) {
	dir := folder(t, map[string]string{"telescope.toml": telescope})
	p := planned(t, dir, `
system = "telescope.toml"
[[axis]]
path = "plane.0.elements.1.coefficients.3"
values = [0.0, 50e-9, 100e-9]
[output]
sampling = "samples"
[measures]
take = ["flux", "peak", "fwhm", "encircled", "contrast", "strehl"]
radii = [1, 1.22, 40]
reference = { "plane.0.elements.1.coefficients" = [0.0] }
`)
	out := filepath.Join(dir, "out.fits")
	computed(t, p, sweep.Whole, sweep.Run{Output: out})
	table := index(t, out)
	column := func(name string) fitsfile.Column {
		c, ok := table.Column(name)
		if !ok {
			t.Fatalf("the index has no column %s", name)
		}
		return c
	}
	image := func(n int) grid.Map {
		v, err := p.Base.Variant(p.Case(n))
		if err != nil {
			t.Fatal(err)
		}
		plan, err := propagate.NewPlan(v.System, options(t).Propagate)
		if err != nil {
			t.Fatal(err)
		}
		r, err := plan.Run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return r.Image
	}
	limit := 1e-6 / 2.0
	for n := range 3 {
		m := image(n)
		_, peak, err := measure.Peak(m)
		if err != nil {
			t.Fatal(err)
		}
		width, err := measure.FWHM(m)
		if err != nil {
			t.Fatal(err)
		}
		energy, err := measure.EncircledEnergy(m, measure.Point{})
		if err != nil {
			t.Fatal(err)
		}
		strehl, err := measure.Strehl(m, image(0))
		if err != nil {
			t.Fatal(err)
		}
		for name, want := range map[string]float64{
			"LAMBDA_D": limit / grid.Arcsecond, "FLUX": m.Sum(), "PEAK": peak, "FWHM": width / grid.Arcsecond, "STREHL": strehl,
		} {
			if got := column(name).Floats[n]; math.Abs(got-want) > 1e-14*want {
				t.Errorf("case %d: %s is %v, want %v", n, name, got, want)
			}
		}
		for k, r := range []float64{1, 1.22} {
			if got, want := column("ENCIRCLED").Floats[3*n+k], energy.Within(r*limit)/energy.Total(); math.Abs(got-want) > 1e-14 {
				t.Errorf("case %d: within %v λ/D are %v, want %v", n, r, got, want)
			}
		}
		// 40 λ/D lie outside the field.
		if got := column("ENCIRCLED").Floats[3*n+2]; !math.IsNaN(got) {
			t.Errorf("case %d: beyond the field are %v, want no number", n, got)
		}
	}
	// A perfect telescope has its first dark ring at 1.22 λ/D, and the Airy pattern has
	// (2·J₁(π)/π)² = 0.0328 of its peak at 1 λ/D. Means over annuli a sample (0.24 λ/D)
	// wide smooth that: the dark ring and the value at 1 λ/D are there to that.
	contrast := column("CONTRAST").Floats
	if airy := math.Pow(2*math.J1(math.Pi)/math.Pi, 2); contrast[0] < airy || contrast[0] > 2*airy || contrast[1] > contrast[0]/4 {
		t.Errorf("contrast %v at 1 and 1.22 λ/D, want about %v and far less", contrast[:2], airy)
	}
	profile, err := measure.RadialProfile(image(0), measure.Point{})
	if err != nil {
		t.Fatal(err)
	}
	k := 0
	for profile.Radius[k+1] < limit {
		k++
	}
	part := (limit - profile.Radius[k]) / (profile.Radius[k+1] - profile.Radius[k])
	want := ((1-part)*profile.Mean[k] + part*profile.Mean[k+1]) / column("PEAK").Floats[0]
	if math.Abs(contrast[0]-want) > 1e-12*want {
		t.Errorf("contrast %v at 1 λ/D, want the mean on the circle, %v", contrast[0], want)
	}
	// Defocus of 100 nm rms at 1 µm: S = exp(−(2π·0.1)²) = 0.674 to within the fourth
	// order of the phase, (2π·0.1)⁴/4 = 0.04, and the light that leaves the small field.
	strehls := column("STREHL").Floats
	if math.Abs(strehls[0]-1) > 1e-14 || math.Abs(strehls[2]-0.674) > 0.05 {
		t.Errorf("Strehl ratios %v, want 1 … 0.674", strehls)
	}
	chart, ok, err := p.Chart(out, "")
	if err != nil || !ok || chart.Measure != "strehl" || chart.Y != nil || len(chart.X.Values) != 3 || chart.Mean[0][2] != strehls[2] {
		t.Errorf("chart %+v, %v, %v", chart, ok, err)
	}
	if _, _, err := p.Chart(out, "colour"); err == nil || !strings.Contains(err.Error(), "colour is no measure of this study; it has lambda_d, flux") {
		t.Errorf("error %v", err)
	}
}

func TestAChartAveragesOverTheOtherAxes(t *testing.T) {
	dir := folder(t, map[string]string{"telescope.toml": tiny})
	p := planned(t, dir, `
system = "telescope.toml"
[output]
images = "none"
[measures]
take = ["peak"]
[[axis]]
path = "plane.0.elements.1.coefficients.3"
normal = { sigma = 50e-9, count = 3 }
[[axis]]
path = "source.offset_r"
values = [0.0, 0.01]
[[axis]]
path = "plane.0.elements.0.radius"
values = [1.0, 0.9, 0.8]
`)
	out := filepath.Join(dir, "out.fits")
	computed(t, p, sweep.Whole, sweep.Run{Output: out})
	table := index(t, out)
	peaks, _ := table.Column("PEAK")
	chart, ok, err := p.Chart(out, "peak")
	if err != nil || !ok || chart.Y == nil || chart.X.Label != "source.offset_r" || len(chart.Mean) != 3 || len(chart.Mean[0]) != 2 {
		t.Fatalf("%+v, %v, %v", chart, ok, err)
	}
	for y := range 3 {
		for x := range 2 {
			want := (peaks.Floats[x*3+y] + peaks.Floats[6+x*3+y] + peaks.Floats[12+x*3+y]) / 3
			if got := chart.Mean[y][x]; math.Abs(got-want) > 1e-14*want {
				t.Errorf("at %d, %d: %v, want %v", y, x, got, want)
			}
		}
	}
	// Radii fall: the axis then counts its points.
	if chart.Y.Label != "plane.0.elements.0.radius (number)" || chart.Y.Values[2] != 2 {
		t.Errorf("%+v", chart.Y)
	}
}

// astropy is an outside witness of what is written.
func TestAstropyReadsCubeAndIndex(t *testing.T) {
	python := os.Getenv("ARAGO_PYTHON")
	if python == "" {
		python = "python3"
	}
	if out, err := exec.Command(python, "-c", "import astropy.io.fits").CombinedOutput(); err != nil {
		if os.Getenv("ARAGO_PYTHON") != "" {
			t.Fatalf("ARAGO_PYTHON is %q, which has no astropy: %v\n%s", python, err, out)
		}
		t.Skip("no astropy: python3 cannot import astropy.io.fits, and ARAGO_PYTHON does not name a Python that can")
	}
	dir := folder(t, map[string]string{"telescope.toml": telescope})
	p := planned(t, dir, offsets)
	out := filepath.Join(dir, "study.fits")
	computed(t, p, sweep.Whole, sweep.Run{Output: out})
	const script = `
import json, sys
from astropy.io import fits
with fits.open(sys.argv[1]) as f:
    f.verify("exception")
    t = f["CASES"].data
    json.dump({
        "shape": f[0].data.shape, "columns": t.names,
        "cases": t["CASE"].tolist(), "offset": t["source_offset_r"].tolist(),
        "peak": [v.hex() for v in t["PEAK"].tolist()], "contrast": t["CONTRAST"].shape,
        "units": f["CASES"].columns["LAMBDA_D"].unit, "hash": t["HASH"][3], "path": f["CASES"].header["PATH2"],
        "sums": [float(v.sum()) for v in f[0].data],
    }, sys.stdout)
`
	cmd := exec.Command(python, "-W", "error", "-c", script, out)
	cmd.Stderr = os.Stderr
	text, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Shape, Cases, Contrast []int
		Columns, Peak          []string
		Offset, Sums           []float64
		Units, Hash, Path      string
	}
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	table := index(t, out)
	flux, _ := table.Column("FLUX")
	peak, _ := table.Column("PEAK")
	hash, _ := table.Column("HASH")
	if fmt.Sprint(got.Shape, got.Contrast) != "[12 8 8] [12 2]" || got.Units != "arcsec" || got.Hash != hash.Texts[3] || got.Path != "plane.0.elements.1.coefficients.3" {
		t.Errorf("astropy reads %+v", got)
	}
	for n := range 12 {
		if got.Cases[n] != n || got.Offset[n] != []float64{0, 0.05, 0.1}[n/4] || math.Abs(got.Sums[n]-flux.Floats[n]) > 1e-14*flux.Floats[n] {
			t.Errorf("case %d: astropy reads number %d, offset %v, flux %v", n, got.Cases[n], got.Offset[n], got.Sums[n])
		}
		if v := fmt.Sprintf("%x", peak.Floats[n]); pythonHex(got.Peak[n]) != pythonHex(v) {
			t.Errorf("case %d: astropy reads the peak %s, want %s", n, got.Peak[n], v)
		}
	}
}

// pythonHex reads what Python's float.hex and Go's %x write.
func pythonHex(s string) (v float64) {
	fmt.Sscan(s, &v)
	return v
}
