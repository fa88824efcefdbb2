//go:build !race && !purego

package kernel_test

import (
	"slices"
	"testing"

	"arago/internal/guarded"
	"arago/internal/kernel"
	"arago/internal/kernel/avx2"
	"arago/internal/kernel/avx512"
)

func TestEveryTransposedStoreForLargeMatricesAgreesWithItsTwin(t *testing.T) {
	if slices.Contains(kernel.Sets(), kernel.AVX2) {
		double, single := newLaneRooms[float64](t, kernel.AVX2, 0), newLaneRooms[float32](t, kernel.AVX2, 0)
		checkTransposedStores(double, avx2.TilesAheadDouble, 3, guarded.AtEnd, guarded.AtStart, 1, 3)
		checkTransposedStores(single, avx2.TilesAheadSingle, 3, guarded.AtEnd, guarded.AtStart, 1, 3)
		checkTransposedStores(double, avx2.TilesStreamDouble, 0, guarded.AtEnd, guarded.AtStart)
		checkTransposedStores(single, avx2.TilesStreamSingle, 0, guarded.AtEnd, guarded.AtStart)
	}
	if slices.Contains(kernel.Sets(), kernel.AVX512) {
		double, single := newLaneRooms[float64](t, kernel.AVX512, 0), newLaneRooms[float32](t, kernel.AVX512, 0)
		checkTransposedStores(double, avx512.TilesAheadDouble, 3, guarded.AtEnd, guarded.AtStart, 1, 3)
		checkTransposedStores(single, avx512.TilesAheadSingle, 3, guarded.AtEnd, guarded.AtStart, 1, 3)
		checkTransposedStores(double, avx512.TilesStreamDouble, 0, guarded.AtEnd, guarded.AtStart)
		checkTransposedStores(single, avx512.TilesStreamSingle, 0, guarded.AtEnd, guarded.AtStart)
	}
}
