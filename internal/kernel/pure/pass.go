package pure

import "arago/internal/roots"

// Pass makes the passes of radix r of a decimation-in-time transform of negative
// sign on a block (Cooley and Tukey 1965, Math. Comp. 19, 297). The block is
// blocks·r·span elements long; for every β < blocks and every q from from to
// to−1, of the span that there are, the elements
//
//	a_j = src[β·r·span + q + j·span],  j = 0 … r−1
//
// give
//
//	dst[β·r·span + q + k·span] = Σ_j W^(q·j)·a_j·exp(−2πi·jk/r),  W = exp(−2πi/(r·span))
//
// dst is src, or shares no memory with it. The twiddle factors W^(q·j),
// j = 1 … r−1, stand in tw one q after the other as re, im; those of q = 0 are 1
// and are not read.
//
// With the input in the mixed-radix digit-reversed order, passes of span 1,
// r_1, r_1·r_2, … bring the transform into natural order.
func Pass[R float32 | float64](width, r int) func(dst, src, tw []R, blocks, span, from, to int) {
	switch r {
	case 2:
		return pass2[R](width)
	case 3:
		return pass3[R](width)
	case 4:
		return pass4[R](width)
	case 5:
		return pass5[R](width)
	case 8:
		return pass8[R](width)
	}
	if r > 16 {
		return passPrime[R](width, r)
	}
	return passAny[R](width, r)
}

// Cosines and sines to more digits than any precision has.
const (
	sin60          = 0.866025403784438646763723170752936183
	cos45          = 0.707106781186547524400844362104849039
	cos72, sin72   = 0.309016994374947424102293417182819059, 0.951056516295153572116439333379382143
	cos144, sin144 = -0.809016994374947424102293417182819059, 0.587785252292473129168705954639072769
)

// lanesOf returns the real and the imaginary parts of an element of a block.
func lanesOf[R float32 | float64](x []R, element, width int) (re, im []R) {
	x = x[2*element*width:][:2*width]
	return x[:width], x[width:][:width]
}

// times returns (re + i·im)·(c + i·s).
func times[R float32 | float64](re, im, c, s R) (R, R) { return re*c - im*s, re*s + im*c }

func pass2[R float32 | float64](width int) func(dst, src, tw []R, blocks, span, from, to int) {
	return func(dst, src, tw []R, blocks, span, from, to int) {
		for beta := range blocks {
			for q := from; q < to; q++ {
				c1, s1 := R(1), R(0)
				if q > 0 {
					c1, s1 = tw[2*q], tw[2*q+1]
				}
				e := beta*2*span + q
				ar, ai := lanesOf(src, e, width)
				br, bi := lanesOf(src, e+span, width)
				xr, xi := lanesOf(dst, e, width)
				yr, yi := lanesOf(dst, e+span, width)
				for b := range width {
					re, im := times(br[b], bi[b], c1, s1)
					xr[b], xi[b], yr[b], yi[b] = ar[b]+re, ai[b]+im, ar[b]-re, ai[b]-im
				}
			}
		}
	}
}

func pass3[R float32 | float64](width int) func(dst, src, tw []R, blocks, span, from, to int) {
	return func(dst, src, tw []R, blocks, span, from, to int) {
		one := [4]R{1, 0, 1, 0}
		for beta := range blocks {
			for q := from; q < to; q++ {
				t := one[:]
				if q > 0 {
					t = tw[4*q:][:4]
				}
				c1, s1, c2, s2 := t[0], t[1], t[2], t[3]
				e := beta*3*span + q
				ar, ai := lanesOf(src, e, width)
				br, bi := lanesOf(src, e+span, width)
				cr, ci := lanesOf(src, e+2*span, width)
				xr, xi := lanesOf(dst, e, width)
				yr, yi := lanesOf(dst, e+span, width)
				zr, zi := lanesOf(dst, e+2*span, width)
				for b := range width {
					ur, ui := times(br[b], bi[b], c1, s1)
					vr, vi := times(cr[b], ci[b], c2, s2)
					sr, si, dr, di := ur+vr, ui+vi, sin60*(ur-vr), sin60*(ui-vi)
					hr, hi := ar[b]-sr/2, ai[b]-si/2
					xr[b], xi[b] = ar[b]+sr, ai[b]+si
					yr[b], yi[b] = hr+di, hi-dr
					zr[b], zi[b] = hr-di, hi+dr
				}
			}
		}
	}
}

func pass4[R float32 | float64](width int) func(dst, src, tw []R, blocks, span, from, to int) {
	return func(dst, src, tw []R, blocks, span, from, to int) {
		one := [6]R{1, 0, 1, 0, 1, 0}
		for beta := range blocks {
			for q := from; q < to; q++ {
				t := one[:]
				if q > 0 {
					t = tw[6*q:][:6]
				}
				c1, s1, c2, s2, c3, s3 := t[0], t[1], t[2], t[3], t[4], t[5]
				e := beta*4*span + q
				ar, ai := lanesOf(src, e, width)
				br, bi := lanesOf(src, e+span, width)
				cr, ci := lanesOf(src, e+2*span, width)
				dr, di := lanesOf(src, e+3*span, width)
				wr, wi := lanesOf(dst, e, width)
				xr, xi := lanesOf(dst, e+span, width)
				yr, yi := lanesOf(dst, e+2*span, width)
				zr, zi := lanesOf(dst, e+3*span, width)
				for b := range width {
					pr, pi := times(br[b], bi[b], c1, s1)
					qr, qi := times(cr[b], ci[b], c2, s2)
					rr, ri := times(dr[b], di[b], c3, s3)
					sr, si, tr, ti := ar[b]+qr, ai[b]+qi, ar[b]-qr, ai[b]-qi
					ur, ui, vr, vi := pr+rr, pi+ri, pr-rr, pi-ri
					wr[b], wi[b] = sr+ur, si+ui
					xr[b], xi[b] = tr+vi, ti-vr
					yr[b], yi[b] = sr-ur, si-ui
					zr[b], zi[b] = tr-vi, ti+vr
				}
			}
		}
	}
}

func pass5[R float32 | float64](width int) func(dst, src, tw []R, blocks, span, from, to int) {
	return func(dst, src, tw []R, blocks, span, from, to int) {
		one := [8]R{1, 0, 1, 0, 1, 0, 1, 0}
		for beta := range blocks {
			for q := from; q < to; q++ {
				t := one[:]
				if q > 0 {
					t = tw[8*q:][:8]
				}
				e := beta*5*span + q
				ar, ai := lanesOf(src, e, width)
				br, bi := lanesOf(src, e+span, width)
				cr, ci := lanesOf(src, e+2*span, width)
				dr, di := lanesOf(src, e+3*span, width)
				er, ei := lanesOf(src, e+4*span, width)
				vr, vi := lanesOf(dst, e, width)
				wr, wi := lanesOf(dst, e+span, width)
				xr, xi := lanesOf(dst, e+2*span, width)
				yr, yi := lanesOf(dst, e+3*span, width)
				zr, zi := lanesOf(dst, e+4*span, width)
				for b := range width {
					pr, pi := times(br[b], bi[b], t[0], t[1])
					qr, qi := times(er[b], ei[b], t[6], t[7])
					s1r, s1i, d1r, d1i := pr+qr, pi+qi, pr-qr, pi-qi
					pr, pi = times(cr[b], ci[b], t[2], t[3])
					qr, qi = times(dr[b], di[b], t[4], t[5])
					s2r, s2i, d2r, d2i := pr+qr, pi+qi, pr-qr, pi-qi
					r, i := ar[b], ai[b]
					g1r, g1i := r+cos72*s1r+cos144*s2r, i+cos72*s1i+cos144*s2i
					g2r, g2i := r+cos144*s1r+cos72*s2r, i+cos144*s1i+cos72*s2i
					h1r, h1i := sin72*d1r+sin144*d2r, sin72*d1i+sin144*d2i
					h2r, h2i := sin144*d1r-sin72*d2r, sin144*d1i-sin72*d2i
					vr[b], vi[b] = r+s1r+s2r, i+s1i+s2i
					wr[b], wi[b] = g1r+h1i, g1i-h1r
					xr[b], xi[b] = g2r+h2i, g2i-h2r
					yr[b], yi[b] = g2r-h2i, g2i+h2r
					zr[b], zi[b] = g1r-h1i, g1i+h1r
				}
			}
		}
	}
}

// pass8 is a pass of radix 2 behind one of radix 4 in registers.
func pass8[R float32 | float64](width int) func(dst, src, tw []R, blocks, span, from, to int) {
	return func(dst, src, tw []R, blocks, span, from, to int) {
		one := [14]R{1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0}
		var re, im [8][]R
		for beta := range blocks {
			for q := from; q < to; q++ {
				t := one[:]
				if q > 0 {
					t = tw[14*q:][:14]
				}
				e := beta*8*span + q
				for j := range 8 {
					re[j], im[j] = lanesOf(src, e+j*span, width)
				}
				a0r, a0i, a1r, a1i := re[0][:width], im[0][:width], re[1][:width], im[1][:width]
				a2r, a2i, a3r, a3i := re[2][:width], im[2][:width], re[3][:width], im[3][:width]
				a4r, a4i, a5r, a5i := re[4][:width], im[4][:width], re[5][:width], im[5][:width]
				a6r, a6i, a7r, a7i := re[6][:width], im[6][:width], re[7][:width], im[7][:width]
				for j := range 8 {
					re[j], im[j] = lanesOf(dst, e+j*span, width)
				}
				z0r, z0i, z1r, z1i := re[0][:width], im[0][:width], re[1][:width], im[1][:width]
				z2r, z2i, z3r, z3i := re[2][:width], im[2][:width], re[3][:width], im[3][:width]
				z4r, z4i, z5r, z5i := re[4][:width], im[4][:width], re[5][:width], im[5][:width]
				z6r, z6i, z7r, z7i := re[6][:width], im[6][:width], re[7][:width], im[7][:width]
				for b := range width {
					// the even elements
					x0r, x0i := a0r[b], a0i[b]
					x1r, x1i := times(a2r[b], a2i[b], t[2], t[3])
					x2r, x2i := times(a4r[b], a4i[b], t[6], t[7])
					x3r, x3i := times(a6r[b], a6i[b], t[10], t[11])
					sr, si, tr, ti := x0r+x2r, x0i+x2i, x0r-x2r, x0i-x2i
					ur, ui, vr, vi := x1r+x3r, x1i+x3i, x1r-x3r, x1i-x3i
					e0r, e0i, e2r, e2i := sr+ur, si+ui, sr-ur, si-ui
					e1r, e1i, e3r, e3i := tr+vi, ti-vr, tr-vi, ti+vr
					// the odd ones
					x0r, x0i = times(a1r[b], a1i[b], t[0], t[1])
					x1r, x1i = times(a3r[b], a3i[b], t[4], t[5])
					x2r, x2i = times(a5r[b], a5i[b], t[8], t[9])
					x3r, x3i = times(a7r[b], a7i[b], t[12], t[13])
					sr, si, tr, ti = x0r+x2r, x0i+x2i, x0r-x2r, x0i-x2i
					ur, ui, vr, vi = x1r+x3r, x1i+x3i, x1r-x3r, x1i-x3i
					x0r, x0i, x2r, x2i = sr+ur, si+ui, si-ui, ur-sr // the last times −i
					x1r, x1i, x3r, x3i = tr+vi, ti-vr, tr-vi, ti+vr
					x1r, x1i = cos45*(x1r+x1i), cos45*(x1i-x1r)
					x3r, x3i = cos45*(x3i-x3r), -cos45*(x3r+x3i)
					z0r[b], z0i[b], z4r[b], z4i[b] = e0r+x0r, e0i+x0i, e0r-x0r, e0i-x0i
					z1r[b], z1i[b], z5r[b], z5i[b] = e1r+x1r, e1i+x1i, e1r-x1r, e1i-x1i
					z2r[b], z2i[b], z6r[b], z6i[b] = e2r+x2r, e2i+x2i, e2r-x2r, e2i-x2i
					z3r[b], z3i[b], z7r[b], z7i[b] = e3r+x3r, e3i+x3i, e3r-x3r, e3i-x3i
				}
			}
		}
	}
}

// passAny is the pass of any radix up to 16: of odd radices by the sums and
// differences of the pairs a_j, a_(r−j), whose cosine and sine parts the outputs k and
// r−k share; in an even radix a_(r/2), by itself, counts as a sum.
func passAny[R float32 | float64](width, r int) func(dst, src, tw []R, blocks, span, from, to int) {
	var cos, sin [16]R
	for j := range r {
		c, s := roots.Of(j, r)
		cos[j], sin[j] = R(c), R(-s)
	}
	half := (r - 1) / 2
	return func(dst, src, tw []R, blocks, span, from, to int) {
		var re, im, sr, si, dr, di [17]R
		for beta := range blocks {
			for q := from; q < to; q++ {
				at := 2 * (beta*r*span + q) * width
				for b := range width {
					for j := range r {
						p := at + 2*j*span*width + b
						re[j], im[j] = src[p], src[p+width]
						if j > 0 && q > 0 {
							t := tw[2*(q*(r-1)+j-1):][:2]
							re[j], im[j] = times(re[j], im[j], t[0], t[1])
						}
					}
					zr, zi := re[0], im[0]
					for j := 1; j <= half; j++ {
						sr[j], si[j] = re[j]+re[r-j], im[j]+im[r-j]
						dr[j], di[j] = re[j]-re[r-j], im[j]-im[r-j]
						zr, zi = zr+sr[j], zi+si[j]
					}
					if r%2 == 0 {
						zr, zi = zr+re[r/2], zi+im[r/2]
					}
					dst[at+b], dst[at+b+width] = zr, zi
					for k := 1; 2*k <= r; k++ {
						cr, ci, er, ei := re[0], im[0], R(0), R(0)
						if r%2 == 0 {
							sign := R(1 - 2*(k%2))
							cr, ci = cr+sign*re[r/2], ci+sign*im[r/2]
						}
						jk := 0
						for j := 1; j <= half; j++ {
							if jk += k; jk >= r {
								jk -= r
							}
							c, s := cos[jk&15], sin[jk&15]
							cr += c * sr[j]
							ci += c * si[j]
							er += s * di[j]
							ei -= s * dr[j]
						}
						p := at + 2*k*span*width + b
						dst[p], dst[p+width] = cr+er, ci+ei
						p = at + 2*(r-k)*span*width + b
						dst[p], dst[p+width] = cr-er, ci-ei
					}
				}
			}
		}
	}
}
