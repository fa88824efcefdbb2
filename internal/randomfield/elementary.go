package randomfield

import "math"

// The functions here are those of package math to a few units in the last place; only
// their bits are the same everywhere. They are Taylor series on an interval so small that
// the first term left out is below 1e-17, even and odd terms by themselves, since a
// processor can add them up at the same time.

// ln2 is the sum of both; a whole number below 2²⁰ times the first is exact.
const ln2High, ln2Low = 0x1.62e42fefap-1, 0x1.cf79abc9e3b39p-40

// Log returns the natural logarithm of a positive, normal number.
func Log(x float64) float64 {
	m, k := math.Frexp(x)
	if m < math.Sqrt2/2 {
		m, k = 2*m, k-1
	}
	// ln m = 2·(s + s³/3 + s⁵/5 + …), |s| < 0.172.
	s := (m - 1) / (m + 1)
	z := float64(s * s)
	w := float64(z * z)
	a, b := 1.0/19, 1.0/21
	for n := 15; n >= 3; n -= 4 {
		a = float64(a*w) + oneOver[n]
		b = float64(b*w) + oneOver[n+2]
	}
	sum := float64(z * (a + float64(b*z)))
	n := float64(k)
	return float64(n*ln2High) + (2*s + (float64(2*float64(s*sum)) + float64(n*ln2Low)))
}

// Exp returns the exponential function of a number up to 700; it is 0 below −700.
func Exp(x float64) float64 {
	if x < -700 {
		return 0
	}
	n := math.Round(float64(x * math.Log2E))
	r := (x - float64(n*ln2High)) - float64(n*ln2Low) // |r| < 0.347
	w := float64(r * r)
	even, odd := oneOverFactorial[12], oneOverFactorial[13]
	for k := 10; k >= 2; k -= 2 {
		even = float64(even*w) + oneOverFactorial[k]
		odd = float64(odd*w) + oneOverFactorial[k+1]
	}
	return math.Ldexp(1+(r+float64(w*(even+float64(odd*r)))), int(n))
}

// Pow returns x to the power of y for a positive, normal x, if y·ln x is at most 700.
func Pow(x, y float64) float64 { return Exp(float64(y * Log(x))) }

// turn returns the sine and cosine of 2πu for |u| < 2⁵⁰.
func turn(u float64) (sin, cos float64) {
	quarter := math.Round(4 * u)
	x := float64(2 * math.Pi * (u - quarter/4)) // |x| ≤ π/4
	z := float64(x * x)
	cos, sin = oneOverFactorial[16], -oneOverFactorial[17]
	for k := 14; k >= 2; k -= 2 {
		cos, sin = oneOverFactorial[k]-float64(cos*z), -oneOverFactorial[k+1]-float64(sin*z)
	}
	cos = 1 - float64(cos*z)
	sin = x + float64(float64(sin*z)*x)
	switch int(quarter) & 3 {
	case 1:
		return cos, -sin
	case 2:
		return -sin, -cos
	case 3:
		return -cos, sin
	}
	return sin, cos
}

// oneOver[n] is 1/n, oneOverFactorial[n] is 1/n!, which is exact as a number up to 18!.
var oneOver, oneOverFactorial = func() (a, b [18]float64) {
	factorial := 1.0
	b[0] = 1
	for n := 1; n < len(a); n++ {
		factorial *= float64(n)
		a[n], b[n] = 1/float64(n), 1/factorial
	}
	return a, b
}()
