package system_test

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"arago/fitsfile"
	"arago/grid"
	"arago/optics"
	"arago/propagate"
	"arago/system"
)

const poppyFolder = "../testdata/poppy"

// poppySystems lists the system files beside the golden images and what must
// come of each: its planes with the Go types of their elements.
var poppySystems = map[string]string{
	"asymmetric_struts":   "pupil CircularAperture AsymmetricSecondaryObscuration; detector",
	"bar":                 "pupil CircularAperture; image BarOcculter; pupil CircularAperture; detector",
	"blc_circular":        "pupil CircularAperture ZernikeWFE; image BandLimitedCoronagraph; pupil CircularAperture; detector",
	"blc_linear":          "pupil CircularAperture; image BandLimitedCoronagraph; pupil CircularAperture; detector",
	"boxes":               "pupil HexagonAperture SquareAperture RectangleAperture; detector",
	"circle":              "pupil CircularAperture; detector",
	"circles":             "pupil MultiCircularAperture KnifeEdge; detector",
	"compound":            "pupil CompoundAnalyticOptic; detector",
	"exit_pupil_padded":   "pupil CircularAperture; image CircularOcculter; pupil ScalarTransmission; detector",
	"fits_optic":          "pupil ArrayElement; detector",
	"fits_optic_fraction": "pupil CircularAperture ArrayElement; detector",
	"fits_optic_moved":    "pupil ArrayElement; detector",
	"fqpm":                "pupil CircularAperture ZernikeWFE; pupil FQPMFFTAligner; image IdealFQPM; pupil FQPMFFTAligner CircularAperture; detector",
	"gaussian":            "pupil GaussianAperture ScalarTransmission; detector",
	"invert_both":         "pupil ParityTestAperture; inversion of both axes; detector",
	"invert_rotate":       "pupil ParityTestAperture; inversion of y; rotation by 270°; pupil RectangleAperture; inversion of both axes; detector",
	"invert_x":            "pupil ParityTestAperture; inversion of x; detector",
	"lens_tilt":           "pupil CircularAperture; pupil ThinLens TiltOpticalPathDifference; detector",
	"lyot":                "pupil CircularAperture; image CircularOcculter; pupil CircularAperture; detector",
	"lyot_offset":         "pupil CircularAperture ZernikeWFE; image CircularOcculter; pupil CircularAperture; detector",
	"ngon":                "pupil NgonAperture; detector",
	"obscured":            "pupil CircularAperture SecondaryObscuration; detector",
	"offset_odd":          "pupil CircularAperture; detector",
	"rotate30":            "pupil ParityTestAperture; rotation by 30°; detector",
	"rotate90":            "pupil ParityTestAperture; rotation by 90°; detector",
	"rotate_behind_mask":  "pupil ParityTestAperture; image CircularOcculter; pupil CircularAperture; rotation by -20°; pupil CircularAperture; detector",
	"segments":            "pupil MultiHexagonAperture ZernikeWFE; detector",
	"stop_annular":        "pupil CircularAperture; image AnnularFieldStop; pupil ScalarTransmission; detector",
	"stop_hexagon":        "pupil CircularAperture; image HexagonFieldStop; pupil ScalarTransmission; detector",
	"stop_rectangular":    "pupil CircularAperture; image RectangularFieldStop; pupil ScalarTransmission; detector",
	"stop_square":         "pupil CircularAperture; image SquareFieldStop; pupil ScalarTransmission; detector",
	"two_masks":           "pupil CircularAperture SecondaryObscuration; image CircularOcculter SquareFieldStop; pupil CircularAperture; inversion of y; image RectangularFieldStop; pupil CircularAperture; detector",
	"zernike_high":        "pupil CircularAperture ZernikeWFE; detector",
}

func TestTheSystemsOfPOPPYAreRead(t *testing.T) {
	files, err := filepath.Glob(poppyFolder + "/*.toml")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != len(poppySystems)+1 { // arrays.toml is no system
		t.Errorf("there are %d system files, but %d are listed here", len(files)-1, len(poppySystems))
	}
	for name, want := range poppySystems {
		s, err := system.Read(filepath.Join(poppyFolder, name+".toml"))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := planesOf(s); got != want {
			t.Errorf("%s:\n got %s\nwant %s", name, got, want)
		}
		comparePOPPYHeader(t, name, s)
	}
}

// planesOf names the planes of a system and the Go types of their elements.
func planesOf(s propagate.System) string {
	var planes []string
	for _, p := range s.Planes {
		text := p.Label()
		var elements []optics.Element
		switch p := p.(type) {
		case propagate.Pupil:
			text, elements = "pupil", p.Elements
		case propagate.Image:
			text, elements = "image", p.Elements
		}
		for _, e := range elements {
			_, name, _ := strings.Cut(fmt.Sprintf("%T", e), ".")
			text += " " + name
		}
		planes = append(planes, text)
	}
	return strings.Join(planes, "; ")
}

// comparePOPPYHeader compares a system with what POPPY wrote about it into the
// header of its image.
func comparePOPPYHeader(t *testing.T, name string, s propagate.System) {
	t.Helper()
	hdus, err := fitsfile.Read(filepath.Join(poppyFolder, name+".fits"))
	if err != nil {
		t.Fatal(err)
	}
	h := hdus[0].Header
	d := s.Planes[len(s.Planes)-1].(propagate.Detector)
	if got := []int{d.PixelsY * d.Oversample, d.PixelsX * d.Oversample}; !reflect.DeepEqual(got, hdus[0].Shape) {
		t.Errorf("%s: the detector has %v samples, POPPY's image %v", name, got, hdus[0].Shape)
	}
	if scale, _ := h.Float("PIXELSCL"); math.Abs(d.ScaleX/float64(d.Oversample)-scale) > 1e-15 || d.ScaleX != d.ScaleY {
		t.Errorf("%s: samples of %g×%g arcsec, POPPY %g", name, d.ScaleY/float64(d.Oversample), d.ScaleX/float64(d.Oversample), scale)
	}
	if oversample, _ := h.Int("OVERSAMP"); s.Oversample != oversample {
		t.Errorf("%s: oversample %d, POPPY %d", name, s.Oversample, oversample)
	}
	if normalize, _ := h.Text("NORMALIZ"); s.Normalize.String() != normalize {
		t.Errorf("%s: normalize %v, POPPY %s", name, s.Normalize, normalize)
	}
	if n, _ := h.Int("NWAVES"); len(s.Source.Spectrum) != n {
		t.Errorf("%s: %d wavelengths, POPPY %d", name, len(s.Source.Spectrum), n)
	}
	for i, l := range s.Source.Spectrum {
		wave, _ := h.Float(fmt.Sprintf("WAVE%d", i))
		weight, _ := h.Float(fmt.Sprintf("WGHT%d", i))
		if l != (propagate.Line{Wavelength: wave, Weight: weight}) {
			t.Errorf("%s: wavelength %d is %v, POPPY's %g with weight %g", name, i, l, wave, weight)
		}
	}
}

func TestAWholeSystemIsReadAsWritten(t *testing.T) {
	const text = `
source.wavelengths = [1e-6, 2e-6]
source.weights = [1, 2.5]
source.offset_r = -0.5
source.offset_theta = 30

[system]
name = "all keys"
kind = "fraunhofer"
diameter = 3
npix = 100
oversample = 3
normalize = "exit_pupil"

[[plane]]
kind = "pupil"
name = "entrance"
[[plane.elements]]
type = "square_aperture"
shift_x = 0.1
shift_y = 0.2
rotation = 3
inclination_x = 4
gray_pixel = false
[[plane.elements]]
type = "circular_aperture"
inclination_y = 5

[[plane]]
kind = "image"
name = "focus"
elements = []

[[plane]]
kind = "rotation"
angle = -45

[[plane]]
kind = "inversion"

[[plane]]
kind = "pupil"

[[plane]]
kind = "detector"
pixelscale = [0.1, 0.2]
fov_pixels = [20, 10.0]
`
	want := propagate.System{
		Name: "all keys", Diameter: 3, Npix: 100, Oversample: 3, Normalize: propagate.NormalizeExitPupil,
		Source: propagate.Source{
			Spectrum: []propagate.Line{{Wavelength: 1e-6, Weight: 1}, {Wavelength: 2e-6, Weight: 2.5}},
			OffsetR:  -0.5, OffsetTheta: 30,
		},
		Planes: []propagate.Plane{
			propagate.Pupil{Name: "entrance", Elements: []optics.Element{
				optics.SquareAperture{Size: 1, PixelCenters: true,
					Placement: optics.Placement{ShiftX: 0.1, ShiftY: 0.2, Rotation: 3, InclinationX: 4}},
				optics.CircularAperture{Radius: 1, Placement: optics.Placement{InclinationY: 5}},
			}},
			propagate.Image{Name: "focus"},
			propagate.Rotation{Angle: -45},
			propagate.Inversion{X: true, Y: true},
			propagate.Pupil{},
			propagate.Detector{ScaleY: 0.1, ScaleX: 0.2, PixelsY: 20, PixelsX: 10, Oversample: 3},
		},
	}
	got, err := system.Parse("all.toml", []byte(text), ".")
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("\n got %+v\nwant %+v", got, want)
	}
}

func TestWhatIsLeftOutIsAsInPOPPY(t *testing.T) {
	s, err := system.Parse("good.toml", []byte(good), ".")
	if err != nil {
		t.Fatal(err)
	}
	if s.Oversample != 2 || s.Normalize != propagate.NormalizeFirst {
		t.Errorf("oversample %d, normalize %v; POPPY has 2 and first", s.Oversample, s.Normalize)
	}
	if s.Source.Spectrum[0].Weight != 1 || s.Source.OffsetR != 0 || s.Source.OffsetTheta != 0 {
		t.Errorf("source %+v", s.Source)
	}
	if d := s.Planes[3].(propagate.Detector); d.Oversample != s.Oversample {
		t.Errorf("the detector has oversample %d, the system %d", d.Oversample, s.Oversample)
	}
}

// The wavelengths of a band are the middles of equal parts of it.
func TestABandIsDividedEvenly(t *testing.T) {
	text := strings.Replace(good, "wavelengths = [1.0e-6]", "center = 2e-6\nbandwidth = 0.1\ncount = 4\nweights = [1, 2, 3, 4]", 1)
	s, err := system.Parse("band.toml", []byte(text), ".")
	if err != nil {
		t.Fatal(err)
	}
	// The band reaches from 1.9 to 2.1 µm; its quarters are 0.05 µm wide.
	want := []float64{1.925e-6, 1.975e-6, 2.025e-6, 2.075e-6}
	if len(s.Source.Spectrum) != len(want) {
		t.Fatalf("%d wavelengths, want %d", len(s.Source.Spectrum), len(want))
	}
	for i, l := range s.Source.Spectrum {
		if math.Abs(l.Wavelength-want[i]) > 1e-21 || l.Weight != float64(i+1) { // rounding
			t.Errorf("wavelength %d is %v, want %g", i, l, want[i])
		}
	}
}

// POPPY rounds the field of view to whole pixels with numpy.round: half to even.
// The quotients are those of floating-point numbers: 0.35/0.1 is below 3.5.
func TestTheFieldIsRoundedToWholePixelsAsInPOPPY(t *testing.T) {
	for _, c := range []struct {
		fov  string
		y, x int
	}{
		{"0.25", 2, 2}, {"0.35", 3, 3}, {"0.45", 4, 4}, {"1.05", 10, 10}, {"[0.31, 0.67]", 3, 7},
	} {
		text := strings.Replace(good, "pixelscale = 0.05\nfov_arcsec = 1.0", "pixelscale = 0.1\nfov_arcsec = "+c.fov, 1)
		s, err := system.Parse("fov.toml", []byte(text), ".")
		if err != nil {
			t.Errorf("%s: %v", c.fov, err)
			continue
		}
		if d := s.Planes[3].(propagate.Detector); d.PixelsY != c.y || d.PixelsX != c.x {
			t.Errorf("fov_arcsec = %s: %d×%d pixels, want %d×%d", c.fov, d.PixelsY, d.PixelsX, c.y, c.x)
		}
	}
}

func TestASystemMayEndInAnImageOfOneWavelength(t *testing.T) {
	one := good[:strings.Index(good, "\n[[plane]]\nkind = \"pupil\"\n\n")]
	if s, err := system.Parse("one.toml", []byte(one), "."); err != nil || len(s.Planes) != 2 {
		t.Errorf("%d planes, %v", len(s.Planes), err)
	}
	two := strings.Replace(one, "[1.0e-6]", "[1.0e-6, 1.1e-6]", 1)
	_, err := system.Parse("two.toml", []byte(two), ".")
	const want = `two.toml:15: plane 2: kind is "image", so the system ends in an image whose scale changes with the wavelength, and it has 2 wavelengths; add a plane of kind "pupil" and one of kind "detector"`
	if err == nil || err.Error() != want {
		t.Errorf("\n got %v\nwant %s", err, want)
	}
}

func TestOfSeveralFaultsTheFirstInTheFileIsReported(t *testing.T) {
	// [source] comes last here, and is read before the planes.
	text := `
[[plane]]
kind = "pupil"
elements = [{ type = "circular_aperture", radius = -1 }]
[[plane]]
kind = "detecter"
[system]
npix = 0
[source]
wavelengths = []
`
	_, err := system.Parse("x.toml", []byte(text), ".")
	const want = "x.toml:4: plane 1, circular_aperture: radius is -1; it must be a positive length (m)"
	if err == nil || err.Error() != want {
		t.Errorf("\n got %v\nwant %s", err, want)
	}
}

func TestTextThatIsNotTrustedCostsAnErrorOnly(t *testing.T) {
	deep := `{ type = "circular_aperture" }`
	for range 40 {
		deep = `{ type = "inverse_transmission", optic = ` + deep + ` }`
	}
	for name, c := range map[string]struct{ text, want string }{
		"brackets":     {"a = " + strings.Repeat("[", 1<<19), "x.toml:1: not valid TOML at column 10005: arrays and inline tables are nested more than the maximum of 10000 levels deep"},
		"dotted key":   {strings.Repeat("a.", 1<<17) + "a = 1", "x.toml:1: a is not a known key; possible are system, source and plane"},
		"size":         {strings.Repeat("#", 1<<20+1), "x.toml: is larger than 1048576 bytes; that is no system file"},
		"long key":     {strings.Repeat("k", 1<<19) + " = 1", `x.toml:1: "` + strings.Repeat("k", 40) + `…" is not a known key; possible are system, source and plane`},
		"empty":        {"", "x.toml: system is missing; write the table [system] (the size of the pupil array and how the light is counted)"},
		"bytes":        {"a = \"\xff\"", "x.toml:1: not valid TOML at column 6: invalid UTF-8 character in basic string"},
		"no planes":    {"plane = []", "x.toml:1: plane is empty; write [[plane]] above each of them"},
		"number":       {"plane = [1]", "x.toml:1: plane[0] is the whole number 1; write [[plane]] above each of them"},
		"one plane":    {"[plane]\nkind = \"pupil\"", "x.toml:1: plane is a table; write [[plane]] above each of them"},
		"date":         {"system = 1979-05-27", "x.toml:1: system is a date or time; write the table [system]"},
		"deep element": {"[[plane]]\nkind = \"pupil\"\nelements = [" + deep + "]", "x.toml:3: plane 1" + strings.Repeat(", inverse_transmission", 16) + ": an element lies more than 16 elements deep; that is no optical system"},
	} {
		_, err := system.Parse("x.toml", []byte(c.text), ".")
		if err == nil || err.Error() != c.want {
			t.Errorf("%s:\n got %v\nwant %s", name, err, c.want)
		}
	}
}

func TestReadNamesAFileThatCannotBeRead(t *testing.T) {
	_, err := system.Read("none.toml")
	if err == nil || err.Error() != "none.toml: cannot be read: no such file or directory" || !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	folder := t.TempDir()
	if _, err := system.Read(folder); err == nil || err.Error() != folder+": cannot be read: is a directory" {
		t.Error(err)
	}
}

func TestExamplesAreRead(t *testing.T) {
	if _, err := system.Parse("example.toml", []byte(system.Example()), "."); err != nil {
		t.Error(err)
	}
	files, err := filepath.Glob("../examples/*.toml")
	if err != nil || len(files) < 4 {
		t.Fatalf("%d examples, %v", len(files), err)
	}
	for _, f := range files {
		if _, err := system.Read(f); err != nil {
			t.Error(err)
		}
	}
}

// What the example shows in comments is right too.
func TestTheCommentedPartsOfTheExampleAreRightToo(t *testing.T) {
	text := system.Example()
	for _, c := range []struct{ from, to string }{
		{"wavelengths = [1.9e-6, 2.0e-6, 2.1e-6]\nweights = [1, 2, 1]\n", ""},
		{"#   center = ", "center = "}, {"#   bandwidth = ", "bandwidth = "}, {"#   count = ", "count = "},
		{"#   [[plane]]\n#   kind = \"rotation\"\n#   angle", "[[plane]]\nkind = \"rotation\"\nangle"},
		{"#   [[plane]]\n#   kind = \"inversion\"\n#   axis", "[[plane]]\nkind = \"inversion\"\naxis"},
	} {
		if strings.Count(text, c.from) != 1 {
			t.Fatalf("%q is not in the example", c.from)
		}
		text = strings.Replace(text, c.from, c.to, 1)
	}
	s, err := system.Parse("example.toml", []byte(text), ".")
	if err != nil || len(s.Planes) != 6 || len(s.Source.Spectrum) != 3 {
		t.Errorf("%d planes, %d wavelengths, %v", len(s.Planes), len(s.Source.Spectrum), err)
	}
}

// The pupil arrays of the segmented telescopes hold all of their 18 hexagons, and
// the disc of the wavefront error reaches all of their corners.
func TestThePupilArraysOfTheExamplesHoldTheAperture(t *testing.T) {
	example, err := system.Parse("example.toml", []byte(system.Example()), ".")
	if err != nil {
		t.Fatal(err)
	}
	segmented, err := system.Read("../examples/segmented.toml")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []propagate.System{example, segmented} {
		pupil := s.Planes[0].(propagate.Pupil)
		const n = 128 // edges are exact: the area does not depend on it
		sample, err := pupil.Elements[0].Sample(grid.Square(grid.Centered(n, s.Diameter/n), grid.Metre))
		if err != nil {
			t.Fatal(err)
		}
		var area float64
		for _, a := range sample.Amplitude {
			area += a * (s.Diameter / n) * (s.Diameter / n)
		}
		const side = 0.76
		want := 18 * 3 * math.Sqrt(3) / 2 * side * side
		if math.Abs(area/want-1) > 1e-12 { // rounding of 16384 samples
			t.Errorf("%s: %g m² of the segments lie in the array, want %g", s.Name, area, want)
		}
		// The farthest corners: segment 7 lies two spacings above the centre.
		y := 2*(side*math.Sqrt(3)+0.007) + side*math.Sqrt(3)/2
		if corner, radius := math.Hypot(side/2, y), pupil.Elements[1].(optics.ZernikeWFE).Radius; radius < corner {
			t.Errorf("%s: the wavefront error ends at %g m, the segments at %g m", s.Name, radius, corner)
		}
	}
}

func TestNamesOfFilesAreRelativeToTheSystemFile(t *testing.T) {
	folder := t.TempDir()
	if err := os.Mkdir(filepath.Join(folder, "optics"), 0o755); err != nil {
		t.Fatal(err)
	}
	hdu := fitsfile.HDU{Shape: []int{2, 2}, Data: []float64{1, 1, 1, 1}}
	hdu.Header.Set("PIXELSCL", 1.0, "")
	pupil := filepath.Join(folder, "optics", "pupil.fits")
	if err := fitsfile.Write(pupil, hdu); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"optics/pupil.fits", pupil} {
		text := strings.Replace(good, `{ type = "circular_aperture", radius = 0.9 }`,
			fmt.Sprintf("{ type = \"fits_optical_element\", transmission = %q }", name), 1)
		path := filepath.Join(folder, "x.toml")
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := system.Read(path); err != nil {
			t.Error(err)
		}
	}
}

func TestAnErrorInAFITSFileCanBeTold(t *testing.T) {
	text := strings.Replace(good, `{ type = "circular_aperture", radius = 0.9 }`,
		`{ type = "fits_optical_element", opd = "README.md" }`, 1)
	_, err := system.Parse("x.toml", []byte(text), poppyFolder)
	if !errors.Is(err, fitsfile.ErrNotFITS) {
		t.Error(err)
	}
}

func TestTheFolderOfAFileIsTheOneThatTheSystemFinds(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.MkdirAll(filepath.Join("real", "sub"), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join("real", "sub"), "link"); err != nil {
		t.Skip(err)
	}
	for path, want := range map[string]string{
		"a.toml": ".", "real/a.toml": "real", "link/a.toml": "link", "real/../a.toml": ".",
		"link/../a.toml":    "real", // real/sub/.. is real
		"missing/../a.toml": ".",
	} {
		if got := system.Folder(filepath.FromSlash(path)); got != filepath.FromSlash(want) {
			t.Errorf("the folder of %s is %s, want %s", path, got, want)
		}
	}
}
