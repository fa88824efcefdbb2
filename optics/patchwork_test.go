package optics_test

import (
	"math"
	"math/cmplx"
	"strings"
	"testing"

	"arago/grid"
	"arago/optics"
)

// A patchwork is the same as its elements wherever a sample lies in one patch.
func TestAPatchworkDoesWhatItsElementsDo(t *testing.T) {
	const wavelength = 0.9e-6
	occulter := optics.CircularOcculter{Radius: 0.4, Placement: optics.Placement{ShiftX: 0.1}}
	glass := optics.ScalarOpticalPathDifference{OPD: 0.3e-6}
	stop := optics.HexagonFieldStop{Side: 0.7, Placement: optics.Placement{Rotation: 11, ShiftY: -0.05}}
	and := func(e ...optics.Element) optics.Element {
		return optics.CompoundAnalyticOptic{MergeMode: "and", Optics: e}
	}
	or := func(e ...optics.Element) optics.Element {
		return optics.CompoundAnalyticOptic{MergeMode: "or", Optics: e}
	}
	for name, c := range map[string]struct {
		elements []optics.Element
		patches  int
		outside  optics.Uniform
	}{
		"nothing":            {nil, 0, optics.Uniform{Amplitude: 1}},
		"glass":              {[]optics.Element{glass, optics.ScalarTransmission{Transmission: 0.5}}, 0, optics.Uniform{Amplitude: 0.5, OPD: 0.3e-6}},
		"occulter":           {[]optics.Element{occulter}, 1, optics.Uniform{Amplitude: 1}},
		"occulter in a stop": {[]optics.Element{occulter, stop}, 1, optics.Uniform{}},
		"all behind glass":   {[]optics.Element{stop, glass, occulter}, 1, optics.Uniform{}},
		// One of the two is dark, and what lies in both the occulter and its outside.
		"disc of glass":       {[]optics.Element{or(occulter, and(optics.InverseTransmission{Optic: occulter}, glass))}, 2, optics.Uniform{Amplitude: 1}},
		"glass in a half":     {[]optics.Element{or(occulter, and(optics.InverseTransmission{Optic: occulter}, glass)), and(stop, optics.KnifeEdge{})}, 2, optics.Uniform{}},
		"inclined alike":      {[]optics.Element{optics.CircularFieldStop{Radius: 0.9, Placement: optics.Placement{InclinationY: 40}}, optics.CircularOcculter{Radius: 0.2, Placement: optics.Placement{InclinationY: 40, ShiftX: 0.3}}}, 1, optics.Uniform{}},
		"what stands nowhere": {[]optics.Element{optics.CircularFieldStop{Radius: 0.1}, optics.CircularFieldStop{Radius: 0.1, Placement: optics.Placement{ShiftX: 0.5}}}, 0, optics.Uniform{}},
	} {
		w, err := optics.NewPatchwork(c.elements)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if len(w.Patches) != c.patches || w.Outside != c.outside {
			t.Errorf("%s: %d patches in %v, want %d in %v", name, len(w.Patches), w.Outside, c.patches, c.outside)
		}
		g := grid.Square(grid.Centered(61, 0.05*grid.Arcsecond), grid.Radian)
		factor := make([]complex128, g.Len())
		settled := make([]bool, g.Len())
		for k := range factor {
			factor[k], settled[k] = w.Outside.At(wavelength), true
		}
		box := w.Bounds()
		for _, p := range w.Patches {
			cover := make([]float64, g.Len())
			p.Cover(cover, g)
			for k, v := range cover {
				factor[k] += complex(v, 0) * (p.At(wavelength) - w.Outside.At(wavelength))
				settled[k] = settled[k] && (v == 0 || v == 1)
				if x, y := g.X.At(k%61)/grid.Arcsecond, g.Y.At(k/61)/grid.Arcsecond; v > 0 && (x < box.X0-0.03 || x > box.X1+0.03 || y < box.Y0-0.03 || y > box.Y1+0.03) {
					t.Fatalf("%s: a patch covers (%g, %g), outside of %v", name, x, y, box)
				}
			}
		}
		want := make([]complex128, g.Len())
		for k := range want {
			want[k] = 1
		}
		for _, e := range c.elements {
			s, err := e.Sample(g)
			if err != nil {
				t.Fatal(err)
			}
			for k := range want {
				if s.Amplitude != nil {
					want[k] *= complex(s.Amplitude[k], 0)
				}
				if s.OPD != nil {
					want[k] *= cmplx.Rect(1, 2*math.Pi*s.OPD[k]/wavelength)
				}
			}
		}
		unsettled := 0
		for k, v := range want {
			switch {
			case !settled[k]:
				unsettled++
			case cmplx.Abs(v-factor[k]) > 1e-13:
				t.Fatalf("%s: at (%g, %g)″ the factor is %v, want %v", name, g.X.At(k%61)/grid.Arcsecond, g.Y.At(k/61)/grid.Arcsecond, factor[k], v)
			}
		}
		if unsettled > 500 {
			t.Errorf("%s: %d samples lie on edges", name, unsettled)
		}
	}
}

// soft is an occulter of another package, which takes the parameters of ours and
// samples something else.
type soft struct{ optics.CircularOcculter }

func (s soft) Sample(g grid.Grid) (optics.Sample, error) {
	sample, err := s.CircularOcculter.Sample(g)
	for k, v := range sample.Amplitude {
		sample.Amplitude[k] = 0.5 + v/2
	}
	return sample, err
}

// wide is an aperture of another package that lets some light pass beside it.
type wide struct{ optics.CircularAperture }

func (wide) Sample(grid.Grid) (optics.Sample, error) { return optics.Sample{}, nil }

// Unexported methods of an embedded type are promoted: that a type has them does not
// say that it does what the embedded one does.
// Forty bars that cross each other: what is dark stays one patch, and is not cut again by each bar.
func TestManyCrossingBarsAreOneDarkPatch(t *testing.T) {
	const bars, n, step = 20, 164, 0.1 * grid.Arcsecond
	var elements []optics.Element
	for i := range bars {
		at := 0.8 * (float64(i) - 9.5)
		elements = append(elements,
			optics.InverseTransmission{Optic: optics.RectangularFieldStop{Width: 0.4, Height: 16.4, Placement: optics.Placement{ShiftX: at}}},
			optics.InverseTransmission{Optic: optics.RectangularFieldStop{Width: 16.4, Height: 0.4, Placement: optics.Placement{ShiftY: at}}})
	}
	w, err := optics.NewPatchwork(elements)
	if err != nil {
		t.Fatal(err)
	}
	if len(w.Patches) != 1 || w.Patches[0].Uniform != (optics.Uniform{}) || w.Outside.Amplitude != 1 {
		t.Fatalf("%d patches in %v", len(w.Patches), w.Outside)
	}
	g := grid.Square(grid.Centered(n, step), grid.Radian)
	cover := make([]float64, g.Len())
	w.Patches[0].Cover(cover, g)
	var dark float64
	for _, v := range cover {
		dark += v
	}
	// Bars of 164 by 4 samples, and the squares of 4² where two cross count once.
	if want := float64(2*bars*164*4 - bars*bars*4*4); math.Abs(dark-want) > 1e-9*want {
		t.Errorf("%g samples are dark, want %g", dark, want)
	}
}

func TestAForeignTypeThatEmbedsOneOfOursIsNotTakenForIt(t *testing.T) {
	occulter := optics.CircularOcculter{Radius: 0.4}
	aperture := optics.CircularAperture{Radius: 1}
	for name, e := range map[string]optics.Element{"value": soft{occulter}, "pointer": &soft{occulter}, "in a compound": optics.InverseTransmission{Optic: soft{occulter}}} {
		_, err := optics.NewPatchwork([]optics.Element{e})
		if err == nil || !strings.Contains(err.Error(), "an element that is not one of Arago's own is not made of even parts") {
			t.Errorf("%s: error %v", name, err)
		}
	}
	for name, e := range map[string]optics.Element{"value": wide{aperture}, "pointer": &wide{aperture}, "without a name": struct{ wide }{wide{aperture}}} {
		if box, bounded := optics.Opening([]optics.Element{e}); bounded {
			t.Errorf("%s: no light is said to pass beside %v", name, box)
		}
	}
	// Pointers to ours are elements as well.
	if w, err := optics.NewPatchwork([]optics.Element{&occulter}); err != nil || len(w.Patches) != 1 {
		t.Errorf("a pointer to an occulter: error %v", err)
	}
	if _, bounded := optics.Opening([]optics.Element{&aperture}); !bounded {
		t.Error("a pointer to an aperture has no bounds")
	}
}

func TestElementsThatAreNoPatchworkSayWhy(t *testing.T) {
	for want, elements := range map[string][]optics.Element{
		"goes on without end":                    {optics.KnifeEdge{}},
		"padding by 2 or more is exact":          {optics.BandLimitedCoronagraph{Kind: "linear", Sigma: 1}},
		"centres of the pixels":                  {optics.BarOcculter{Width: 1, Height: 1, PixelCenters: true}},
		"a four-quadrant phase mask is not made": {optics.InverseTransmission{Optic: optics.IdealFQPM{Wavelength: 1e-6}}},
		"inclined in another way than what":      {optics.CircularOcculter{Radius: 1}, optics.CircularOcculter{Radius: 1, Placement: optics.Placement{InclinationX: 10}}},
		"a smooth element is not made of even":   {optics.CompoundAnalyticOptic{MergeMode: "and", Optics: []optics.Element{optics.ThinLens{}}}},
	} {
		if _, err := optics.NewPatchwork(elements); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
	var many []optics.Element
	for i := range 8 {
		many = append(many, optics.InverseTransmission{Optic: optics.InverseTransmission{Optic: optics.CompoundAnalyticOptic{MergeMode: "or", Optics: []optics.Element{
			optics.CircularOcculter{Radius: 1, Placement: optics.Placement{ShiftX: float64(i) / 20}},
			optics.CompoundAnalyticOptic{MergeMode: "and", Optics: []optics.Element{
				optics.CircularFieldStop{Radius: 1, Placement: optics.Placement{ShiftX: float64(i) / 20}},
				optics.ScalarOpticalPathDifference{OPD: 1e-7 * math.Exp2(float64(i))},
			}},
		}}}})
	}
	if _, err := optics.NewPatchwork(many); err == nil || !strings.Contains(err.Error(), "more than 64 parts") {
		t.Errorf("eight discs of glass over each other: error %v", err)
	}
}

func TestNoLightPassesOutsideOfAnOpening(t *testing.T) {
	array, err := optics.NewArrayElement(optics.ArraySpec{Amplitude: ones(grid.Grid{Y: grid.Centered(10, 0.1), X: grid.FFTCentered(20, 0.1)}), Rotation: 90, FlipX: true, ShiftX: 0.3})
	if err != nil {
		t.Fatal(err)
	}
	hole := optics.CircularAperture{Radius: 0.5, Placement: optics.Placement{ShiftX: 0.2}}
	for name, c := range map[string]struct {
		elements []optics.Element
		want     optics.Box
		bounded  bool
	}{
		"nothing":               {nil, optics.Box{}, false},
		"a hole":                {[]optics.Element{optics.ThinLens{}, hole}, optics.Box{X0: -0.3, X1: 0.7, Y0: -0.5, Y1: 0.5}, true},
		"an obscuration":        {[]optics.Element{optics.SecondaryObscuration{SecondaryRadius: 0.1}}, optics.Box{}, false},
		"a hole behind another": {[]optics.Element{hole, optics.SquareAperture{Size: 0.8}}, optics.Box{X0: -0.3, X1: 0.4, Y0: -0.4, Y1: 0.4}, true},
		"beside another": {[]optics.Element{optics.CompoundAnalyticOptic{MergeMode: "or", Optics: []optics.Element{hole, optics.SquareAperture{Size: 0.8}}}},
			optics.Box{X0: -0.4, X1: 0.7, Y0: -0.5, Y1: 0.5}, true},
		"beside everything": {[]optics.Element{optics.CompoundAnalyticOptic{MergeMode: "or", Optics: []optics.Element{hole, optics.ScalarTransmission{}}}}, optics.Box{}, false},
		// Columns −10 … 9 are mirrored, and turned towards y.
		"an array": {[]optics.Element{array}, optics.Box{X0: -0.2, X1: 0.8, Y0: -0.95, Y1: 1.05}, true},
	} {
		got, bounded := optics.Opening(c.elements)
		near := func(a, b float64) bool { return math.Abs(a-b) < 1e-12 }
		if bounded != c.bounded || bounded && !(near(got.X0, c.want.X0) && near(got.X1, c.want.X1) && near(got.Y0, c.want.Y0) && near(got.Y1, c.want.Y1)) {
			t.Errorf("%s: %v %v, want %v %v", name, got, bounded, c.want, c.bounded)
		}
	}
}

func ones(g grid.Grid) grid.Map {
	m := grid.NewMap(g)
	for k := range m.Data {
		m.Data[k] = 1
	}
	return m
}
