package propagate

import (
	"fmt"
	"math"
	"sync"

	"arago/backend"
	"arago/grid"
	"arago/internal/hugepage"
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
		if err == nil {
			err = checkSample(element, s, g)
		}
		if err != nil {
			return effect{}, err
		}
		e.amplitude = combine(e.amplitude, s.Amplitude, multiply)
		e.opd = combine(e.opd, s.OPD, add)
		e.phase = combine(e.phase, s.Phase, add)
	}
	return e, nil
}

// checkSample says whether there are as many values as g has samples.
func checkSample(element optics.Element, s optics.Sample, g grid.Grid) error {
	for _, part := range [][]float64{s.Amplitude, s.OPD, s.Phase} {
		if part != nil && len(part) != g.Len() {
			return fmt.Errorf("an element of type %T gave %d values for %d samples", element, len(part), g.Len())
		}
	}
	return nil
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
	elements, err := optics.Prepared(elements, g)
	if err != nil {
		return effect{}, err
	}
	var amplitude, opd, phase gathered
	begunBands := make([][3]bool, (g.Y.N+bandRows-1)/bandRows)
	err = forBands(g, func(from, to int) error {
		at, rows := from*g.X.N, g.Rows(from, to)
		begun := &begunBands[from/bandRows]
		for _, element := range elements {
			s, err := optics.SampleIn(element, rows, amplitude.memory(g.Len(), at, begun[0]), opd.memory(g.Len(), at, begun[1]))
			if err == nil {
				err = checkSample(element, s, rows)
			}
			if err != nil {
				return err
			}
			begun[0] = amplitude.take(s.Amplitude, g.Len(), at, begun[0], multiply)
			begun[1] = opd.take(s.OPD, g.Len(), at, begun[1], add)
			begun[2] = phase.take(s.Phase, g.Len(), at, begun[2], add)
		}
		return nil
	})
	if err != nil {
		return effect{}, err
	}
	// Paths and phases are 0 where no element has one, amplitudes 1.
	for i, begun := range begunBands {
		if amplitude.values != nil && !begun[0] {
			rows := amplitude.values[i*bandRows*g.X.N : min((i+1)*bandRows, g.Y.N)*g.X.N]
			for k := range rows {
				rows[k] = 1
			}
		}
	}
	return effect{amplitude.values, opd.values, phase.values}, nil
}

// gathered is one part of an effect, on large pages; nil until an element has it.
type gathered struct {
	once   sync.Once
	values []float64
}

// memory returns what hands out the place of values from index at on, or other memory if
// some are there.
func (p *gathered) memory(n, at int, begun bool) optics.Memory {
	return func(g grid.Grid) []float64 {
		if begun {
			return make([]float64, g.Len())
		}
		return p.all(n)[at:][:g.Len()]
	}
}

// all returns n values, zero at first.
func (p *gathered) all(n int) []float64 {
	p.once.Do(func() { p.values = hugepage.Make[float64](n, 64) })
	return p.values
}

// take combines values with those from index at on or, if none were there yet, puts
// them there, unless they are there. It says whether some are there now.
func (p *gathered) take(values []float64, n, at int, begun bool, f func(a, b []float64)) bool {
	if values == nil {
		return begun
	}
	switch to := p.all(n)[at:][:len(values)]; {
	case begun:
		f(to, values)
	case &to[0] != &values[0]:
		copy(to, values)
	}
	return true
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

// apply multiplies rows from … to−1 of field by the effect. The effect's samples are
// those of a grid that is so many samples wide, on which the field begins with row y
// and column x.
func apply[R backend.Real, C backend.Complex](field backend.Matrix[C], from, to int, e effect, width, y, x int, wavelength float64) {
	table := kernel.For[R]()
	for i := from; i < to; i++ {
		row := kernel.Reals[R](field.Row(i))
		at := e.row(y+i, width).columns(x, field.Cols)
		if e.amplitude != nil || e.opd != nil {
			table.Phasor(row, at.amplitude, at.opd, wavelength)
		}
		if e.phase != nil {
			multiplyPhase(table, row, at.phase)
		}
	}
}

// light writes rows from … to−1 of the effect, on light of amplitude 1, to field; see
// apply.
func light[R backend.Real, C backend.Complex](field backend.Matrix[C], from, to int, e effect, width, y, x int, wavelength float64) {
	table := kernel.For[R]()
	for i := from; i < to; i++ {
		row := kernel.Reals[R](field.Row(i))
		at := e.row(y+i, width).columns(x, field.Cols)
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
func (e effect) row(i, columns int) effect { return e.part(i*columns, columns) }

// columns returns n columns of a row, from column x on.
func (e effect) columns(x, n int) effect { return e.part(x, n) }

func (e effect) part(from, n int) effect {
	part := func(values []float64) []float64 {
		if values == nil {
			return nil
		}
		return values[from:][:n]
	}
	return effect{part(e.amplitude), part(e.opd), part(e.phase)}
}
