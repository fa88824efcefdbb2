// Package roots computes roots of unity, correctly rounded but for one in some
// 2⁴⁰: the twiddle factors of Fourier transforms, whose errors go into every
// result.
package roots

import "math"

// Of returns exp(−2πi·k/n) for any k and n ≥ 1 with 8·n in the range of int.
func Of(k, n int) (re, im float64) {
	z := root(k, n)
	return z.re.hi, z.im.hi
}

// Table gives all roots of one order, each of them as a product of two of some
// √n that it keeps.
type Table struct {
	n, step      int
	fine, coarse []complexDD
}

// NewTable returns the roots of order n.
func NewTable(n int) Table {
	t := Table{n: n, step: int(math.Sqrt(float64(n))) + 1}
	for k := range t.step {
		t.fine = append(t.fine, root(k, n))
	}
	for k := 0; k < n; k += t.step {
		t.coarse = append(t.coarse, root(k, n))
	}
	return t
}

// At returns exp(−2πi·k/n) for 0 ≤ k < n.
func (t Table) At(k int) (re, im float64) {
	a, b := t.coarse[k/t.step], t.fine[k%t.step]
	x := a.re.mul(b.re).add(a.im.mul(b.im).neg())
	y := a.re.mul(b.im).add(a.im.mul(b.re))
	return x.hi, y.hi
}

// root returns exp(−2πi·k/n) by Taylor series on an eighth of the circle; which
// eighth, integers say exactly.
func root(k, n int) complexDD {
	k = ((k % n) + n) % n
	eighth, rest := 8*k/n, 8*k%n // the angle is (eighth + rest/n)·π/4
	if eighth%2 == 1 {
		rest = n - rest // back from the end of the eighth
	}
	sin, cos := sincos(quotient(rest, n).mul(quarterPi))
	if eighth%4 == 1 || eighth%4 == 2 {
		sin, cos = cos, sin
	}
	if eighth >= 2 && eighth < 6 {
		cos = cos.neg()
	}
	if eighth < 4 {
		sin = sin.neg()
	}
	return complexDD{cos, sin}
}

// quarterPi is π/4 to 107 bits.
var quarterPi = dd{0x1.921fb54442d18p-1, 0x1.1a62633145c07p-55}

// sincos returns the sine and cosine of 0 ≤ x ≤ π/4 by their Taylor series, of
// which the first term left out is below 0.79²⁸/28! = 4e-33.
func sincos(x dd) (sin, cos dd) {
	square := x.mul(x).neg()
	sin, cos = dd{1, 0}, dd{1, 0}
	for n := 26; n > 0; n -= 2 {
		cos = dd{1, 0}.add(cos.mul(square).mul(quotient(1, n*(n-1))))
		sin = dd{1, 0}.add(sin.mul(square).mul(quotient(1, n*(n+1))))
	}
	return sin.mul(x), cos
}
