package gonum

import (
	"arago/backend"
	"arago/internal/kernel"
	"arago/internal/parallel"
	"arago/internal/passes"
)

// linear is Dot and Outer in one precision.
type linear[R backend.Real, C backend.Complex] struct{}

// A product is cut into blocks of the destination, blockRows × blockCols, that
// goroutines take one by one, and each block into steps of blockInner along
// the inner size. Counted in reals, a packed block of b is 64×64: 32 kB in
// double precision, which stays in the first-level cache while the rows of a
// pass over it.
const (
	blockRows  = 192
	blockCols  = 32 // complex
	blockInner = 64 // real
)

// Dot computes a complex product as a real one. In memory a complex m×k matrix
// is a real m×2k matrix whose row holds re a_0, im a_0, re a_1, …; with
//
//	a·b = re(a)·b + im(a)·(i·b)
//
// a row of the result is the product of that row with the real 2k×2n matrix
// that holds b's rows and, after each of them, i times the row.
func (linear[R, C]) Dot(dst, a, b backend.Matrix[C]) {
	product(dst, realsOf[R](a), 2, b, func(packed []R, width, from, to, j0 int) {
		for k := from; k < to; k += 2 {
			row := kernel.Reals[R](b.Row(k / 2)[j0:])[:width]
			plain, turned := packed[(k-from)*width:][:width], packed[(k-from+1)*width:][:width]
			copy(plain, row)
			for j := 0; j+1 < width; j += 2 {
				turned[j], turned[j+1] = -row[j+1], row[j]
			}
		}
	})
}

// DotReal computes a real matrix times a complex one, which in memory is a
// real one of twice the columns.
func (linear[R, C]) DotReal(dst backend.Matrix[C], a backend.Matrix[R], b backend.Matrix[C]) {
	product(dst, a, 1, b, func(packed []R, width, from, to, j0 int) {
		for k := from; k < to; k++ {
			copy(packed[(k-from)*width:][:width], kernel.Reals[R](b.Row(k)[j0:]))
		}
	})
}

// realsOf returns the complex matrix m as the real matrix that it is in memory.
func realsOf[R backend.Real, C backend.Complex](m backend.Matrix[C]) backend.Matrix[R] {
	return backend.Matrix[R]{Rows: m.Rows, Cols: 2 * m.Cols, Stride: 2 * m.Stride, Data: kernel.Reals[R](m.Data)}
}

// product computes dst = a·b', where b' is the real matrix that pack makes
// from b: pack writes rows from … to−1 of b' into packed, as many columns as
// width says, starting with complex column j0 of b.
func product[R backend.Real, C backend.Complex](dst backend.Matrix[C], a backend.Matrix[R], inner int, b backend.Matrix[C],
	pack func(packed []R, width, from, to, j0 int)) {
	if dst.Rows == 0 || dst.Cols == 0 {
		return
	}
	k := inner * b.Rows
	table := kernel.For[R]()
	rowBlocks, colBlocks := blocks(dst.Rows, blockRows), blocks(dst.Cols, blockCols)
	parallel.Jobs(rowBlocks*colBlocks, func(next func() (int, bool)) {
		packed := passes.Scratch[R]().Get(2 * blockCols * blockInner)
		defer passes.Scratch[R]().Put(packed)
		for job, ok := next(); ok; job, ok = next() {
			i0, j0 := job%rowBlocks*blockRows, job/rowBlocks*blockCols
			i1, j1 := min(i0+blockRows, dst.Rows), min(j0+blockCols, dst.Cols)
			for i := i0; i < i1; i++ {
				clear(dst.Row(i)[j0:j1])
			}
			c := kernel.Reals[R](dst.Slice(i0, i1, j0, j1).Data)
			width := 2 * (j1 - j0)
			for from := 0; from < k; from += blockInner {
				to := min(from+blockInner, k)
				pack(*packed, width, from, to, j0)
				table.Product(i1-i0, width, to-from, a.Data[i0*a.Stride+from:], a.Stride, *packed, width, c, 2*dst.Stride)
			}
		}
	})
}

func blocks(n, size int) int { return (n + size - 1) / size }

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
