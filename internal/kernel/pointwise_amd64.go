//go:build !race && !purego

package kernel

import (
	"arago/internal/kernel/avx2"
	"arago/internal/kernel/avx512"
	"arago/internal/kernel/pure"
)

// The numbers of complex numbers that the loops do at a time, and from which on they
// are faster than their twins (bench/, go run . kernels --only pointwise, on one core
// of a Xeon of the Sapphire Rapids generation). With AVX2 calls of 4 to 7 are not:
// Fold of 4 takes 12.8 ns instead of 9.9, Phasor 71 instead of 66; of 8 they take 11.3
// instead of 12.5, and 74 instead of 126.
const (
	avx2Unit, avx2Least     = 4, 8
	avx512Unit, avx512Least = 8, 8
)

func pointwiseDouble(set Set) Pointwise[float64] {
	sin, cos := &pure.Double.Sin[0], &pure.Double.Cos[0]
	switch set {
	case AVX2:
		return vectors[float64]{
			avx2Unit, avx2Least, avx2.ScaleDouble, avx2.ScaleRealDouble, avx2.MultiplyInDouble, avx2.MultiplyScaledDouble, avx2.MultiplyRealDouble,
			avx2.IntensityDouble, avx2.SquareSumsDouble, avx2.FoldDouble, avx2.FoldMirroredDouble, avx2.UnfoldMirroredDouble,
			avx2.MultiplyWaveDouble, avx2.WriteWaveDouble, sin, cos,
		}.pointwise()
	case AVX512:
		return vectors[float64]{
			avx512Unit, avx512Least, avx512.ScaleDouble, avx512.ScaleRealDouble, avx512.MultiplyInDouble, avx512.MultiplyScaledDouble, avx512.MultiplyRealDouble,
			avx512.IntensityDouble, avx512.SquareSumsDouble, avx512.FoldDouble, avx512.FoldMirroredDouble, avx512.UnfoldMirroredDouble,
			avx512.MultiplyWaveDouble, avx512.WriteWaveDouble, sin, cos,
		}.pointwise()
	}
	return pointwisePure[float64]()
}

func pointwiseSingle(set Set) Pointwise[float32] {
	sin, cos := &pure.Single.Sin[0], &pure.Single.Cos[0]
	switch set {
	case AVX2:
		return vectors[float32]{
			avx2Unit, avx2Least, avx2.ScaleSingle, avx2.ScaleRealSingle, avx2.MultiplyInSingle, avx2.MultiplyScaledSingle, avx2.MultiplyRealSingle,
			avx2.IntensitySingle, avx2.SquareSumsSingle, avx2.FoldSingle, avx2.FoldMirroredSingle, avx2.UnfoldMirroredSingle,
			avx2.MultiplyWaveSingle, avx2.WriteWaveSingle, sin, cos,
		}.pointwise()
	case AVX512:
		return vectors[float32]{
			avx512Unit, avx512Least, avx512.ScaleSingle, avx512.ScaleRealSingle, avx512.MultiplyInSingle, avx512.MultiplyScaledSingle, avx512.MultiplyRealSingle,
			avx512.IntensitySingle, avx512.SquareSumsSingle, avx512.FoldSingle, avx512.FoldMirroredSingle, avx512.UnfoldMirroredSingle,
			avx512.MultiplyWaveSingle, avx512.WriteWaveSingle, sin, cos,
		}.pointwise()
	}
	return pointwisePure[float32]()
}
