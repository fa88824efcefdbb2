package backend

import "unsafe"

// The sentences of Core's panics. They are constants so that a test can name
// the mistake it provokes.
const (
	badMatrix    = "backend: matrix has a negative size, a stride shorter than its rows, or too few elements"
	badSlice     = "backend: slice reaches beyond the matrix"
	badDotShape  = "backend: Dot needs an m×n destination for an m×k and a k×n operand"
	badDotAlias  = "backend: the destination of Dot shares memory with an operand"
	badFoldShape = "backend: DotFolded needs as many rows in each destination as in its operand, with half of b's rows as columns"
	badFoldAlias = "backend: a destination of DotFolded shares memory with an operand or with the other one"
	badOuterSize = "backend: Outer needs one column element per row and one row element per column of its destination"
	badOuterMode = "backend: mode of Outer is neither Write nor MultiplyIn"
	badOuterAl   = "backend: the destination of Outer shares memory with an operand"
	badFFT2Size  = "backend: FFT2 needs a positive number of rows and columns"
	badFFT2Sign  = "backend: sign of FFT2 is neither +1 nor -1"
	badFFT2Block = "backend: block of FFT2 is larger than the transform"
	badFFT2Axes  = "backend: FFT2 goes along neither both axes nor one of them"
	badFFT2Lines = "backend: FFT2 along one axis has blocks with a different number of lines"
	badFFT2Alias = "backend: blocks of FFT2 share memory and are not the same matrix"
	noLinear     = "backend: this core has no Dot and no Outer"
	noFourier    = "backend: this core has no FFT2"
)

func checkMatrix[T Scalar](m Matrix[T]) {
	if m.Rows < 0 || m.Cols < 0 || m.Stride < m.Cols || len(m.Data) < span(m) {
		panic(badMatrix)
	}
}

// span returns the number of elements from the first to the last of m.
func span[T Scalar](m Matrix[T]) int {
	if m.Rows == 0 || m.Cols == 0 {
		return 0
	}
	return (m.Rows-1)*m.Stride + m.Cols
}

// extent returns the addresses of the first byte of m and of the one after its last.
func extent[T Scalar](m Matrix[T]) (from, to uintptr) {
	n := span(m)
	if n == 0 {
		return 0, 0
	}
	var zero T
	from = uintptr(unsafe.Pointer(unsafe.SliceData(m.Data)))
	return from, from + uintptr(n)*unsafe.Sizeof(zero)
}

// Overlap says whether the rows of a and b share memory, as Core decides it: blocks of
// one array whose rows interleave without touching do not.
func Overlap[S, T Scalar](a Matrix[S], b Matrix[T]) bool { return overlap(a, b) }

// overlap says whether the rows of a and b share memory. Two blocks of one
// array whose rows interleave without touching do not.
func overlap[S, T Scalar](a Matrix[S], b Matrix[T]) bool {
	a0, a1 := extent(a)
	b0, b1 := extent(b)
	if a0 == a1 || b0 == b1 || a1 <= b0 || b1 <= a0 {
		return false
	}
	var sa S
	var sb T
	sizeA, sizeB := int(unsafe.Sizeof(sa)), int(unsafe.Sizeof(sb))
	stride := a.Stride * sizeA
	if stride != b.Stride*sizeB || a.Rows == 1 || b.Rows == 1 {
		return true
	}
	// Same stride: where b's rows begin within a's period decides.
	shift := modulo(int(b0)-int(a0), stride)
	return shift < a.Cols*sizeA || shift+b.Cols*sizeB > stride
}

func same[T Scalar](a, b Matrix[T]) bool {
	return a.Rows == b.Rows && a.Cols == b.Cols && a.Stride == b.Stride &&
		unsafe.SliceData(a.Data) == unsafe.SliceData(b.Data)
}
