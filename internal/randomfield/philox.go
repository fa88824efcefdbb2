package randomfield

import (
	"math"
	"math/bits"
)

// philox returns 128 random bits for a counter of 128 bits and a key of 64: the generator
// Philox4x32-10 of J. K. Salmon et al., "Parallel random numbers: as easy as 1, 2, 3",
// SC11 (2011), figure 2.
func philox(c0, c1, c2, c3, k0, k1 uint32) (uint32, uint32, uint32, uint32) {
	for range 10 {
		high0, low0 := bits.Mul32(0xD2511F53, c0)
		high1, low1 := bits.Mul32(0xCD9E8D57, c2)
		c0, c1, c2, c3 = high1^c1^k0, low1, high0^c3^k1, low0
		k0 += 0x9E3779B9
		k1 += 0xBB67AE85
	}
	return c0, c1, c2, c3
}

// draw returns a complex number of the normal distribution whose absolute value squared
// is 1 in the mean, for a wave: its place in a grid of waves, and which grid. (G. E. P. Box
// and M. E. Muller 1958, Ann. Math. Stat. 29, 610.)
func draw(seed uint64, nx, ny, grid int) (re, im float64) {
	a, b, c, d := philox(uint32(nx), uint32(ny), uint32(grid), 0, uint32(seed), uint32(seed>>32))
	radius := math.Sqrt(-Log(unit(a, b)))
	sin, cos := turn(unit(c, d))
	return float64(radius * cos), float64(radius * sin)
}

// unit returns 64 bits as a number above 0 and up to 1.
func unit(high, low uint32) float64 {
	return (float64((uint64(high)<<32|uint64(low))>>11) + 1) * 0x1p-53
}
