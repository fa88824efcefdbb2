package gonum

import (
	"arago/backend"
	"arago/internal/kernel"
	"arago/internal/parallel"
	"arago/internal/product"
)

// linear is Dot and Outer in one precision.
type linear[R backend.Real, C backend.Complex] struct{}

// Dot and DotReal are those of package product.
func (linear[R, C]) Dot(dst, a, b backend.Matrix[C]) {
	product.Complex(&kernel.For[R]().Tiles, dst, a, b)
}

func (linear[R, C]) DotReal(dst backend.Matrix[C], a backend.Matrix[R], b backend.Matrix[C]) {
	product.Real(&kernel.For[R]().Tiles, dst, a, b)
}

// DotFolded makes the parts of b while it packs it.
func (linear[R, C]) DotFolded(even, odd backend.Matrix[C], evenA, oddA backend.Matrix[R], b backend.Matrix[C]) {
	product.Folded(&kernel.For[R]().Tiles, even, odd, evenA, oddA, b)
}

// Outer writes or multiplies in the outer product of col and row. Go forms
// products of complex64 in double precision; the kernels do not.
func (linear[R, C]) Outer(dst backend.Matrix[C], col, row []C, mode backend.OuterMode) {
	if dst.Cols == 0 {
		return
	}
	table := kernel.For[R]()
	columns, factors := kernel.Reals[R](col), kernel.Reals[R](row)
	// Bands of about 64 kB: large enough to hand out, small enough to share evenly.
	parallel.Bands(dst.Rows, max(1, 4096/dst.Cols), func(from, to int) {
		for i := from; i < to; i++ {
			line, re, im := kernel.Reals[R](dst.Row(i)), columns[2*i], columns[2*i+1]
			if mode == backend.Write {
				table.Scale(line, factors, re, im)
			} else {
				table.MultiplyScaled(line, factors, re, im)
			}
		}
	})
}
