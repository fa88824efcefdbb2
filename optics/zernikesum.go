package optics

// zernikeSum is a sum of Zernike polynomials, arranged for evaluation: terms of
// the same azimuthal order share one radial recurrence, and neighbouring orders
// differ by one factor of x + iy = ρ·exp(iθ). No term costs a power, a root or a sine.
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
	t                    [zernikeBlock]float64 // 2ρ²−1
	re, im               [zernikeBlock]float64 // (x + iy)^m = ρ^m·exp(imθ)
	before, here         [zernikeBlock]float64 // radial polynomials of k−1 and k, over ρ^m
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
