package pure

// A block holds width lines of complex numbers, one in each lane of a vector:
// element e of line b stands at re x[2·e·width + b], im x[(2·e+1)·width + b].

// LoadColumns brings width neighbouring columns of a complex matrix into a block:
// element b of row i, src[i·stride + 2b …], becomes element at[i] of line b.
// stride counts reals. turned exchanges real and imaginary parts. Elements that at does not name
// keep what they held.
func LoadColumns[R float32 | float64](width int) func(x, src []R, stride int, at []int32, turned bool) {
	return func(x, src []R, stride int, at []int32, turned bool) {
		re, im := parts(turned)
		for i, e := range at {
			for b := range width {
				x[2*int(e)*width+b] = src[i*stride+2*b+re]
				x[(2*int(e)+1)*width+b] = src[i*stride+2*b+im]
			}
		}
	}
}

// LoadRows brings width neighbouring rows of a complex matrix into a block:
// element i of row b, src[b·stride + 2i …], becomes element at[i] of line b.
func LoadRows[R float32 | float64](width int) func(x, src []R, stride int, at []int32, turned bool) {
	return func(x, src []R, stride int, at []int32, turned bool) {
		re, im := parts(turned)
		for i, e := range at {
			for b := range width {
				x[2*int(e)*width+b] = src[b*stride+2*i+re]
				x[(2*int(e)+1)*width+b] = src[b*stride+2*i+im]
			}
		}
	}
}

// StoreColumns is the reverse of LoadColumns: element from[i] of line b goes to
// dst[i·stride + 2b …].
func StoreColumns[R float32 | float64](width int) func(dst []R, stride int, x []R, from []int32, turned bool) {
	return func(dst []R, stride int, x []R, from []int32, turned bool) {
		re, im := parts(turned)
		for i, e := range from {
			for b := range width {
				dst[i*stride+2*b+re] = x[2*int(e)*width+b]
				dst[i*stride+2*b+im] = x[(2*int(e)+1)*width+b]
			}
		}
	}
}

// StoreRows is the reverse of LoadRows: element from[i] of line b goes to
// dst[b·stride + 2i …].
func StoreRows[R float32 | float64](width int) func(dst []R, stride int, x []R, from []int32, turned bool) {
	return func(dst []R, stride int, x []R, from []int32, turned bool) {
		re, im := parts(turned)
		for i, e := range from {
			for b := range width {
				dst[b*stride+2*i+re] = x[2*int(e)*width+b]
				dst[b*stride+2*i+im] = x[(2*int(e)+1)*width+b]
			}
		}
	}
}

// parts returns where the real and the imaginary part stand in memory.
func parts(turned bool) (re, im int) {
	if turned {
		return 1, 0
	}
	return 0, 1
}
