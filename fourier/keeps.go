package fourier

import (
	"arago/backend"
	"arago/internal/kernel"
	"arago/internal/parallel"
)

// Keeps says whether p leaves the source of a transform as it was. Where the zero of a
// grid lies off the middle of its samples, some recipes multiply phases into the source.
func Keeps[C backend.Complex](p Plan[C]) bool {
	a, ok := p.(alters[C])
	return !ok || a.phases().rows == nil
}

// alters is a plan that multiplies phases into its source before it does the rest.
type alters[C backend.Complex] interface {
	phases() separable[C]
	prepared(dst, src backend.Matrix[C])
}

func (f *Folded[R, C]) phases() separable[C] { return f.before }
func (f *FFT[R, C]) phases() separable[C]    { return f.before }
func (c *ChirpZ[R, C]) phases() separable[C] { return c.before }

// ExecuteFrom transforms factor times src, which it leaves as it was, into dst. scratch has
// the size of src; what it holds afterwards is undefined. None of the three share memory.
func ExecuteFrom[R backend.Real, C backend.Complex](p Plan[C], dst, src, scratch backend.Matrix[C], factor float64) {
	table := kernel.For[R]()
	var before separable[C]
	a, ok := p.(alters[C])
	if ok {
		before = a.phases()
	}
	parallel.Bands(src.Rows, max(1, pairBand/src.Cols), func(from, to int) {
		for i := from; i < to; i++ {
			row := kernel.Reals[R](scratch.Row(i))
			if before.rows == nil {
				copy(row, kernel.Reals[R](src.Row(i)))
				table.ScaleReal(row, R(factor))
				continue
			}
			phase := complex128(before.rows[i])
			table.Scale(row, kernel.Reals[R](src.Row(i)), R(factor*real(phase)), R(factor*imag(phase)))
			table.MultiplyIn(row, kernel.Reals[R](before.cols))
		}
	})
	if before.rows == nil {
		p.Execute(dst, scratch)
		return
	}
	a.prepared(dst, scratch)
}
