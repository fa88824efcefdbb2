package pure

// Tile adds the product of two packed panels to a tile of c:
//
//	c[i·ldc + j] += Σ_p a[p·rows + i]·b[p·columns + j],  p = 0 … k−1
//
// for i < rows and j < columns.
func Tile[R float32 | float64](rows, columns, k int, a, b, c []R, ldc int) {
	for i := range rows {
		for j := range columns {
			var sum R
			for p := range k {
				sum += a[p*rows+i] * b[p*columns+j]
			}
			c[i*ldc+j] += sum
		}
	}
}
