package optics_test

import (
	"math"
	"math/cmplx"
	"testing"

	"arago/grid"
	"arago/optics"
)

// An array of transmissions with an even rim is a frame and a graded patch, and these make
// what the array itself is sampled as: moved, turned, on glass, inverted.
func TestAnArrayIsAPatchworkOfItsFrameAndWhatIsInside(t *testing.T) {
	const wavelength = 0.9e-6
	m := grid.NewMap(grid.Grid{Y: grid.Centered(40, 0.02*grid.Arcsecond), X: grid.FFTCentered(50, 0.02*grid.Arcsecond), Unit: grid.Radian})
	for k := range m.Data {
		m.Data[k] = 0.25
		if i, j := k/50, k%50; math.Hypot(float64(i-20), float64(j-22)) < 5 {
			m.Data[k] = 0.25 + 0.5*math.Exp(-float64(i-18)*float64(i-18)/8)
		}
	}
	array := func(s optics.ArraySpec) optics.Element {
		s.Amplitude = m
		e, err := optics.NewArrayElement(s)
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	glass := optics.ScalarOpticalPathDifference{OPD: 0.3e-6}
	wide := optics.Box{X0: -0.2, X1: 0.2, Y0: -0.2, Y1: 0.2}
	for name, elements := range map[string][]optics.Element{
		"alone":             {array(optics.ArraySpec{})},
		"moved and turned":  {array(optics.ArraySpec{ShiftX: 0.03, ShiftY: -0.04, Rotation: 25, FlipX: true})},
		"on glass":          {array(optics.ArraySpec{}), glass, optics.ScalarTransmission{Transmission: 0.5}},
		"inverted on glass": {optics.InverseTransmission{Optic: array(optics.ArraySpec{FlipY: true})}, glass},
	} {
		w, err := optics.NewPatchwork(elements)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		inside := w.Within(wide)
		if len(w.Patches) != 2 || len(inside.Patches) != 1 || !inside.Patches[0].Graded() {
			t.Errorf("%s: %d patches, and %d within the array", name, len(w.Patches), len(inside.Patches))
			continue
		}
		if b, all := inside.Bounds(), w.Bounds(); b.X1-b.X0 > 0.85 || all.X1-all.X0 < 1 {
			t.Errorf("%s: what is inside has the bounds %v, all of it %v", name, b, all)
		}
		if same := w.Within(optics.Box{X0: -2, X1: 2, Y0: -2, Y1: 2}); same != w {
			t.Errorf("%s: a box that reaches beyond the array has no rim", name)
		}
		for which, c := range map[string]struct {
			w *optics.Patchwork
			g grid.Grid
		}{
			// Far beyond the array, and within it; samples of edges have parts of both.
			"all":    {w, grid.Square(grid.Centered(61, 0.037*grid.Arcsecond), grid.Radian)},
			"inside": {inside, grid.Square(grid.Centered(61, 0.0062*grid.Arcsecond), grid.Radian)},
		} {
			got, edges := make([]complex128, c.g.Len()), make([]bool, c.g.Len())
			for k := range got {
				got[k] = c.w.Outside.At(wavelength)
			}
			for _, p := range c.w.Patches {
				cover := make([]float64, c.g.Len())
				p.Cover(cover, c.g)
				for k, v := range cover {
					got[k] += complex(v, 0) * (p.At(wavelength) - c.w.Outside.At(wavelength))
					edges[k] = edges[k] || !p.Graded() && v != 0 && v != 1
				}
			}
			off := 0.0
			for k := range got {
				want := complex(1, 0)
				for _, e := range elements {
					s, err := e.Sample(c.g.Rows(k/61, k/61+1).Cols(k%61, k%61+1))
					if err != nil {
						t.Fatal(err)
					}
					if s.Amplitude != nil {
						want *= complex(s.Amplitude[0], 0)
					}
					if s.OPD != nil {
						want *= cmplx.Rect(1, 2*math.Pi*s.OPD[0]/wavelength)
					}
				}
				if !edges[k] {
					off = max(off, cmplx.Abs(got[k]-want))
				}
			}
			if off > 1e-12 {
				t.Errorf("%s, %s: off by %g", name, which, off)
			}
		}
	}
}
