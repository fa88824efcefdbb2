package library

import (
	"math"
	"unsafe"

	"arago/backend"
	"arago/internal/failure"
)

// Array is a matrix in somebody else's memory, of elements that the function it is passed
// to knows. Stride is in elements.
type Array struct {
	Data   unsafe.Pointer
	Stride int64
}

// Precision of complex numbers.
type Precision int32

// Precisions.
const (
	Double Precision = iota
	Single
)

func (p Precision) check() error {
	if p != Double && p != Single {
		return failure.Misuse("the precision is %d; it must be ARAGO_DOUBLE (0) or ARAGO_SINGLE (1)", int(p))
	}
	return nil
}

// matrix returns an array of so many rows and columns as a matrix. name is what messages
// call it.
func matrix[T backend.Scalar](a Array, rows, cols int64, name string) (backend.Matrix[T], error) {
	var none backend.Matrix[T]
	if rows < 0 || cols < 0 {
		return none, failure.Misuse("%s has %d rows and %d columns; neither may be negative", name, rows, cols)
	}
	if rows == 0 || cols == 0 {
		return backend.Matrix[T]{Rows: int(min(rows, math.MaxInt)), Cols: int(min(cols, math.MaxInt)), Stride: int(min(cols, math.MaxInt))}, nil
	}
	stride := a.Stride
	if rows == 1 {
		stride = cols
	}
	if stride < cols {
		return none, failure.Misuse("%s has a stride of %d elements; it must be at least the %d columns", name, stride, cols)
	}
	var element T
	size := int64(unsafe.Sizeof(element))
	// All of it must lie within the addresses that there are.
	if cols > math.MaxInt/size || rows-1 > (math.MaxInt/size-cols)/stride {
		return none, failure.Misuse("%s has %d rows of %d elements, more than memory has addresses for", name, rows, stride)
	}
	if a.Data == nil {
		return none, failure.Misuse("%s is a null pointer; it must point to %d × %d elements", name, rows, cols)
	}
	address := uintptr(a.Data)
	if alignment := unsafe.Alignof(element); address%alignment != 0 {
		return none, failure.Misuse("%s is at an address that is no multiple of %d; allocate it as an array of its type", name, alignment)
	}
	length := (rows-1)*stride + cols
	if uintptr(length*size) > ^uintptr(0)-address {
		return none, failure.Misuse("%s reaches beyond the end of memory", name)
	}
	return backend.Matrix[T]{Rows: int(rows), Cols: int(cols), Stride: int(stride), Data: unsafe.Slice((*T)(a.Data), length)}, nil
}

// apart checks that a destination shares no memory with an operand.
func apart[D, S backend.Scalar](dst backend.Matrix[D], src backend.Matrix[S], name string) error {
	if backend.Overlap(dst, src) {
		return failure.Misuse("dst shares memory with %s; give it memory of its own", name)
	}
	return nil
}
