package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"arago/backend"
	"arago/backend/all"
	"arago/backend/gonum"
	"arago/detect"
	"arago/fitsfile"
	"arago/grid"
	"arago/internal/about"
	"arago/internal/settings"
	"arago/propagate"
	"arago/system"
	"arago/workers"
)

const coronagraph = `
[system]
name = "small coronagraph"
diameter = 2.0
npix = 32
oversample = 2
[source]
wavelengths = [1e-6, 1.2e-6, 1.1e-6]
weights = [1, 2, 1]
[[plane]]
kind = "pupil"
elements = [ { type = "circular_aperture", radius = 1.0 } ]
[[plane]]
kind = "image"
elements = [ { type = "circular_occulter", radius = 0.1 } ]
[[plane]]
kind = "pupil"
elements = [ { type = "circular_aperture", radius = 0.8 } ]
[[plane]]
kind = "rotation"
angle = 90.0
[[plane]]
kind = "detector"
pixelscale = [0.05, 0.04]
fov_pixels = [20, 24]
oversample = 3
`

// inFolder makes an empty folder the current one, and puts a system file in it.
func inFolder(t *testing.T, text string) {
	t.Helper()
	t.Chdir(t.TempDir())
	if err := os.WriteFile("system.toml", []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// listing returns the names in the current folder.
func listing(t *testing.T) []string {
	t.Helper()
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// noEnvironment is an environment without variables.
func noEnvironment(string) string { return "" }

// disturbed is a registry whose back end does something when the first matrix
// product is asked for: in the middle of a run, after the files were begun.
func disturbed(disturb func()) *backend.Registry {
	r := new(backend.Registry)
	r.Register(gonum.Name, func() (backend.Implementation, error) {
		impl, err := gonum.New()
		impl.LinearDouble = &disturbedLinear{Linear: impl.LinearDouble, disturb: sync.OnceFunc(disturb)}
		return impl, err
	})
	return r
}

type disturbedLinear struct {
	backend.Linear[float64, complex128]
	disturb func()
}

func (d *disturbedLinear) Dot(dst, a, b backend.Matrix[complex128]) {
	d.disturb()
	d.Linear.Dot(dst, a, b)
}

func (d *disturbedLinear) DotReal(dst backend.Matrix[complex128], a backend.Matrix[float64], b backend.Matrix[complex128]) {
	d.disturb()
	d.Linear.DotReal(dst, a, b)
}

func TestInterruptLeavesNothing(t *testing.T) {
	inFolder(t, coronagraph)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var stdout, stderr strings.Builder
	a := &app{stdout: &stdout, stderr: &stderr, getenv: noEnvironment, registry: disturbed(cancel)}
	code := a.run(ctx, []string{"psf", "system.toml", "--save-planes", "planes", "--json"})
	if code != exitInterrupted {
		t.Errorf("exit code %d, want %d", code, exitInterrupted)
	}
	if want := "arago: interrupted; nothing was written\n"; stderr.String() != want {
		t.Errorf("stderr %q, want %q", stderr.String(), want)
	}
	if !strings.Contains(stdout.String(), `"code": 130`) {
		t.Errorf("stdout %q does not tell the code", stdout.String())
	}
	if names := listing(t); !slices.Equal(names, []string{"system.toml"}) {
		t.Errorf("the run left %q", names)
	}
}

func TestFilesStayAsTheyWereAfterAnInterrupt(t *testing.T) {
	inFolder(t, coronagraph)
	for _, name := range []string{"system.fits", "system.png"} {
		if err := os.WriteFile(name, []byte("old"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var out strings.Builder
	if code := run(ctx, []string{"psf", "system.toml"}, &out, &out, noEnvironment); code != exitInterrupted {
		t.Errorf("exit code %d, want %d", code, exitInterrupted)
	}
	for _, name := range []string{"system.fits", "system.png"} {
		if text, err := os.ReadFile(name); err != nil || string(text) != "old" {
			t.Errorf("%s holds %q, %v; it held %q before", name, text, err, "old")
		}
	}
}

func TestPlaneThatCannotBeWrittenEndsTheRun(t *testing.T) {
	inFolder(t, coronagraph)
	var stdout, stderr strings.Builder
	a := &app{stdout: &stdout, stderr: &stderr, getenv: noEnvironment, registry: disturbed(func() {
		if err := os.RemoveAll("planes"); err != nil {
			t.Error(err)
		}
	})}
	// One worker: with more, one might be writing into the folder just now.
	code := a.run(context.Background(), []string{"psf", "system.toml", "--save-planes", "planes", "--workers", "1"})
	if code != exitFailed {
		t.Errorf("exit code %d, want %d", code, exitFailed)
	}
	if !strings.HasPrefix(stderr.String(), "arago: planes/plane_") || !strings.HasSuffix(stderr.String(), "cannot be written: no such file or directory\n") {
		t.Errorf("stderr %q does not say which file cannot be written", stderr.String())
	}
	if names := listing(t); !slices.Equal(names, []string{"system.toml"}) {
		t.Errorf("the run left %q", names)
	}
}

// So many planes of the largest size need more memory than any machine has.
func TestRunThatDoesNotFitInMemoryIsRefused(t *testing.T) {
	if _, known := detect.AvailableMemory(); !known {
		t.Skip("how much memory is free is known on Linux only")
	}
	const plane = "[[plane]]\nkind = \"pupil\"\nelements = [ { type = \"circular_aperture\" } ]\n"
	inFolder(t, "[system]\ndiameter = 2.0\nnpix = 65536\noversample = 1\n[source]\nwavelengths = [1e-6]\n"+strings.Repeat(plane, 1000))
	var stdout, stderr strings.Builder
	code := run(context.Background(), []string{"psf", "system.toml"}, &stdout, &stderr, noEnvironment)
	if code != exitMemory {
		t.Errorf("exit code %d, want %d", code, exitMemory)
	}
	if !strings.HasPrefix(stderr.String(), "arago: system.toml: the run would not fit in memory: ") {
		t.Errorf("stderr %q", stderr.String())
	}
	if names := listing(t); !slices.Equal(names, []string{"system.toml"}) {
		t.Errorf("the refusal left %q", names)
	}
}

// An image of 65536² samples takes 96 GiB, with the field that it is made of.
func TestRunThatDoesNotFitNamesTheOversamplingThatWould(t *testing.T) {
	free, known := detect.AvailableMemory()
	if !known || free > 90<<30 {
		t.Skip("how much memory is free is not known, or it is more than this image takes")
	}
	inFolder(t, `
[system]
diameter = 2.0
npix = 512
[source]
wavelengths = [1e-6, 1.1e-6]
[[plane]]
kind = "pupil"
elements = [ { type = "circular_aperture", radius = 1.0 } ]
[[plane]]
kind = "detector"
pixelscale = 0.01
fov_pixels = 1024
oversample = 64
`)
	want := regexp.MustCompile(`^arago: system\.toml: the run would not fit in memory: it takes about .* and .* are free; ` +
		`the largest oversampling that would fit is oversample = \d+ of the detector\n$`)
	for _, args := range [][]string{
		{"plan", "system.toml"}, {"psf", "system.toml"}, {"psf", "system.toml", "--workers", "1"}, {"psf", "system.toml", "--mode", "processes"},
	} {
		var stdout, stderr strings.Builder
		if code := run(context.Background(), args, &stdout, &stderr, noEnvironment); code != exitMemory {
			t.Errorf("%q exits with %d, want %d", args, code, exitMemory)
		}
		if !want.MatchString(stderr.String()) {
			t.Errorf("%q says %q", args, stderr.String())
		}
	}
	if names := listing(t); !slices.Equal(names, []string{"system.toml"}) {
		t.Errorf("the refusals left %q", names)
	}
}

func TestMemoryForSavedPlanesIsCounted(t *testing.T) {
	plan := mustPlan(t, mustParse(t, coronagraph))
	// The widest plane is the detector; each of its samples takes 16 bytes of the
	// snapshot, as many of the one before, and 24 of the cube.
	const samples = 60 * 72
	for looks, want := range map[watching]int64{
		{}: 0, {live: true}: 32 * samples, {saved: true}: 56 * samples, {saved: true, live: true}: 56 * samples,
	} {
		if got := looks.bytes(plan); got != want {
			t.Errorf("%+v takes %d bytes, want %d", looks, got, want)
		}
	}
}

func TestARunThatFitsOnlyUnwatchedIsRefusedBeforeItBegins(t *testing.T) {
	r := detect.Report{CPU: detect.CPU{Usable: 1, MaxProcs: 1, Affinity: 1}}
	p := &prepared{found: r, plan: mustPlan(t, mustParse(t, coronagraph))}
	p.System = mustParse(t, coronagraph)
	p.choice.Mode = workers.Goroutines
	p.found.Memory.Usable = p.peak(watching{})
	p.found.Memory.LimitedBy = "machine"
	if v := detect.Check(p.found, p.asked(wish{}, watching{})); len(v) != 0 {
		t.Errorf("a run that just fits: %v", v)
	}
	p.choice.Workers = 2
	p.found.Memory.Usable = p.peak(watching{}) - 1
	p.verdicts = detect.Check(p.found, p.asked(wish{}, watching{}))
	a := &app{stdout: io.Discard, stderr: io.Discard, getenv: noEnvironment}
	if err := a.refuse(p, watching{}); err == nil || exitCode(err) != exitMemory || !strings.HasSuffix(err.Error(), "; --workers 1 would fit") {
		t.Errorf("two at once: %v", err)
	}
	p.choice.Workers = 1
	p.found.Memory.Usable = p.peak(watching{})
	p.verdicts = detect.Check(p.found, p.asked(wish{}, watching{saved: true}))
	if err := a.refuse(p, watching{saved: true}); err == nil || exitCode(err) != exitMemory ||
		!strings.Contains(err.Error(), "; the largest oversampling that would fit is oversample = ") {
		t.Errorf("with planes to be saved: %v", err)
	}
	p.choice.Mode = workers.Processes
	p.verdicts = detect.Check(p.found, p.asked(wish{}, watching{}))
	if err := a.refuse(p, watching{}); err == nil || exitCode(err) != exitMemory || !strings.HasSuffix(err.Error(), "; --mode goroutines --workers 1 would fit") {
		t.Errorf("by a process: %v", err)
	}
	// Samples of a mask that fills a padded plane take more than the run.
	smooth := strings.NewReplacer(`type = "circular_occulter", radius = `, `type = "band_limited_coronagraph", kind = "circular", sigma = `).Replace(strings.Replace(coronagraph, "npix = 32", "npix = 512", 1))
	p = &prepared{found: r, plan: mustPlan(t, mustParse(t, smooth))}
	p.System = mustParse(t, smooth)
	p.choice.Mode, p.choice.Workers = workers.Goroutines, 1
	p.found.Memory.Usable, p.found.Memory.LimitedBy = p.peak(watching{}), "machine"
	p.verdicts = detect.Check(p.found, p.asked(wish{}, watching{verified: 20}))
	if err := a.refuse(p, watching{verified: 20}); err == nil || exitCode(err) != exitMemory || !strings.HasSuffix(err.Error(), "; without --verify it would fit") {
		t.Errorf("with samples to be verified: %v", err)
	}
}

// A worker reads the FITS files itself. If they are not what its parent has read,
// there is no image rather than one of two masks.
func TestAWorkerRefusesAFileThatHasChanged(t *testing.T) {
	inFolder(t, strings.Replace(coronagraph, `{ type = "circular_occulter", radius = 0.1 }`,
		`{ type = "fits_optical_element", transmission = "mask.fits", pixelscale = 0.1 }`, 1))
	write := func(value float64) {
		t.Helper()
		hdu := fitsfile.HDU{Shape: []int{16, 16}, Data: slices.Repeat([]float64{value}, 256)}
		if err := fitsfile.Write("mask.fits", hdu); err != nil {
			t.Fatal(err)
		}
	}
	write(0.5)
	a := &app{stdout: io.Discard, stderr: io.Discard, getenv: noEnvironment, registry: all.Registry()}
	p, err := a.open("system.toml")
	if err != nil {
		t.Fatal(err)
	}
	if err := a.settle(p, systemFlags{Backend: "gonum"}, watching{}, propagate.Options{}); err != nil {
		t.Fatal(err)
	}
	description, err := p.describe()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := take(description, propagate.Options{}); err != nil {
		t.Errorf("unchanged: %v", err)
	}
	write(0.25)
	if _, err := take(description, propagate.Options{}); err == nil || err.Error() != "system.toml: mask.fits has changed since the run began; start it again" {
		t.Errorf("changed: %v", err)
	}
}

func TestSettingsThatBelongToSomebodyElseAreNone(t *testing.T) {
	t.Setenv("XDG_CONFIG_HOME", "/dev/null")
	t.Setenv("HOME", "/dev/null")
	a := &app{getenv: noEnvironment}
	if c, err := a.getenv.Config(); err != nil || c != (settings.Config{}) {
		t.Errorf("settings %+v, error %v", c, err)
	}
}

func mustParse(t *testing.T, text string) propagate.System {
	t.Helper()
	s, err := system.Parse("system.toml", []byte(text), ".")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func mustPlan(t *testing.T, s propagate.System) *propagate.Plan {
	t.Helper()
	selection, err := all.Registry().Select("auto")
	if err != nil {
		t.Fatal(err)
	}
	plan, err := propagate.NewPlan(s, propagate.Options{Backend: selection})
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

func mustRun(t *testing.T, args ...string) string {
	t.Helper()
	var stdout, stderr strings.Builder
	if code := run(context.Background(), args, &stdout, &stderr, noEnvironment); code != exitDone {
		t.Fatalf("arago %q exits with %d: %s", args, code, &stderr)
	}
	return stdout.String()
}

func TestFITSHoldsTheImageAndItsSumOverPixels(t *testing.T) {
	inFolder(t, coronagraph)
	mustRun(t, "psf", "system.toml")
	result, err := mustPlan(t, mustParse(t, coronagraph)).Run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	hdus, err := fitsfile.Read("system.fits")
	if err != nil {
		t.Fatal(err)
	}
	if len(hdus) != 2 || hdus[0].Name != "OVERSAMP" || hdus[1].Name != "DET_SAMP" {
		t.Fatalf("the file has %d images", len(hdus))
	}
	if !slices.Equal(hdus[0].Data, result.Image.Data) || !slices.Equal(hdus[0].Shape, []int{60, 72}) {
		t.Errorf("the primary image of shape %v is not the result", hdus[0].Shape)
	}
	if !slices.Equal(hdus[1].Shape, []int{20, 24}) {
		t.Fatalf("DET_SAMP has the shape %v, want [20 24]", hdus[1].Shape)
	}
	// A pixel is the sum of its 3 × 3 samples.
	for i := range 20 {
		for j := range 24 {
			sum := 0.0
			for k := range 9 {
				sum += result.Image.At(3*i+k/3, 3*j+k%3)
			}
			if got := hdus[1].Data[24*i+j]; math.Abs(got-sum) > 1e-15*sum {
				t.Fatalf("pixel (%d, %d) is %g, its samples sum to %g", i, j, got, sum)
			}
		}
	}
}

func TestHeadersCarryTheKeywordsOfPOPPYWithRightValues(t *testing.T) {
	inFolder(t, coronagraph)
	mustRun(t, "psf", "system.toml", "--backend", "gonum", "--recipe", "fft")
	hdus, err := fitsfile.Read("system.fits")
	if err != nil {
		t.Fatal(err)
	}
	const mean = (1e-6 + 2*1.2e-6 + 1.1e-6) / 4
	for i, want := range []map[string]any{
		{
			"WAVELEN": mean, "DIFFLMT": mean / 2 / grid.Arcsecond, "OVERSAMP": 2, "DET_SAMP": 3,
			"PIXUNIT": "arcsec", "FOV_X": 24 * 0.04, "FOV_Y": 20 * 0.05, "NWAVES": 3,
			"WAVE0": 1e-6, "WGHT0": 0.25, "WAVE1": 1.2e-6, "WGHT1": 0.5, "WAVE2": 1.1e-6, "WGHT2": 0.25,
			"FFTTYPE": "gonum", "NORMALIZ": "first", "DIAM": 2.0,
			"CDELT1": 0.04 / 3, "CDELT2": 0.05 / 3, "CRPIX1": 36.5, "CRPIX2": 30.5, "CUNIT1": "arcsec",
			"SYSTEM": "small coronagraph", "SYSFILE": "system.toml", "CREATOR": about.Creator,
			"BACKEND": "gonum", "PRECISN": "double",
			"RECIPE1": "none", "RECIPE2": "fft", "RECIPE3": "fft", "RECIPE4": "none", "RECIPE5": "dense",
		},
		{
			"WAVELEN": mean, "OVERSAMP": 1, "DET_SAMP": 3, "CALCSAMP": 3,
			"CDELT1": 0.04, "CDELT2": 0.05, "CRPIX1": 12.5, "CRPIX2": 10.5, "FOV_X": 24 * 0.04,
		},
	} {
		h := hdus[i].Header
		for key, value := range want {
			card, ok := h.Get(key)
			if !ok {
				t.Errorf("HDU %d has no %s", i, key)
				continue
			}
			if number, isNumber := value.(float64); isNumber {
				got, _ := h.Float(key)
				// Written in decimals and converted from radians and back.
				if math.Abs(got-number) > 1e-14*math.Abs(number) {
					t.Errorf("HDU %d has %s = %v, want %v", i, key, got, number)
				}
			} else if card.Value != value {
				t.Errorf("HDU %d has %s = %v, want %v", i, key, card.Value, value)
			}
		}
		// A scale that differs between the axes has no single number.
		if _, ok := h.Get("PIXELSCL"); ok {
			t.Errorf("HDU %d has PIXELSCL for pixels that are not square", i)
		}
	}
	// What sha256sum prints of system.toml.
	const sum = "dd4c304f892115256ef6bfdbe0a4d146d1afccaf938e3777e5ed8921b0bd4b1a"
	if hash, _ := hdus[0].Header.Text("SYSHASH"); hash != sum {
		t.Errorf("SYSHASH is %q, want %q", hash, sum)
	}
}

func TestPlaneCubesHoldIntensityAmplitudeAndPhase(t *testing.T) {
	inFolder(t, coronagraph)
	mustRun(t, "psf", "system.toml", "--save-planes", "planes")
	image, err := fitsfile.Read("system.fits")
	if err != nil {
		t.Fatal(err)
	}
	// The weighted sum of the intensities in the last plane is the image.
	sum := make([]float64, len(image[0].Data))
	for line, c := range []struct{ micron, weight float64 }{{1, 0.25}, {1.2, 0.5}, {1.1, 0.25}} {
		name := fmt.Sprintf("plane_05_detector_wave%d_%.5fum.fits", line, c.micron)
		hdus, err := fitsfile.Read(filepath.Join("planes", name))
		if err != nil {
			t.Fatal(err)
		}
		n := len(sum)
		cube := hdus[0].Data
		if len(cube) != 3*n {
			t.Fatalf("%s has the shape %v", name, hdus[0].Shape)
		}
		for i := range n {
			intensity, amplitude, phase := cube[i], cube[n+i], cube[2*n+i]
			if math.Abs(amplitude*amplitude-intensity) > 1e-15*intensity {
				t.Fatalf("%s: amplitude %g with intensity %g", name, amplitude, intensity)
			}
			if math.Abs(phase) > math.Pi {
				t.Fatalf("%s: phase %g", name, phase)
			}
			sum[i] += c.weight * intensity
		}
	}
	peak := slices.Max(image[0].Data)
	for i, v := range image[0].Data {
		if math.Abs(v-sum[i]) > 1e-14*peak {
			t.Fatalf("sample %d of the image is %g, the planes give %g", i, v, sum[i])
		}
	}
	// Labels become names of files and ASCII in headers.
	if _, err := os.Stat("planes/plane_04_rotation_by_90_deg_wave0_1.00000um.fits"); err != nil {
		t.Error(err)
	}
}

func TestSystemWithoutDetectorEndsInItsLastPlane(t *testing.T) {
	for _, c := range []struct{ last, unit, samples string }{
		{"pupil", "m", "32 × 32"},
		{"image", "arcsec", "64 × 64"},
	} {
		text := "[system]\ndiameter = 2.0\nnpix = 32\n[source]\nwavelengths = [500e-9]\n[[plane]]\nkind = \"pupil\"\nelements = [ { type = \"circular_aperture\" } ]\n"
		if c.last == "image" {
			text += "[[plane]]\nkind = \"image\"\n"
		}
		inFolder(t, text)
		out := mustRun(t, "psf", "system.toml")
		if !strings.Contains(out, c.samples+" samples of ") || !strings.Contains(out, " "+c.unit+"\n") || !strings.Contains(out, "500 nm") {
			t.Errorf("a system that ends in a %s says %q", c.last, out)
		}
		if strings.Contains(out, "pixels ") {
			t.Errorf("there are pixels without a detector: %q", out)
		}
		hdus, err := fitsfile.Read("system.fits")
		if err != nil {
			t.Fatal(err)
		}
		if len(hdus) != 1 {
			t.Errorf("a system that ends in a %s has %d images", c.last, len(hdus))
		}
		// measure finds the coordinates again, in their unit.
		if out := mustRun(t, "measure", "system.fits", "--center", "axis"); !strings.Contains(out, c.samples+" of ") || !strings.Contains(out, " "+c.unit+"\n") {
			t.Errorf("measure of a %s says %q", c.last, out)
		}
	}
}

func TestSummaryNamesWhereTheLightIsCounted(t *testing.T) {
	for normalize, want := range map[string]string{
		"first":      "of what passes the first plane is in the field",
		"exit_pupil": "of what passes the exit pupil is in the field",
		"last":       "1 in the field, by normalisation",
		"none":       "in the field, for an amplitude of 1 at the entrance",
	} {
		inFolder(t, strings.Replace(coronagraph, "oversample = 2", "oversample = 2\nnormalize = \""+normalize+"\"", 1))
		if out := mustRun(t, "psf", "system.toml", "--no-picture"); !strings.Contains(out, want) {
			t.Errorf("with normalize = %q the summary is %q", normalize, out)
		}
	}
}

func TestJSONReportCanBeReadBack(t *testing.T) {
	inFolder(t, coronagraph)
	var r psfReport
	if err := json.Unmarshal([]byte(mustRun(t, "psf", "system.toml", "--json")), &r); err != nil {
		t.Fatal(err)
	}
	if r.Rows != 60 || r.Cols != 72 || r.Oversample != 3 || len(r.Wavelengths) != 3 || len(r.Steps) != 5 || r.Memory <= 0 {
		t.Errorf("the report is %+v", r)
	}
	if math.Abs(r.Step[0]-0.05/3) > 1e-15 || math.Abs(r.Width[1]-0.96) > 1e-14 {
		t.Errorf("the report has steps %v and widths %v", r.Step, r.Width)
	}
}
