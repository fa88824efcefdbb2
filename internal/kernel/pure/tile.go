package pure

// The packed matrix product (Goto and van de Geijn 2008, ACM Trans. Math.
// Softw. 34, 12) works on panels. Of the left operand, m×k, a panel holds
// rows many rows, one column after the other, the last panel filled up with
// zeros:
//
//	a[(i/rows·depth + p)·rows + i mod rows]         row i, column p
//
// Of the right operand, k×n, it holds columns many columns, one row after the
// other, the last panel filled up with zeros:
//
//	b[(j/columns·depth + p)·columns + j mod columns]    row p, column j
//
// depth, at least k, is the number of columns or rows that a panel has room for.

// Multiply returns the product of packed rows and one packed panel of columns,
//
//	c[i·ldc + j] = Σ_p a[p][i]·b[p][j],  p = 0 … k−1
//
// for i < m and j < n ≤ columns; the panels of a have depth k. With add the
// product is added to c; without it c is not read.
//
// Each element is summed in the order of p, so that it does not depend on what
// is computed beside it.
func Multiply[R float32 | float64](rows, columns int) func(c []R, ldc, m, n, k int, a, b []R, add bool) {
	return func(c []R, ldc, m, n, k int, a, b []R, add bool) {
		for i := range m {
			for j := range n {
				sum := dot(a, i/rows*k*rows+i%rows, rows, b, j, columns, k)
				if add {
					sum += c[i*ldc+j]
				}
				c[i*ldc+j] = sum
			}
		}
	}
}

// MultiplyPacking is Multiply by a whole panel b, and PackB of some rows of other whole panels.
func MultiplyPacking[R float32 | float64](tileRows, columns int) func(c []R, ldc, m, k int, a, b []R, add bool, panel []R, depth int, next []R, ld, rows, panels int) {
	return func(c []R, ldc, m, k int, a, b []R, add bool, panel []R, depth int, next []R, ld, rows, panels int) {
		Multiply[R](tileRows, columns)(c, ldc, m, columns, k, a, b, add)
		PackB[R](columns)(panel, depth, next, ld, rows, panels*columns)
	}
}

// MultiplyFolding is Multiply by a whole panel b, and FoldB of some other whole panels.
func MultiplyFolding[R float32 | float64](rows, columns int) func(c []R, ldc, m, k int, a, b []R, add bool, sum, difference []R, depth int, head, tail []R, ld, pairs, panels int) {
	return func(c []R, ldc, m, k int, a, b []R, add bool, sum, difference []R, depth int, head, tail []R, ld, pairs, panels int) {
		Multiply[R](rows, columns)(c, ldc, m, columns, k, a, b, add)
		FoldB[R](columns)(sum, difference, depth, head, tail, ld, pairs, panels*columns)
	}
}

// MultiplyComplex is Multiply of complex rows: row i of the panels is the real
// parts for even i, the imaginary parts for odd i (PackComplexA), m of them in
// all and m even; b and c hold complex numbers as pairs, and n is even.
//
//	re c = Σ re a·re b − Σ im a·im b,  im c = Σ re a·im b + Σ im a·re b
//
// The row i/2 of c is c[i/2·ldc …].
func MultiplyComplex[R float32 | float64](rows, columns int) func(c []R, ldc, m, n, k int, a, b []R, add bool) {
	return func(c []R, ldc, m, n, k int, a, b []R, add bool) {
		for i := 0; i < m; i += 2 {
			re := i/rows*k*rows + i%rows
			im := re + 1
			for j := 0; j < n; j += 2 {
				x := dot(a, re, rows, b, j, columns, k) - dot(a, im, rows, b, j+1, columns, k)
				y := dot(a, re, rows, b, j+1, columns, k) + dot(a, im, rows, b, j, columns, k)
				at := i/2*ldc + j
				if add {
					x += c[at]
					y += c[at+1]
				}
				c[at], c[at+1] = x, y
			}
		}
	}
}

// MultiplyComplexPacking is MultiplyComplex by a whole panel b, and PackB of some rows of
// other whole panels.
func MultiplyComplexPacking[R float32 | float64](tileRows, columns int) func(c []R, ldc, m, k int, a, b []R, add bool, panel []R, depth int, next []R, ld, rows, panels int) {
	return func(c []R, ldc, m, k int, a, b []R, add bool, panel []R, depth int, next []R, ld, rows, panels int) {
		MultiplyComplex[R](tileRows, columns)(c, ldc, m, columns, k, a, b, add)
		PackB[R](columns)(panel, depth, next, ld, rows, panels*columns)
	}
}

// dot sums the products of k elements of a, from atA on in steps of stepA, and of b.
func dot[R float32 | float64](a []R, atA, stepA int, b []R, atB, stepB, k int) (sum R) {
	for p := range k {
		sum += a[atA+p*stepA] * b[atB+p*stepB]
	}
	return sum
}

// PackA packs the m×k matrix a with stride lda into panels of depth k.
func PackA[R float32 | float64](rows int) func(panels, a []R, lda, m, k int) {
	return func(panels, a []R, lda, m, k int) {
		for i := range (m + rows - 1) / rows * rows {
			at := i/rows*k*rows + i%rows
			for p := range k {
				var v R
				if i < m {
					v = a[i*lda+p]
				}
				panels[at+p*rows] = v
			}
		}
	}
}

// PackComplexA packs a complex matrix of m/2 rows (m even) and k columns into
// panels of depth k: row i of it becomes the rows 2i, its real parts, and 2i+1,
// its imaginary parts. lda counts reals.
func PackComplexA[R float32 | float64](rows int) func(panels, a []R, lda, m, k int) {
	return func(panels, a []R, lda, m, k int) {
		for i := range (m + rows - 1) / rows * rows {
			at := i/rows*k*rows + i%rows
			for p := range k {
				var v R
				if i < m {
					v = a[i/2*lda+2*p+i%2]
				}
				panels[at+p*rows] = v
			}
		}
	}
}

// PackB packs the k×n matrix b with stride ldb into panels of a depth of at
// least k.
func PackB[R float32 | float64](columns int) func(panels []R, depth int, b []R, ldb, k, n int) {
	return func(panels []R, depth int, b []R, ldb, k, n int) {
		for p := range k {
			for j := range (n + columns - 1) / columns * columns {
				var v R
				if j < n {
					v = b[p*ldb+j]
				}
				panels[(j/columns*depth+p)*columns+j%columns] = v
			}
		}
	}
}

// FoldB packs the sums and the differences of k pairs of rows of n numbers, of
// which one goes forward from the beginning of head and the other backward from
// the beginning of the last row of tail: for p < k
//
//	sum[p] = head[p] + tail[k−1−p],  difference[p] = head[p] − tail[k−1−p]
//
// Both matrices have the stride ld, and both sets of panels a depth of at least k.
func FoldB[R float32 | float64](columns int) func(sum, difference []R, depth int, head, tail []R, ld, k, n int) {
	return func(sum, difference []R, depth int, head, tail []R, ld, k, n int) {
		for p := range k {
			for j := range (n + columns - 1) / columns * columns {
				var u, v R
				if j < n {
					u, v = head[p*ld+j], tail[(k-1-p)*ld+j]
				}
				at := (j/columns*depth+p)*columns + j%columns
				sum[at], difference[at] = u+v, u-v
			}
		}
	}
}
