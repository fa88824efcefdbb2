package pure

// Tiles brings elements of a block, whose lanes are lines along one axis, into
// blocks whose lanes are lines along the other axis: it is the transposition
// between the two passes of a two-dimensional transform. len(from) is a multiple
// of width; element from[k] of line b becomes element rows[b] of line k mod width
// of the block that begins at dst[k/width·stride]. stride counts reals. Where
// two lines b have the same rows[b], either is written.
func Tiles[R float32 | float64](width int) func(dst []R, stride int, rows []int32, x []R, from []int32) {
	return func(dst []R, stride int, rows []int32, x []R, from []int32) {
		for k0 := 0; k0+width <= len(from); k0 += width {
			block := dst[k0/width*stride:]
			for k, e := range from[k0:][:width] {
				re, im := lanesOf(x, int(e), width)
				for b, row := range rows[:width] {
					at := 2*int(row)*width + k
					block[at], block[at+width] = re[b], im[b]
				}
			}
		}
	}
}

// ScaleElements makes element at[i] of the block dst element from[i] of the block src
// times factors[i], complex numbers as re, im. The blocks share no memory, or
// are the same and at is from.
func ScaleElements[R float32 | float64](width int) func(dst []R, at []int32, src []R, from []int32, factors []R) {
	return func(dst []R, at []int32, src []R, from []int32, factors []R) {
		factors = factors[:2*len(at)]
		for i, e := range at {
			c, s := factors[2*i], factors[2*i+1]
			ar, ai := lanesOf(src, int(from[i]), width)
			xr, xi := lanesOf(dst, int(e), width)
			for b := range width {
				xr[b], xi[b] = times(ar[b], ai[b], c, s)
			}
		}
	}
}

// Spread makes element at[i] of the block dst element i of the block src times
// re + i·im. The blocks share no memory.
func Spread[R float32 | float64](width int) func(dst []R, at []int32, src []R, re, im R) {
	return func(dst []R, at []int32, src []R, re, im R) {
		for i, e := range at {
			ar, ai := lanesOf(src, i, width)
			xr, xi := lanesOf(dst, int(e), width)
			for b := range width {
				xr[b], xi[b] = times(ar[b], ai[b], re, im)
			}
		}
	}
}
