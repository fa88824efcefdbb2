package kernel_test

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"arago/internal/kernel"
	"arago/internal/kernel/kerneltest"
	"arago/internal/kernel/pure"
)

// precision of the truth in bits. Numbers of 2000 bits are reduced exactly
// before.
const precision = 320

var twoPi = func() *big.Float {
	pi, _, err := big.ParseFloat("3.14159265358979323846264338327950288419716939937510582097494459230781640628620899862803482534211706798214808651328230664709384460955058223172535940812848111745", 10, precision, big.ToNearestEven)
	if err != nil {
		panic(err)
	}
	return pi.Mul(pi, big.NewFloat(2))
}()

// sine and cosine by their Taylor series, for |x| up to π.
func sineAndCosine(x *big.Float) (sin, cos *big.Float) {
	of := func(v float64) *big.Float { return new(big.Float).SetPrec(precision).SetFloat64(v) }
	sums := []*big.Float{of(1), of(0)} // cosine, sine
	term := of(1)
	for k := 1; k == 1 || term.Sign() != 0 && term.MantExp(nil) > -precision; k++ {
		term.Mul(term, x)
		term.Quo(term, of(float64(k)))
		if k%4 < 2 {
			sums[k%2].Add(sums[k%2], term)
		} else {
			sums[k%2].Sub(sums[k%2], term)
		}
	}
	return sums[1], sums[0]
}

// exactPhasor returns exp(2πi·opd/wavelength). The quotient is a rational
// number, and its whole part is taken off as such.
func exactPhasor(opd, wavelength float64) (cos, sin *big.Float) {
	a, b := new(big.Rat).SetFloat64(opd), new(big.Rat).SetFloat64(wavelength)
	waves := a.Quo(a, b)
	rest := new(big.Int).Mod(waves.Num(), waves.Denom())
	if new(big.Int).Lsh(rest, 1).Cmp(waves.Denom()) > 0 {
		rest.Sub(rest, waves.Denom())
	}
	x := new(big.Float).SetPrec(precision).SetInt(rest)
	x.Quo(x, new(big.Float).SetPrec(precision).SetInt(waves.Denom()))
	sin, cos = sineAndCosine(x.Mul(x, twoPi))
	return cos, sin
}

// distance returns |got − want|.
func distance(got float64, want *big.Float) float64 {
	d, _ := new(big.Float).Sub(new(big.Float).SetPrec(precision).SetFloat64(got), want).Float64()
	return math.Abs(d)
}

// Bounds of the error of each part of a phasor, in ulps of the amplitude (2^-52,
// 2^-23). The rounding of the last product is up to a half, where it comes out
// just above a power of two, and nobody does better. In double precision another
// half goes to the roundings in the cosine before that, of the square (2^-55), of
// the sum of its terms (2^-55) and of the sum with 1 (2^-54), and to the
// polynomial; in single precision the polynomial takes 2^-29.
const (
	doubleBound = 1
	singleBound = 0.53
)

// phasorErrors returns, for each set, the larger error of the two parts of
// amplitude·exp(…), in ulps of the amplitude, in double and in single precision.
func phasorErrors(amplitude, opd, wavelength float64) map[kernel.Set][2]float64 {
	cos, sin := exactPhasor(opd, wavelength)
	a := new(big.Float).SetPrec(precision).SetFloat64(amplitude)
	cos.Mul(cos, a)
	sin.Mul(sin, a)
	// A whole vector, so that it is the kernel that answers.
	const n = 8
	amplitudes, opds := make([]float64, n), make([]float64, n)
	for i := range n {
		amplitudes[i], opds[i] = amplitude, opd
	}
	errors := map[kernel.Set][2]float64{}
	for _, set := range kernel.Sets() {
		d, s := make([]float64, 2*n), make([]float32, 2*n)
		kernel.Of[float64](set).WritePhasor(d, amplitudes, opds, wavelength)
		kernel.Of[float32](set).WritePhasor(s, amplitudes, opds, wavelength)
		errors[set] = [2]float64{
			max(distance(d[0], cos), distance(d[1], sin)) / (math.Abs(amplitude) * 0x1p-52),
			max(distance(float64(s[0]), cos), distance(float64(s[1]), sin)) / (math.Abs(amplitude) * 0x1p-23),
		}
	}
	return errors
}

func TestPhasorIsCorrectToAnUlpOverItsWholeRange(t *testing.T) {
	const each = 500
	between := func(r *rand.Rand, a, b float64) float64 { return a + (b-a)*r.Float64() }
	sign := func(r *rand.Rand) float64 { return float64(2*r.IntN(2) - 1) }
	for _, c := range []struct {
		name string
		pair func(r *rand.Rand) (opd, wavelength float64)
	}{
		{"a few waves", func(r *rand.Rand) (float64, float64) {
			w := between(r, 0.4e-6, 25e-6)
			return between(r, -3, 3) * w, w
		}},
		{"10000 waves", func(r *rand.Rand) (float64, float64) {
			w := between(r, 0.4e-6, 25e-6)
			return between(r, -1e4, 1e4) * w, w
		}},
		{"phases in radians", func(r *rand.Rand) (float64, float64) { return between(r, -100, 100), 2 * math.Pi }},
		{"eighths of a wave and their neighbours", func(r *rand.Rand) (float64, float64) {
			w := between(r, 0.4e-6, 25e-6)
			opd := math.Round(between(r, -40, 40)) * w / 8
			for range r.IntN(4) {
				opd = math.Nextafter(opd, sign(r))
			}
			return opd, w
		}},
		{"around the most quarters that are counted", func(r *rand.Rand) (float64, float64) {
			w := between(r, 0.5, 2)
			return sign(r) * between(r, 0.999, 1.001) * (1 << 38) * w, w
		}},
		{"1e9 to 1e18 waves", func(r *rand.Rand) (float64, float64) {
			w := between(r, 0.4e-6, 25e-6)
			return sign(r) * math.Pow(10, between(r, 9, 18)) * w, w
		}},
		{"1e15 to 1e300 waves", func(r *rand.Rand) (float64, float64) {
			w := between(r, 0.4e-6, 25e-6)
			return sign(r) * math.Pow(10, between(r, 15, 300)) * w, w
		}},
		{"subnormal OPDs", func(r *rand.Rand) (float64, float64) {
			return sign(r) * float64(r.IntN(1<<20)) * 0x1p-1074, math.Ldexp(between(r, 1, 2), r.IntN(600)-1070)
		}},
		{"subnormal wavelengths", func(r *rand.Rand) (float64, float64) {
			return sign(r) * math.Ldexp(r.Float64(), -r.IntN(1074)), float64(1+r.IntN(1<<30)) * 0x1p-1074
		}},
		{"wavelengths at the ends of the fast range", func(r *rand.Rand) (float64, float64) {
			w := math.Ldexp(between(r, 0.9, 1.1), 500*(2*r.IntN(2)-1))
			return between(r, -100, 100) * w, w
		}},
		{"any finite numbers", func(r *rand.Rand) (float64, float64) {
			for {
				opd, w := math.Float64frombits(r.Uint64()), math.Float64frombits(r.Uint64())
				if !math.IsNaN(opd-opd) && !math.IsNaN(w-w) && w != 0 {
					return opd, w
				}
			}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(20, 26))
			worst := map[kernel.Set][2]float64{}
			for range each {
				opd, w := c.pair(r)
				amplitude := 1.0
				if r.IntN(2) == 0 {
					amplitude = between(r, -2, 2)
				}
				for set, e := range phasorErrors(amplitude, opd, w) {
					if !(e[0] <= doubleBound && e[1] <= singleBound) {
						t.Errorf("%s: OPD %g at %g is off by %.3g ulp in double, %.3g in single precision", set, opd, w, e[0], e[1])
					}
					worst[set] = [2]float64{max(worst[set][0], e[0]), max(worst[set][1], e[1])}
				}
			}
			for set, e := range worst {
				t.Logf("%s: at most %.3f ulp in double, %.3f in single precision", set, e[0], e[1])
			}
		})
	}
}

func TestPhasorOfSpecialNumbers(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	kerneltest.EverySet(t, func(t *testing.T, set kernel.Set) {
		for _, c := range []struct {
			amplitude, opd, wavelength float64
			re, im                     float64
		}{
			{1, nan, 1, nan, nan},
			{1, inf, 1, nan, nan},
			{2, -inf, 1, nan, nan},
			{0, nan, 1, 0, 0},
			{0, inf, 1, 0, 0},
			{0, 0, nan, 0, 0},
			{math.Copysign(0, -1), 0.5, 1, 0, 0},
			{0, 1e300, 1e-300, 0, 0},
			{nan, 0.25, 1, nan, nan},
			{1, 1, 0, nan, nan},
			{1, 0, 0, nan, nan},
			{1, 1, nan, nan, nan},
			{3, 1, inf, 3, 0},
			{3, inf, inf, nan, nan},
			{inf, 0.125, 1, inf, inf},
			{1, math.MaxFloat64, math.SmallestNonzeroFloat64, 1, 0}, // a whole number of waves
			{1, math.SmallestNonzeroFloat64, math.MaxFloat64, 1, 0},
			{1, 0.25, 1, 0, 1},
			{1, -0.5, 1, -1, 0},
			{1, 0.25, -1, 0, -1},
			{4, 1e6 + 0.75, 1, 0, -4},
		} {
			what := fmt.Sprintf("%g·exp(2πi·%g/%g)", c.amplitude, c.opd, c.wavelength)
			const n = 9 // a vector and what the twin does
			amplitudes, opds := make([]float64, n), make([]float64, n)
			want, wantSingle := make([]float64, 2*n), make([]float32, 2*n)
			for i := range n {
				amplitudes[i], opds[i] = c.amplitude, c.opd
				want[2*i], want[2*i+1] = c.re, c.im
				wantSingle[2*i], wantSingle[2*i+1] = float32(c.re), float32(c.im)
			}
			got, gotSingle := make([]float64, 2*n), make([]float32, 2*n)
			kernel.Of[float64](set).WritePhasor(got, amplitudes, opds, c.wavelength)
			kernel.Of[float32](set).WritePhasor(gotSingle, amplitudes, opds, c.wavelength)
			kerneltest.Agree(t, what, got, want, 0)
			kerneltest.Agree(t, what+" in single precision", gotSingle, wantSingle, 0)
		}
	})
}

// The coefficients against the functions themselves: their error at steps of a
// thousandth of the range.
func TestPolynomialsOfThePhasorAreAsGoodAsTheySay(t *testing.T) {
	of := func(v float64) *big.Float { return new(big.Float).SetPrec(precision).SetFloat64(v) }
	// x + x³·Σ… or 1 − x²/2 + x⁴·Σ…
	value := func(x, z *big.Float, coefficients []float64, sine bool) *big.Float {
		sum := of(0)
		for i := len(coefficients) - 1; i >= 0; i-- {
			sum.Add(sum.Mul(sum, z), of(coefficients[i]))
		}
		if sine {
			sum.Mul(sum, z)
			return sum.Mul(sum.Add(sum, of(1)), x)
		}
		sum.Add(sum.Mul(sum, z), of(-0.5))
		return sum.Add(sum.Mul(sum, z), of(1))
	}
	const steps = 1000
	end := new(big.Float).Mul(twoPi, of((1+0x1p-10)/8))
	var worst [4]float64
	for i := range steps + 1 {
		x := new(big.Float).Mul(end, of(float64(i)))
		x.Quo(x, of(steps))
		z := new(big.Float).Mul(x, x)
		sin, cos := sineAndCosine(x)
		for k, got := range []*big.Float{
			value(x, z, pure.Double.Sin[:], true), value(x, z, pure.Double.Cos[:], false),
			value(x, z, pure.Single.Sin[:], true), value(x, z, pure.Single.Cos[:], false),
		} {
			want := []*big.Float{sin, cos}[k%2]
			d, _ := got.Sub(got, want).Float64()
			worst[k] = max(worst[k], math.Abs(d))
		}
	}
	for k, bound := range []float64{-59.1, -64.1, -29.0, -33.2} {
		if worst[k] > math.Exp2(bound) {
			t.Errorf("polynomial %d is off by 2^%.2f", k, math.Log2(worst[k]))
		}
	}
}

func FuzzPhasor(f *testing.F) {
	for _, seed := range [][3]float64{
		{1, 0.3e-6, 0.6328e-6}, {0.5, 1e4, 1e-6}, {0, math.NaN(), 1}, {1, math.Inf(1), 1}, {1, 1e300, 1e-300},
		{-3, 5e-324, 5e-324}, {1, 1 << 40, 4}, {1, 1, math.Inf(-1)}, {1, math.MaxFloat64, 5e-324}, {1, 0.5, 0},
	} {
		f.Add(seed[0], seed[1], seed[2])
	}
	f.Fuzz(func(t *testing.T, amplitude, opd, wavelength float64) {
		finite := func(v float64) bool { return v-v == 0 }
		if finite(opd) && finite(wavelength) && wavelength != 0 && math.Abs(amplitude) > 1e-30 && math.Abs(amplitude) < 1e30 {
			for set, e := range phasorErrors(amplitude, opd, wavelength) {
				if !(e[0] <= doubleBound && e[1] <= singleBound) {
					t.Errorf("%s: %g·exp(2πi·%g/%g) is off by %.3g ulp in double, %.3g in single precision", set, amplitude, opd, wavelength, e[0], e[1])
				}
			}
			return
		}
		for _, set := range kernel.Sets() {
			field := make([]float64, 16)
			same := func(v float64) []float64 { return []float64{v, v, v, v, v, v, v, v} }
			kernel.Of[float64](set).WritePhasor(field, same(amplitude), same(opd), wavelength)
			switch re, im := field[0], field[1]; {
			case amplitude == 0:
				if re != 0 || im != 0 {
					t.Errorf("%s: amplitude 0 gives %g + %gi", set, re, im)
				}
			case !finite(opd) || wavelength == 0 || wavelength != wavelength:
				if re == re || im == im {
					t.Errorf("%s: OPD %g at %g gives %g + %gi", set, opd, wavelength, re, im)
				}
			}
		}
	})
}
