package kernel

import "arago/internal/kernel/pure"

// Tiles are the loops of the packed matrix product (package product): the
// micro-kernels, which keep a tile of the result in registers, and what packs
// their operands.
type Tiles[R float32 | float64] struct {
	// Rows and Columns are the size of a tile, in reals.
	Rows, Columns int
	// Tile adds the product of two packed panels to a tile of c. See pure.Tile.
	Tile func(rows, columns, k int, a, b, c []R, ldc int)
}

func tilesPure[R float32 | float64]() Tiles[R] {
	return Tiles[R]{Rows: 4, Columns: 4, Tile: pure.Tile[R]}
}
