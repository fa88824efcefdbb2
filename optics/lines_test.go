package optics_test

import (
	"math"
	"strings"
	"testing"

	"arago/optics"
)

func TestLinesAreWhereMasksChange(t *testing.T) {
	at := func(x, y, degrees float64) optics.Placement {
		return optics.Placement{ShiftX: x, ShiftY: y, Rotation: degrees}
	}
	leaning := at(0.5, 0, 0)
	leaning.InclinationY = 60
	for name, c := range map[string]struct {
		elements []optics.Element
		x, y     []float64
	}{
		"nothing":                      {nil, nil, nil},
		"a knife edge":                 {[]optics.Element{optics.KnifeEdge{Placement: at(0.3, 7, 0)}}, []float64{0.3}, nil},
		"one turned by a quarter":      {[]optics.Element{optics.KnifeEdge{Placement: at(0.3, 7, 90)}}, nil, []float64{7}},
		"quadrants":                    {[]optics.Element{optics.IdealFQPM{Wavelength: 1e-6, Placement: at(0.1, 0.2, 180)}}, []float64{0.1}, []float64{0.2}},
		"a bar":                        {[]optics.Element{optics.BarOcculter{Width: 1, Height: 4, Placement: at(1, 0, 0)}}, []float64{0.5, 1.5}, []float64{-2, 2}},
		"a bar turned by 270 degrees":  {[]optics.Element{optics.BarOcculter{Width: 1, Height: 4, Placement: at(1, 0, 270)}}, []float64{-1, 3}, []float64{-0.5, 0.5}},
		"a leaning square":             {[]optics.Element{optics.SquareFieldStop{Size: 2, Placement: leaning}}, []float64{0, 1}, []float64{-1, 1}},
		"glass and its complement":     {[]optics.Element{optics.ScalarOpticalPathDifference{OPD: 1e-7}, optics.InverseTransmission{Optic: optics.KnifeEdge{}}}, []float64{0}, nil},
		"what two have in common once": {[]optics.Element{optics.IdealFQPM{Wavelength: 1e-6}, optics.RectangularFieldStop{Width: 2, Height: 4, Placement: at(1, 0, 90)}}, []float64{-1, 0, 3}, []float64{-1, 0, 1}},
		"the same edge, but for rounding": {[]optics.Element{optics.CompoundAnalyticOptic{MergeMode: "and", Optics: []optics.Element{
			optics.KnifeEdge{Placement: at(0.3, 0, 0)}, optics.KnifeEdge{Placement: at(0.1+0.2, 0, 180)},
		}}}, []float64{0.3}, nil},
	} {
		got, err := optics.LinesOf(c.elements)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		compare := func(axis string, got, want []float64) {
			if len(got) != len(want) {
				t.Errorf("%s: lines along %s %v, want %v", name, axis, got, want)
				return
			}
			for k, v := range want {
				if math.Abs(got[k]-v) > 1e-15 {
					t.Errorf("%s: lines along %s %v, want %v", name, axis, got, want)
				}
			}
		}
		compare("y", got.X, c.x)
		compare("x", got.Y, c.y)
	}
	for want, e := range map[string]optics.Element{
		"the bar occulter is turned by 45 degrees, and its edges do not run along the axes": optics.BarOcculter{Width: 1, Height: 4, Placement: at(0, 0, 45)},
		"the four-quadrant phase mask is turned by 1 degrees":                               optics.InverseTransmission{Optic: optics.IdealFQPM{Wavelength: 1, Placement: at(0, 0, 1)}},
		"the knife edge is to be sampled at the centres of the pixels":                      optics.KnifeEdge{PixelCenters: true},
		"the circular occulter has no straight edges along the axes":                        optics.CompoundAnalyticOptic{MergeMode: "or", Optics: []optics.Element{optics.CircularOcculter{Radius: 1}}},
		"a smooth element has no straight edges along the axes":                             optics.BandLimitedCoronagraph{Kind: "linear", Sigma: 1},
	} {
		if _, err := optics.LinesOf([]optics.Element{e}); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%T: %v, want %q", e, err, want)
		}
	}
}
