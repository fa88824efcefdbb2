package fourier

import (
	"math"

	"gonum.org/v1/gonum/lapack/gonum"

	"arago/backend"
	"arago/internal/parallel"
)

// The prolate spheroidal wave functions of bandwidth c are the eigenfunctions of the
// finite Fourier transform,
//
//	∫ exp(i·c·s·t)·ψ_k(t) dt = μ_k·ψ_k(s),  −1 ≤ s, t ≤ 1,
//
// so that exp(i·c·s·t) = Σ μ_k·ψ_k(s)·ψ_k(t); ψ_k is even for even k, and those make
// the cosine, and odd for odd k, which make the sine. μ_k falls off faster than any
// exponential from k = 2c/π on (Slepian and Pollak 1961, Bell Syst. Tech. J. 40, 43).
// In Legendre polynomials of norm one, √(l+½)·P_l, the coefficients of the functions
// of one parity are the eigenvectors of a symmetric tridiagonal matrix (Xiao, Rokhlin
// and Yarvin 2001, Inverse Problems 17, 805, eq. 63 and 64), smallest eigenvalue first.

// prolate returns the coefficients of the first functions of a parity (0 even, 1 odd):
// row by row those of the polynomials of degree parity, parity + 2, … . The others
// bring less than tolerance to any element of the kernel.
func prolate(c float64, parity int, tolerance float64) backend.Matrix[float64] {
	count := prolateTerms(c, tolerance)
	diagonal, off := make([]float64, count), make([]float64, count)
	for i := range diagonal {
		l := float64(2*i + parity)
		diagonal[i] = l*(l+1) + (2*l*(l+1)-1)/((2*l+3)*(2*l-1))*c*c
		off[i] = (l + 2) * (l + 1) / ((2*l + 3) * math.Sqrt((2*l+1)*(2*l+5))) * c * c
	}
	off = off[:count-1]
	values, destroyed := append([]float64(nil), diagonal...), append([]float64(nil), off...)
	if !(gonum.Implementation{}).Dsterf(count, values, destroyed) {
		return backend.Matrix[float64]{}
	}
	out := backend.NewMatrix[float64](count, count)
	t := twisted{diagonal: diagonal, off: off, down: make([]float64, count), up: make([]float64, count)}
	for k, value := range values {
		row := out.Row(k)
		t.eigenvector(row, value)
		if float64(k) > c/math.Pi && prolateTerm(row, c, parity) < tolerance {
			return out.Slice(0, k, 0, count)
		}
	}
	return out
}

// prolateTerms returns how many coefficients are enough for those left out to be
// smaller than rounding errors: beyond the degree c, or that of the last function, they
// fall off the faster the further; counted for c up to 1500.
func prolateTerms(c, tolerance float64) int {
	return int(1.1*max(c/2, float64(predictRank(c, tolerance)))) + 40
}

// prolateTerm returns the largest of |μ_k·ψ_k(s)·ψ_k(t)|: that at s = t = 1, for k
// beyond 2c/π. At s = 0,
//
//	μ_k·ψ_k(0) = ∫ψ_k,  μ_k·ψ_k'(0) = i·c·∫t·ψ_k(t) dt,
//
// of which the integrals are √2 and √(2/3) times the first coefficient.
func prolateTerm(coefficients []float64, c float64, parity int) float64 {
	edge, middle, p := 0.0, 0.0, 1.0 // p is P_l(0) for even, P_l'(0) for odd parity
	for i, v := range coefficients {
		l := float64(2*i + parity)
		norm := math.Sqrt(l + 0.5)
		edge += v * norm
		middle += v * norm * p
		if parity == 0 {
			p *= -(l + 1) / (l + 2)
		} else {
			p *= -(l + 2) / (l + 1)
		}
	}
	first := math.Sqrt2 * coefficients[0]
	if parity == 1 {
		first = c * math.Sqrt(2.0/3) * coefficients[0]
	}
	return math.Abs(first/middle) * edge * edge
}

// twisted finds eigenvectors of a symmetric tridiagonal matrix whose eigenvalues are
// known and lie well apart.
type twisted struct{ diagonal, off, down, up []float64 }

// eigenvector writes the eigenvector of norm one of an eigenvalue to z: elimination
// from the top and from the bottom meets where the last pivot is smallest (Parlett and
// Dhillon 1997, Linear Algebra Appl. 267, 247). Coefficients that are tiny keep their
// relative accuracy.
func (t *twisted) eigenvector(z []float64, value float64) {
	n := len(t.diagonal)
	pivot := func(p float64) float64 {
		if p == 0 {
			return 0x1p-52 * t.diagonal[n-1]
		}
		return p
	}
	t.down[0], t.up[n-1] = pivot(t.diagonal[0]-value), pivot(t.diagonal[n-1]-value)
	for i := 1; i < n; i++ {
		t.down[i] = pivot(t.diagonal[i] - value - t.off[i-1]*t.off[i-1]/t.down[i-1])
		up := n - 1 - i
		t.up[up] = pivot(t.diagonal[up] - value - t.off[up]*t.off[up]/t.up[up+1])
	}
	meet, least := 0, math.Inf(1)
	for i := range n {
		if p := math.Abs(t.down[i] + t.up[i] - (t.diagonal[i] - value)); p < least {
			meet, least = i, p
		}
	}
	z[meet] = 1
	sum := 1.0
	for i := meet - 1; i >= 0; i-- {
		z[i] = -t.off[i] * z[i+1] / t.down[i]
		sum += z[i] * z[i]
	}
	for i := meet; i+1 < n; i++ {
		z[i+1] = -t.off[i] * z[i] / t.up[i+1]
		sum += z[i+1] * z[i+1]
	}
	for i := range z {
		z[i] /= math.Sqrt(sum)
	}
}

// legendre returns √(l+½)·P_l at points, a row for each of the even degrees, and one
// for each of the odd ones, count of both.
func legendre(scratch *borrowed, count int, points []float64) (even, odd realMatrix) {
	even, odd = scratch.matrix(count, len(points)), scratch.matrix(count, len(points))
	parallel.Bands(len(points), legendreBand, func(from, to int) {
		x := points[from:to]
		p, q := make([]float64, len(x)), make([]float64, len(x)) // P_l and P_(l−1)
		for j := range p {
			p[j] = 1
		}
		for l := range 2 * count {
			row := even.Row(l / 2)[from:to]
			if l%2 == 1 {
				row = odd.Row(l / 2)[from:to]
			}
			norm := math.Sqrt(float64(l) + 0.5)
			a, b := float64(2*l+1)/float64(l+1), float64(l)/float64(l+1)
			for j, t := range x {
				row[j] = norm * p[j]
				p[j], q[j] = a*t*p[j]-b*q[j], p[j]
			}
		}
	})
	return even, odd
}

// legendreBand is the number of points at which polynomials are computed at a time.
const legendreBand = 128
