//go:build (!amd64 && !arm64) || race || purego

package kernel

func pointwiseDouble(set Set) Pointwise[float64] { return pointwisePure[float64]() }

func pointwiseSingle(set Set) Pointwise[float32] { return pointwisePure[float32]() }
