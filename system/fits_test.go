package system

import (
	"math"
	"testing"

	"arago/fitsfile"
	"arago/grid"
)

// writeFITS writes an image or a cube; cards are keys and values by turns.
func writeFITS(t *testing.T, name string, shape []int, data []float64, cards ...any) {
	t.Helper()
	hdu := fitsfile.HDU{Shape: shape, Data: data}
	for i := 0; i < len(cards); i += 2 {
		hdu.Header.Set(cards[i].(string), cards[i+1], "")
	}
	if err := fitsfile.Write(name, hdu); err != nil {
		t.Fatal(err)
	}
}

// pupilOfTwo has 2×2 samples of 0.5 m.
var pupilOfTwo = grid.Square(grid.Centered(2, 0.5), grid.Metre)

func near(t *testing.T, what string, got, want []float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %v, want %v", what, got, want)
		return
	}
	for i := range want {
		if math.Abs(got[i]-want[i]) > 1e-12*math.Abs(want[i]) { // rounding
			t.Errorf("%s: %v, want %v", what, got, want)
			return
		}
	}
}

func TestThePathTakesItsUnitFromTheFileOrTheHeader(t *testing.T) {
	t.Chdir(t.TempDir())
	square := []int{2, 2}
	data := []float64{1, 2, 3, 4}
	writeFITS(t, "nm.fits", square, data, "PIXELSCL", 0.5, "BUNIT", "nm")
	writeFITS(t, "none.fits", square, data, "PIXELSCL", 0.5)
	for text, factor := range map[string]float64{
		`opd = "nm.fits"`:                           1e-9,
		`opd = "nm.fits", opdunits = "microns"`:     1e-6,
		`opd = "none.fits", opdunits = "meters"`:    1,
		`opd = "none.fits", opdunits = "nanometer"`: 1e-9,
	} {
		s, err := elementOf(t, `{ type = "fits_optical_element", `+text+` }`, inPupil).Sample(pupilOfTwo)
		if err != nil {
			t.Fatal(err)
		}
		near(t, text, s.OPD, []float64{factor, 2 * factor, 3 * factor, 4 * factor})
	}
	s, err := elementOf(t, `{ type = "fits_optical_element", opd = "none.fits", opdunits = "radian" }`, inPupil).Sample(pupilOfTwo)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "radian", s.Phase, data)
	if s.OPD != nil {
		t.Error("a phase became a path too")
	}
}

func TestPlanesOfCubesAreChosen(t *testing.T) {
	t.Chdir(t.TempDir())
	writeFITS(t, "cube.fits", []int{2, 2, 2}, []float64{.1, .2, .3, .4, .5, .6, .7, .8}, "PIXELSCL", 0.5, "BUNIT", "m")
	for text, want := range map[string][2][]float64{
		`transmission_index = 1, opd_index = 0`: {{.5, .6, .7, .8}, {.1, .2, .3, .4}},
		`opd_index = 1`:                         {{.1, .2, .3, .4}, {.5, .6, .7, .8}},
	} {
		s, err := elementOf(t, `{ type = "fits_optical_element", transmission = "cube.fits", opd = "cube.fits", `+text+` }`, inPupil).Sample(pupilOfTwo)
		if err != nil {
			t.Fatal(err)
		}
		near(t, text+": transmission", s.Amplitude, want[0])
		near(t, text+": opd", s.OPD, want[1])
	}
}

// The scale is a number, a keyword, or the usual keyword of the file or, where
// it has none, of the other file. Here the right one is 0.5 m.
func TestTheScaleOfAnArrayIsFound(t *testing.T) {
	t.Chdir(t.TempDir())
	square := []int{2, 2}
	data := []float64{.1, .2, .3, .4}
	writeFITS(t, "usual.fits", square, data, "PIXELSCL", 0.5)
	writeFITS(t, "old.fits", square, data, "PUPLSCAL", 0.5)
	writeFITS(t, "bare.fits", square, data)
	writeFITS(t, "path.fits", square, data, "PIXELSCL", 0.5, "BUNIT", "m", "MYSCALE", 0.5)
	writeFITS(t, "wrong.fits", square, data, "PIXELSCL", 3.0, "MYSCALE", 0.5)
	writeFITS(t, "barepath.fits", square, data, "BUNIT", "m")
	for _, text := range []string{
		`transmission = "usual.fits"`,
		`transmission = "old.fits"`,
		`transmission = "bare.fits", pixelscale = 0.5`,
		`transmission = "wrong.fits", pixelscale = 0.5`,
		`transmission = "wrong.fits", pixelscale = "MYSCALE"`,
		`transmission = "bare.fits", opd = "path.fits", pixelscale = "MYSCALE"`,
		`transmission = "bare.fits", opd = "path.fits"`,
		`transmission = "usual.fits", opd = "barepath.fits"`,
	} {
		s, err := elementOf(t, `{ type = "fits_optical_element", `+text+` }`, inPupil).Sample(pupilOfTwo)
		if err != nil {
			t.Fatal(err)
		}
		near(t, text, s.Amplitude, data)
	}
}

// In image planes scales are arcseconds and the zero lies on sample N/2.
func TestMasksMeetTheSamplesOfImagePlanes(t *testing.T) {
	t.Chdir(t.TempDir())
	data := []float64{.1, .2, .3, .4}
	writeFITS(t, "mask.fits", []int{2, 2}, data, "PIXELSCL", 0.25)
	e := elementOf(t, `{ type = "fits_optical_element", transmission = "mask.fits" }`, inImage)
	s, err := e.Sample(grid.Square(grid.FFTCentered(4, 0.25*grid.Arcsecond), grid.Radian))
	if err != nil {
		t.Fatal(err)
	}
	near(t, "mask", s.Amplitude, []float64{
		0, 0, 0, 0,
		0, .1, .2, 0,
		0, .3, .4, 0,
		0, 0, 0, 0,
	})
}

func TestArraysAreMovedAsWritten(t *testing.T) {
	t.Chdir(t.TempDir())
	writeFITS(t, "a.fits", []int{2, 2}, []float64{.1, .2, .3, .4}, "PIXELSCL", 0.5)
	for text, want := range map[string][]float64{
		`flip_x = true`:       {.2, .1, .4, .3},
		`flip_y = true`:       {.3, .4, .1, .2},
		`rotation = 90`:       {.3, .1, .4, .2}, // counter-clockwise, row 0 below
		`shift_x = 0.5`:       {0, .1, 0, .3},
		`shift_y = 0.5`:       {0, 0, .1, .2},
		`shift = [0.5, -0.5]`: {0, .3, 0, 0},
	} {
		s, err := elementOf(t, `{ type = "fits_optical_element", transmission = "a.fits", `+text+` }`, inPupil).Sample(pupilOfTwo)
		if err != nil {
			t.Fatal(err)
		}
		near(t, text, s.Amplitude, want)
	}
}
