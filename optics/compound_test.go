package optics

import (
	"math"
	"testing"

	"arago/grid"
)

// fixed is an element that is given by its sample.
type fixed Sample

func (f fixed) Sample(grid.Grid) (Sample, error) { return Sample(f), nil }
func (f fixed) Validate() error                  { return nil }

var (
	left  = fixed{Amplitude: []float64{1, 0.5, 0}, OPD: []float64{1, 2, 3}, Phase: []float64{0.1, 0.2, 0.3}}
	right = fixed{Amplitude: []float64{0, 0.5, 1}, OPD: []float64{10, 20, 30}}
	clear = fixed{Phase: []float64{1, 1, 1}}
)

func TestCompoundsMergeTransmissionsAndAddPaths(t *testing.T) {
	g := grid.Grid{Y: grid.Centered(1, 1), X: grid.Centered(3, 1)}
	for _, c := range []struct {
		mode   string
		optics []Element
		want   Sample
	}{
		{"and", []Element{left, right}, Sample{[]float64{0, 0.25, 0}, []float64{11, 22, 33}, []float64{0.1, 0.2, 0.3}}},
		{"or", []Element{left, right}, Sample{[]float64{1, 0.75, 1}, []float64{1, 22, 30}, []float64{0.1, 0.2, 0}}},
		{"and", []Element{clear, left}, Sample{left.Amplitude, left.OPD, []float64{1.1, 1.2, 1.3}}},
		{"or", []Element{left, clear}, Sample{[]float64{1, 1, 1}, []float64{1, 2, 0}, []float64{1.1, 1.2, 1}}},
		{"and", []Element{clear}, Sample{Phase: []float64{1, 1, 1}}},
		{"or", []Element{clear}, Sample{Amplitude: []float64{1, 1, 1}, Phase: []float64{1, 1, 1}}},
	} {
		s := sampled(t, CompoundAnalyticOptic{Optics: c.optics, MergeMode: c.mode}, g)
		for name, pair := range map[string][2][]float64{
			"amplitude": {s.Amplitude, c.want.Amplitude},
			"opd":       {s.OPD, c.want.OPD},
			"phase":     {s.Phase, c.want.Phase},
		} {
			if len(pair[0]) != len(pair[1]) {
				t.Fatalf("%s of %d: %s is %v, want %v", c.mode, len(c.optics), name, pair[0], pair[1])
			}
			for k := range pair[0] {
				if math.Abs(pair[0][k]-pair[1][k]) > 1e-15 {
					t.Errorf("%s of %d: %s is %v, want %v", c.mode, len(c.optics), name, pair[0], pair[1])
				}
			}
		}
	}
	if left.Amplitude[1] != 0.5 || left.OPD[1] != 2 || clear.Phase[0] != 1 {
		t.Error("merging changed the sample of an element")
	}
}

// De Morgan: the openings of a screen are what its parts do not both stop.
func TestScreenOfTwoOpeningsIsTheInverseOfTheProductOfInverses(t *testing.T) {
	g := pupilOf(32, 2)
	a := CircularAperture{Radius: 0.5, Placement: Placement{ShiftX: 0.2}}
	b := GaussianAperture{W: 0.4, Placement: Placement{ShiftY: -0.3}}
	or := sampled(t, CompoundAnalyticOptic{Optics: []Element{a, b}, MergeMode: "or"}, g)
	same := sampled(t, InverseTransmission{CompoundAnalyticOptic{
		Optics: []Element{InverseTransmission{a}, InverseTransmission{b}}, MergeMode: "and"}}, g)
	for k, v := range or.Amplitude {
		if math.Abs(v-same.Amplitude[k]) > 4e-16 {
			t.Fatalf("sample %d: %v and %v", k, v, same.Amplitude[k])
		}
	}
}

func TestInverseTransmissionKeepsThePath(t *testing.T) {
	g := grid.Grid{Y: grid.Centered(1, 1), X: grid.Centered(3, 1)}
	s := sampled(t, InverseTransmission{left}, g)
	for k := range 3 {
		if s.Amplitude[k] != 1-left.Amplitude[k] || s.OPD[k] != left.OPD[k] || s.Phase[k] != left.Phase[k] {
			t.Errorf("sample %d: amplitude %v, opd %v, phase %v", k, s.Amplitude[k], s.OPD[k], s.Phase[k])
		}
	}
	// An element that lets all light pass has an inverse that stops it.
	for _, v := range sampled(t, InverseTransmission{clear}, g).Amplitude {
		if v != 0 {
			t.Errorf("the inverse of a clear element transmits %v", v)
		}
	}
}
