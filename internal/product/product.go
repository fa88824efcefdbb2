package product

import (
	"arago/backend"
	"arago/internal/kernel"
)

// Real computes dst = a·b for a real m×k matrix a and a complex k×n matrix b.
func Real[R backend.Real, C backend.Complex](t *kernel.Tiles[R], dst backend.Matrix[C], a backend.Matrix[R], b backend.Matrix[C]) {
	if tiny(a.Rows, a.Cols, b.Cols) {
		tinyReal(dst, a, b)
		return
	}
	run(t, []left[R]{realRows(t, dst, a)}, wholeRows(t, b))
}

// Complex computes dst = a·b for complex matrices.
func Complex[R backend.Real, C backend.Complex](t *kernel.Tiles[R], dst, a, b backend.Matrix[C]) {
	if tiny(a.Rows, a.Cols, b.Cols) {
		tinyComplex[R](dst, a, b)
		return
	}
	run(t, []left[R]{{
		rows: 2 * a.Rows, perRow: 2, depth: a.Cols, perColumn: 2, inner: t.ComplexInner,
		a: kernel.Reals[R](a.Data), lda: 2 * a.Stride, pack: t.PackComplexA,
		c: kernel.Reals[R](dst.Data), ldc: 2 * dst.Stride, multiply: t.MultiplyComplex, multiplyPacking: t.MultiplyComplexPacking,
	}}, wholeRows(t, b))
}

// Folded computes the products with the even and the odd part of b's columns
// about their middle,
//
//	even = evenA·e,  e_p = b_p + b_(k−1−p),  p = 0 … ⌈k/2⌉−1
//	odd  = oddA·o,   o_p = b_p − b_(k−1−p),  p = 0 … ⌊k/2⌋−1
//
// where the middle row of an odd k, which has no partner, is e_p itself. The sums
// and the differences are made as b is packed, so that b is read once. Either
// product may have no rows.
func Folded[R backend.Real, C backend.Complex](t *kernel.Tiles[R], even, odd backend.Matrix[C], evenA, oddA backend.Matrix[R], b backend.Matrix[C]) {
	run(t, []left[R]{realRows(t, even, evenA), realRows(t, odd, oddA)}, foldedRows(t, b))
}

func realRows[R backend.Real, C backend.Complex](t *kernel.Tiles[R], dst backend.Matrix[C], a backend.Matrix[R]) left[R] {
	return left[R]{
		rows: a.Rows, perRow: 1, depth: a.Cols, perColumn: 1, inner: t.Inner,
		a: a.Data, lda: a.Stride, pack: t.PackA,
		c: kernel.Reals[R](dst.Data), ldc: 2 * dst.Stride, multiply: t.Multiply, multiplyPacking: t.MultiplyPacking,
		multiplyFolding: t.MultiplyFolding,
	}
}

func wholeRows[R backend.Real, C backend.Complex](t *kernel.Tiles[R], b backend.Matrix[C]) right[R] {
	x, ldb := kernel.Reals[R](b.Data), 2*b.Stride
	return right[R]{columns: 2 * b.Cols, b: x, ldb: ldb, pack: func(panels [2][]R, depth, from, to, j, n int) {
		t.PackB(panels[0], depth, x[from*ldb+j:], ldb, to-from, n)
	}}
}

func foldedRows[R backend.Real, C backend.Complex](t *kernel.Tiles[R], b backend.Matrix[C]) right[R] {
	x, ldb := kernel.Reals[R](b.Data), 2*b.Stride
	middle := b.Rows / 2
	return right[R]{columns: 2 * b.Cols, b: x, ldb: ldb, folded: b.Rows, pack: func(panels [2][]R, depth, from, to, j, n int) {
		pairs := min(to, middle) - from
		if pairs > 0 {
			t.FoldB(panels[0], panels[1], depth, x[from*ldb+j:], x[(b.Rows-from-pairs)*ldb+j:], ldb, pairs, n)
		}
		if to > middle {
			t.PackB(panels[0][pairs*t.Columns:], depth, x[middle*ldb+j:], ldb, 1, n)
		}
	}}
}
