package optics

import "math"

// zernikeSum is a sum of Zernike polynomials, arranged for evaluation: terms of
// the same azimuthal order share one radial recurrence, and neighbouring orders
// differ by one factor of x + iy = ρ·exp(iθ). No term costs a power, a root or a sine.
type zernikeSum struct {
	orders []azimuthalOrder // of m = 0, 1, …
	// cosines are those of multiples of π/2K, for K the number of coefficients of the
	// sum along a line; see alongLine.
	cosines []float64
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
	degree := 0
	for m, order := range z.orders {
		if len(order) > 0 {
			degree = max(degree, m+2*(len(order)-1))
		}
	}
	z.cosines = make([]float64, 4*(degree+1))
	for i := range z.cosines {
		z.cosines[i] = math.Cos(math.Pi * float64(i) / float64(2*(degree+1)))
	}
	return z
}

// zernikeBlock is the number of points that are evaluated together: their
// scratch values stay in the fastest cache.
const zernikeBlock = 256

// zernikeScratch holds what one goroutine needs to evaluate a block of points.
type zernikeScratch struct {
	t                    [zernikeBlock]float64 // 2ρ²−1
	re, im               [zernikeBlock]float64 // (x + iy)^m = ρ^m·exp(imθ)
	before, here         [zernikeBlock]float64 // radial polynomials of k−1 and k, over ρ^m
	cosinePart, sinePart [zernikeBlock]float64 // sums over k

	// Of alongLine: nodes, the sum there, and its Chebyshev coefficients.
	x, y, value, coefficients []float64
}

// resize makes room for so many nodes.
func (s *zernikeScratch) resize(nodes int) {
	for _, v := range []*[]float64{&s.x, &s.y, &s.value, &s.coefficients} {
		if cap(*v) < nodes {
			*v = make([]float64, nodes)
		}
		*v = (*v)[:nodes]
	}
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
	n := len(value)
	x, y = x[:n], y[:n]
	t, re, im := s.t[:n], s.re[:n], s.im[:n]
	before, here, cosinePart, sinePart := s.before[:n], s.here[:n], s.cosinePart[:n], s.sinePart[:n]
	for i := range value {
		t[i] = 2*(x[i]*x[i]+y[i]*y[i]) - 1
		re[i], im[i] = 1, 0
		value[i] = 0
	}
	for m, order := range z.orders {
		if m > 0 {
			for i := range value {
				c, d := re[i], im[i]
				re[i] = c*x[i] - d*y[i]
				im[i] = d*x[i] + c*y[i]
			}
		}
		if len(order) == 0 {
			continue
		}
		for i := range value {
			before[i], here[i] = 0, 1
			cosinePart[i], sinePart[i] = order[0].cos, order[0].sin
		}
		for _, term := range order[1:] {
			for i := range value {
				next := (term.a*t[i]+term.b)*here[i] - term.c*before[i]
				before[i], here[i] = here[i], next
				cosinePart[i] += term.cos * next
				sinePart[i] += term.sin * next
			}
		}
		for i := range value {
			value[i] += cosinePart[i]*re[i] + sinePart[i]*im[i]
		}
	}
}

// point is one of the plane.
type point struct{ x, y float64 }

// alongLine sets value to the sum at the points middle + t·half, which lie in the unit disc
// for −1 ≤ t ≤ 1. Along a line it is a polynomial, of the degree of its highest term,
// which is interpolated at as many of Chebyshev's nodes as it takes and summed by
// Clenshaw's recurrence (Press et al. 2007, Numerical Recipes, §5.8): some operations for
// each degree in place of some for each term.
func (z zernikeSum) alongLine(value, t []float64, middle, half point, s *zernikeScratch) {
	count := z.nodes()
	s.resize(count)
	for k := range count {
		node := z.cosines[2*k+1]
		s.x[k], s.y[k] = middle.x+node*half.x, middle.y+node*half.y
	}
	z.evaluate(s.value, s.x, s.y, s)
	for j := range s.coefficients {
		sum := 0.0
		for k, v := range s.value {
			sum += v * z.cosines[j*(2*k+1)%len(z.cosines)]
		}
		s.coefficients[j] = 2 * sum / float64(count)
	}
	s.coefficients[0] /= 2
	for len(value) >= 4 {
		clenshaw4(value, s.coefficients, [4]float64(t))
		value, t = value[4:], t[4:]
	}
	var rest, at [4]float64
	copy(at[:], t)
	clenshaw4(rest[:], s.coefficients, at)
	copy(value, rest[:])
}

// nodes is the number of nodes from which the sum along a line is interpolated.
func (z zernikeSum) nodes() int { return len(z.cosines) / 4 }

// clenshaw4 sums Chebyshev polynomials at four points at a time, which do not wait for
// each other.
func clenshaw4(value, coefficients []float64, t [4]float64) {
	var a0, a1, a2, a3, b0, b1, b2, b3 float64 // of the degree above, and of that above it
	for j := len(coefficients) - 1; j > 0; j-- {
		c := coefficients[j]
		a0, b0 = 2*t[0]*a0-b0+c, a0
		a1, b1 = 2*t[1]*a1-b1+c, a1
		a2, b2 = 2*t[2]*a2-b2+c, a2
		a3, b3 = 2*t[3]*a3-b3+c, a3
	}
	c := coefficients[0]
	value[0], value[1], value[2], value[3] = t[0]*a0-b0+c, t[1]*a1-b1+c, t[2]*a2-b2+c, t[3]*a3-b3+c
}
