package system_test

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"arago/fitsfile"
	"arago/system"
)

const documented = `
[system]
diameter = 2.0
npix = 16
[source]
wavelengths = [1e-6, 2e-6]
[[plane]]
kind = "pupil"
elements = [ { type = "circular_aperture", radius = 1.0 }, { type = "zernike_wfe", radius = 1.5, coefficients = [0.0, 1e-9] } ]
[[plane]]
kind = "detector"
pixelscale = 0.05
fov_pixels = 8
`

func document(t *testing.T, text, dir string) *system.Document {
	t.Helper()
	d, err := system.ParseDocument("system.toml", []byte(text), dir)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func variant(t *testing.T, d *system.Document, settings ...system.Setting) *system.Variant {
	t.Helper()
	v, err := d.Variant(settings)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestAVariantIsTheSystemOfTheEditedText(t *testing.T) {
	d := document(t, documented, "")
	for _, c := range []struct {
		path     string
		value    any
		old, new string
	}{
		{"system.npix", int64(32), "npix = 16", "npix = 32"},
		{"source.offset_r", 0.25, "[source]", "[source]\noffset_r = 0.25"},
		{"source.wavelengths", []any{1.5e-6}, "[1e-6, 2e-6]", "[1.5e-6]"},
		{"source.wavelengths.1", 3e-6, "2e-6", "3e-6"},
		{"plane.0.elements.0.radius", 0.5, "radius = 1.0", "radius = 0.5"},
		{"plane.0.elements.1.coefficients.1", 7e-9, "1e-9", "7e-9"},
		{"plane.0.elements.0.gray_pixel", false, "radius = 1.0", "radius = 1.0, gray_pixel = false"},
		{"plane.0.elements.0.type", "square_aperture", "circular_aperture\", radius = 1.0", "square_aperture\", size = 1.0"},
		{"plane.1.oversample", int64(3), "fov_pixels = 8", "fov_pixels = 8\noversample = 3"},
	} {
		settings := []system.Setting{{Path: c.path, Value: c.value}}
		base := d
		if c.path == "plane.0.elements.0.type" {
			base = document(t, strings.Replace(documented, "radius = 1.0", "size = 1.0", 1), "")
		}
		v, err := base.Variant(settings)
		if err != nil {
			t.Errorf("%s: %v", c.path, err)
			continue
		}
		edited := strings.Replace(documented, c.old, c.new, 1)
		want, err := system.Parse("system.toml", []byte(edited), "")
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(v.System, want) {
			t.Errorf("%s: %+v, want %+v", c.path, v.System, want)
		}
		if v.Digest != variant(t, document(t, edited, "")).Digest {
			t.Errorf("%s: the digest is not that of the edited text", c.path)
		}
		if v.Digest == variant(t, d).Digest {
			t.Errorf("%s: the digest is that of the text before", c.path)
		}
		outline, err := base.Outline(settings)
		if err != nil || !reflect.DeepEqual(outline, want) {
			t.Errorf("%s: outline %+v (%v), want %+v", c.path, outline, err, want)
		}
	}
	// The document itself stays as it is.
	if want, _ := system.Parse("", []byte(documented), ""); !reflect.DeepEqual(variant(t, d).System, want) {
		t.Error("variants changed the document")
	}
}

func TestTheDigestIsOfWhatATextSays(t *testing.T) {
	want := variant(t, document(t, documented, "")).Digest
	same := strings.NewReplacer("diameter = 2.0\nnpix = 16", "npix = 0x10 # samples\ndiameter = 2.00", "[ {", "[\n  {").Replace(documented)
	if variant(t, document(t, same, "")).Digest != want {
		t.Error("comments, order and layout change the digest")
	}
	for _, other := range []string{"npix = 17", "npix = 16\nnormalize = \"last\""} {
		if variant(t, document(t, strings.Replace(documented, "npix = 16", other, 1), "")).Digest == want {
			t.Errorf("%s does not change the digest", other)
		}
	}
}

func TestVariantsShareWhatIsMadeOfAFileAndKnowItsSamples(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, value float64) {
		hdu := fitsfile.HDU{Shape: []int{2, 2}, Data: []float64{value, 0, 0, 0}}
		hdu.Header.Set("BUNIT", "nm", "")
		hdu.Header.Set("PUPLSCAL", 1.0, "")
		if err := fitsfile.Write(filepath.Join(dir, name), hdu); err != nil {
			t.Fatal(err)
		}
	}
	write("a.fits", 1)
	write("b.fits", 2)
	text := strings.Replace(documented, `{ type = "zernike_wfe", radius = 1.5, coefficients = [0.0, 1e-9] }`, `{ type = "fits_optical_element", opd = "a.fits" }`, 1)
	d := document(t, text, dir)
	opd := system.Setting{Path: "plane.0.elements.1.opd", Value: "b.fits"}
	first, b, again := variant(t, d), variant(t, d, opd), variant(t, d, system.Setting{Path: "source.offset_r", Value: 0.1})
	element := func(v *system.Variant) any {
		return reflect.ValueOf(v.System.Planes[0]).FieldByName("Elements").Index(1).Interface()
	}
	if element(first) != element(again) {
		t.Error("the same file is made an element twice")
	}
	if element(first) == element(b) || first.Digest == b.Digest {
		t.Error("two files are taken for one")
	}
	if len(again.Files) != 1 || again.Files[0] != first.Files[0] || b.Files[0].SHA256 == first.Files[0].SHA256 {
		t.Errorf("files %v, %v and %v", first.Files, again.Files, b.Files)
	}
	write("a.fits", 3)
	if variant(t, document(t, text, dir)).Digest == first.Digest {
		t.Error("another content of a file does not change the digest")
	}
	// An outline does without.
	if err := os.Remove(filepath.Join(dir, "b.fits")); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Outline([]system.Setting{opd}); err != nil {
		t.Error(err)
	}
}

// The same samples in other units, or at another distance, are another system.
func TestTheDigestIsOfWhatTheHeaderOfAFileSays(t *testing.T) {
	digest := func(element string, cards ...any) [32]byte {
		dir := t.TempDir()
		hdu := fitsfile.HDU{Shape: []int{2, 2}, Data: []float64{1, 0, 0, 0}}
		for i := 0; i < len(cards); i += 2 {
			hdu.Header.Set(cards[i].(string), cards[i+1], "")
		}
		if err := fitsfile.Write(filepath.Join(dir, "a.fits"), hdu); err != nil {
			t.Fatal(err)
		}
		text := strings.Replace(documented, `{ type = "zernike_wfe", radius = 1.5, coefficients = [0.0, 1e-9] }`, `{ type = "fits_optical_element", `+element+` }`, 1)
		return variant(t, document(t, text, dir)).Digest
	}
	opd := `opd = "a.fits"`
	first := digest(opd, "BUNIT", "nm", "PUPLSCAL", 1.0)
	if digest(opd, "BUNIT", "nanometer", "PIXELSCL", 1.0, "OBSERVER", "Fresnel") != first {
		t.Error("other words for the same change the digest")
	}
	for what, other := range map[string][32]byte{
		"BUNIT":               digest(opd, "BUNIT", "micron", "PUPLSCAL", 1.0),
		"BUNIT = radian":      digest(opd, "BUNIT", "radian", "PUPLSCAL", 1.0),
		"PUPLSCAL":            digest(opd, "BUNIT", "nm", "PUPLSCAL", 1.5),
		"PIXELSCL goes ahead": digest(opd, "BUNIT", "nm", "PUPLSCAL", 1.0, "PIXELSCL", 0.5),
	} {
		if other == first {
			t.Errorf("%s does not change the digest", what)
		}
	}
	named := opd + `, pixelscale = "MINE"`
	if digest(named, "BUNIT", "nm", "MINE", 1.0) == digest(named, "BUNIT", "nm", "MINE", 2.0) {
		t.Error("the keyword that pixelscale names does not change the digest")
	}
	mask := `transmission = "a.fits"`
	if digest(mask, "PIXELSCL", 1.0) == digest(mask, "PIXELSCL", 2.0) {
		t.Error("the scale of a transmission does not change the digest")
	}
}

func TestADocumentThatIsNoneSaysSo(t *testing.T) {
	if _, err := system.ReadDocument(filepath.Join(t.TempDir(), "none.toml")); err == nil || !strings.Contains(err.Error(), "none.toml: cannot be read") {
		t.Errorf("error %v", err)
	}
	if _, err := system.ParseDocument("x.toml", []byte("a = "), ""); err == nil || !strings.Contains(err.Error(), "x.toml:1: not valid TOML") {
		t.Errorf("error %v", err)
	}
	d := document(t, documented, "")
	for path, want := range map[string]string{
		"":                  "is no path",
		"source..offset_r":  "is no path",
		"system.npix.0":     "system.npix is the whole number 16",
		"plane.2.kind":      "plane has 2 items",
		"plane.-1.kind":     "plane has 2 items",
		"planes.0.kind":     "there is no planes; did you mean plane?",
		"source.wavelength": "wavelength is not a known key",
	} {
		if _, err := d.Variant([]system.Setting{{Path: path, Value: 1.0}}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", path, err, want)
		}
	}
	if _, err := d.Variant([]system.Setting{{Path: "system.npix", Value: struct{}{}}}); err == nil {
		t.Error("a value that TOML does not have is taken")
	}
}
