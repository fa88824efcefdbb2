package system

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"

	"arago/fitsfile"
	"arago/grid"
	"arago/optics"
)

// poppyDefaults are the defaults of POPPY 1.1.2, as inspect.signature gives them
// for the constructors of its classes; "" stands for None. Keys whose default is
// None in POPPY but which it cannot do without are "required".
var poppyDefaults = map[string]map[string]string{
	"circular_aperture":                {"radius": "1", "gray_pixel": "true"},
	"square_aperture":                  {"size": "1"},
	"rectangle_aperture":               {"width": "0.5", "height": "1"},
	"hexagon_aperture":                 {"side": "", "diameter": "", "flattoflat": ""},
	"ngon_aperture":                    {"nsides": "6", "radius": "1"},
	"multi_hexagon_aperture":           {"side": "", "gap": "0.01", "rings": "1", "segmentlist": "", "center": "false"},
	"multi_circular_aperture":          {"rings": "1", "segment_radius": "1", "gap": "0.01", "segmentlist": "", "center": "true", "gray_pixel": "true"},
	"secondary_obscuration":            {"secondary_radius": "0.5", "n_supports": "4", "support_width": "0.01", "support_angle_offset": "0"},
	"asymmetric_secondary_obscuration": {"secondary_radius": "0.5", "support_angle": "[0, 90, 240]", "support_width": "0.01", "support_offset_x": "0", "support_offset_y": "0"},
	"gaussian_aperture":                {"fwhm": "", "w": ""},
	"parity_test_aperture":             {"radius": "1"},
	"thin_lens":                        {"nwaves": "4", "reference_wavelength": "1e-6", "radius": "1"},
	"zernike_wfe":                      {"coefficients": "required", "radius": "required", "aperture_stop": "false"},
	"sine_wave_wfe":                    {"spatialfreq": "1", "amplitude": "1e-6", "phaseoffset": "0"},
	// POPPY has a seed by chance where none is given, and no use for the radius but with an rms.
	"statistical_psd_wfe":            {"index": "3", "wfe": "5e-8", "radius": "required", "seed": "required"},
	"power_spectrum_wfe":             {"psd_parameters": "required", "psd_weight": "", "seed": "required", "apply_reflection": "false", "rms": "", "radius": "required"},
	"kolmogorov_wfe":                 {"r0": "", "cn2": "", "dz": "", "inner_scale": "", "outer_scale": "", "kind": "Kolmogorov", "seed": "required"},
	"tilt_optical_path_difference":   {"tilt_angle": "0.1", "rotation": "0"},
	"fqpm_fft_aligner":               {"direction": "forward"},
	"circular_occulter":              {"radius": "1"},
	"bar_occulter":                   {"width": "1", "height": "10"},
	"ideal_fqpm":                     {"wavelength": "1.065e-5"},
	"band_limited_coronagraph":       {"kind": "circular", "sigma": "1"},
	"annular_field_stop":             {"radius_inner": "0", "radius_outer": "1"},
	"square_field_stop":              {"size": "20"},
	"rectangular_field_stop":         {"width": "0.5", "height": "5"},
	"hexagon_field_stop":             {"side": "", "diameter": "", "flattoflat": ""},
	"knife_edge":                     {"rotation": "0"},
	"scalar_transmission":            {"transmission": "1"},
	"scalar_optical_path_difference": {"opd": "1e-6"},
	"fits_optical_element": {"transmission": "", "opd": "", "opdunits": "", "pixelscale": "", "transmission_index": "0", "opd_index": "0",
		"flip_x": "false", "flip_y": "false", "shift": ""},
	"compound_analytic_optic": {"opticslist": "required", "mergemode": "and"},
	"inverse_transmission":    {"optic": "required"},
}

func TestDefaultsAreThoseOfPOPPY(t *testing.T) {
	seen := 0
	for _, e := range Elements() {
		want, ok := poppyDefaults[e.Type]
		if !ok {
			if e.Type != "circular_field_stop" { // which POPPY has not
				t.Errorf("%s has no defaults of POPPY to compare with", e.Type)
			}
			continue
		}
		seen++
		got := map[string]string{}
		for _, p := range e.Parameters {
			got[p.Name] = p.Default
			if p.Doc == "" || p.Kind == "" {
				t.Errorf("%s.%s is not described", e.Type, p.Name)
			}
		}
		for name, def := range want {
			if g, ok := got[name]; !ok || g != def {
				t.Errorf("%s.%s: default %q, POPPY %q", e.Type, name, g, def)
			}
		}
		// Placement is None in POPPY, which it takes for 0.
		for _, name := range []string{"shift_x", "shift_y", "rotation", "inclination_x", "inclination_y"} {
			if g, ok := got[name]; ok && g != "0" {
				t.Errorf("%s.%s: default %q, want 0", e.Type, name, g)
			}
		}
	}
	if seen != len(poppyDefaults) {
		t.Errorf("%d of the %d types are there", seen, len(poppyDefaults))
	}
}

// minimal holds what an element needs beyond its defaults.
var minimal = map[string]string{
	"gaussian_aperture":       "w = 1",
	"zernike_wfe":             "radius = 1, coefficients = [1e-8]",
	"statistical_psd_wfe":     "radius = 1e-6, seed = 1",
	"power_spectrum_wfe":      "radius = 1e-6, seed = 1, psd_parameters = [[2, 1e-20, 0, 0, 0]]",
	"kolmogorov_wfe":          "radius = 1e-6, seed = 1, r0 = 0.1",
	"compound_analytic_optic": `optics = [{ type = "scalar_transmission" }]`,
	"inverse_transmission":    `optic = { type = "scalar_transmission" }`,
}

// The kinds of plane that the reader allows are those that optics accepts.
func TestElementsStandInThePlanesThatOpticsAllows(t *testing.T) {
	units := map[planeKind]grid.Unit{inPupil: grid.Metre, inImage: grid.Radian}
	for _, et := range elementTypes {
		if et.name == "fits_optical_element" {
			continue // its unit is that of its plane
		}
		for _, plane := range []planeKind{inPupil, inImage} {
			root, bad := parseTOML([]byte("e = { " + minimal[et.name] + "}"))
			if bad != nil {
				t.Fatal(bad)
			}
			p := &params{reader: &reader{}, table: root.entries["e"].data.(*table), plane: plane}
			e := et.build(p)
			if err := p.first(); err != nil {
				t.Fatalf("%s: %v", et.name, err)
			}
			_, err := e.Sample(grid.Square(grid.Centered(2, 1e-6), units[plane]))
			_, refused := errors.AsType[*optics.PlaneError](err)
			if allowed := et.planes&plane != 0; allowed == refused {
				t.Errorf("%s in a plane of kind %v: allowed here %v, optics says %v", et.name, plane, allowed, err)
			}
		}
	}
}

func TestANameThatPOPPYHasTwiceIsReadBothWays(t *testing.T) {
	for _, name := range []string{"band_limited_coron", "band_limited_coronagraph"} {
		e := elementOf(t, fmt.Sprintf("{ type = %q }", name), inImage)
		if e != (optics.BandLimitedCoronagraph{Kind: "circular", Sigma: 1}) {
			t.Errorf("%s is %+v", name, e)
		}
	}
}

// elementOf reads one element, with names of files relative to the test's folder.
func elementOf(t *testing.T, text string, plane planeKind) optics.Element {
	t.Helper()
	root, bad := parseTOML([]byte("e = " + text))
	if bad != nil {
		t.Fatal(bad)
	}
	r := &reader{file: "x.toml"}
	e := r.element(root.entries["e"].data.(*table), "plane 1", plane, 0)
	if err := r.first(); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return e
}

// differs lists the cases of arrays.toml in which Arago differs from POPPY on
// purpose, as optics.ArraySpec and optics.ArrayElement say.
var differs = map[string]bool{
	"fits_rotate_30":       true, // POPPY clips the spline
	"fits_shift_truncated": true, // POPPY cuts shifts to whole samples
	"fits_shift_fraction":  true, // POPPY rounds shifts to whole samples
}

// Every element of arrays.toml, read from its TOML, does to the field what POPPY
// does: its parameters reach the right places and its defaults are POPPY's.
func TestElementsReadFromTOMLAreThoseOfPOPPY(t *testing.T) {
	const folder = "../testdata/poppy"
	text, err := os.ReadFile(folder + "/arrays.toml")
	if err != nil {
		t.Fatal(err)
	}
	root, bad := parseTOML(text)
	if bad != nil {
		t.Fatal(bad)
	}
	for _, c := range root.entries["case"].data.([]value) {
		p := &params{reader: &reader{file: "arrays.toml", dir: folder}, table: c.data.(*table)}
		name := p.text("name", "")
		if differs[name] {
			continue
		}
		n := p.needWhole("npix", 1, 1000, "")
		plane, g := inPupil, grid.Grid{}
		if p.text("plane", "") == "pupil" {
			g = grid.Square(grid.Centered(n, p.needNumber("diameter", "", "")/float64(n)), grid.Metre)
		} else {
			plane = inImage
			step := p.needNumber("pixelscale", "", "") * grid.Arcsecond
			g = grid.Square(grid.Centered(n, step), grid.Radian)
			// POPPY multiplies FITS arrays sample by sample in any plane; here they
			// have their zero where image planes have it.
			if p.bool("zero_on_sample", false, "") || name == "fits_image_plane" {
				g = grid.Square(grid.FFTCentered(n, step), grid.Radian)
			}
		}
		wavelength := p.number("wavelength", 1e-6, "", "")
		p.plane = plane
		e := p.element("element", "")
		if err := p.first(); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		s, err := e.Sample(g)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		hdus, err := fitsfile.Read(filepath.Join(folder, "arrays", name+".fits"))
		if err != nil {
			t.Fatal(err)
		}
		var opd []float64
		if len(hdus) > 1 {
			opd = hdus[1].Data
		}
		compareWithPOPPY(t, name, s, wavelength, hdus[0].Data, opd)
	}
}

// compareWithPOPPY compares amplitudes and OPDs; opd is nil if POPPY's is zero.
func compareWithPOPPY(t *testing.T, name string, s optics.Sample, wavelength float64, amplitude, opd []float64) {
	t.Helper()
	// The areas of POPPY's gray circles are differences of large numbers: 1e-13.
	const areaNoise = 1e-11
	for k, want := range amplitude {
		got, path, wantPath := 1.0, 0.0, 0.0
		if s.Amplitude != nil {
			got = s.Amplitude[k]
		}
		if s.OPD != nil {
			path = s.OPD[k]
		}
		if s.Phase != nil {
			path += s.Phase[k] * wavelength / (2 * math.Pi)
		}
		// Where no light passes the OPD means nothing, and POPPY's noise has one.
		if opd != nil && got > 1e-9 {
			wantPath = opd[k]
		} else {
			path = 0
		}
		if math.Abs(got-want) > areaNoise || math.Abs(path-wantPath) > 1e-17 { // rounding of OPDs of up to 1e-5 m
			t.Errorf("%s: sample %d has amplitude %g and OPD %g, POPPY %g and %g", name, k, got, path, want, wantPath)
			return
		}
	}
}
