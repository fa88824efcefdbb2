package propagate

import (
	"fmt"
	"math"

	"arago/backend"
	"arago/grid"
	"arago/internal/kernel"
	"arago/internal/parallel"
	"arago/optics"
)

// effect is what all elements of a plane together do to the field on a grid;
// a nil slice stands for nothing. See optics.Sample.
type effect struct{ amplitude, opd, phase []float64 }

// bandRows is the number of rows of a plane that are sampled and multiplied at
// once: bands of large planes stay in the cache, and their samples are never
// all in memory.
const bandRows = 32

// sample returns the effect of elements on g. Amplitudes multiply, optical
// path differences and phases add.
func sample(elements []optics.Element, g grid.Grid) (effect, error) {
	var e effect
	for _, element := range elements {
		s, err := element.Sample(g)
		if err != nil {
			return effect{}, err
		}
		for _, part := range [][]float64{s.Amplitude, s.OPD, s.Phase} {
			if part != nil && len(part) != g.Len() {
				return effect{}, fmt.Errorf("an element of type %T gave %d values for %d samples", element, len(part), g.Len())
			}
		}
		e.amplitude = combine(e.amplitude, s.Amplitude, multiply)
		e.opd = combine(e.opd, s.OPD, add)
		e.phase = combine(e.phase, s.Phase, add)
	}
	return e, nil
}

// combine returns a and b together; it may use a's memory, never b's: samples
// belong to their elements.
func combine(a, b []float64, f func(a, b []float64)) []float64 {
	switch {
	case b == nil:
		return a
	case a == nil:
		return append([]float64(nil), b...)
	}
	f(a, b)
	return a
}

func multiply(a, b []float64) {
	for i, v := range b[:len(a)] {
		a[i] *= v
	}
}

func add(a, b []float64) {
	for i, v := range b[:len(a)] {
		a[i] += v
	}
}

// sampleBands samples a whole plane in bands of rows, on all processors.
func sampleBands(elements []optics.Element, g grid.Grid) (effect, error) {
	bands := make([]effect, (g.Y.N+bandRows-1)/bandRows)
	err := forBands(g, func(from, to int) error {
		var err error
		bands[from/bandRows], err = sample(elements, g.Rows(from, to))
		return err
	})
	if err != nil {
		return effect{}, err
	}
	join := func(part func(effect) []float64) []float64 {
		var whole []float64
		for i := range bands {
			values := part(bands[i])
			if values == nil {
				return nil
			}
			if whole == nil {
				whole = make([]float64, 0, g.Len())
			}
			whole = append(whole, values...)
		}
		return whole
	}
	return effect{
		join(func(e effect) []float64 { return e.amplitude }),
		join(func(e effect) []float64 { return e.opd }),
		join(func(e effect) []float64 { return e.phase }),
	}, nil
}

// forBands calls body for all bands of rows of g and returns the error of the
// first band that has one.
func forBands(g grid.Grid, body func(from, to int) error) error {
	errs := make([]error, (g.Y.N+bandRows-1)/bandRows)
	parallel.Bands(g.Y.N, bandRows, func(from, to int) {
		errs[from/bandRows] = body(from, to)
	})
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// apply multiplies rows from … to−1 of field by the effect. first is the row
// of the field at which the effect's samples begin.
func apply[R backend.Real, C backend.Complex](field backend.Matrix[C], from, to, first int, e effect, wavelength float64) {
	table := kernel.For[R]()
	for i := from; i < to; i++ {
		row := kernel.Reals[R](field.Row(i))
		at := e.row(i-first, field.Cols)
		if e.amplitude != nil || e.opd != nil {
			table.Phasor(row, at.amplitude, at.opd, wavelength)
		}
		if e.phase != nil {
			multiplyPhase(table, row, at.phase)
		}
	}
}

// light writes rows from … to−1 of the effect, on light of amplitude 1, to field.
func light[R backend.Real, C backend.Complex](field backend.Matrix[C], from, to int, e effect, wavelength float64) {
	table := kernel.For[R]()
	for i := from; i < to; i++ {
		row := kernel.Reals[R](field.Row(i))
		at := e.row(i, field.Cols)
		table.WritePhasor(row, at.amplitude, at.opd, wavelength)
		if e.phase != nil {
			multiplyPhase(table, row, at.phase)
		}
	}
}

// multiplyPhase multiplies by a phase: an OPD where the wavelength is 2π.
func multiplyPhase[R backend.Real](table *kernel.Table[R], row []R, phase []float64) {
	table.Phasor(row, nil, phase, 2*math.Pi)
}

// row returns what the effect has in row i of so many columns.
func (e effect) row(i, columns int) effect {
	part := func(values []float64) []float64 {
		if values == nil {
			return nil
		}
		return values[i*columns:][:columns]
	}
	return effect{part(e.amplitude), part(e.opd), part(e.phase)}
}
