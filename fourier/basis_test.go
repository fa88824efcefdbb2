package fourier

import (
	"math"
	"testing"

	"arago/backend"
)

// The ranks that singular values of the kernels gave at 1e-14 and at 1e-7, for the
// images that the comparison with other programs is about. A basis truncated by the
// largest element left out is at most two larger; the next larger bandwidth for which
// there is a basis may bring as much again.
func TestRanksAreThoseOfTheSingularValues(t *testing.T) {
	for _, c := range []struct {
		field          float64 // λ/D
		double, single [2]int  // even and odd
	}{
		{100, [2]int{67, 66}, [2]int{60, 59}},
		{25, [2]int{25, 25}, [2]int{20, 20}},
		{60, [2]int{46, 45}, [2]int{39, 38}},
		{16, [2]int{20, 19}, [2]int{15, 14}},
		{200, [2]int{119, 119}, [2]int{111, 110}},
	} {
		for parity := range 2 {
			bandwidth := math.Pi / 2 * c.field
			double, single := prolate(bandwidth, parity, 1e-14).Rows, prolate(bandwidth, parity, 1e-7).Rows
			if double < c.double[parity] || double > c.double[parity]+2 || single < c.single[parity] || single > c.single[parity]+2 {
				t.Errorf("%g λ/D, parity %d: ranks %d and %d, singular values gave %d and %d",
					c.field, parity, double, single, c.double[parity], c.single[parity])
			}
		}
	}
}

func TestRanksArePredictedWithinOne(t *testing.T) {
	for _, tolerance := range []float64{toleranceDouble, toleranceSingle} {
		for c := 1.0; c < 1500; c *= 1.25 {
			even, odd, predicted := prolate(c, 0, tolerance).Rows, prolate(c, 1, tolerance).Rows, predictRank(c, tolerance)
			if predicted < odd-1 || predicted > even+1 {
				t.Errorf("bandwidth %.4g, tolerance %g: %d and %d, predicted %d", c, tolerance, even, odd, predicted)
			}
		}
	}
}

// Coefficients that are left out would have to be smaller than the last ones there are.
func TestProlateFunctionsHaveEnoughCoefficients(t *testing.T) {
	for c := 0.5; c < 1500; c *= 1.7 {
		for parity := range 2 {
			functions := prolate(c, parity, toleranceDouble)
			for k := range functions.Rows {
				if last := math.Abs(functions.At(k, functions.Cols-1)); last > 1e-16 {
					t.Errorf("bandwidth %.4g: the last coefficient of function %d is %g", c, 2*k+parity, last)
				}
			}
		}
	}
}

// The eigenvalues of the finite Fourier transform for c = 4, |μ_k|²·c/2π (Slepian and
// Pollak 1961, table I).
func TestProlateFunctionsHaveTheirEigenvalues(t *testing.T) {
	const c = 4
	for k, want := range []float64{0.99589, 0.91211, 0.51905, 0.11021, 0.0088279, 0.00038129, 1.0951e-05} {
		functions := prolate(c, k%2, 1e-16)
		edge := 0.0
		for i, v := range functions.Row(k / 2) {
			edge += v * math.Sqrt(float64(2*i+k%2)+0.5)
		}
		mu := prolateTerm(functions.Row(k/2), c, k%2) / (edge * edge)
		if got := mu * mu * c / (2 * math.Pi); math.Abs(got/want-1) > 1e-4 {
			t.Errorf("eigenvalue %d is %.5g, published %.5g", k, got, want)
		}
	}
}

func TestBasesAreOrthonormal(t *testing.T) {
	for _, key := range []basisKey{{n: 1024, step: basisStep(157)}, {n: 301, step: basisStep(40)}, {n: 64, step: basisStep(1)}, {n: 40, step: basisStep(20)}} {
		b := newBasis(key)
		if b == nil {
			t.Errorf("%+v: no basis", key)
			continue
		}
		for _, s := range []span{b.even, b.odd} {
			var scratch borrowed
			gram := multiply(s.rows.Matrix, scratch.transposed(s.rows))
			for i := range gram.Rows {
				for j, v := range gram.Row(i) {
					want := 0.0
					if i == j {
						want = 1
					}
					if math.Abs(v-want) > 1e-14 {
						t.Errorf("%+v: rows %d and %d have the product %g", key, i, j, v)
					}
				}
			}
		}
	}
}

// One basis serves all wavelengths: its kernels are those of any smaller bandwidth, and
// none is off by more than the bound that was measured once.
func TestABasisGivesTheKernelsOfAllSmallerFields(t *testing.T) {
	const n, m = 500, 301
	for _, single := range []bool{false, true} {
		for _, c := range []float64{1, 20, 100, 230} {
			key := basisKey{n: n, step: basisStep(c), single: single}
			b := newBasis(key)
			if limit := tolerance(single) + 4e-14; !(b.bound <= limit) { // rounding: sums of 250 products and over ranks of up to 93
				t.Errorf("bandwidth %g: the basis is off by %g", c, b.bound)
			}
			for part := 1.0; part > 1e-3; part *= 0.7 {
				s := axisShape{n: n, m: m, cycles: part * key.bandwidth() / (2 * math.Pi * (n - 1) / 2 * (m - 1) / 2)}
				var scratch borrowed
				even, odd := b.factors(&scratch, s)
				u := make([]float64, m-m/2)
				for i := range u {
					u[i] = float64(m-1)/2 - float64(i)
				}
				cos, sin := kernelAt(&scratch, u, n, s.cycles)
				sin.Rows, sin.pairs.Rows = m/2, m/2
				// Rounding is as large as what was measured, and somewhere a little larger.
				if d := max(misfit(even, b.even, cos), misfit(odd, b.odd, sin)); !(d <= 1.1*b.bound+2e-15) {
					t.Errorf("bandwidth %g, at %.3g of it, single precision %v: an element is off by %g, the bound is %g", c, part, single, d, b.bound)
				}
				scratch.giveBack()
			}
		}
	}
}

func TestInterpolationIsExactForPolynomials(t *testing.T) {
	const count = 7 // 14 nodes, degrees up to 13
	p := newInterpolation(count)
	points := append([]float64{0, 1, 0.3, 0.7123, 1e-9}, p.nodes...)
	low := make([]float64, len(points))
	evenAt, oddAt := p.at(new(borrowed), points, low)
	for degree := range 2 * count {
		at := evenAt
		if degree%2 == 1 {
			at = oddAt
		}
		for i, s := range points {
			got := 0.0
			for j, x := range p.nodes {
				got += at.At(i, j) * math.Pow(x, float64(degree))
			}
			if want := math.Pow(s, float64(degree)); math.Abs(got-want) > 5e-15 {
				t.Errorf("%g to the power %d is %g, not %g", s, degree, got, want)
			}
		}
	}
}

func TestInverseCholeskyRefusesDependentRows(t *testing.T) {
	a := backend.MatrixOf(2, 2, []float64{1, 1, 1, 1})
	if _, ok := inverseCholesky(a); ok {
		t.Error("a singular matrix was inverted")
	}
}
