package propagate

import (
	"context"
	"fmt"

	"arago/optics"
)

// sampledAgain is what the elements of a pupil do, in bands of bandRows rows; empty if
// there are none.
type sampledAgain []effect

// pupilsAgain samples the elements of all pupils, by the index of their stage, as nothing in
// a run does: each element by its own Sample, on memory of its own.
func (p *Plan) pupilsAgain(ctx context.Context) ([]sampledAgain, error) {
	pupils := make([]sampledAgain, len(p.stages))
	for i, st := range p.stages {
		if _, ok := st.plane.(Pupil); !ok || len(st.elements) == 0 {
			continue
		}
		g := st.grid.fixed
		bands := make(sampledAgain, (g.Y.N+bandRows-1)/bandRows)
		elements, err := optics.Prepared(st.elements, g)
		if err == nil {
			err = forBands(g, func(from, to int) (err error) {
				if err = ctx.Err(); err == nil {
					bands[from/bandRows], err = sample(elements, g.Rows(from, to))
				}
				return err
			})
		}
		if err != nil {
			return nil, fmt.Errorf("plane %d (%s): %w", i+1, st.label, err)
		}
		pupils[i] = bands
	}
	return pupils, ctx.Err()
}

// multiply multiplies a field on the grid of the pupil.
func (s sampledAgain) multiply(f directField, wavelength float64) {
	for k, e := range s {
		from, to := k*bandRows, min((k+1)*bandRows, f.grid.Y.N)
		directField{values: f.values[from*f.grid.X.N : to*f.grid.X.N]}.multiply(e, wavelength)
	}
}

// factor is what one sample of so many columns is multiplied by.
func (s sampledAgain) factor(row, col, columns int, wavelength float64) complex128 {
	if len(s) == 0 {
		return 1
	}
	return s[row/bandRows].factor(row%bandRows*columns+col, wavelength)
}

// sampledAgainBytes is what the samples of all pupils take, and what is left behind when
// they have been made: the samples of the elements one by one.
func (p *Plan) sampledAgainBytes() (kept, left float64) {
	for _, st := range p.stages {
		if _, ok := st.plane.(Pupil); !ok {
			continue
		}
		kept += sampledBytes(st.elements, st.grid.fixed)
		left += preparedBytes(st.elements, st.grid.fixed)
		for k := range st.elements {
			left += sampledBytes(st.elements[k:k+1], st.grid.fixed)
		}
	}
	return kept, left
}
