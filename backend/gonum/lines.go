package gonum

import (
	"arago/backend"
	"arago/internal/kernel"
	"arago/internal/passes"
)

// tile is how many elements of a line are moved before the next line's turn
// comes: a cache line's worth along rows, where elements are neighbours.
func tile[C backend.Complex](l passes.Lines[C]) int {
	if l.Step == 1 {
		return 4
	}
	return 1
}

// gather interleaves count lines of src, from line first on, into buffer: n
// elements each, of which src holds those from index from on (counted modulo
// n) and the others are zero. swap exchanges real and imaginary parts.
func gather[R backend.Real, C backend.Complex](buffer []R, src passes.Lines[C], first, count, n, from int, swap bool) {
	if src.Length < n {
		clear(buffer)
	}
	x := kernel.Reals[R](src.Data)
	re, im := 0, 1
	if swap {
		re, im = 1, 0
	}
	tile := tile(src)
	for e0 := 0; e0 < src.Length; e0 += tile {
		e1 := min(e0+tile, src.Length)
		for b := range count {
			at := 2 * ((first+b)*src.LineStep + e0*src.Step)
			for e := e0; e < e1; e++ {
				to := from + e
				if to >= n {
					to -= n
				}
				run := buffer[2*(to*count+b):][:2]
				run[0], run[1] = x[at+re], x[at+im]
				at += 2 * src.Step
			}
		}
	}
}

// scatter is the reverse of gather: of the n elements of each interleaved line
// it writes those that dst holds.
func scatter[R backend.Real, C backend.Complex](dst passes.Lines[C], buffer []R, first, count, n, from int, swap bool) {
	x := kernel.Reals[R](dst.Data)
	re, im := 0, 1
	if swap {
		re, im = 1, 0
	}
	tile := tile(dst)
	for e0 := 0; e0 < dst.Length; e0 += tile {
		e1 := min(e0+tile, dst.Length)
		for b := range count {
			at := 2 * ((first+b)*dst.LineStep + e0*dst.Step)
			for e := e0; e < e1; e++ {
				source := from + e
				if source >= n {
					source -= n
				}
				run := buffer[2*(source*count+b):][:2]
				x[at+re], x[at+im] = run[0], run[1]
				at += 2 * dst.Step
			}
		}
	}
}
