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
			gram := multiply(s.rows.Matrix, s.columns)
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

// One basis serves all wavelengths: its kernels are those of any smaller bandwidth.
func TestABasisSpansTheKernelsOfAllSmallerFields(t *testing.T) {
	const n, m = 500, 301
	for _, single := range []bool{false, true} {
		key := basisKey{n: n, step: basisStep(100), single: single}
		b := newBasis(key)
		limit := 2e-14 // rounding: sums of 250 products, of numbers below 2
		if single {
			limit = toleranceSingle
		}
		for part := 1.0; part > 1e-3; part *= 0.7 {
			cycles := part * key.bandwidth() / (2 * math.Pi * (n - 1) / 2 * (m - 1) / 2)
			if _, _, bound := project(b, axisShape{n: n, m: m, cycles: cycles}); !(bound <= limit) {
				t.Errorf("at %.3g of the bandwidth, single precision %v: an element is off by %g", part, single, bound)
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
