//go:build !race && !purego

package kernel

import "arago/internal/kernel/neon"

// neonPairs is the number of pairs of outputs that a pass of a prime radix makes at a time.
const neonPairs = 3

// Two vectors make a lane: an element is one cache line, and a butterfly has two
// independent halves.

func lanesDouble(set Set) Lanes[float64] {
	if set != NEON {
		return lanesPure[float64](4)
	}
	return Lanes[float64]{
		Width:       4,
		Pass:        withPrimes(4, neonPairs, neon.PassPrimeDouble, neon.PassDouble),
		LoadColumns: neon.LoadColumnsDouble, LoadRows: neon.LoadRowsDouble,
		StoreColumns: neon.StoreColumnsDouble, StoreRows: neon.StoreRowsDouble,
		Tiles:         neon.TilesDouble,
		ScaleElements: neon.ScaleElementsDouble, Spread: neon.SpreadDouble,
	}
}

func lanesSingle(set Set) Lanes[float32] {
	if set != NEON {
		return lanesPure[float32](8)
	}
	return Lanes[float32]{
		Width:       8,
		Pass:        withPrimes(8, neonPairs, neon.PassPrimeSingle, neon.PassSingle),
		LoadColumns: neon.LoadColumnsSingle, LoadRows: neon.LoadRowsSingle,
		StoreColumns: neon.StoreColumnsSingle, StoreRows: neon.StoreRowsSingle,
		Tiles:         neon.TilesSingle,
		ScaleElements: neon.ScaleElementsSingle, Spread: neon.SpreadSingle,
	}
}
