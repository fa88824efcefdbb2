package truth

import "math"

// twoPi is 2π in double-double precision.
var twoPi = DD{0x1.921fb54442d18p+2, 0x1.1a62633145c07p-52}

// Root returns exp(2πi·k/n) in double-double precision, for n whose 9·n is an int.
// Whole turns, and turns of an eighth, are taken off in integers.
func Root(k, n int) Complex {
	k = ((k % n) + n) % n
	eighth := (8*k + n/2) / n
	// 2π(k/n − eighth/8), at most π/8 and a little
	angle := twoPi.Mul(Of(float64(8*k - eighth*n))).Div(Of(8 * float64(n)))
	return eighths(angle, eighth)
}

// Phasor returns exp(2πi·opd/wavelength) in double-double precision, for any
// finite opd and any finite wavelength but zero.
func Phasor(opd, wavelength float64) Complex {
	// The IEEE remainder is exact; then both are scaled so that the quotient of
	// subnormal numbers is good to all digits.
	rest := math.Remainder(opd, wavelength)
	_, e := math.Frexp(wavelength)
	waves := Of(math.Ldexp(rest, -e)).Div(Of(math.Ldexp(wavelength, -e)))
	eighth := math.RoundToEven(8 * waves.Hi)
	return eighths(twoPi.Mul(waves.Sub(Of(eighth/8))), int(eighth)+8)
}

// eighths returns exp(i·(angle + k·π/4)) for a small angle and k ≥ 0.
func eighths(angle DD, k int) Complex {
	sin, cos := sincos(angle)
	z := Complex{cos, sin}
	for range k % 8 / 2 {
		z = Complex{z.Im.Neg(), z.Re}
	}
	if k%2 == 1 {
		// times (1 + i)/√2
		z = Complex{z.Re.Sub(z.Im).Mul(rootHalf), z.Re.Add(z.Im).Mul(rootHalf)}
	}
	return z
}

// rootHalf is 1/√2 in double-double precision.
var rootHalf = DD{0x1.6a09e667f3bcdp-1, -0x1.bdd3413b26456p-55}

// sincos returns the sine and the cosine of x, for |x| up to 0.4, by their Taylor
// series: the first term left out is 0.4²⁴/24! = 5e-34.
func sincos(x DD) (sin, cos DD) {
	square := x.Mul(x)
	term := Of(1)
	cos = term
	sin = x
	for n := 2; n < 24; n += 2 {
		term = term.Mul(square).Div(Of(-float64(n * (n - 1))))
		cos = cos.Add(term)
		sin = sin.Add(term.Mul(x).Div(Of(float64(n + 1))))
	}
	return sin, cos
}
