//go:build !race && !purego

package kernel

import (
	"arago/internal/kernel/avx2"
	"arago/internal/kernel/avx512"
	"arago/internal/kernel/pure"
)

func tilesDouble(set Set) Tiles[float64] {
	switch set {
	case AVX2:
		return Tiles[float64]{
			Rows: 4, Columns: 12, Inner: 256, Height: 96, Width: 96,
			Multiply: avx2.MultiplyDouble, MultiplyComplex: avx2.MultiplyComplexDouble,
			PackA:        panelsThen(4, 1, avx2.PackADouble, pure.PackA[float64](4)),
			PackComplexA: panelsThen(4, 2, avx2.PackComplexADouble, pure.PackComplexA[float64](4)),
			PackB:        avx2.PackBDouble, FoldB: avx2.FoldBDouble,
		}
	case AVX512:
		return Tiles[float64]{
			Rows: 8, Columns: 24, Inner: 256, Height: 192, Width: 192,
			Multiply: avx512.MultiplyDouble, MultiplyComplex: avx512.MultiplyComplexDouble,
			PackA:        panelsThen(8, 1, avx512.PackADouble, pure.PackA[float64](8)),
			PackComplexA: panelsThen(8, 2, avx512.PackComplexADouble, pure.PackComplexA[float64](8)),
			PackB:        avx512.PackBDouble, FoldB: avx512.FoldBDouble,
		}
	}
	return tilesPure[float64]()
}

func tilesSingle(set Set) Tiles[float32] {
	switch set {
	case AVX2:
		return Tiles[float32]{
			Rows: 4, Columns: 24, Inner: 256, Height: 96, Width: 192,
			Multiply: avx2.MultiplySingle, MultiplyComplex: avx2.MultiplyComplexSingle,
			PackA:        panelsThen(4, 1, avx2.PackASingle, pure.PackA[float32](4)),
			PackComplexA: panelsThen(4, 2, avx2.PackComplexASingle, pure.PackComplexA[float32](4)),
			PackB:        avx2.PackBSingle, FoldB: avx2.FoldBSingle,
		}
	case AVX512:
		return Tiles[float32]{
			Rows: 8, Columns: 48, Inner: 256, Height: 192, Width: 384,
			Multiply: avx512.MultiplySingle, MultiplyComplex: avx512.MultiplyComplexSingle,
			PackA:        panelsThen(8, 1, avx512.PackASingle, pure.PackA[float32](8)),
			PackComplexA: panelsThen(8, 2, avx512.PackComplexASingle, pure.PackComplexA[float32](8)),
			PackB:        avx512.PackBSingle, FoldB: avx512.FoldBSingle,
		}
	}
	return tilesPure[float32]()
}

// panelsThen packs whole panels of rows with one function and the rows that are
// left over with another; perRow of the rows are one of the matrix.
func panelsThen[R float32 | float64](rows, perRow int, whole, rest func(panels, a []R, lda, m, k int)) func(panels, a []R, lda, m, k int) {
	return func(panels, a []R, lda, m, k int) {
		full := m / rows * rows
		whole(panels, a, lda, full, k)
		if full < m {
			rest(panels[full*k:], a[full/perRow*lda:], lda, m-full, k)
		}
	}
}
