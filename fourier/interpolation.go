package fourier

import (
	"math"

	"arago/backend"
	"arago/internal/parallel"
)

// interpolation is that of an even and of an odd function on −1 … 1 from their values
// at the positive half of an even number of Chebyshev's nodes, by the barycentric
// formula (Berrut and Trefethen 2004, SIAM Rev. 46, 501, eq. 4.2 and 5.3). The nodes at
// ±x have weights of opposite signs, so that with q_j = w_j/(s² − x_j²)
//
//	even(s) = Σ x_j·q_j·even(x_j) / Σ x_j·q_j
//	odd(s)  = Σ s·q_j·odd(x_j) / Σ x_j·q_j
type interpolation struct{ nodes, weights []float64 }

// newInterpolation returns that of count nodes.
func newInterpolation(count int) interpolation {
	p := interpolation{make([]float64, count), make([]float64, count)}
	for j := range p.nodes {
		sin, cos := math.Sincos(math.Pi * float64(2*j+1) / float64(4*count))
		p.nodes[j], p.weights[j] = cos, sin
		if j%2 == 1 {
			p.weights[j] = -sin
		}
	}
	return p
}

// nodesFor returns how many nodes interpolate cos(c·s·t) and sin(c·s·t) in s to double
// precision. The coefficients in Chebyshev polynomials are Bessel functions J_k(c·t),
// and those beyond k = c + 11·c^⅓ + 6 are below 1e-16: there J_k(c) is about
// (2/c)^⅓·Ai(2^⅓·11).
func nodesFor(c float64) int { return int(c+11*math.Cbrt(c)+6)/2 + 1 }

// at returns what the values at the nodes are multiplied by to give those at points, a
// row for each. low is what the points are larger than high.
func (p interpolation) at(scratch *borrowed, high, low []float64) (even, odd backend.Matrix[float64]) {
	even, odd = scratch.matrix(len(high), len(p.nodes)).Matrix, scratch.matrix(len(high), len(p.nodes)).Matrix
	parallel.Bands(len(high), max(1, interpolationBand/len(p.nodes)), func(from, to int) {
		for i := from; i < to; i++ {
			p.point(even.Row(i), odd.Row(i), high[i], low[i])
		}
	})
	return even, odd
}

// interpolationBand is how many weights are computed at a time: 20 µs.
const interpolationBand = 1 << 12

func (p interpolation) point(even, odd []float64, s, low float64) {
	weights := p.weights[:len(p.nodes)]
	even, odd = even[:len(p.nodes)], odd[:len(p.nodes)]
	sum := 0.0
	for j, x := range p.nodes {
		d := (s - x) + low
		if d == 0 {
			clear(even)
			clear(odd)
			even[j], odd[j] = 1, 1
			return
		}
		q := weights[j] / (d * (s + x))
		even[j], odd[j] = x*q, s*q
		sum += x * q
	}
	for j := range even {
		even[j] /= sum
		odd[j] /= sum
	}
}
