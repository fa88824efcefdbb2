package backend

import (
	"sync"

	"arago/internal/hugepage"
	"arago/internal/kernel"
	"arago/internal/parallel"
)

// foldBand is the number of pairs of elements that are folded at a time: 64 kB of
// each half in double precision.
const foldBand = 4096

// The even and the odd parts of one call; kept for the next one.
var partsDouble, partsSingle sync.Pool

// dotFolded is Core.DotFolded for a library that has only the product: the parts are
// made first.
func dotFolded[R Real, C Complex](linear Linear[R, C], even, odd Matrix[C], evenA, oddA Matrix[R], b Matrix[C]) {
	pool := &partsSingle
	if _, double := any(*new(C)).(complex128); double {
		pool = &partsDouble
	}
	memory, _ := pool.Get().(*[]C)
	if size := b.Rows * b.Cols; memory == nil || len(*memory) < size {
		memory = new(hugepage.Make[C](size, alignment))
	}
	defer pool.Put(memory)
	pairs, middle := b.Rows/2, b.Rows-b.Rows/2
	sum := MatrixOf(middle, b.Cols, (*memory)[:middle*b.Cols])
	difference := MatrixOf(pairs, b.Cols, (*memory)[middle*b.Cols:][:pairs*b.Cols])
	if middle > pairs {
		copy(sum.Row(pairs), b.Row(pairs))
	}
	fold := kernel.For[R]().Fold
	parallel.Bands(pairs, max(1, foldBand/max(1, b.Cols)), func(from, to int) {
		for p := from; p < to; p++ {
			fold(kernel.Reals[R](sum.Row(p)), kernel.Reals[R](difference.Row(p)),
				kernel.Reals[R](b.Row(p)), kernel.Reals[R](b.Row(b.Rows-1-p)))
		}
	})
	linear.DotReal(even, evenA, sum)
	linear.DotReal(odd, oddA, difference)
}
