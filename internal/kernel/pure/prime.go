package pure

import (
	"sync"

	"arago/internal/roots"
)

// Summands returns into parts of how many summands, at most, the sums of a pass
// of an odd radix above 16 are cut, each of radix/2 products: into equal ones of no more than 8. A sum
// of h numbers one after the other has an error that grows with h, one of √h parts
// with √h (Blanchard, Higham and Mary 2020, SIAM J. Sci. Comput. 42, A1541).
func Summands(radix int) int {
	const most = 8
	half := radix / 2
	parts := (half + most - 1) / most
	return (half + parts - 1) / parts
}

// passPrime is the pass of an odd radix above 16, made as passAny makes it.
func passPrime[R float32 | float64](width, r int) func(dst, src, tw []R, blocks, span, from, to int) {
	half, together := r/2, Summands(r)
	// The cosines of jk/r turns, j = 1 … half, row by row, and the sines.
	factors := sync.OnceValue(func() [2][]R {
		cos, sin := make([]R, half*half), make([]R, half*half)
		for k := range half {
			for j := range half {
				c, s := roots.Of((j+1)*(k+1), r)
				cos[k*half+j], sin[k*half+j] = R(c), R(-s)
			}
		}
		return [2][]R{cos, sin}
	})
	return func(dst, src, tw []R, blocks, span, from, to int) {
		f := factors()
		x := make([]R, 4*half)
		sr, si, dr, di := x[:half], x[half:][:half], x[2*half:][:half], x[3*half:][:half]
		step := 2 * span * width
		for beta := range blocks {
			for q := from; q < to; q++ {
				at := 2 * (beta*r*span + q) * width
				for b := range width {
					p := at + b
					ar, ai := src[p], src[p+width]
					zr, zi := ar, ai
					for j := range half {
						up, down := p+(j+1)*step, p+(r-j-1)*step
						ur, ui, vr, vi := src[up], src[up+width], src[down], src[down+width]
						if q > 0 {
							t := tw[2*q*(r-1):][:2*(r-1)]
							ur, ui = times(ur, ui, t[2*j], t[2*j+1])
							vr, vi = times(vr, vi, t[2*(r-2-j)], t[2*(r-2-j)+1])
						}
						sr[j], si[j], dr[j], di[j] = ur+vr, ui+vi, ur-vr, ui-vi
						zr, zi = zr+sr[j], zi+si[j]
					}
					dst[p], dst[p+width] = zr, zi
					for k := range half {
						cr, ci, er, ei := ar, ai, R(0), R(0)
						for j := 0; j < half; j += together {
							n := min(together, half-j)
							cos, sin := f[0][k*half+j:][:n], f[1][k*half+j:][:n]
							a, b, c, d := sr[j:][:n], si[j:][:n], di[j:][:n], dr[j:][:n]
							var s0, s1, s2, s3 R
							for i, w := range cos {
								s0 += w * a[i]
								s1 += w * b[i]
								s2 += sin[i] * c[i]
								s3 += sin[i] * d[i]
							}
							cr, ci, er, ei = cr+s0, ci+s1, er+s2, ei+s3
						}
						up, down := p+(k+1)*step, p+(r-k-1)*step
						dst[up], dst[up+width] = cr+er, ci-ei
						dst[down], dst[down+width] = cr-er, ci+ei
					}
				}
			}
		}
	}
}
