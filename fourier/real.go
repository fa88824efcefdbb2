package fourier

import (
	"unsafe"

	"arago/backend"
	"arago/internal/kernel"
	"arago/internal/passes"
	"arago/internal/product"
)

// realMatrix is a real matrix in double precision that can stand at the right of a
// product: two of its columns side by side are one of a complex matrix. An odd number
// of columns is filled up with one more.
type realMatrix struct {
	backend.Matrix[float64]
	pairs backend.Matrix[complex128]
}

func newRealMatrix(rows, cols int) realMatrix {
	return realMatrixOf(backend.NewMatrix[complex128](rows, (cols+1)/2), cols)
}

func realMatrixOf(pairs backend.Matrix[complex128], cols int) realMatrix {
	return realMatrix{
		Matrix: backend.Matrix[float64]{Rows: pairs.Rows, Cols: cols, Stride: 2 * pairs.Stride, Data: kernel.Reals[float64](pairs.Data)},
		pairs:  pairs,
	}
}

// multiply returns a·b.
func multiply(a backend.Matrix[float64], b realMatrix) realMatrix {
	m := newRealMatrix(a.Rows, b.Cols)
	m.multiply(a, b)
	return m
}

// multiply makes m the product a·b.
func (m realMatrix) multiply(a backend.Matrix[float64], b realMatrix) {
	product.Real(&kernel.For[float64]().Tiles, m.pairs, a, b.pairs)
}

// borrowed is matrices for a while, in memory that others use before and after.
type borrowed struct{ memory []*[]complex128 }

// matrix returns a matrix of elements that nobody set.
func (b *borrowed) matrix(rows, cols int) realMatrix {
	pairs := (cols + 1) / 2
	memory := passes.Scratch[complex128]().Get(rows * pairs)
	b.memory = append(b.memory, memory)
	return realMatrixOf(backend.MatrixOf(rows, pairs, *memory), cols)
}

func (b *borrowed) multiply(x backend.Matrix[float64], y realMatrix) realMatrix {
	m := b.matrix(x.Rows, y.Cols)
	m.multiply(x, y)
	return m
}

func (b *borrowed) transposed(m realMatrix) realMatrix {
	t := b.matrix(m.Cols, m.Rows)
	transpose(t.Matrix, m.Matrix)
	return t
}

// giveBack ends the life of all matrices.
func (b *borrowed) giveBack() {
	for _, m := range b.memory {
		passes.Scratch[complex128]().Put(m)
	}
	b.memory = nil
}

// rounded returns scale·m in another precision, its rows from the last to the first
// if reversed.
func rounded[R backend.Real](m backend.Matrix[float64], scale float64, reversed bool) backend.Matrix[R] {
	out := backend.NewMatrix[R](m.Rows, m.Cols)
	for i := range m.Rows {
		from := i
		if reversed {
			from = m.Rows - 1 - i
		}
		row := out.Row(i)
		for j, v := range m.Row(from) {
			row[j] = R(scale * v)
		}
	}
	return out
}

// realBytes is the size of R.
func realBytes[R backend.Real]() int64 {
	var r R
	return int64(unsafe.Sizeof(r))
}
