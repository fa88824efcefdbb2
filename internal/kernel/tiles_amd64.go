//go:build !race && !purego

package kernel

import (
	"arago/internal/kernel/avx2"
	"arago/internal/kernel/avx512"
	"arago/internal/kernel/pure"
)

// The block sizes are those of the highest rate, or within the noise of it, for square and
// thin products on one and two cores of a Xeon of the Sapphire Rapids generation
// (48 KiB and 2 MiB of cache per core), of steps of 64 to 320, heights of 12 to 48 and
// widths of 4 to 44 panels. Of all these only the step matters: a panel of columns, which
// each tile goes over, a panel of rows and what is packed beside them fit in
// the first-level cache up to 144 steps with AVX-512, where a panel of columns is 27 KiB. Steps of
// 192 were 5 % slower for 40×512×2048 reals, and as fast for square products. With
// AVX2, where the panel is half as large, steps of 144 were 2 % faster than 256 for
// the thin product. Packed rows and columns together are at most 648 KiB.
const (
	avx2Inner, avx2Height, avx2Width       = 144, 24 * 4, 16 // Width in panels
	avx512Inner, avx512Height, avx512Width = 144, 24 * 8, 16
)

func tilesDouble(set Set) Tiles[float64] {
	switch set {
	case AVX2:
		return Tiles[float64]{
			Rows: 4, Columns: 12, Inner: avx2Inner, ComplexInner: complexInner, Height: avx2Height, Width: avx2Width * 12,
			Multiply: avx2.MultiplyDouble, MultiplyComplex: avx2.MultiplyComplexDouble,
			MultiplyPacking: avx2.MultiplyPackingDouble, MultiplyComplexPacking: avx2.MultiplyComplexPackingDouble,
			MultiplyFolding: avx2.MultiplyFoldingDouble,
			PackA:           panelsThen(4, 1, avx2.PackADouble, pure.PackA[float64](4)),
			PackComplexA:    panelsThen(4, 2, avx2.PackComplexADouble, pure.PackComplexA[float64](4)),
			PackB:           avx2.PackBDouble, FoldB: avx2.FoldBDouble,
		}
	case AVX512:
		return Tiles[float64]{
			Rows: 8, Columns: 24, Inner: avx512Inner, ComplexInner: complexInner, Height: avx512Height, Width: avx512Width * 24,
			Multiply: avx512.MultiplyDouble, MultiplyComplex: avx512.MultiplyComplexDouble,
			MultiplyPacking: avx512.MultiplyPackingDouble, MultiplyComplexPacking: avx512.MultiplyComplexPackingDouble,
			MultiplyFolding: avx512.MultiplyFoldingDouble,
			PackA:           panelsThen(8, 1, avx512.PackADouble, pure.PackA[float64](8)),
			PackComplexA:    panelsThen(8, 2, avx512.PackComplexADouble, pure.PackComplexA[float64](8)),
			PackB:           avx512.PackBDouble, FoldB: avx512.FoldBDouble,
		}
	}
	return tilesPure[float64]()
}

func tilesSingle(set Set) Tiles[float32] {
	switch set {
	case AVX2:
		return Tiles[float32]{
			Rows: 4, Columns: 24, Inner: avx2Inner, ComplexInner: complexInner, Height: avx2Height, Width: avx2Width * 24,
			Multiply: avx2.MultiplySingle, MultiplyComplex: avx2.MultiplyComplexSingle,
			MultiplyPacking: avx2.MultiplyPackingSingle, MultiplyComplexPacking: avx2.MultiplyComplexPackingSingle,
			MultiplyFolding: avx2.MultiplyFoldingSingle,
			PackA:           panelsThen(4, 1, avx2.PackASingle, pure.PackA[float32](4)),
			PackComplexA:    panelsThen(4, 2, avx2.PackComplexASingle, pure.PackComplexA[float32](4)),
			PackB:           avx2.PackBSingle, FoldB: avx2.FoldBSingle,
		}
	case AVX512:
		return Tiles[float32]{
			Rows: 8, Columns: 48, Inner: avx512Inner, ComplexInner: complexInner, Height: avx512Height, Width: avx512Width * 48,
			Multiply: avx512.MultiplySingle, MultiplyComplex: avx512.MultiplyComplexSingle,
			MultiplyPacking: avx512.MultiplyPackingSingle, MultiplyComplexPacking: avx512.MultiplyComplexPackingSingle,
			MultiplyFolding: avx512.MultiplyFoldingSingle,
			PackA:           panelsThen(8, 1, avx512.PackASingle, pure.PackA[float32](8)),
			PackComplexA:    panelsThen(8, 2, avx512.PackComplexASingle, pure.PackComplexA[float32](8)),
			PackB:           avx512.PackBSingle, FoldB: avx512.FoldBSingle,
		}
	}
	return tilesPure[float32]()
}
