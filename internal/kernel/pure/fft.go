package pure

// A Stockham transform of length n = r·m of runs of s complex numbers each
// (Swarztrauber 1984, Parallel Computing 1, 45) reads the runs
//
//	a_j = src[(p + m·j)·s …],  j = 0 … r−1
//
// takes their r-point transform of negative sign and writes
//
//	dst[(r·p + k)·s …] = W^(p·k) · Σ_j a_j·exp(−2πi·jk/r),  W = exp(−2πi/n)
//
// for p = 0 … m−1; then it goes on with length m and runs of r·s. No pass
// permutes anything: the order comes out right by itself. Several lines are
// transformed at once by interleaving them, which is no more than a longer run
// at the start.
//
// The twiddle factors W^(p·k), k = 1 … r−1, stand in tw one p after the other;
// those of p = 0 are 1 and are not read.

// Radix4 is the pass of radix 4; see above.
func Radix4[R float32 | float64](dst, src, tw []R, m, s int) {
	s *= 2
	{
		a, b, c, d := src[:s], src[m*s:][:s], src[2*m*s:][:s], src[3*m*s:][:s]
		w, x, y, z := dst[:s], dst[s:][:s], dst[2*s:][:s], dst[3*s:][:s]
		for i := 0; i+1 < len(a); i += 2 {
			sr, si := a[i]+c[i], a[i+1]+c[i+1]
			dr, di := a[i]-c[i], a[i+1]-c[i+1]
			ur, ui := b[i]+d[i], b[i+1]+d[i+1]
			vr, vi := b[i]-d[i], b[i+1]-d[i+1]
			w[i], w[i+1] = sr+ur, si+ui
			x[i], x[i+1] = dr+vi, di-vr
			y[i], y[i+1] = sr-ur, si-ui
			z[i], z[i+1] = dr-vi, di+vr
		}
	}
	for p := 1; p < m; p++ {
		t := tw[6*p:][:6]
		t1r, t1i, t2r, t2i, t3r, t3i := t[0], t[1], t[2], t[3], t[4], t[5]
		a, b, c, d := src[p*s:][:s], src[(p+m)*s:][:s], src[(p+2*m)*s:][:s], src[(p+3*m)*s:][:s]
		w, x, y, z := dst[4*p*s:][:s], dst[(4*p+1)*s:][:s], dst[(4*p+2)*s:][:s], dst[(4*p+3)*s:][:s]
		for i := 0; i+1 < len(a); i += 2 {
			sr, si := a[i]+c[i], a[i+1]+c[i+1]
			dr, di := a[i]-c[i], a[i+1]-c[i+1]
			ur, ui := b[i]+d[i], b[i+1]+d[i+1]
			vr, vi := b[i]-d[i], b[i+1]-d[i+1]
			w[i], w[i+1] = sr+ur, si+ui
			re, im := dr+vi, di-vr
			x[i], x[i+1] = re*t1r-im*t1i, re*t1i+im*t1r
			re, im = sr-ur, si-ui
			y[i], y[i+1] = re*t2r-im*t2i, re*t2i+im*t2r
			re, im = dr-vi, di+vr
			z[i], z[i+1] = re*t3r-im*t3i, re*t3i+im*t3r
		}
	}
}

// Radix2 is the pass of radix 2; see above.
func Radix2[R float32 | float64](dst, src, tw []R, m, s int) {
	s *= 2
	for p := range m {
		tr, ti := R(1), R(0)
		if p > 0 {
			tr, ti = tw[2*p], tw[2*p+1]
		}
		a, b := src[p*s:][:s], src[(p+m)*s:][:s]
		w, x := dst[2*p*s:][:s], dst[(2*p+1)*s:][:s]
		for i := 0; i+1 < len(a); i += 2 {
			re, im := a[i]-b[i], a[i+1]-b[i+1]
			w[i], w[i+1] = a[i]+b[i], a[i+1]+b[i+1]
			x[i], x[i+1] = re*tr-im*ti, re*ti+im*tr
		}
	}
}

// Radix3 is the pass of radix 3; see above.
func Radix3[R float32 | float64](dst, src, tw []R, m, s int) {
	const sin60 = 0.866025403784438646763723170752936183
	s *= 2
	for p := range m {
		t1r, t1i, t2r, t2i := R(1), R(0), R(1), R(0)
		if p > 0 {
			t := tw[4*p:][:4]
			t1r, t1i, t2r, t2i = t[0], t[1], t[2], t[3]
		}
		a, b, c := src[p*s:][:s], src[(p+m)*s:][:s], src[(p+2*m)*s:][:s]
		w, x, y := dst[3*p*s:][:s], dst[(3*p+1)*s:][:s], dst[(3*p+2)*s:][:s]
		for i := 0; i+1 < len(a); i += 2 {
			sr, si := b[i]+c[i], b[i+1]+c[i+1]
			dr, di := sin60*(b[i]-c[i]), sin60*(b[i+1]-c[i+1])
			hr, hi := a[i]-sr/2, a[i+1]-si/2
			w[i], w[i+1] = a[i]+sr, a[i+1]+si
			re, im := hr+di, hi-dr
			x[i], x[i+1] = re*t1r-im*t1i, re*t1i+im*t1r
			re, im = hr-di, hi+dr
			y[i], y[i+1] = re*t2r-im*t2i, re*t2i+im*t2r
		}
	}
}

// Radix5 is the pass of radix 5; see above.
func Radix5[R float32 | float64](dst, src, tw []R, m, s int) {
	const (
		cos72, cos144 = 0.309016994374947424102293417182819059, -0.809016994374947424102293417182819059
		sin72, sin144 = 0.951056516295153572116439333379382143, 0.587785252292473129168705954639072769
	)
	s *= 2
	for p := range m {
		t1r, t1i, t2r, t2i, t3r, t3i, t4r, t4i := R(1), R(0), R(1), R(0), R(1), R(0), R(1), R(0)
		if p > 0 {
			t := tw[8*p:][:8]
			t1r, t1i, t2r, t2i, t3r, t3i, t4r, t4i = t[0], t[1], t[2], t[3], t[4], t[5], t[6], t[7]
		}
		a, b, c := src[p*s:][:s], src[(p+m)*s:][:s], src[(p+2*m)*s:][:s]
		d, e := src[(p+3*m)*s:][:s], src[(p+4*m)*s:][:s]
		v, w, x := dst[5*p*s:][:s], dst[(5*p+1)*s:][:s], dst[(5*p+2)*s:][:s]
		y, z := dst[(5*p+3)*s:][:s], dst[(5*p+4)*s:][:s]
		for i := 0; i+1 < len(a); i += 2 {
			s1r, s1i := b[i]+e[i], b[i+1]+e[i+1]
			d1r, d1i := b[i]-e[i], b[i+1]-e[i+1]
			s2r, s2i := c[i]+d[i], c[i+1]+d[i+1]
			d2r, d2i := c[i]-d[i], c[i+1]-d[i+1]
			v[i], v[i+1] = a[i]+s1r+s2r, a[i+1]+s1i+s2i
			g1r, g1i := a[i]+cos72*s1r+cos144*s2r, a[i+1]+cos72*s1i+cos144*s2i
			g2r, g2i := a[i]+cos144*s1r+cos72*s2r, a[i+1]+cos144*s1i+cos72*s2i
			h1r, h1i := sin72*d1r+sin144*d2r, sin72*d1i+sin144*d2i
			h2r, h2i := sin144*d1r-sin72*d2r, sin144*d1i-sin72*d2i
			re, im := g1r+h1i, g1i-h1r
			w[i], w[i+1] = re*t1r-im*t1i, re*t1i+im*t1r
			re, im = g2r+h2i, g2i-h2r
			x[i], x[i+1] = re*t2r-im*t2i, re*t2i+im*t2r
			re, im = g2r-h2i, g2i+h2r
			y[i], y[i+1] = re*t3r-im*t3i, re*t3i+im*t3r
			re, im = g1r-h1i, g1i+h1r
			z[i], z[i+1] = re*t4r-im*t4i, re*t4i+im*t4r
		}
	}
}

// MaxOddRadix is the largest radix that RadixOdd serves.
const MaxOddRadix = 13

// RadixOdd is the pass of any odd radix r up to MaxOddRadix, by sums over
// pairs of inputs; see above. roots holds exp(−2πi·j/r), j = 0 … r−1.
func RadixOdd[R float32 | float64](dst, src, tw, roots []R, r, m, s int) {
	s *= 2
	half := (r - 1) / 2
	var sr, si, dr, di [MaxOddRadix / 2]R
	for p := range m {
		t := tw[2*(r-1)*p:][:2*(r-1)]
		for i := 0; i < s; i += 2 {
			ar, ai := src[p*s+i], src[p*s+i+1]
			zr, zi := ar, ai
			for j := 1; j <= half; j++ {
				b, c := src[(p+m*j)*s+i:][:2], src[(p+m*(r-j))*s+i:][:2]
				sr[j-1], si[j-1] = b[0]+c[0], b[1]+c[1]
				dr[j-1], di[j-1] = b[0]-c[0], b[1]-c[1]
				zr += sr[j-1]
				zi += si[j-1]
			}
			out := r * p * s
			dst[out+i], dst[out+i+1] = zr, zi
			for k := 1; k <= half; k++ {
				// Σ_j a_j·e^(−2πi·jk/r) and the sum of k → r−k share their
				// cosine and sine parts.
				cr, ci, er, ei := ar, ai, R(0), R(0)
				jk := 0
				for j := range half {
					if jk += k; jk >= r {
						jk -= r
					}
					cos, sin := roots[2*jk], roots[2*jk+1]
					cr += cos * sr[j]
					ci += cos * si[j]
					er -= sin * di[j]
					ei += sin * dr[j]
				}
				store(dst[out+k*s+i:], t[2*(k-1):], cr+er, ci+ei, p)
				store(dst[out+(r-k)*s+i:], t[2*(r-k-1):], cr-er, ci-ei, p)
			}
		}
	}
}

// store writes one twiddled output of RadixOdd.
func store[R float32 | float64](dst, tw []R, re, im R, p int) {
	if p == 0 {
		dst[0], dst[1] = re, im
		return
	}
	dst[0], dst[1] = re*tw[0]-im*tw[1], re*tw[1]+im*tw[0]
}
