//go:build (amd64 || arm64) && !race && !purego

package kernel

// panelsThen packs whole panels of rows with one function and the rows that are
// left over with another; perRow of the rows are one of the matrix.
func panelsThen[R float32 | float64](rows, perRow int, whole, rest func(panels, a []R, lda, m, k int)) func(panels, a []R, lda, m, k int) {
	return func(panels, a []R, lda, m, k int) {
		full := m / rows * rows
		if full > 0 {
			whole(panels, a, lda, full, k)
		}
		if full < m {
			rest(panels[full*k:], a[full/perRow*lda:], lda, m-full, k)
		}
	}
}
