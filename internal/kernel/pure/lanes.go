package pure

import "math"

// A block holds width lines of complex numbers, one in each lane of a vector:
// element e of line b stands at re x[2·e·width + b], im x[(2·e+1)·width + b].

// Pass makes the passes of radix r of a decimation-in-time transform of negative
// sign on a block, in place (Cooley and Tukey 1965, Math. Comp. 19, 297). The
// block is blocks·r·span elements long; for every β < blocks and q < span the
// elements
//
//	a_j = x[β·r·span + q + j·span],  j = 0 … r−1
//
// are replaced by
//
//	x[β·r·span + q + k·span] = Σ_j W^(q·j)·a_j·exp(−2πi·jk/r),  W = exp(−2πi/(r·span))
//
// The twiddle factors W^(q·j), j = 1 … r−1, stand in tw one q after the other
// as re, im; those of q = 0 are 1 and are not read.
//
// With the input in the mixed-radix digit-reversed order, passes of span 1,
// r_1, r_1·r_2, … bring the transform into natural order.
func Pass[R float32 | float64](width, r int) func(x, tw []R, blocks, span int) {
	roots := make([]float64, 2*r)
	for j := range r {
		roots[2*j+1], roots[2*j] = math.Sincos(-2 * math.Pi * float64(j) / float64(r))
	}
	return func(x, tw []R, blocks, span int) {
		var re, im [16]R
		for beta := range blocks {
			for q := range span {
				for b := range width {
					for j := range r {
						at := 2*(beta*r*span+q+j*span)*width + b
						re[j], im[j] = x[at], x[at+width]
						if j > 0 && q > 0 {
							t := tw[2*(q*(r-1)+j-1):][:2]
							re[j], im[j] = re[j]*t[0]-im[j]*t[1], re[j]*t[1]+im[j]*t[0]
						}
					}
					for k := range r {
						var sr, si R
						for j := range r {
							c, s := R(roots[2*(j*k%r)]), R(roots[2*(j*k%r)+1])
							sr += re[j]*c - im[j]*s
							si += re[j]*s + im[j]*c
						}
						at := 2*(beta*r*span+q+k*span)*width + b
						x[at], x[at+width] = sr, si
					}
				}
			}
		}
	}
}

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
