//go:build cgo && ((accelerate && darwin) || accelerate_standin)

package accelerate

import (
	"math"
	"sync/atomic"
	"unsafe"

	"arago/backend"
	"arago/internal/parallel"
)

// linear is Dot and Outer in one precision.
type linear[R backend.Real, C backend.Complex] struct {
	library *library[R]
	pure    backend.Linear[R, C]
}

// blockSize is the height and width of the blocks that a product is cut into.
// They do not depend on the number of goroutines.
const blockSize = 256

// Dot computes a complex product.
func (l linear[R, C]) Dot(dst, a, b backend.Matrix[C]) {
	if !within32(leading(dst), leading(a), leading(b)) {
		l.pure.Dot(dst, a, b)
		return
	}
	inBlocks(dst, a, b, l.library.complexProduct, 1)
}

// DotReal computes a real matrix times a complex one, which in memory is a
// real one of twice the columns.
func (l linear[R, C]) DotReal(dst backend.Matrix[C], a backend.Matrix[R], b backend.Matrix[C]) {
	if !within32(2*leading(dst), leading(a), 2*leading(b)) {
		l.pure.DotReal(dst, a, b)
		return
	}
	inBlocks(dst, a, b, l.library.realProduct, 2)
}

// Outer is the pure Go back end's.
func (l linear[R, C]) Outer(dst backend.Matrix[C], col, row []C, mode backend.OuterMode) {
	l.pure.Outer(dst, col, row, mode)
}

// leading returns the distance between rows as BLAS wants it. The stride of a
// single row is never used, and may be any number.
func leading[T backend.Scalar](m backend.Matrix[T]) int {
	if m.Rows < 2 {
		return m.Cols
	}
	return m.Stride
}

// within32 says whether all numbers can be passed as C's int.
func within32(numbers ...int) bool {
	for _, n := range numbers {
		if n > math.MaxInt32 {
			return false
		}
	}
	return true
}

// notSingle is the sentence of a panic: what New has found can be set cannot.
const notSingle = "accelerate: BLAS does not keep to the single thread that it is set to"

// inBlocks computes dst = a·b block by block. width is the number of the
// product's own numbers in one of C.
func inBlocks[A backend.Scalar, C backend.Complex](dst backend.Matrix[C], a backend.Matrix[A], b backend.Matrix[C], multiply product, width int) {
	if dst.Rows == 0 || dst.Cols == 0 {
		return
	}
	if a.Cols == 0 {
		for i := range dst.Rows {
			clear(dst.Row(i))
		}
		return
	}
	across := blocks(dst.Cols, blockSize)
	var refused atomic.Bool
	parallel.Jobs(blocks(dst.Rows, blockSize)*across, func(next func() (int, bool)) {
		for job, ok := next(); ok; job, ok = next() {
			i, j := job/across*blockSize, job%across*blockSize
			if !multiply(min(blockSize, dst.Rows-i), width*min(blockSize, dst.Cols-j), a.Cols,
				unsafe.Pointer(&a.Data[i*a.Stride]), leading(a),
				unsafe.Pointer(&b.Data[j]), width*leading(b),
				unsafe.Pointer(&dst.Data[i*dst.Stride+j]), width*leading(dst)) {
				refused.Store(true)
			}
		}
	})
	if refused.Load() {
		panic(notSingle)
	}
}

func blocks(n, size int) int { return (n + size - 1) / size }
