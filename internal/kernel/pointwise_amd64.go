//go:build !race && !purego

package kernel

import (
	"arago/internal/kernel/avx2"
	"arago/internal/kernel/avx512"
	"arago/internal/kernel/pure"
)

func pointwiseDouble(set Set) Pointwise[float64] {
	sin, cos := &pure.Double.Sin[0], &pure.Double.Cos[0]
	switch set {
	case AVX2:
		return vectors[float64]{
			4, avx2.ScaleDouble, avx2.ScaleRealDouble, avx2.MultiplyInDouble, avx2.MultiplyScaledDouble, avx2.MultiplyRealDouble,
			avx2.IntensityDouble, avx2.SquareSumsDouble, avx2.FoldDouble, avx2.FoldMirroredDouble, avx2.UnfoldMirroredDouble,
			avx2.MultiplyWaveDouble, avx2.WriteWaveDouble, sin, cos,
		}.pointwise()
	case AVX512:
		return vectors[float64]{
			8, avx512.ScaleDouble, avx512.ScaleRealDouble, avx512.MultiplyInDouble, avx512.MultiplyScaledDouble, avx512.MultiplyRealDouble,
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
			4, avx2.ScaleSingle, avx2.ScaleRealSingle, avx2.MultiplyInSingle, avx2.MultiplyScaledSingle, avx2.MultiplyRealSingle,
			avx2.IntensitySingle, avx2.SquareSumsSingle, avx2.FoldSingle, avx2.FoldMirroredSingle, avx2.UnfoldMirroredSingle,
			avx2.MultiplyWaveSingle, avx2.WriteWaveSingle, sin, cos,
		}.pointwise()
	case AVX512:
		return vectors[float32]{
			8, avx512.ScaleSingle, avx512.ScaleRealSingle, avx512.MultiplyInSingle, avx512.MultiplyScaledSingle, avx512.MultiplyRealSingle,
			avx512.IntensitySingle, avx512.SquareSumsSingle, avx512.FoldSingle, avx512.FoldMirroredSingle, avx512.UnfoldMirroredSingle,
			avx512.MultiplyWaveSingle, avx512.WriteWaveSingle, sin, cos,
		}.pointwise()
	}
	return pointwisePure[float32]()
}
