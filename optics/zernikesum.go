package optics

import "math"

// zernikeSum is a sum of Zernike polynomials, arranged for evaluation: terms of
// the same azimuthal order share one radial recurrence, and neighbouring orders
// differ by one factor of ρ·exp(iθ). No term costs a power or a sine of its own.
type zernikeSum struct {
	orders []azimuthalOrder // of m = 0, 1, …
}

// azimuthalOrder holds the terms of one m: entry k belongs to n = m + 2k.
type azimuthalOrder []radialTerm

type radialTerm struct {
	cos, sin float64 // coefficients of R·cos(mθ) and R·sin(mθ)
	a, b, c  float64 // recurrence that leads here from k−1 (radialStep)
}

// newZernikeSum arranges the coefficients of Noll's polynomials 1, 2, 3, …
func newZernikeSum(coefficients []float64) zernikeSum {
	var z zernikeSum
	for i, coefficient := range coefficients {
		if coefficient == 0 {
			continue
		}
		n, signed := NollIndices(i + 1)
		m := max(signed, -signed)
		for len(z.orders) <= m {
			z.orders = append(z.orders, nil)
		}
		k := (n - m) / 2
		for len(z.orders[m]) <= k {
			var t radialTerm
			if last := len(z.orders[m]); last > 0 {
				t.a, t.b, t.c = radialStep(last-1, m)
			}
			z.orders[m] = append(z.orders[m], t)
		}
		if coefficient *= zernikeNorm(n, m); signed < 0 {
			z.orders[m][k].sin = coefficient
		} else {
			z.orders[m][k].cos = coefficient
		}
	}
	return z
}

// zernikeBlock is the number of points that are evaluated together: their
// scratch values stay in the fastest cache.
const zernikeBlock = 256

// zernikeScratch holds what one goroutine needs to evaluate a block of points.
type zernikeScratch struct {
	rho, t, cos1, sin1   [zernikeBlock]float64 // ρ, 2ρ²−1, cos θ, sin θ
	power, cosM, sinM    [zernikeBlock]float64 // ρ^m, cos mθ, sin mθ
	before, here         [zernikeBlock]float64 // radial polynomials of k−1 and k
	cosinePart, sinePart [zernikeBlock]float64 // sums over k
}

// evaluate sets value to the sum at the points (x, y) of the unit disc.
func (z zernikeSum) evaluate(value, x, y []float64, s *zernikeScratch) {
	for len(value) > 0 {
		n := min(zernikeBlock, len(value))
		z.evaluateBlock(value[:n], x[:n], y[:n], s)
		value, x, y = value[n:], x[n:], y[n:]
	}
}

func (z zernikeSum) evaluateBlock(value, x, y []float64, s *zernikeScratch) {
	for i := range value {
		rr := x[i]*x[i] + y[i]*y[i]
		rho := math.Sqrt(rr)
		s.rho[i], s.t[i] = rho, 2*rr-1
		s.cos1[i], s.sin1[i] = 1, 0
		if rho > 0 {
			s.cos1[i], s.sin1[i] = x[i]/rho, y[i]/rho
		}
		s.power[i], s.cosM[i], s.sinM[i] = 1, 1, 0
		value[i] = 0
	}
	for m, order := range z.orders {
		if m > 0 {
			for i := range value {
				s.power[i] *= s.rho[i]
				c, d := s.cosM[i], s.sinM[i]
				s.cosM[i] = c*s.cos1[i] - d*s.sin1[i]
				s.sinM[i] = d*s.cos1[i] + c*s.sin1[i]
			}
		}
		if len(order) == 0 {
			continue
		}
		for i := range value {
			s.before[i], s.here[i] = 0, s.power[i]
			s.cosinePart[i], s.sinePart[i] = order[0].cos*s.power[i], order[0].sin*s.power[i]
		}
		for _, term := range order[1:] {
			for i := range value {
				next := (term.a*s.t[i]+term.b)*s.here[i] - term.c*s.before[i]
				s.before[i], s.here[i] = s.here[i], next
				s.cosinePart[i] += term.cos * next
				s.sinePart[i] += term.sin * next
			}
		}
		for i := range value {
			value[i] += s.cosinePart[i]*s.cosM[i] + s.sinePart[i]*s.sinM[i]
		}
	}
}
