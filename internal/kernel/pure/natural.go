package pure

// First makes the first pass of a decimation-in-time transform of negative sign, of radix r,
// from elements in their natural order: for c < count the elements
//
//	a_j = src[c + j·srcSpan],  j = 0 … r−1
//
// give
//
//	dst[c + k·dstSpan] = Σ_j a_j·exp(−2πi·jk/r)
//
// dst and src share no memory. [Natural] makes the passes that follow.
func First[R float32 | float64](width, r int) func(dst, src []R, count, dstSpan, srcSpan int) {
	butterfly := Pass[R](width, r)
	return func(dst, src []R, count, dstSpan, srcSpan int) {
		x := make([]R, 2*r*width)
		for c := range count {
			for j := range r {
				copy(x[2*j*width:][:2*width], src[2*(c+j*srcSpan)*width:])
			}
			butterfly(x, x, nil, 1, 1, 0, 1)
			for k := range r {
				copy(dst[2*(c+k*dstSpan)*width:], x[2*k*width:][:2*width])
			}
		}
	}
}

// FirstColumns is First of width neighbouring columns of a complex matrix: element b of row i,
// src[i·stride + 2b …], is element i of line b. stride counts reals. turned exchanges real
// and imaginary parts.
func FirstColumns[R float32 | float64](width, r int) func(dst, src []R, stride, count, dstSpan, srcSpan int, turned bool) {
	load, butterfly := LoadColumns[R](width), Pass[R](width, r)
	return func(dst, src []R, stride, count, dstSpan, srcSpan int, turned bool) {
		x := make([]R, 2*r*width)
		at := make([]int32, r)
		for j := range at {
			at[j] = int32(j)
		}
		for c := range count {
			load(x, src[c*stride:], srcSpan*stride, at, turned)
			butterfly(x, x, nil, 1, 1, 0, 1)
			for k := range r {
				copy(dst[2*(c+k*dstSpan)*width:], x[2*k*width:][:2*width])
			}
		}
	}
}

// Natural makes, in place, a pass of radix r behind First: the block is blocks·r·span elements
// long, and with b = first + β, for every β < blocks and every c < span, the elements
//
//	a_j = x[β·r·span + c + j·span],  j = 0 … r−1
//
// give
//
//	x[β·r·span + c + k·span] = Σ_j w_bj·a_j·exp(−2πi·jk/r)
//
// The factors w_bj, j = 1 … r−1, stand in tw one b after the other as re, im; those of
// b = 0 are 1 and are not read.
//
// Passes of radices r_0, r_1, …, the spans n/r_0, n/(r_0·r_1), … and w_bj =
// exp(−2πi·jq/(r_0·…·r_k)), q the digits of b in reverse, bring a transform from natural into
// mixed-radix digit-reversed order. They do to each number what those of [Pass] do.
func Natural[R float32 | float64](width, r int) func(x, tw []R, first, blocks, span int) {
	butterfly := Pass[R](width, r)
	return func(x, tw []R, first, blocks, span int) {
		y := make([]R, 2*r*width)
		for beta := range blocks {
			for c := range span {
				at := 2 * (beta*r*span + c) * width
				for j := range r {
					re, im := lanesOf(x[at:], j*span, width)
					yr, yi := lanesOf(y, j, width)
					for b := range width {
						yr[b], yi[b] = re[b], im[b]
						if j > 0 && first+beta > 0 {
							w := tw[2*((first+beta)*(r-1)+j-1):][:2]
							yr[b], yi[b] = times(re[b], im[b], w[0], w[1])
						}
					}
				}
				butterfly(y, y, nil, 1, 1, 0, 1)
				for k := range r {
					copy(x[at+2*k*span*width:], y[2*k*width:][:2*width])
				}
			}
		}
	}
}
