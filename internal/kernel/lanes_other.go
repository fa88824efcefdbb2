//go:build (!amd64 && !arm64) || race || purego

package kernel

func lanesDouble(set Set) Lanes[float64] { return lanesPure[float64](4) }

func lanesSingle(set Set) Lanes[float32] { return lanesPure[float32](8) }
