package kernel

import "arago/internal/kernel/pure"

// Legacy holds the loop of the first pure Go back end, until the packed
// product takes its place.
type Legacy[R float32 | float64] struct {
	Product func(m, n, k int, a []R, lda int, b []R, ldb int, c []R, ldc int)
}

func legacyDouble() Legacy[float64] { return Legacy[float64]{pure.ProductDouble} }

func legacySingle() Legacy[float32] { return Legacy[float32]{pure.ProductSingle} }
