package library

import (
	"math"

	"arago/backend"
	"arago/internal/failure"
	"arago/internal/kernel"
	"arago/internal/parallel"
)

// eachRow calls do for every row of a matrix of so many columns, from several goroutines.
func eachRow(rows, cols int, do func(i int)) {
	if rows == 0 || cols == 0 { // and the other may be anything
		return
	}
	const elements = 4096 // at a time: some microseconds
	parallel.Bands(rows, max(1, elements/max(1, cols)), func(from, to int) {
		for i := from; i < to; i++ {
			do(i)
		}
	})
}

// scaled multiplies m by a factor.
func scaled[R backend.Real, C backend.Complex](m backend.Matrix[C], factor float64) {
	multiply := kernel.For[R]().ScaleReal
	eachRow(m.Rows, m.Cols, func(i int) { multiply(kernel.Reals[R](m.Row(i)), R(factor)) })
}

// Mode says what is done with what stands in the output.
type Mode int32

// Modes.
const (
	Write Mode = iota
	Multiply
)

func (m Mode) check() error {
	if m != Write && m != Multiply {
		return failure.Misuse("the mode is %d; it must be ARAGO_WRITE (0) or ARAGO_MULTIPLY (1)", int(m))
	}
	return nil
}

// Phasor makes phasors of amplitudes and optical path differences.
func Phasor(p Precision, mode Mode, rows, cols int64, wavelength float64, amplitude, opd, dst Array) error {
	if err := p.check(); err != nil {
		return err
	}
	if err := mode.check(); err != nil {
		return err
	}
	if math.IsNaN(wavelength) || wavelength == 0 {
		return failure.Misuse("the wavelength is %g; it must be a number other than 0", wavelength)
	}
	if p == Single {
		return phasor[float32, complex64](mode, rows, cols, wavelength, amplitude, opd, dst)
	}
	return phasor[float64, complex128](mode, rows, cols, wavelength, amplitude, opd, dst)
}

func phasor[R backend.Real, C backend.Complex](mode Mode, rows, cols int64, wavelength float64, amplitude, opd, dst Array) error {
	to, err := matrix[C](dst, rows, cols, "dst")
	if err != nil {
		return err
	}
	factor := func(a Array, name string) (row func(i int) []float64, err error) {
		if a.Data == nil {
			return func(int) []float64 { return nil }, nil
		}
		m, err := matrix[float64](a, rows, cols, name)
		if err != nil {
			return nil, err
		}
		return m.Row, apart(to, m, name)
	}
	amplitudes, err := factor(amplitude, "amplitude")
	if err != nil {
		return err
	}
	opds, err := factor(opd, "opd")
	if err != nil {
		return err
	}
	table := kernel.For[R]()
	write := table.WritePhasor
	if mode == Multiply {
		write = table.Phasor
	}
	eachRow(to.Rows, to.Cols, func(i int) {
		write(kernel.Reals[R](to.Row(i)), amplitudes(i), opds(i), wavelength)
	})
	return nil
}
