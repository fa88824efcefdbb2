package pure

import "math"

// Phasor multiplies the complex number j of dst by
//
//	amplitude[j] · exp(2πi·opd[j]/wavelength)
//
// Either slice may be nil: amplitude 1, or OPD 0. OPD and wavelength are in the
// same unit; the wavelength may be negative.
//
// Each part of the factor is within 1 ulp of 1 of the exact value for the very
// numbers that went in, times the amplitude, however many waves they make:
// whole waves are taken off exactly. A factor of a NaN or an infinite OPD is
// NaN, and so is one of wavelength 0 or NaN; an infinite wavelength is no phase.
// But where the amplitude is zero the factor is zero, whatever the OPD: nobody
// needs to know the surface where there is no glass.
//
// The products with dst are the plain ones, each part two rounded products and
// a rounded sum; without an OPD, each part times the amplitude.
func Phasor[R float32 | float64](dst []R, amplitude, opd []float64, wavelength float64) {
	if opd == nil {
		MultiplyReal(dst, amplitude)
		return
	}
	w := WaveOf(wavelength)
	MultiplyWave(dst, amplitude, opd, &w)
}

// WritePhasor writes the factors of Phasor to dst.
func WritePhasor[R float32 | float64](dst []R, amplitude, opd []float64, wavelength float64) {
	if opd == nil {
		if amplitude == nil {
			for j := range len(dst) / 2 {
				dst[2*j], dst[2*j+1] = 1, 0
			}
			return
		}
		for j, a := range amplitude[:len(dst)/2] {
			dst[2*j], dst[2*j+1] = R(a), 0
		}
		return
	}
	w := WaveOf(wavelength)
	WriteWave(dst, amplitude, opd, &w)
}

// MultiplyReal multiplies the complex number j of dst by factor[j], rounded to
// the precision of dst; not at all if factor is nil.
func MultiplyReal[R float32 | float64](dst []R, factor []float64) {
	if factor == nil {
		return
	}
	for j, f := range factor[:len(dst)/2] {
		dst[2*j] *= R(f)
		dst[2*j+1] *= R(f)
	}
}

// MultiplyWave is Phasor with an OPD, for a wavelength that is prepared.
func MultiplyWave[R float32 | float64](dst []R, amplitude, opd []float64, w *Wave) {
	for j := range len(dst) / 2 {
		c, s := factor[R](amplitude, opd, j, w)
		re, im := dst[2*j], dst[2*j+1]
		dst[2*j], dst[2*j+1] = R(re*c)-R(im*s), R(re*s)+R(im*c)
	}
}

// WriteWave is WritePhasor with an OPD, for a wavelength that is prepared.
func WriteWave[R float32 | float64](dst []R, amplitude, opd []float64, w *Wave) {
	for j := range len(dst) / 2 {
		dst[2*j], dst[2*j+1] = factor[R](amplitude, opd, j, w)
	}
}

func factor[R float32 | float64](amplitude, opd []float64, j int, w *Wave) (re, im R) {
	a := 1.0
	if amplitude != nil {
		if a = amplitude[j]; a == 0 {
			return 0, 0
		}
	}
	var cos, sin float64
	if _, ok := any(re).(float64); ok {
		cos, sin = w.double(opd[j])
	} else {
		cos, sin = w.single(opd[j])
	}
	return R(a * cos), R(a * sin)
}

// Wave is a wavelength λ as the loops of the phasor want it.
type Wave struct {
	// An OPD d is n = d·PerQuarter quarters of a wave, rounded to a whole
	// number, and the exact rest r = d − n·Quarter, which is a phase of
	// r·High + r·Low: 4/λ, λ/4, and 2π/λ in two parts.
	PerQuarter, Quarter, High, Low float64

	// Limit is the largest |d·PerQuarter| for which that holds; others are
	// reduced by the slow way. It is negative where none is.
	Limit float64

	length float64
}

// RoundToWhole is 1.5·2^52: added to a number below 2^51 in magnitude and taken
// off again, it rounds the number to the nearest whole one, ties to even. In
// between, the lowest bits of the sum are those of the whole number.
const RoundToWhole = 0x1.8p52

// quartersLimit is the most quarters of a wave that are counted in double
// precision. The product d·(4/λ) is off by less than 2^-51 of itself, so that
// the rest is at most 1/2 + 2^-11 quarters: in the range of the polynomials.
const quartersLimit = 1 << 40

// WaveOf prepares a wavelength.
func WaveOf(wavelength float64) Wave {
	w := Wave{Limit: -1, length: wavelength}
	if a := math.Abs(wavelength); !(a >= 0x1p-500 && a <= 0x1p500) {
		return w // 4/λ or 2π/λ would overflow or lose bits
	}
	const twoPi, twoPiLow = 2 * math.Pi, 2.4492935982947064e-16 // 2π = their sum
	w.PerQuarter, w.Quarter, w.Limit = 4/wavelength, wavelength/4, quartersLimit
	w.High = twoPi / wavelength
	w.Low = (math.FMA(-w.High, wavelength, twoPi) + twoPiLow) / wavelength
	return w
}

// reduce returns the phase of d as x + low and, in the two lowest bits of
// quadrant, quarters of a turn. |x| is at most π/4·(1 + 2^-10).
//
// d − n·λ/4 is exact: d and n·λ/4 are multiples of ulp(λ)/4, and the rest, at
// most λ/8·(1 + 2^-10), is less than 2^53 of them; or d has a smaller ulp and is
// below λ/4: then n is 0, or Sterbenz's lemma holds.
func (w *Wave) reduce(d float64) (x, low float64, quadrant uint64) {
	q := float64(d * w.PerQuarter)
	if !(math.Abs(q) <= w.Limit) {
		return reduceSlowly(d, w.length)
	}
	n := q + RoundToWhole
	r := math.FMA(-(n - RoundToWhole), w.Quarter, d)
	x = float64(r * w.High)
	low = math.FMA(r, w.Low, math.FMA(r, w.High, -x))
	return x, low, math.Float64bits(n)
}

// reduceSlowly is reduce for all numbers: math.Mod is exact.
func reduceSlowly(d, wavelength float64) (x, low float64, quadrant uint64) {
	if math.IsInf(wavelength, 0) {
		return d * 0, 0, 0
	}
	rest := math.Mod(d, wavelength)
	if math.IsNaN(rest) {
		return rest, 0, 0
	}
	// Both in units of a power of two near the wavelength, where nothing
	// overflows, and what underflows is no phase.
	fraction, exponent := math.Frexp(wavelength)
	w := WaveOf(fraction)
	return w.reduce(math.Ldexp(rest, -exponent))
}

// Polynomials are the coefficients of
//
//	sin x = x + x³·Σ Sin[i]·x²ⁱ,  cos x = 1 − x²/2 + x⁴·Σ Cos[i]·x²ⁱ
//
// that make the largest error of the sine and cosine for |x| ≤ π/4·(1 + 2^-10)
// the smallest: Remez's exchange at 70 digits; the first coefficient was
// rounded, the others fitted again, and so on.
var (
	// Double is off by at most 2^-59.1 in the sine and 2^-64.1 in the cosine.
	Double = struct{ Sin, Cos [6]float64 }{
		Sin: [6]float64{-0x1.555555555553dp-3, 0x1.111111110ea87p-7, -0x1.a01a019aa3718p-13, 0x1.71de346756c87p-19, -0x1.ae5da9ea0aae9p-26, 0x1.5d61cfd7e7a03p-33},
		Cos: [6]float64{0x1.555555555554cp-5, -0x1.6c16c16c15210p-10, 0x1.a01a019cbcdbap-16, -0x1.27e4f81049a88p-22, 0x1.1ee9ef571460ap-29, -0x1.8fb004954687cp-37},
	}
	// Single is off by at most 2^-29.0 and 2^-33.2.
	Single = struct{ Sin, Cos [3]float64 }{
		Sin: [3]float64{-0x1.55553fbc8bd5dp-3, 0x1.1105a89ef0636p-7, -0x1.98d6cdeafeb14p-13},
		Cos: [3]float64{0x1.55554aa416b84p-5, -0x1.6c0c818b45f84p-10, 0x1.99ff527abf0adp-16},
	}
)

// double returns exp(2πi·d/λ), each part within 0.6 ulp of 1.
func (w *Wave) double(d float64) (cos, sin float64) {
	x, low, quadrant := w.reduce(d)
	z := float64(x * x)
	s, c := Double.Sin[5], Double.Cos[5]
	for i := 4; i >= 0; i-- {
		s, c = math.FMA(s, z, Double.Sin[i]), math.FMA(c, z, Double.Cos[i])
	}
	// sin(x + low) = sin x + low and cos(x + low) = cos x − x·low but for less
	// than 0.1 ulp.
	s = x + math.FMA(s, float64(x*z), low)
	c = 1 + math.FMA(math.FMA(c, z, -0.5), z, -float64(x*low))
	return turn(c, s, quadrant)
}

// single returns exp(2πi·d/λ), each part within 2^-28.
func (w *Wave) single(d float64) (cos, sin float64) {
	x, _, quadrant := w.reduce(d)
	z := float64(x * x)
	s, c := Single.Sin[2], Single.Cos[2]
	for i := 1; i >= 0; i-- {
		s, c = math.FMA(s, z, Single.Sin[i]), math.FMA(c, z, Single.Cos[i])
	}
	return turn(math.FMA(math.FMA(c, z, -0.5), z, 1), math.FMA(s, float64(x*z), x), quadrant)
}

// turn turns cos + i·sin by quarters of a turn.
func turn(cos, sin float64, quarters uint64) (float64, float64) {
	if quarters&1 != 0 {
		cos, sin = sin, cos
	}
	return flip(cos, (quarters+1)>>1), flip(sin, quarters>>1)
}

// flip changes the sign of v if the lowest bit of odd is set.
func flip(v float64, odd uint64) float64 {
	return math.Float64frombits(math.Float64bits(v) ^ odd<<63)
}
