//go:build cgo && (openblas || mkl || blis || atlas || netlib) && (linux || darwin)

package openblas

import (
	"math"
	"unsafe"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/netlib/blas/netlib"

	"arago/backend"
	"arago/internal/kernel"
	"arago/internal/parallel"
)

// linear is Dot and Outer in one precision.
type linear[R backend.Real, C backend.Complex] struct {
	// Outer is that of the pure Go back end: it is bound by memory, and BLAS has
	// no function that multiplies an outer product in.
	backend.Linear[R, C]

	complex product[C]
	real    product[R]
	// inside holds an element for each call that is inside the library.
	inside chan struct{}
}

// product computes c = a·b for an m×k matrix a and a k×n matrix b, stored row
// by row with strides lda, ldb, ldc.
type product[T backend.Scalar] func(m, n, k int, a []T, lda int, b []T, ldb int, c []T, ldc int)

var cblas netlib.Implementation

func zgemm(m, n, k int, a []complex128, lda int, b []complex128, ldb int, c []complex128, ldc int) {
	cblas.Zgemm(blas.NoTrans, blas.NoTrans, m, n, k, 1, a, lda, b, ldb, 0, c, ldc)
}

func cgemm(m, n, k int, a []complex64, lda int, b []complex64, ldb int, c []complex64, ldc int) {
	cblas.Cgemm(blas.NoTrans, blas.NoTrans, m, n, k, 1, a, lda, b, ldb, 0, c, ldc)
}

func dgemm(m, n, k int, a []float64, lda int, b []float64, ldb int, c []float64, ldc int) {
	cblas.Dgemm(blas.NoTrans, blas.NoTrans, m, n, k, 1, a, lda, b, ldb, 0, c, ldc)
}

func sgemm(m, n, k int, a []float32, lda int, b []float32, ldb int, c []float32, ldc int) {
	last := &c[(m-1)*ldc+n-1]
	if linked.readsBehind == 0 || onPageOf(last, linked.readsBehind) {
		cblas.Sgemm(blas.NoTrans, blas.NoTrans, m, n, k, 1, a, lda, b, ldb, 0, c, ldc)
		return
	}
	// The result has room behind it elsewhere.
	roomy := make([]float32, m*n+int(linked.readsBehind/unsafe.Sizeof(*last)))
	cblas.Sgemm(blas.NoTrans, blas.NoTrans, m, n, k, 1, a, lda, b, ldb, 0, roomy[:m*n], n)
	for i := range m {
		copy(c[i*ldc:i*ldc+n], roomy[i*n:])
	}
}

// onPageOf says whether so many bytes behind x are on the same page.
func onPageOf(x *float32, bytes uintptr) bool {
	const page = 4096 // or several of them
	end := uintptr(unsafe.Pointer(x)) + unsafe.Sizeof(*x)
	return end%page != 0 && end%page <= page-bytes
}

// Dot computes a complex product.
func (l linear[R, C]) Dot(dst, a, b backend.Matrix[C]) {
	multiply(l.complex, dst, a, b, l.inside)
}

// DotReal computes a real matrix times a complex one, which in memory is a
// real one of twice the columns.
func (l linear[R, C]) DotReal(dst backend.Matrix[C], a backend.Matrix[R], b backend.Matrix[C]) {
	multiply(l.real, realsOf[R](dst), a, realsOf[R](b), l.inside)
}

// realsOf returns the complex matrix m as the real matrix that it is in memory.
func realsOf[R backend.Real, C backend.Complex](m backend.Matrix[C]) backend.Matrix[R] {
	return backend.Matrix[R]{Rows: m.Rows, Cols: 2 * m.Cols, Stride: 2 * m.Stride, Data: kernel.Reals[R](m.Data)}
}

// A product is cut into about pieces tiles, of an area between smallest² and
// largest² elements. The library copies its operands for each tile: larger
// tiles copy less, smaller ones keep more processors busy and balance better.
// Measured on two cores with OpenBLAS and its AVX-512 kernels: at 1024² tiles
// of 192² reach 0.8 of the rate of one call with the library's own threads.
const (
	pieces   = 8
	smallest = 160
	largest  = 512
)

// tiles returns into how many rows and columns of tiles a destination is cut:
// an even number of tiles, if there is more than one. It depends on the size
// alone, and so do the bits of the result.
func tiles(rows, cols int) (down, across int) {
	area := max(smallest*smallest, min(largest*largest, rows*cols/pieces))
	side := int(math.Sqrt(float64(area)))
	height, width := min(rows, side), min(cols, side)
	if rows < cols {
		width = area / height
	} else {
		height = area / width
	}
	down, across = (rows+height-1)/height, (cols+width-1)/width
	if down*across > 1 && down%2 == 1 && across%2 == 1 {
		across = min(across+1, cols)
	}
	return down, across
}

// multiply computes dst = a·b tile by tile.
func multiply[T backend.Scalar](call product[T], dst, a, b backend.Matrix[T], inside chan struct{}) {
	if dst.Rows == 0 || dst.Cols == 0 {
		return
	}
	if a.Cols == 0 {
		for i := range dst.Rows {
			clear(dst.Row(i))
		}
		return
	}
	if !fits(a.Cols, leading(a), leading(b), leading(dst)) {
		panic(tooLong)
	}
	rows, cols := tiles(dst.Rows, dst.Cols)
	parallel.Jobs(rows*cols, func(next func() (int, bool)) {
		for job, ok := next(); ok; job, ok = next() {
			i, j := job%rows, job/rows
			i0, i1 := dst.Rows*i/rows, dst.Rows*(i+1)/rows
			j0, j1 := dst.Cols*j/cols, dst.Cols*(j+1)/cols
			c, x, y := dst.Slice(i0, i1, j0, j1), a.Slice(i0, i1, 0, a.Cols), b.Slice(0, b.Rows, j0, j1)
			inside <- struct{}{}
			call(c.Rows, c.Cols, x.Cols, x.Data, leading(x), y.Data, leading(y), c.Data, leading(c))
			<-inside
		}
	})
}

// leading returns what BLAS calls the leading dimension: the stride, which does
// not matter, and may be any number, where there is one row.
func leading[T backend.Scalar](m backend.Matrix[T]) int {
	if m.Rows == 1 {
		return m.Cols
	}
	return m.Stride
}

const tooLong = "openblas: the inner size or a stride of a product is 2³¹ numbers or more, and the library counts with 32 bits"

// fits says whether sizes and strides can be passed as C's int; netlib would
// cut off what is above. Sizes of the destination always fit: tiles are small.
func fits(numbers ...int) bool {
	for _, n := range numbers {
		if n > math.MaxInt32 {
			return false
		}
	}
	return true
}
