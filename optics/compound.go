package optics

import (
	"errors"
	"fmt"

	"arago/grid"
)

// CompoundAnalyticOptic is several elements that stand in one plane and act as
// one. It stands in the planes that all of them can stand in.
type CompoundAnalyticOptic struct {
	// Optics are the elements; POPPY's opticslist.
	Optics []Element
	// MergeMode says how transmissions s and t of the field combine: "and"
	// (POPPY's default) multiplies them, s·t; "or" takes the elements as
	// openings beside each other in a screen, s + t − s·t. OPDs and phases add;
	// with "or" each element adds them only where its own transmission is not
	// zero.
	MergeMode string
}

// Validate implements Element. Parameters of the elements are named with their
// place in the list: opticslist[1].radius.
func (e CompoundAnalyticOptic) Validate() error {
	if len(e.Optics) == 0 {
		return &ParameterError{"opticslist", "is empty; it must list the elements to merge"}
	}
	if e.MergeMode != "and" && e.MergeMode != "or" {
		return &ParameterError{"mergemode", fmt.Sprintf("is %q; it must be \"and\" or \"or\"", e.MergeMode)}
	}
	for i, optic := range e.Optics {
		name := fmt.Sprintf("opticslist[%d]", i)
		if optic == nil {
			return &ParameterError{name, "is missing; it must be an element"}
		}
		if _, ok := optic.(ImageCentering); ok {
			return &ParameterError{name, "says how image planes are centred, which only an element of the plane itself can; take it out of the compound"}
		}
		if err := within(name, optic.Validate()); err != nil {
			return err
		}
	}
	return nil
}

// within returns the error of an inner element as one of its holder's.
func within(name string, err error) error {
	if inner, ok := errors.AsType[*ParameterError](err); ok {
		return &ParameterError{name + "." + inner.Parameter, inner.Problem}
	}
	return err
}

// Sample implements Element.
func (e CompoundAnalyticOptic) Sample(g grid.Grid) (Sample, error) {
	if err := e.Validate(); err != nil {
		return Sample{}, err
	}
	or := e.MergeMode == "or"
	var sum Sample
	if or {
		sum.Amplitude = make([]float64, g.Len()) // a closed screen
	}
	for _, optic := range e.Optics {
		s, err := optic.Sample(g)
		if err != nil {
			return Sample{}, err
		}
		if or {
			sum.open(s)
		} else {
			sum.multiply(s)
		}
	}
	return sum, nil
}

// multiply lets the effect of t follow that of s.
func (s *Sample) multiply(t Sample) {
	if t.Amplitude != nil {
		if s.Amplitude == nil {
			s.Amplitude = make([]float64, len(t.Amplitude))
			copy(s.Amplitude, t.Amplitude)
		} else {
			for k, v := range t.Amplitude {
				s.Amplitude[k] *= v
			}
		}
	}
	s.OPD = plusWhereOpen(s.OPD, t.OPD, nil)
	s.Phase = plusWhereOpen(s.Phase, t.Phase, nil)
}

// open lets the light that t transmits pass beside that of s.
func (s *Sample) open(t Sample) {
	for k, v := range s.Amplitude {
		u := 1.0
		if t.Amplitude != nil {
			u = t.Amplitude[k]
		}
		s.Amplitude[k] = v + u - v*u
	}
	s.OPD = plusWhereOpen(s.OPD, t.OPD, t.Amplitude)
	s.Phase = plusWhereOpen(s.Phase, t.Phase, t.Amplitude)
}

// plusWhereOpen returns the sum of a and b, taking b only where transmission is
// not zero; nil stands for zeros in a and b and for ones in transmission. It
// may change a but not b.
func plusWhereOpen(a, b, transmission []float64) []float64 {
	if b == nil {
		return a
	}
	if a == nil {
		a = make([]float64, len(b))
	}
	for k, v := range b {
		if transmission == nil || transmission[k] != 0 {
			a[k] += v
		}
	}
	return a
}

// InverseTransmission transmits what another element does not: 1 − t, where t
// is that element's transmission of the field. OPD and phase are those of the
// element, as in POPPY.
//
// For an element with an OPD or a phase this is not the complement in the sense
// of Babinet's principle, 1 − t·exp(iφ): the sum of both elements' fields is
// then not the field without a mask.
type InverseTransmission struct {
	Optic Element
}

// Validate implements Element.
func (e InverseTransmission) Validate() error {
	if e.Optic == nil {
		return &ParameterError{"optic", "is missing; it must be the element to invert"}
	}
	return within("optic", e.Optic.Validate())
}

// Sample implements Element.
func (e InverseTransmission) Sample(g grid.Grid) (Sample, error) {
	if err := e.Validate(); err != nil {
		return Sample{}, err
	}
	s, err := e.Optic.Sample(g)
	if err != nil {
		return Sample{}, err
	}
	inverse := make([]float64, g.Len()) // dark where the element transmits all
	for k, t := range s.Amplitude {
		inverse[k] = 1 - t
	}
	s.Amplitude = inverse
	return s, nil
}
