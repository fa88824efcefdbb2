//go:build !race && !purego

package kernel

import (
	"arago/internal/kernel/neon"
	"arago/internal/kernel/pure"
)

// The block sizes are chosen by reasoning, not by measurement, for the cores of
// arm64 differ more than any of them from the mean: a packed panel of columns is
// 16 KiB, a quarter of a first-level cache of 64 KiB or half of one of 32 KiB;
// 144 packed rows are 288 KiB in double and 144 KiB in single precision, at most
// three quarters of a second-level cache of 512 KiB, together with the panel.
const (
	neonInner  = 256
	neonHeight = 24 * neon.Rows
	neonPanels = 8 // of columns
)

func tilesDouble(set Set) Tiles[float64] {
	if set != NEON {
		return tilesPure[float64]()
	}
	return Tiles[float64]{
		Rows: neon.Rows, Columns: neon.ColumnsDouble,
		Inner: neonInner, ComplexInner: complexInner, Height: neonHeight, Width: neonPanels * neon.ColumnsDouble,
		Multiply: neon.MultiplyDouble, MultiplyComplex: neon.MultiplyComplexDouble,
		PackA:        panelsThen(neon.Rows, 1, neon.PackADouble, pure.PackA[float64](neon.Rows)),
		PackComplexA: panelsThen(neon.Rows, 2, neon.PackComplexADouble, pure.PackComplexA[float64](neon.Rows)),
		PackB:        neon.PackBDouble, FoldB: neon.FoldBDouble,
	}
}

func tilesSingle(set Set) Tiles[float32] {
	if set != NEON {
		return tilesPure[float32]()
	}
	return Tiles[float32]{
		Rows: neon.Rows, Columns: neon.ColumnsSingle,
		Inner: neonInner, ComplexInner: complexInner, Height: neonHeight, Width: neonPanels * neon.ColumnsSingle,
		Multiply: neon.MultiplySingle, MultiplyComplex: neon.MultiplyComplexSingle,
		PackA:        panelsThen(neon.Rows, 1, neon.PackASingle, pure.PackA[float32](neon.Rows)),
		PackComplexA: panelsThen(neon.Rows, 2, neon.PackComplexASingle, pure.PackComplexA[float32](neon.Rows)),
		PackB:        neon.PackBSingle, FoldB: neon.FoldBSingle,
	}
}
