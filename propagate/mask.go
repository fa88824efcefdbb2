package propagate

import (
	"fmt"

	"arago/grid"
)

// Mask is what all elements of a pupil together do to the field, sampled row by
// row on the grid of the plane: the field is multiplied by
//
//	Amplitude · exp(2πi·OPD/λ + i·Phase)
//
// with OPD in metres and Phase in radians. A nil slice stands for no effect.
type Mask struct{ Amplitude, OPD, Phase []float64 }

// Masks returns the masks of the pupils, by the index of their planes; those of
// other planes are empty. Nobody may write to them: they are the plan's own,
// and other plans, which [Options].Masks gives them to, may share them.
func (p *Plan) Masks() []Mask {
	masks := make([]Mask, len(p.stages))
	for i, st := range p.stages {
		masks[i] = Mask{st.effect.amplitude, st.effect.opd, st.effect.phase}
	}
	return masks
}

func (m Mask) effect() effect { return effect{m.Amplitude, m.OPD, m.Phase} }

// check says whether a mask fits the grid of its plane.
func (m Mask) check(g grid.Grid) error {
	for _, part := range [][]float64{m.Amplitude, m.OPD, m.Phase} {
		if part != nil && len(part) != g.Len() {
			return fmt.Errorf("%w: its mask has %d values for %d samples", ErrSystem, len(part), g.Len())
		}
	}
	return nil
}
