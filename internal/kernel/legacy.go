package kernel

import "arago/internal/kernel/pure"

// Legacy holds the loops of the first pure Go back end, until the packed
// product and the planned transform take their place.
type Legacy[R float32 | float64] struct {
	Product                        func(m, n, k int, a []R, lda int, b []R, ldb int, c []R, ldc int)
	Radix2, Radix3, Radix4, Radix5 func(dst, src, tw []R, m, s int)
	RadixOdd                       func(dst, src, tw, roots []R, r, m, s int)
}

func legacyDouble() Legacy[float64] {
	return Legacy[float64]{pure.ProductDouble, pure.Radix2[float64], pure.Radix3[float64], pure.Radix4[float64], pure.Radix5[float64], pure.RadixOdd[float64]}
}

func legacySingle() Legacy[float32] {
	return Legacy[float32]{pure.ProductSingle, pure.Radix2[float32], pure.Radix3[float32], pure.Radix4[float32], pure.Radix5[float32], pure.RadixOdd[float32]}
}
