package optics_test

import (
	"slices"
	"testing"

	"arago/grid"
	"arago/optics"
)

// Elements of another package that are made of ours and do something else.
type (
	dimmed    struct{ optics.CircularAperture }
	reversed  struct{ optics.ZernikeWFE }
	dimmedPtr struct{ *optics.CircularAperture }
)

func (d dimmed) Sample(g grid.Grid) (optics.Sample, error) {
	s, err := d.CircularAperture.Sample(g)
	for k := range s.Amplitude {
		s.Amplitude[k] /= 2
	}
	return s, err
}

func (d dimmedPtr) Sample(g grid.Grid) (optics.Sample, error) {
	return dimmed{*d.CircularAperture}.Sample(g)
}

func (r reversed) Sample(g grid.Grid) (optics.Sample, error) {
	s, err := r.ZernikeWFE.Sample(g)
	for k := range s.OPD {
		s.OPD[k] = -s.OPD[k]
	}
	return s, err
}

// What embeds an element has its methods, those that are not exported too, and is sampled by
// its own Sample all the same.
func TestAnElementThatEmbedsAnotherIsSampledByItsOwnSample(t *testing.T) {
	g := grid.Square(grid.Centered(16, 0.125), grid.Metre)
	memory := func(g grid.Grid) []float64 { return make([]float64, g.Len()) }
	hole := optics.CircularAperture{Radius: 0.8}
	for _, e := range []optics.Element{dimmed{hole}, &dimmed{hole}, dimmedPtr{&hole}, reversed{optics.ZernikeWFE{Radius: 1, Coefficients: []float64{0, 1e-7}}}} {
		want, err := e.Sample(g)
		if err != nil {
			t.Fatal(err)
		}
		got, err := optics.SampleIn(e, g, memory, memory)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got.Amplitude, want.Amplitude) || !slices.Equal(got.OPD, want.OPD) {
			t.Errorf("%T: SampleIn is not Sample", e)
		}
	}
}
