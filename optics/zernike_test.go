package optics

import (
	"fmt"
	"math"
	"math/big"
	"math/cmplx"
	"testing"

	"gonum.org/v1/gonum/integrate/quad"
)

// bigRadial is the radial polynomial as the sum of factorials of Noll (1976),
// eq. 2, in exact arithmetic.
func bigRadial(n, m int, rho float64) float64 {
	factorial := func(k int) *big.Int { return new(big.Int).MulRange(1, int64(k)) }
	r2 := new(big.Rat).SetFloat64(rho)
	r2.Mul(r2, r2)
	sum := new(big.Rat)
	// Horner in ρ², from the highest power down.
	for s := range (n-m)/2 + 1 {
		den := factorial(s)
		den.Mul(den, factorial((n+m)/2-s))
		den.Mul(den, factorial((n-m)/2-s))
		term := new(big.Rat).SetFrac(factorial(n-s), den)
		if s%2 == 1 {
			term.Neg(term)
		}
		sum.Add(sum.Mul(sum, r2), term)
	}
	for range m / 2 {
		sum.Mul(sum, r2)
	}
	if m%2 == 1 {
		sum.Mul(sum, new(big.Rat).SetFloat64(rho))
	}
	v, _ := sum.Float64()
	return v
}

// radialTolerance is the error that rounding ρ by a part in 2⁵³ makes, with
// the bound |dR/dρ| ≤ n² of a polynomial that stays within ±1 on −1 … 1
// (Markov): no evaluation can promise less. The 8 is for the recurrence.
func radialTolerance(n int) float64 { return 8 * 0x1p-53 * float64(n*n+1) }

// Noll (1976), table I, and its continuation by his rule; the same as
// poppy.zernike.noll_indices of POPPY 1.1.2.
func TestNollOrderIsThatOfThePaper(t *testing.T) {
	for i, want := range [][2]int{
		{0, 0}, {1, 1}, {1, -1}, {2, 0}, {2, -2}, {2, 2}, {3, -1}, {3, 1}, {3, -3}, {3, 3}, {4, 0},
		{4, 2}, {4, -2}, {4, 4}, {4, -4}, {5, 1}, {5, -1}, {5, 3}, {5, -3}, {5, 5}, {5, -5},
		{6, 0}, {6, -2}, {6, 2}, {6, -4}, {6, 4}, {6, -6}, {6, 6}, {7, -1},
	} {
		if n, m := NollIndices(i + 1); n != want[0] || m != want[1] {
			t.Errorf("NollIndices(%d) = %d, %d; want %d, %d", i+1, n, m, want[0], want[1])
		}
	}
}

func TestNollIndexIsTheInverseOfNollIndices(t *testing.T) {
	for j := 1; j <= 20000; j++ {
		if n, m := NollIndices(j); NollIndex(n, m) != j {
			t.Fatalf("NollIndex(%d, %d) = %d, want %d", n, m, NollIndex(n, m), j)
		}
	}
	// The root of 8j−7 is rounded: the first and last of a high order.
	for _, n := range []int{1 << 20, 1<<26 - 1, 1 << 29} {
		first := n*(n+1)/2 + 1
		if got, _ := NollIndices(first); got != n {
			t.Errorf("NollIndices(%d) has order %d, want %d", first, got, n)
		}
		if got, _ := NollIndices(first - 1); got != n-1 {
			t.Errorf("NollIndices(%d) has order %d, want %d", first-1, got, n-1)
		}
	}
}

func TestImpossibleZernikeOrdersPanic(t *testing.T) {
	for name, f := range map[string]func(){
		"j = 0":                 func() { NollIndices(0) },
		"|m| > n":               func() { NollIndex(2, -4) },
		"odd n − m":             func() { ZernikeRadial(3, 2, 0.5) },
		"Zernike polynomial -1": func() { Zernike(-1, 0.5, 0) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s is accepted", name)
				}
			}()
			f()
		}()
	}
}

// Noll (1976), table I.
func TestLowZernikesAreThoseOfThePaper(t *testing.T) {
	for _, p := range [][2]float64{{0, 0}, {0.3, 1}, {0.77, -2.5}, {1, 4}} {
		r, a := p[0], p[1]
		for i, want := range []float64{
			1,
			2 * r * math.Cos(a),
			2 * r * math.Sin(a),
			math.Sqrt(3) * (2*r*r - 1),
			math.Sqrt(6) * r * r * math.Sin(2*a),
			math.Sqrt(6) * r * r * math.Cos(2*a),
			math.Sqrt(8) * (3*r*r*r - 2*r) * math.Sin(a),
			math.Sqrt(8) * (3*r*r*r - 2*r) * math.Cos(a),
			math.Sqrt(8) * r * r * r * math.Sin(3*a),
			math.Sqrt(8) * r * r * r * math.Cos(3*a),
			math.Sqrt(5) * (6*r*r*r*r - 6*r*r + 1),
		} {
			if got := Zernike(i+1, r, a); math.Abs(got-want) > 1e-14 {
				t.Errorf("Z%d(%g, %g) = %g, want %g", i+1, r, a, got, want)
			}
		}
	}
}

func TestRadialPolynomialsKeepTheirDigitsAtHighOrder(t *testing.T) {
	for _, n := range []int{7, 40, 101, 120, 200} {
		for _, m := range []int{n % 2, n%2 + 2, n/2/2*2 + n%2, n - 4, n} {
			for _, rho := range []float64{0, 1e-3, 0.1, 0.37, 0.5, 0.81, 0.97, 0.9999, 1} {
				got, want := ZernikeRadial(n, -m, rho), bigRadial(n, m, rho)
				if math.Abs(got-want) > radialTolerance(n) {
					t.Errorf("R(%d, %d, %g) = %.17g, exactly %.17g", n, m, rho, got, want)
				}
			}
		}
	}
}

// R = 1 on the rim, and ±1 is the largest value anywhere (Born & Wolf, §9.2.1).
func TestRadialPolynomialsAreOneOnTheRimAndNeverLarger(t *testing.T) {
	for _, n := range []int{0, 1, 2, 33, 100, 501, 1800} {
		for m := n % 2; m <= n; m += 2 + n/20*2 {
			if v := ZernikeRadial(n, m, 1); math.Abs(v-1) > radialTolerance(n) {
				t.Errorf("R(%d, %d, 1) = %.17g", n, m, v)
			}
			for rho := 0.0; rho < 1; rho += 0.01 {
				if v := ZernikeRadial(n, m, rho); !(math.Abs(v) <= 1+radialTolerance(n)) {
					t.Fatalf("R(%d, %d, %g) = %g", n, m, rho, v)
				}
			}
		}
	}
}

// Gauss–Legendre quadrature in ρ² is exact for these polynomials, and so are
// equal steps in the angle: the mean over the disc of Z_i·Z_j is 1 or 0.
func TestZernikesAreOrthonormalOverTheDisc(t *testing.T) {
	mean := func(i, j int) float64 {
		const radii, angles = 64, 256
		u, w := make([]float64, radii), make([]float64, radii)
		quad.Legendre{}.FixedLocations(u, w, 0, 1)
		var sum float64
		for k := range u {
			for l := range angles {
				a := 2 * math.Pi * float64(l) / angles
				sum += w[k] / angles * Zernike(i, math.Sqrt(u[k]), a) * Zernike(j, math.Sqrt(u[k]), a)
			}
		}
		return sum
	}
	low := []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}
	high := []int{NollIndex(100, 0), NollIndex(100, -2), NollIndex(100, 40), NollIndex(98, 40), NollIndex(101, 101), NollIndex(99, -1)}
	for _, set := range [][]int{low, high} {
		for _, i := range set {
			for _, j := range set {
				want := 0.0
				if i == j {
					want = 1
				}
				// The rounding of ρ, weighed with 2(n+1) from the two norms.
				if got := mean(i, j); math.Abs(got-want) > 1e-11 {
					t.Errorf("mean of Z%d·Z%d = %.3g, want %g", i, j, got, want)
				}
			}
		}
	}
}

func TestZernikeSumIsTheSumOfItsTerms(t *testing.T) {
	for name, coefficients := range map[string][]float64{
		"all up to order 12":      ramp(91),
		"one of order 120":        append(make([]float64, NollIndex(120, -60)-1), 1),
		"gaps and both of a pair": {0, 0, 0, 3, 0, 0, 1, 2, 0, 0, 0, 0, 0, 0, 5},
		"nothing":                 {0, 0},
	} {
		var x, y []float64
		for k := range 600 { // more than two blocks, and the centre
			p := cmplx.Rect(math.Sqrt(float64(k)/599), 2.4*float64(k))
			x, y = append(x, real(p)), append(y, imag(p))
		}
		got := make([]float64, len(x))
		newZernikeSum(coefficients).evaluate(got, x, y, new(zernikeScratch))
		for k := range x {
			var want, size float64
			for i, c := range coefficients {
				if c != 0 {
					want += c * Zernike(i+1, math.Hypot(x[k], y[k]), math.Atan2(y[k], x[k]))
					n, m := NollIndices(i + 1)
					size += math.Abs(c) * zernikeNorm(n, m) * radialTolerance(n)
				}
			}
			if math.Abs(got[k]-want) > size {
				t.Fatalf("%s, at (%g, %g): %.17g, want %.17g", name, x[k], y[k], got[k], want)
			}
		}
	}
}

// Along the rows of a plane the polynomials are interpolated, of a disc that is moved,
// turned and inclined as well: to what an error of some roundings of the coordinates makes
// of them on the rim.
func TestZernikesAlongRowsAreThoseOfTheirPoints(t *testing.T) {
	for name, coefficients := range map[string][]float64{
		"piston": {1}, "all up to order 12": ramp(91), "one of order 60": append(make([]float64, NollIndex(60, -20)-1), 1),
	} {
		e := ZernikeWFE{Radius: 0.8, Coefficients: coefficients, Placement: Placement{ShiftX: 0.05, ShiftY: -0.1, Rotation: 33, InclinationX: 20}}
		g := pupilOf(200, 2)
		s, err := e.Sample(g)
		if err != nil {
			t.Fatal(err)
		}
		var tolerance float64
		for i, c := range coefficients {
			n, m := NollIndices(i + 1)
			tolerance += 2 * math.Abs(c) * zernikeNorm(n, m) * radialTolerance(n)
		}
		sum, scratch, toElement := newZernikeSum(coefficients), new(zernikeScratch), e.Placement.affine()
		for i, got := range s.OPD {
			ex, ey := toElement.apply(g.X.At(i%200), g.Y.At(i/200))
			want := make([]float64, 1)
			if radius(ex, ey) <= e.Radius {
				sum.evaluate(want, []float64{ex / e.Radius}, []float64{ey / e.Radius}, scratch)
			}
			if !(math.Abs(got-want[0]) <= tolerance) {
				t.Fatalf("%s, sample %d: %.17g, want %.17g", name, i, got, want[0])
			}
		}
	}
}

func ramp(n int) []float64 {
	v := make([]float64, n)
	for i := range v {
		v[i] = float64(i%7) - 3
	}
	return v
}

func BenchmarkZernikeWFE(b *testing.B) {
	for _, terms := range []int{11, 496} {
		b.Run(fmt.Sprintf("n=1024/terms=%d", terms), func(b *testing.B) {
			e := ZernikeWFE{Radius: 1, Coefficients: ramp(terms)}
			g := pupilOf(1024, 2)
			for b.Loop() {
				if _, err := e.Sample(g); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
