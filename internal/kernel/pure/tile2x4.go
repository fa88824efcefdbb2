package pure

// Where there is nothing better than plain Go, tiles are of 2×4 numbers: their
// sums, and the numbers of a and b that go into them, are no more than the
// sixteen floating-point registers that every architecture has.
const (
	TileRows    = 2
	TileColumns = 4
)

// Multiply2x4 is Multiply for panels of TileRows and TileColumns.
func Multiply2x4[R float32 | float64](c []R, ldc, m, n, k int, a, b []R, add bool) {
	for i := 0; i < m; i += TileRows {
		sums := tile2x4(k, a[i*k:], b)
		for r := range min(TileRows, m-i) {
			put(c[(i+r)*ldc:][:n], sums[r][:], add)
		}
	}
}

// MultiplyComplex2x4 is MultiplyComplex for panels of TileRows and TileColumns.
func MultiplyComplex2x4[R float32 | float64](c []R, ldc, m, n, k int, a, b []R, add bool) {
	for i := 0; i < m; i += TileRows {
		sums := tile2x4(k, a[i*k:], b)
		re, im := sums[0], &sums[1]
		for j := 0; j < TileColumns; j += 2 {
			re[j] -= im[j+1]
			re[j+1] += im[j]
		}
		put(c[i/2*ldc:][:n], re[:], add)
	}
}

// tile2x4 returns the tile Σ_p a[p][i]·b[p][j] of two packed panels.
func tile2x4[R float32 | float64](k int, a, b []R) [TileRows][TileColumns]R {
	var c00, c01, c02, c03, c10, c11, c12, c13 R
	a, b = a[:TileRows*k], b[:TileColumns*k]
	for len(a) >= TileRows && len(b) >= TileColumns {
		a0, a1 := a[0], a[1]
		b0, b1, b2, b3 := b[0], b[1], b[2], b[3]
		c00 += a0 * b0
		c01 += a0 * b1
		c02 += a0 * b2
		c03 += a0 * b3
		c10 += a1 * b0
		c11 += a1 * b1
		c12 += a1 * b2
		c13 += a1 * b3
		a, b = a[TileRows:], b[TileColumns:]
	}
	return [TileRows][TileColumns]R{{c00, c01, c02, c03}, {c10, c11, c12, c13}}
}

// put writes sums to a row of c or adds them to it.
func put[R float32 | float64](c, sums []R, add bool) {
	for j := range c {
		if add {
			c[j] += sums[j]
		} else {
			c[j] = sums[j]
		}
	}
}
