package truth

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"arago/backend"
)

// exact returns x in 400 bits, which hold sums and products of the tests exactly.
func exact(x DD) *big.Float {
	z := new(big.Float).SetPrec(400).SetFloat64(x.Hi)
	return z.Add(z, big.NewFloat(x.Lo))
}

// distance returns |x − want|, to a few digits.
func distance(x DD, want *big.Float) float64 {
	d, _ := new(big.Float).Sub(exact(x), want).Float64()
	return math.Abs(d)
}

func TestOperationsOnDoubleDoublesErrByUnitsOfTheLastOf106Bits(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	random := func() DD {
		hi := math.Ldexp(r.Float64()-0.5, r.IntN(80)-40)
		return Of(hi).Add(Of(math.Ldexp(hi, -53) * (r.Float64() - 0.5)))
	}
	for range 10000 {
		x, y := random(), random()
		for _, c := range []struct {
			operation string
			got       DD
			want      func(z, x, y *big.Float) *big.Float
		}{
			{"+", x.Add(y), (*big.Float).Add},
			{"−", x.Sub(y), (*big.Float).Sub},
			{"·", x.Mul(y), (*big.Float).Mul},
			{"/", x.Div(y), (*big.Float).Quo},
		} {
			want := c.want(new(big.Float).SetPrec(400), exact(x), exact(y))
			size, _ := want.Float64()
			// The largest bound of the paper is that of the quotient, below 16·2⁻¹⁰⁶.
			if d := distance(c.got, want); d > 0x1p-102*math.Abs(size) {
				t.Fatalf("%v %s %v is wrong by %g of %g", x, c.operation, y, d, size)
			}
		}
	}
}

func TestErrorsOfNumbersNearTheTruthKeepTheirDigits(t *testing.T) {
	x := DD{1, 0x1p-60}
	if got := x.Less(1); got != -0x1p-60 {
		t.Errorf("1 − (1 + 2⁻⁶⁰) is %g", got)
	}
	z := Complex{Of(1), x}
	if got := z.Less(complex(1+0x1p-52, 1)); got != complex(0x1p-52, -0x1p-60) {
		t.Errorf("the error is %v", got)
	}
}

// circle returns exp(2πi·p/q) in 400 bits, by the Taylor series of the sine and
// the cosine of an angle in one turn.
func circle(p, q *big.Float) (re, im *big.Float) {
	float := func() *big.Float { return new(big.Float).SetPrec(400) }
	turns := float().Quo(p, q)
	whole, _ := turns.Int(nil)
	turns.Sub(turns, float().SetInt(whole))
	angle := turns.Mul(turns, float().Mul(big.NewFloat(2), pi()))
	re, im = float(), float()
	for n, term := 0, float().SetInt64(1); n < 120; n++ {
		part := re
		if n%2 == 1 {
			part = im
		}
		if n%4 < 2 {
			part.Add(part, term)
		} else {
			part.Sub(part, term)
		}
		term.Mul(term, angle).Quo(term, float().SetInt64(int64(n+1)))
	}
	return re, im
}

// pi returns π by Machin's formula, 16·atan(1/5) − 4·atan(1/239).
func pi() *big.Float {
	float := func() *big.Float { return new(big.Float).SetPrec(400) }
	arctangent := func(n int64) *big.Float {
		sum, power := float(), float().Quo(big.NewFloat(1), float().SetInt64(n))
		for k := int64(0); k < 200; k++ {
			term := float().Quo(power, float().SetInt64(2*k+1))
			if k%2 == 1 {
				term.Neg(term)
			}
			sum.Add(sum, term)
			power.Quo(power, float().SetInt64(n*n))
		}
		return sum
	}
	a, b := arctangent(5), arctangent(239)
	return a.Sub(a.Mul(a, big.NewFloat(16)), b.Mul(b, big.NewFloat(4)))
}

// A unit root is good to about 30 of the 31.9 digits.
const rootError = 4e-31

func TestRootsOfUnityAgreeWithTheTaylorSeriesIn400Bits(t *testing.T) {
	for _, n := range []int{1, 2, 3, 8, 13, 97, 360, 100003, 1 << 27} {
		for _, k := range []int{0, 1, 2, 5, n / 3, n / 2, n - 1, n + 7, -1, -n / 8} {
			re, im := circle(new(big.Float).SetInt64(int64(k)), new(big.Float).SetInt64(int64(n)))
			z := Root(k, n)
			if d := math.Hypot(distance(z.Re, re), distance(z.Im, im)); d > rootError {
				t.Errorf("exp(2πi·%d/%d) is wrong by %g", k, n, d)
			}
		}
	}
}

func TestPhasorsAgreeWithTheTaylorSeriesAfterAnExactRemainder(t *testing.T) {
	for _, c := range []struct{ opd, wavelength float64 }{
		{0, 1}, {0.3, 1}, {-12345.678e-6, 0.55e-6}, {1, 3}, {0.125, 1}, {-0.4999999, 1},
		{1e300, 1e-6}, {math.MaxFloat64, 0.6e-6}, {math.MaxFloat64, 0x1p-1074}, {1e300, 0x7p-1074},
		{3e-324, 7e-320}, {0x5p-1074, 0x7p-1074}, {1e-310, 1e-300}, {1e-6, 1e300}, {-2.5, -0.7},
	} {
		// Both are integers times 2⁻¹⁰⁷⁴, so that the remainder is exact.
		integer := func(x float64) *big.Int {
			z, _ := new(big.Float).SetMantExp(big.NewFloat(x), 1074).Int(nil)
			return z
		}
		p, q := integer(c.opd), integer(c.wavelength)
		rest := new(big.Int).Rem(p, q)
		re, im := circle(new(big.Float).SetPrec(2200).SetInt(rest), new(big.Float).SetPrec(2200).SetInt(q))
		z := Phasor(c.opd, c.wavelength)
		if d := math.Hypot(distance(z.Re, re), distance(z.Im, im)); d > rootError {
			t.Errorf("exp(2πi·%g/%g) is wrong by %g", c.opd, c.wavelength, d)
		}
	}
}

// slow is the transform of a line by its definition in 400 bits.
func slow(x []complex128, sign int) (re, im []*big.Float) {
	n := len(x)
	float := func() *big.Float { return new(big.Float).SetPrec(400) }
	cos, sin := make([]*big.Float, n), make([]*big.Float, n)
	for k := range n {
		cos[k], sin[k] = circle(float().SetInt64(int64(sign*k)), float().SetInt64(int64(n)))
	}
	re, im = make([]*big.Float, n), make([]*big.Float, n)
	for k := range n {
		re[k], im[k] = float(), float()
		for j, v := range x {
			a, b := float().SetFloat64(real(v)), float().SetFloat64(imag(v))
			c, s := cos[j*k%n], sin[j*k%n]
			re[k].Add(re[k], float().Mul(a, c)).Sub(re[k], float().Mul(b, s))
			im[k].Add(im[k], float().Mul(a, s)).Add(im[k], float().Mul(b, c))
		}
	}
	return re, im
}

func randomMatrix(r *rand.Rand, rows, cols int) backend.Matrix[complex128] {
	m := backend.NewMatrix[complex128](rows, cols)
	for i := range m.Data {
		m.Data[i] = complex(r.Float64()-0.5, r.Float64()-0.5)
	}
	return m
}

func TestTransformsOfLinesAgreeWithTheirDefinitionIn400Bits(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for _, n := range []int{1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 13, 16, 17, 30, 34, 77, 97, 128} {
		for _, sign := range []int{1, -1} {
			x := randomMatrix(r, 1, n)
			got := Transform(x, backend.FFT2{Sign: sign, Along: backend.AlongRows})
			re, im := slow(x.Data, sign)
			for k, z := range got {
				// Each of up to 128 terms of size 1 is good to some 2⁻¹⁰².
				if d := math.Hypot(distance(z.Re, re[k]), distance(z.Im, im[k])); d > 1e-29 {
					t.Errorf("element %d of %d, sign %d, is wrong by %g", k, n, sign, d)
				}
			}
		}
	}
}

func TestTransformsOfPlanesAgreeWithElementsOfTheSum(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	src := randomMatrix(r, 12, 34)
	for _, along := range []backend.Axes{backend.BothAxes, backend.AlongRows, backend.AlongColumns} {
		t.Run(fmt.Sprint(along), func(t *testing.T) {
			f := backend.FFT2{Rows: 12, Cols: 34, Sign: -1, Along: along}
			got := Transform(src, f)
			for i := range 12 {
				for j := range 34 {
					want := complex128(0)
					switch along {
					case backend.BothAxes:
						want = FFT2(src, f, i, j)
					case backend.AlongRows:
						want = FFT2(src.Slice(i, i+1, 0, 34), backend.FFT2{Rows: 1, Cols: 34, Sign: -1}, 0, j)
					case backend.AlongColumns:
						want = FFT2(src.Slice(0, 12, j, j+1), backend.FFT2{Rows: 12, Cols: 1, Sign: -1}, i, 0)
					}
					// The factors of those sums are rounded to float64.
					if d := got[i*34+j].Less(want); math.Hypot(real(d), imag(d)) > 1e-14 {
						t.Errorf("element (%d, %d) is %v, by the sum %v", i, j, got[i*34+j].Round(), want)
					}
				}
			}
		})
	}
}
