//go:build !race && !purego

package kernel

import (
	"unsafe"

	"arago/internal/kernel/avx2"
	"arago/internal/kernel/avx512"
	"arago/internal/kernel/pure"
)

func lanesDouble(set Set) Lanes[float64] {
	switch set {
	case AVX512:
		return Lanes[float64]{
			Width: 8,
			Pass: withPrimes(8, 6, avx512.PassPrimeDouble, [MaxRadix + 1]func(dst, src, tw []float64, blocks, span, from, to int){
				2: avx512.Pass2Double, 3: avx512.Pass3Double, 4: avx512.Pass4Double, 5: avx512.Pass5Double,
				6: avx512.Pass6Double, 7: avx512.Pass7Double, 8: avx512.Pass8Double, 9: avx512.Pass9Double,
				10: avx512.Pass10Double, 11: avx512.Pass11Double, 12: avx512.Pass12Double, 13: avx512.Pass13Double,
				14: avx512.Pass14Double, 15: avx512.Pass15Double, 16: avx512.Pass16Double,
			}),
			First: [naturalRadix + 1]func(dst, src []float64, count, dstSpan, srcSpan int){
				2: avx512.First2Double, 3: avx512.First3Double, 4: avx512.First4Double, 5: avx512.First5Double,
				6: avx512.First6Double, 8: avx512.First8Double, 9: avx512.First9Double, 10: avx512.First10Double,
				12: avx512.First12Double, 15: avx512.First15Double, 16: avx512.First16Double,
			},
			FirstColumns: [naturalRadix + 1]func(dst, src []float64, stride, count, dstSpan, srcSpan int, turned bool){
				2: avx512.FirstColumns2Double, 3: avx512.FirstColumns3Double, 4: avx512.FirstColumns4Double, 5: avx512.FirstColumns5Double,
				6: avx512.FirstColumns6Double, 8: avx512.FirstColumns8Double, 9: avx512.FirstColumns9Double, 10: avx512.FirstColumns10Double,
				12: avx512.FirstColumns12Double, 15: avx512.FirstColumns15Double, 16: avx512.FirstColumns16Double,
			},
			Natural: [naturalRadix + 1]func(x, tw []float64, first, blocks, span int){
				2: avx512.Natural2Double, 3: avx512.Natural3Double, 4: avx512.Natural4Double, 5: avx512.Natural5Double,
				6: avx512.Natural6Double, 8: avx512.Natural8Double, 9: avx512.Natural9Double, 10: avx512.Natural10Double,
				12: avx512.Natural12Double, 15: avx512.Natural15Double, 16: avx512.Natural16Double,
			},
			LoadColumns: avx512.LoadColumnsDouble, StoreColumns: columnsByStride(avx512.StoreColumnsDouble, avx512.StoreFarColumnsDouble),
			LoadRows:  loadGroups(4, avx512.LoadRowsDouble, pure.LoadRows[float64](8)),
			StoreRows: storeGroups(4, avx512.StoreRowsDouble, pure.StoreRows[float64](8)),
			Tiles:     tilesBySize(avx512.TilesDouble, avx512.TilesAheadDouble, avx512.TilesStreamDouble), ScaleElements: avx512.ScaleElementsDouble, Spread: avx512.SpreadDouble,
		}
	case AVX2:
		return Lanes[float64]{
			Width: 4,
			Pass: withPrimes(4, 3, avx2.PassPrimeDouble, [MaxRadix + 1]func(dst, src, tw []float64, blocks, span, from, to int){
				2: avx2.Pass2Double, 3: avx2.Pass3Double, 4: avx2.Pass4Double, 5: avx2.Pass5Double,
				6: avx2.Pass6Double, 7: avx2.Pass7Double, 8: avx2.Pass8Double, 9: avx2.Pass9Double,
				10: avx2.Pass10Double, 11: avx2.Pass11Double, 12: avx2.Pass12Double, 13: avx2.Pass13Double,
				14: avx2.Pass14Double, 15: avx2.Pass15Double, 16: avx2.Pass16Double,
			}),
			First: [naturalRadix + 1]func(dst, src []float64, count, dstSpan, srcSpan int){
				2: avx2.First2Double, 3: avx2.First3Double, 4: avx2.First4Double, 5: avx2.First5Double,
				6: avx2.First6Double, 8: avx2.First8Double, 9: avx2.First9Double, 10: avx2.First10Double,
				12: avx2.First12Double, 15: avx2.First15Double, 16: avx2.First16Double,
			},
			Natural: [naturalRadix + 1]func(x, tw []float64, first, blocks, span int){
				2: avx2.Natural2Double, 3: avx2.Natural3Double, 4: avx2.Natural4Double, 5: avx2.Natural5Double,
				6: avx2.Natural6Double, 8: avx2.Natural8Double, 9: avx2.Natural9Double, 10: avx2.Natural10Double,
				12: avx2.Natural12Double, 15: avx2.Natural15Double, 16: avx2.Natural16Double,
			},
			LoadColumns: avx2.LoadColumnsDouble, StoreColumns: columnsByStride(avx2.StoreColumnsDouble, avx2.StoreFarColumnsDouble),
			LoadRows:  loadGroups(2, avx2.LoadRowsDouble, pure.LoadRows[float64](4)),
			StoreRows: storeGroups(2, avx2.StoreRowsDouble, pure.StoreRows[float64](4)),
			Tiles:     tilesBySize(avx2.TilesDouble, avx2.TilesAheadDouble, avx2.TilesStreamDouble), ScaleElements: avx2.ScaleElementsDouble, Spread: avx2.SpreadDouble,
		}
	}
	return lanesPure[float64](4)
}

func lanesSingle(set Set) Lanes[float32] {
	switch set {
	case AVX512:
		return Lanes[float32]{
			Width: 16,
			Pass: withPrimes(16, 6, avx512.PassPrimeSingle, [MaxRadix + 1]func(dst, src, tw []float32, blocks, span, from, to int){
				2: avx512.Pass2Single, 3: avx512.Pass3Single, 4: avx512.Pass4Single, 5: avx512.Pass5Single,
				6: avx512.Pass6Single, 7: avx512.Pass7Single, 8: avx512.Pass8Single, 9: avx512.Pass9Single,
				10: avx512.Pass10Single, 11: avx512.Pass11Single, 12: avx512.Pass12Single, 13: avx512.Pass13Single,
				14: avx512.Pass14Single, 15: avx512.Pass15Single, 16: avx512.Pass16Single,
			}),
			First: [naturalRadix + 1]func(dst, src []float32, count, dstSpan, srcSpan int){
				2: avx512.First2Single, 3: avx512.First3Single, 4: avx512.First4Single, 5: avx512.First5Single,
				6: avx512.First6Single, 8: avx512.First8Single, 9: avx512.First9Single, 10: avx512.First10Single,
				12: avx512.First12Single, 15: avx512.First15Single, 16: avx512.First16Single,
			},
			FirstColumns: [naturalRadix + 1]func(dst, src []float32, stride, count, dstSpan, srcSpan int, turned bool){
				2: avx512.FirstColumns2Single, 3: avx512.FirstColumns3Single, 4: avx512.FirstColumns4Single, 5: avx512.FirstColumns5Single,
				6: avx512.FirstColumns6Single, 8: avx512.FirstColumns8Single, 9: avx512.FirstColumns9Single, 10: avx512.FirstColumns10Single,
				12: avx512.FirstColumns12Single, 15: avx512.FirstColumns15Single, 16: avx512.FirstColumns16Single,
			},
			Natural: [naturalRadix + 1]func(x, tw []float32, first, blocks, span int){
				2: avx512.Natural2Single, 3: avx512.Natural3Single, 4: avx512.Natural4Single, 5: avx512.Natural5Single,
				6: avx512.Natural6Single, 8: avx512.Natural8Single, 9: avx512.Natural9Single, 10: avx512.Natural10Single,
				12: avx512.Natural12Single, 15: avx512.Natural15Single, 16: avx512.Natural16Single,
			},
			LoadColumns: avx512.LoadColumnsSingle, StoreColumns: columnsByStride(avx512.StoreColumnsSingle, avx512.StoreFarColumnsSingle),
			LoadRows:  loadGroups(8, avx512.LoadRowsSingle, pure.LoadRows[float32](16)),
			StoreRows: storeGroups(8, rowsBySets(16, avx512.StoreRowsSingle, avx512.StoreHalfRowsSingle), pure.StoreRows[float32](16)),
			Tiles:     tilesBySize(avx512.TilesSingle, avx512.TilesAheadSingle, avx512.TilesStreamSingle), ScaleElements: avx512.ScaleElementsSingle, Spread: avx512.SpreadSingle,
		}
	case AVX2:
		return Lanes[float32]{
			Width: 8,
			Pass: withPrimes(8, 3, avx2.PassPrimeSingle, [MaxRadix + 1]func(dst, src, tw []float32, blocks, span, from, to int){
				2: avx2.Pass2Single, 3: avx2.Pass3Single, 4: avx2.Pass4Single, 5: avx2.Pass5Single,
				6: avx2.Pass6Single, 7: avx2.Pass7Single, 8: avx2.Pass8Single, 9: avx2.Pass9Single,
				10: avx2.Pass10Single, 11: avx2.Pass11Single, 12: avx2.Pass12Single, 13: avx2.Pass13Single,
				14: avx2.Pass14Single, 15: avx2.Pass15Single, 16: avx2.Pass16Single,
			}),
			First: [naturalRadix + 1]func(dst, src []float32, count, dstSpan, srcSpan int){
				2: avx2.First2Single, 3: avx2.First3Single, 4: avx2.First4Single, 5: avx2.First5Single,
				6: avx2.First6Single, 8: avx2.First8Single, 9: avx2.First9Single, 10: avx2.First10Single,
				12: avx2.First12Single, 15: avx2.First15Single, 16: avx2.First16Single,
			},
			Natural: [naturalRadix + 1]func(x, tw []float32, first, blocks, span int){
				2: avx2.Natural2Single, 3: avx2.Natural3Single, 4: avx2.Natural4Single, 5: avx2.Natural5Single,
				6: avx2.Natural6Single, 8: avx2.Natural8Single, 9: avx2.Natural9Single, 10: avx2.Natural10Single,
				12: avx2.Natural12Single, 15: avx2.Natural15Single, 16: avx2.Natural16Single,
			},
			LoadColumns: avx2.LoadColumnsSingle, StoreColumns: columnsByStride(avx2.StoreColumnsSingle, avx2.StoreFarColumnsSingle),
			LoadRows:  loadGroups(4, avx2.LoadRowsSingle, pure.LoadRows[float32](8)),
			StoreRows: storeGroups(4, avx2.StoreRowsSingle, pure.StoreRows[float32](8)),
			Tiles:     tilesBySize(avx2.TilesSingle, avx2.TilesAheadSingle, avx2.TilesStreamSingle), ScaleElements: avx2.ScaleElementsSingle, Spread: avx2.SpreadSingle,
		}
	}
	return lanesPure[float32](8)
}

// Thresholds in bytes, measured on one core of a Xeon of the Sapphire Rapids generation
// (2 MiB of second-level cache) with n×n numbers: ns per element of all lanes, in AVX-512 double
// and single precision, then in AVX2.
const (
	// farStride is the stride of rows from which on storing columns prefetches
	// rows. Stride 16 KiB: 7.2 7.1 5.3 5.5 without and 7.3 7.0 5.1 5.2 with; 32 KiB: 8.4 20.9 6.8
	// 8.7 and 7.7 10.0 5.5 7.0; 64 KiB in double precision: 24.4 15.0 and 12.9 12.1.
	farStride = 32 << 10
	// tilesAhead is the size of the destination from which on transposed stores
	// prefetch the next tile. n = 256, 1 MiB and less: 2.2 2.7 1.4 1.9 without and 2.4 2.8 1.3 1.6 with;
	// 512: 4.5 3.9 4.2 2.0 and 4.2 3.6 2.4 1.7; 1024: 18.3 13.4 15.7 13.0 and 6.2 5.2 2.9 2.6.
	tilesAhead = 2 << 20
	// tilesStream is the size from which on they write past the caches. It is found from whole
	// transforms, for the next pass must fetch what they write, and finds the caches as it left
	// them. Rates with it over those without: 256 MiB 1.16 and 1.23 (AVX-512, AVX2), 128 MiB 1.08
	// and 1.17, 69 MiB 1.15, 64 MiB 1.05 and 1.06, 56 MiB 1.01, on two cores .92, 16 MiB .9.
	tilesStream = 64 << 20
)

// columnsByStride returns StoreColumns of two kernels, the second one for rows far apart.
func columnsByStride[R float32 | float64](near, far func(dst []R, stride int, x []R, from []int32, turned bool)) func(dst []R, stride int, x []R, from []int32, turned bool) {
	return func(dst []R, stride int, x []R, from []int32, turned bool) {
		if stride*int(unsafe.Sizeof(*new(R))) < farStride {
			near(dst, stride, x, from, turned)
		} else {
			far(dst, stride, x, from, turned)
		}
	}
}

// tilesBySize returns Tiles of three kernels, for destinations of growing size.
func tilesBySize[R float32 | float64](plain, ahead, stream func(dst []R, stride int, rows []int32, x []R, from []int32)) func(dst []R, stride int, rows []int32, x []R, from []int32) {
	const line = 64 // of the caches, in bytes
	return func(dst []R, stride int, rows []int32, x []R, from []int32) {
		var r R
		size := int(unsafe.Sizeof(r))
		switch bytes := len(dst) * size; {
		case bytes < tilesAhead:
			plain(dst, stride, rows, x, from)
		case bytes < tilesStream || uintptr(unsafe.Pointer(unsafe.SliceData(dst)))%line != 0 || stride*size%line != 0:
			ahead(dst, stride, rows, x, from)
		default:
			stream(dst, stride, rows, x, from)
		}
	}
}

// loadGroups returns LoadRows of a kernel that moves whole groups of elements
// and of its twin for what is left.
func loadGroups[R float32 | float64](group int, kernel, twin func(x, src []R, stride int, at []int32, turned bool)) func(x, src []R, stride int, at []int32, turned bool) {
	return func(x, src []R, stride int, at []int32, turned bool) {
		n := len(at) &^ (group - 1)
		if n > 0 {
			kernel(x, src, stride, at[:n], turned)
		}
		if n < len(at) {
			twin(x, src[2*n:], stride, at[n:], turned)
		}
	}
}

const (
	// setPeriod is the distance in bytes of addresses of the same set of the first-level cache.
	// Where the rows are a multiple of it apart they are stored by halves in AVX-512, single precision:
	// whole transforms of 512² and 1024² numbers on one core took 1.44 and 1.64 ns per number
	// with it and 1.54 and 1.76 without.
	setPeriod = 4 << 10
	// halfElements is the number of elements of which one half of the rows is stored before the
	// other one: they stay in the first-level cache.
	halfElements = 128
)

// rowsBySets returns StoreRows of two kernels, the second one for half of the rows: where all of
// them begin in the same set of the first-level cache, that does not hold a line of each.
func rowsBySets[R float32 | float64](width int, all, half func(dst []R, stride int, x []R, from []int32, turned bool)) func(dst []R, stride int, x []R, from []int32, turned bool) {
	return func(dst []R, stride int, x []R, from []int32, turned bool) {
		if stride*int(unsafe.Sizeof(*new(R)))%setPeriod != 0 {
			all(dst, stride, x, from, turned)
			return
		}
		for len(from) > 0 {
			n := min(halfElements, len(from))
			half(dst, stride, x, from[:n], turned)
			half(dst[width/2*stride:], stride, x[width/2:], from[:n], turned)
			dst, from = dst[2*n:], from[n:]
		}
	}
}

// storeGroups is the like for StoreRows.
func storeGroups[R float32 | float64](group int, kernel, twin func(dst []R, stride int, x []R, from []int32, turned bool)) func(dst []R, stride int, x []R, from []int32, turned bool) {
	return func(dst []R, stride int, x []R, from []int32, turned bool) {
		n := len(from) &^ (group - 1)
		if n > 0 {
			kernel(dst, stride, x, from[:n], turned)
		}
		if n < len(from) {
			twin(dst[2*n:], stride, x, from[n:], turned)
		}
	}
}
