//go:build !race && !purego

package kernel

import (
	"arago/internal/kernel/neon"
	"arago/internal/kernel/pure"
)

// The loops serve from the fewest numbers that they do, which is not measured: there was no
// arm64 processor to do it on.

func pointwiseDouble(set Set) Pointwise[float64] {
	if set != NEON {
		return pointwisePure[float64]()
	}
	return vectors[float64]{
		neon.Unit, neon.Unit, neon.ScaleDouble, neon.ScaleRealDouble, neon.MultiplyInDouble, neon.MultiplyScaledDouble, neon.MultiplyRealDouble,
		neon.IntensityDouble, neon.SquareSumsDouble, neon.FoldDouble, neon.FoldMirroredDouble, neon.UnfoldMirroredDouble,
		neon.MultiplyWaveDouble, neon.WriteWaveDouble, &pure.Double.Sin[0], &pure.Double.Cos[0],
	}.pointwise()
}

func pointwiseSingle(set Set) Pointwise[float32] {
	if set != NEON {
		return pointwisePure[float32]()
	}
	return vectors[float32]{
		neon.Unit, neon.Unit, neon.ScaleSingle, neon.ScaleRealSingle, neon.MultiplyInSingle, neon.MultiplyScaledSingle, neon.MultiplyRealSingle,
		neon.IntensitySingle, neon.SquareSumsSingle, neon.FoldSingle, neon.FoldMirroredSingle, neon.UnfoldMirroredSingle,
		neon.MultiplyWaveSingle, neon.WriteWaveSingle, &pure.Single.Sin[0], &pure.Single.Cos[0],
	}.pointwise()
}
