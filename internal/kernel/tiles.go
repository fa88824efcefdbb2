package kernel

import "arago/internal/kernel/pure"

// Tiles are the loops of the packed matrix product (package product): the
// micro-kernels, which keep a tile of the result in registers, and what packs
// their operands into panels. The twins in package pure say how panels lie in
// memory. All counts and strides are in reals.
type Tiles[R float32 | float64] struct {
	// Rows and Columns are the size of a tile, and so of the panels. Both are even.
	Rows, Columns int

	// Inner is the number of columns of a and rows of b that are packed at a
	// time: a packed panel of Rows or of Columns, whichever the micro-kernel goes
	// over again and again, stays in the first-level cache. Height is the number
	// of packed rows that stay in the second-level cache, and Width the number of
	// packed columns that are made at a time. Height is a multiple of Rows, Width
	// of Columns.
	Inner, Height, Width int

	// ComplexInner is Inner for a complex a, and not above it.
	ComplexInner int

	// Multiply writes or adds the product of packed rows, m of them, and one
	// packed panel of columns to the m×n tiles of c. One call is at most Height
	// rows times Inner. See pure.Multiply and pure.MultiplyComplex.
	Multiply, MultiplyComplex func(c []R, ldc, m, n, k int, a, b []R, add bool)

	// MultiplyPacking and MultiplyComplexPacking are Multiply and MultiplyComplex by a
	// whole panel, and pack rows of the next ones on the way, as far as there is RoomBeside, the
	// others thereafter. MultiplyFolding is Multiply, and folds pairs of rows. See
	// pure.MultiplyPacking, pure.MultiplyComplexPacking and pure.MultiplyFolding. They are nil in
	// sets without them.
	MultiplyPacking, MultiplyComplexPacking func(c []R, ldc, m, k int, a, b []R, add bool, panel []R, depth int, next []R, ld, rows, panels int)
	MultiplyFolding                         func(c []R, ldc, m, k int, a, b []R, add bool, sum, difference []R, depth int, head, tail []R, ld, pairs, panels int)

	// PackA and PackComplexA make panels of rows. See pure.PackA and
	// pure.PackComplexA.
	PackA, PackComplexA func(panels, a []R, lda, m, k int)

	// PackB and FoldB make panels of columns. See pure.PackB and pure.FoldB.
	PackB func(panels []R, depth int, b []R, ldb, k, n int)
	FoldB func(sum, difference []R, depth int, head, tail []R, ld, k, n int)
}

// RoomBeside returns how many rows of panels MultiplyPacking has turns for beside m rows of
// depth k, and MultiplyFolding pairs of them: one in each turn of four steps of a full tile, but
// for the last turns, in which c is fetched. What is packed beyond that costs more there than
// in a call of PackB or FoldB.
func (t *Tiles[R]) RoomBeside(m, k int) int { return (m + 1) / t.Rows * max(0, k/4-t.Rows) }

// complexInner is ComplexInner of all sets. Each element is a sum of twice as many
// products as of a real matrix; the errors of sums over 128 columns are about a quarter smaller
// than over 256, and no larger than OpenBLAS's. In comparison with 192 it costs 2 % of the rate
// with AVX-512 in double precision, and nothing that could be measured in single
// precision, with AVX2 and in plain Go.
const complexInner = 128

// tilesPure returns the tiles in plain Go. Their blocks are made for small caches:
// a packed panel of columns is 8 KB in double precision, a block of rows or of
// columns 128 KB.
func tilesPure[R float32 | float64]() Tiles[R] {
	const rows, columns = pure.TileRows, pure.TileColumns
	return Tiles[R]{
		Rows: rows, Columns: columns, Inner: 256, ComplexInner: complexInner, Height: 32 * rows, Width: 16 * columns,
		Multiply: pure.Multiply2x4[R], MultiplyComplex: pure.MultiplyComplex2x4[R],
		PackA: pure.PackA[R](rows), PackComplexA: pure.PackComplexA[R](rows),
		PackB: pure.PackB[R](columns), FoldB: pure.FoldB[R](columns),
	}
}
