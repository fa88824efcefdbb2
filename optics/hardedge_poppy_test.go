package optics_test

import (
	"math"
	"path/filepath"
	"testing"

	"arago/fitsfile"
	"arago/grid"
	"arago/optics"
)

// pupil returns a grid of n×n samples over a width in metres.
func pupil(n int, width float64) grid.Grid {
	return grid.Square(grid.Centered(n, width/float64(n)), grid.Metre)
}

// image returns a grid of n×n samples of a pixel scale in arcseconds.
func image(n int, pixelscale float64) grid.Grid {
	return grid.Square(grid.Centered(n, pixelscale*grid.Arcsecond), grid.Radian)
}

// imageOnSample is image with its zero on sample n/2.
func imageOnSample(n int, pixelscale float64) grid.Grid {
	return grid.Square(grid.FFTCentered(n, pixelscale*grid.Arcsecond), grid.Radian)
}

// The elements of testdata/poppy/arrays.toml that have hard edges. Those that
// POPPY samples at pixel centres must agree in every sample. Its areas of
// circles in pixels are differences of arc tangents times the squared radius in
// pixels, here at most 24²: some ten rounding errors of 576, 1e-12.
func TestHardEdgesAgreeWithPOPPY(t *testing.T) {
	const gray = 1e-12
	for _, c := range []struct {
		name      string
		grid      grid.Grid
		element   optics.Element
		tolerance float64
	}{
		{"circle_gray", pupil(48, 2.2), optics.CircularAperture{Radius: 1}, gray},
		{"circle_gray_shifted_odd", pupil(47, 2.2), optics.CircularAperture{Radius: 0.83, Placement: optics.Placement{ShiftX: 0.31, ShiftY: -0.127}}, gray},
		{"circle_gray_tiny", pupil(16, 1.6), optics.CircularAperture{Radius: 0.073, Placement: optics.Placement{ShiftX: 0.211, ShiftY: 0.087}}, gray},
		{"circle_binary", pupil(48, 2.2), optics.CircularAperture{Radius: 0.97, PixelCenters: true}, 0},
		{"circle_binary_inclined", pupil(48, 2.2), optics.CircularAperture{Radius: 0.97, Placement: optics.Placement{ShiftX: 0.1, Rotation: 30, InclinationX: 50}, PixelCenters: true}, 0},
		{"square", pupil(48, 2.2), optics.SquareAperture{Size: 1.37, Placement: optics.Placement{Rotation: 17}, PixelCenters: true}, 0},
		{"square_default", pupil(47, 2.2), optics.SquareAperture{Size: 1, PixelCenters: true}, 0},
		{"rectangle", pupil(48, 2.2), optics.RectangleAperture{Width: 0.77, Height: 1.61, Placement: optics.Placement{ShiftX: -0.23, ShiftY: 0.11, Rotation: 33, InclinationX: 40}, PixelCenters: true}, 0},
		{"rectangle_default", pupil(48, 2.2), optics.RectangleAperture{Width: 0.5, Height: 1, PixelCenters: true}, 0},
		{"hexagon_side", pupil(48, 2.2), optics.HexagonAperture{Side: 0.93, PixelCenters: true}, 0},
		{"hexagon_flattoflat", pupil(48, 2.2), optics.HexagonAperture{FlatToFlat: 1.31, Placement: optics.Placement{Rotation: 23, ShiftX: 0.13, InclinationY: 30}, PixelCenters: true}, 0},
		{"hexagon_diameter", pupil(47, 2.2), optics.HexagonAperture{Diameter: 1.71, PixelCenters: true}, 0},
		{"ngon5", pupil(48, 2.2), optics.NgonAperture{NSides: 5, Radius: 0.97, Placement: optics.Placement{ShiftX: 0.05}, PixelCenters: true}, 0},
		{"ngon3_inclined", pupil(48, 2.2), optics.NgonAperture{NSides: 3, Radius: 1.03, Placement: optics.Placement{InclinationY: 35}, PixelCenters: true}, 0},
		{"multi_hexagon_1", pupil(64, 3.3), optics.MultiHexagonAperture{FlatToFlat: 1, Gap: 0.053, Rings: 1, PixelCenters: true}, 0},
		{"multi_hexagon_2", pupil(64, 6.6), optics.MultiHexagonAperture{Side: 0.71, Gap: 0.11, Rings: 2, Center: true, Placement: optics.Placement{Rotation: 13, ShiftX: 0.1}, PixelCenters: true}, 0},
		{"multi_hexagon_list", pupil(64, 7.9), optics.MultiHexagonAperture{FlatToFlat: 1.03, Gap: 0.05, SegmentList: []int{0, 1, 3, 8, 9, 13, 19, 20, 23, 30, 36}, PixelCenters: true}, 0},
		{"multi_circular_gray", pupil(64, 3.3), optics.MultiCircularAperture{SegmentRadius: 0.47, Gap: 0.06, Rings: 1, Center: true}, gray},
		{"multi_circular_binary", pupil(64, 4.9), optics.MultiCircularAperture{SegmentRadius: 0.46, Gap: 0.03, Rings: 2, Placement: optics.Placement{Rotation: 5}, PixelCenters: true}, 0},
		{"secondary_default", pupil(48, 2.2), optics.SecondaryObscuration{SecondaryRadius: 0.5, NSupports: 4, SupportWidth: 0.11, PixelCenters: true}, 0},
		{"secondary_3", pupil(64, 2.2), optics.SecondaryObscuration{SecondaryRadius: 0.31, NSupports: 3, SupportWidth: 0.09, SupportAngleOffset: 25, Placement: optics.Placement{ShiftX: 0.11, ShiftY: -0.05, Rotation: 10, InclinationX: 20}, PixelCenters: true}, 0},
		{"asymmetric_default", pupil(48, 2.2), optics.AsymmetricSecondaryObscuration{SecondaryRadius: 0.29, SupportAngle: []float64{0, 90, 240}, SupportWidth: []float64{0.12}, PixelCenters: true}, 0},
		{"asymmetric_lists", pupil(64, 2.2), optics.AsymmetricSecondaryObscuration{SecondaryRadius: 0.21, SupportAngle: []float64{20, 130, 245}, SupportWidth: []float64{0.06, 0.13, 0.09}, SupportOffsetX: []float64{0.1, -0.07, 0}, SupportOffsetY: []float64{0, 0.05, -0.11}, Placement: optics.Placement{Rotation: 7, ShiftY: 0.06}, PixelCenters: true}, 0},
		{"knife_edge", pupil(48, 2.2), optics.KnifeEdge{Placement: optics.Placement{ShiftX: 0.3, ShiftY: 0.1, Rotation: 31}, PixelCenters: true}, 0},
		{"knife_edge_default", pupil(48, 2.2), optics.KnifeEdge{PixelCenters: true}, 0},
		{"knife_edge_image", image(48, 0.05), optics.KnifeEdge{Placement: optics.Placement{Rotation: 200, ShiftX: 0.21}, PixelCenters: true}, 0},
		{"parity_test", pupil(64, 2.2), optics.ParityTestAperture{Radius: 1, PixelCenters: true}, 0},
		{"parity_test_moved", pupil(64, 2.2), optics.ParityTestAperture{Radius: 0.81, Placement: optics.Placement{ShiftX: 0.13, Rotation: 40}, PixelCenters: true}, 0},
		{"circular_occulter", image(48, 0.05), optics.CircularOcculter{Radius: 0.613}, gray},
		{"circular_occulter_on_sample", imageOnSample(48, 0.05), optics.CircularOcculter{Radius: 0.287, Placement: optics.Placement{ShiftX: 0.013, ShiftY: -0.21}}, gray},
		{"annular_field_stop", imageOnSample(48, 0.05), optics.AnnularFieldStop{RadiusInner: 0.21, RadiusOuter: 0.91, Placement: optics.Placement{ShiftX: 0.1}}, gray},
		{"annular_field_stop_no_hole", image(47, 0.05), optics.AnnularFieldStop{RadiusOuter: 0.777}, gray},
		{"annular_field_stop_no_hole", image(47, 0.05), optics.CircularFieldStop{Radius: 0.777}, gray},
		{"bar_occulter", imageOnSample(48, 0.05), optics.BarOcculter{Width: 0.31, Height: 1.43, Placement: optics.Placement{ShiftX: 0.11, Rotation: 20}, PixelCenters: true}, 0},
		{"bar_occulter_default", image(48, 0.33), optics.BarOcculter{Width: 1, Height: 10, PixelCenters: true}, 0},
		{"rectangular_field_stop", imageOnSample(48, 0.05), optics.RectangularFieldStop{Width: 0.57, Height: 1.63, Placement: optics.Placement{Rotation: -15, ShiftY: 0.12}, PixelCenters: true}, 0},
		{"rectangular_field_stop_default", image(48, 0.13), optics.RectangularFieldStop{Width: 0.5, Height: 5, PixelCenters: true}, 0},
		{"square_field_stop", image(48, 0.05), optics.SquareFieldStop{Size: 1.37, Placement: optics.Placement{Rotation: 8}, PixelCenters: true}, 0},
		{"hexagon_field_stop", imageOnSample(48, 0.05), optics.HexagonFieldStop{Side: 0.83, Placement: optics.Placement{Rotation: 11}, PixelCenters: true}, 0},
		{"hexagon_field_stop_flattoflat", image(48, 0.05), optics.HexagonFieldStop{FlatToFlat: 1.71, PixelCenters: true}, 0},
		{"hexagon_field_stop_diameter", image(47, 0.05), optics.HexagonFieldStop{Diameter: 1.31, PixelCenters: true}, 0},
	} {
		hdus, err := fitsfile.Read(filepath.Join("..", "testdata", "poppy", "arrays", c.name+".fits"))
		if err != nil {
			t.Fatal(err)
		}
		s, err := c.element.Sample(c.grid)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		want := hdus[0].Data
		if len(want) != len(s.Amplitude) {
			t.Fatalf("%s: POPPY has %d samples, we %d", c.name, len(want), len(s.Amplitude))
		}
		bad, worst := 0, 0.0
		for k, v := range s.Amplitude {
			if d := math.Abs(v - want[k]); !(d <= c.tolerance) {
				bad++
				worst = max(worst, d)
			}
		}
		if bad > 0 {
			t.Errorf("%s: %d samples differ, by at most %.2g", c.name, bad, worst)
		}
	}
}
