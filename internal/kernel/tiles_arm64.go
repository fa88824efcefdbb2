//go:build !race && !purego

package kernel

func tilesDouble(set Set) Tiles[float64] { return tilesPure[float64]() }

func tilesSingle(set Set) Tiles[float32] { return tilesPure[float32]() }
