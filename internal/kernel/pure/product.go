package pure

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"
)

var gonumBLAS gonum.Implementation

// ProductDouble adds a·b to c: a is m×k, b is k×n, c is m×n, stored row by row
// with strides lda, ldb, ldc. It is gonum's product, which stays on one
// goroutine as long as m·n is below four of its blocks of 64×64.
func ProductDouble(m, n, k int, a []float64, lda int, b []float64, ldb int, c []float64, ldc int) {
	gonumBLAS.Dgemm(blas.NoTrans, blas.NoTrans, m, n, k, 1, a, lda, b, ldb, 1, c, ldc)
}

// ProductSingle is ProductDouble in single precision.
func ProductSingle(m, n, k int, a []float32, lda int, b []float32, ldb int, c []float32, ldc int) {
	gonumBLAS.Sgemm(blas.NoTrans, blas.NoTrans, m, n, k, 1, a, lda, b, ldb, 1, c, ldc)
}
