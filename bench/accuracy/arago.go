package main

import (
	"bytes"
	"errors"
	"fmt"
	"runtime"

	"arago/backend"
	"arago/backend/gonum"
	"arago/internal/kernel"
)

// arago is the pure Go back end with the kernels that ARAGO_KERNELS names.
type arago struct{ selection backend.Selection }

func newArago() (arago, error) {
	if _, err := kernel.Selected(); err != nil {
		return arago{}, err
	}
	var r backend.Registry
	r.Register(gonum.Name, gonum.New)
	s, err := r.Select(gonum.Name)
	return arago{s}, err
}

// goroutines are the numbers of goroutines with which everything is computed.
var goroutines = []int{1, 4}

// errBits is a result that depends on the number of goroutines.
var errBits = errors.New("the bits of the result depend on the number of goroutines")

// compute implements library. It computes everything anew with each number of
// goroutines, and compares.
func (a arago) compute(t task, operands ...[]byte) (result []byte, err error) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for i, n := range goroutines {
		runtime.GOMAXPROCS(n)
		var data []byte
		if t.Precision == single {
			data, err = compute(a.selection.Single, t, operands)
		} else {
			data, err = compute(a.selection.Double, t, operands)
		}
		if err != nil {
			return nil, err
		}
		if i > 0 && !bytes.Equal(data, result) {
			return nil, errBits
		}
		result = data
	}
	return result, nil
}

func compute[R backend.Real, C backend.Complex](core backend.Core[R, C], t task, operands [][]byte) ([]byte, error) {
	p := t.Precision
	matrix := func(operand, rows, cols int) backend.Matrix[C] {
		m := backend.NewMatrix[C](rows, cols)
		fill(kernel.Reals[R](m.Data), p.decode(operands[operand]))
		return m
	}
	dst := backend.NewMatrix[C](t.Rows, t.Cols)
	switch t.Do {
	case "hello":
		set, _ := kernel.Selected() // newArago has looked at the error
		return fmt.Appendf(nil, "the pure Go back end with the kernels %q, %s", set, runtime.Version()), nil
	case "fft":
		f := backend.FFT2{Rows: t.Rows, Cols: t.Cols, Sign: t.Sign}
		if t.Lines {
			f.Along = backend.AlongRows
		}
		core.FFT2(dst, matrix(0, t.Rows, t.Cols), f)
	case "product":
		if t.RealLeft {
			a := backend.NewMatrix[R](t.Rows, t.Inner)
			fill(a.Data, p.decode(operands[0]))
			core.DotReal(dst, a, matrix(1, t.Inner, t.Cols))
		} else {
			core.Dot(dst, matrix(0, t.Rows, t.Inner), matrix(1, t.Inner, t.Cols))
		}
	case "phasor":
		dst = backend.NewMatrix[C](1, t.Cols)
		for i := range dst.Data {
			dst.Data[i] = 1
		}
		kernel.For[R]().Phasor(kernel.Reals[R](dst.Data), double.decode(operands[0]), double.decode(operands[1]), double.decode(operands[2])[0])
	default:
		return nil, fmt.Errorf("there is no task %q", t.Do)
	}
	reals := kernel.Reals[R](dst.Data)
	numbers := make([]float64, len(reals))
	for i, v := range reals {
		numbers[i] = float64(v)
	}
	return p.encode(numbers), nil
}

func fill[R backend.Real](dst []R, src []float64) {
	for i, v := range src {
		dst[i] = R(v)
	}
}
