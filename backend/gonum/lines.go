package gonum

import (
	"unsafe"

	"arago/backend"
	"arago/internal/kernel"
)

// lines is a matrix seen as count lines of length elements along one axis:
// element e of line l stands at l·lineStep + e·step.
type lines[C backend.Complex] struct {
	count, length  int
	lineStep, step int
	data           []C
}

func rowLines[C backend.Complex](m backend.Matrix[C]) lines[C] {
	return lines[C]{m.Rows, m.Cols, m.Stride, 1, m.Data}
}

func columnLines[C backend.Complex](m backend.Matrix[C]) lines[C] {
	return lines[C]{m.Cols, m.Rows, 1, m.Stride, m.Data}
}

// tile is how many elements of a line are moved before the next line's turn
// comes: a cache line's worth along rows, where elements are neighbours.
func (l lines[C]) tile() int {
	if l.step == 1 {
		return 4
	}
	return 1
}

// gather interleaves count lines of src, from line first on, into buffer: n
// elements each, of which src holds those from index from on (counted modulo
// n) and the others are zero. swap exchanges real and imaginary parts.
func gather[R backend.Real, C backend.Complex](buffer []R, src lines[C], first, count, n, from int, swap bool) {
	if src.length < n {
		clear(buffer)
	}
	x := kernel.Reals[R](src.data)
	re, im := 0, 1
	if swap {
		re, im = 1, 0
	}
	tile := src.tile()
	for e0 := 0; e0 < src.length; e0 += tile {
		e1 := min(e0+tile, src.length)
		for b := range count {
			at := 2 * ((first+b)*src.lineStep + e0*src.step)
			for e := e0; e < e1; e++ {
				to := from + e
				if to >= n {
					to -= n
				}
				run := buffer[2*(to*count+b):][:2]
				run[0], run[1] = x[at+re], x[at+im]
				at += 2 * src.step
			}
		}
	}
}

// scatter is the reverse of gather: of the n elements of each interleaved line
// it writes those that dst holds.
func scatter[R backend.Real, C backend.Complex](dst lines[C], buffer []R, first, count, n, from int, swap bool) {
	x := kernel.Reals[R](dst.data)
	re, im := 0, 1
	if swap {
		re, im = 1, 0
	}
	tile := dst.tile()
	for e0 := 0; e0 < dst.length; e0 += tile {
		e1 := min(e0+tile, dst.length)
		for b := range count {
			at := 2 * ((first+b)*dst.lineStep + e0*dst.step)
			for e := e0; e < e1; e++ {
				source := from + e
				if source >= n {
					source -= n
				}
				run := buffer[2*(source*count+b):][:2]
				x[at+re], x[at+im] = run[0], run[1]
				at += 2 * dst.step
			}
		}
	}
}

// complexes returns the complex numbers whose parts stand in x, in x's own memory.
func complexes[C backend.Complex, R backend.Real](x []R) []C {
	return unsafe.Slice((*C)(unsafe.Pointer(unsafe.SliceData(x))), len(x)/2)
}
