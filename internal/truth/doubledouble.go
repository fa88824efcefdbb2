package truth

import "math"

// DD is a double-double number, the unevaluated sum Hi + Lo of two float64 with
// |Lo| at most half a unit in the last place of Hi: 106 bits or so. The
// operations are those that Joldes, Muller and Popescu 2017 (ACM Trans. Math.
// Softw. 44, 15res) prove bounds for; the relative error of each is below
// 16·2⁻¹⁰⁶. They need operands whose products neither overflow nor fall below
// 2⁻⁹⁰⁰ or so.
type DD struct{ Hi, Lo float64 }

// Of returns x as a double-double number, exactly.
func Of(x float64) DD { return DD{Hi: x} }

// Float returns x rounded to float64.
func (x DD) Float() float64 { return x.Hi + x.Lo }

// Less returns by how much the float64 y exceeds x, rounded once: the error of
// y as an approximation of x.
func (x DD) Less(y float64) float64 { return (y - x.Hi) - x.Lo }

// Add returns x + y (algorithm 6 of the paper).
func (x DD) Add(y DD) DD {
	sh, sl := twoSum(x.Hi, y.Hi)
	th, tl := twoSum(x.Lo, y.Lo)
	vh, vl := fastTwoSum(sh, sl+th)
	return ddOf(fastTwoSum(vh, tl+vl))
}

// Sub returns x − y.
func (x DD) Sub(y DD) DD { return x.Add(y.Neg()) }

// Neg returns −x.
func (x DD) Neg() DD { return DD{-x.Hi, -x.Lo} }

// Mul returns x·y (algorithm 12).
func (x DD) Mul(y DD) DD {
	ch, cl := twoProduct(x.Hi, y.Hi)
	t := math.FMA(x.Hi, y.Lo, x.Lo*y.Lo)
	return ddOf(fastTwoSum(ch, cl+math.FMA(x.Lo, y.Hi, t)))
}

// Div returns x/y (algorithm 17, with the product of algorithm 9).
func (x DD) Div(y DD) DD {
	th := x.Hi / y.Hi
	ch, cl := twoProduct(y.Hi, th)
	rh, rl := fastTwoSum(ch, math.FMA(y.Lo, th, cl))
	ph := x.Hi - rh
	d := ph + (x.Lo - rl)
	return ddOf(fastTwoSum(th, d/y.Hi))
}

func ddOf(hi, lo float64) DD { return DD{hi, lo} }

// twoSum returns a + b as a rounded sum and its error (Knuth).
func twoSum(a, b float64) (sum, err float64) {
	s := a + b
	z := s - a
	return s, (a - (s - z)) + (b - z)
}

// fastTwoSum is twoSum for |a| ≥ |b| (Dekker).
func fastTwoSum(a, b float64) (sum, err float64) {
	s := a + b
	return s, b - (s - a)
}

// twoProduct returns a·b as a rounded product and its error.
func twoProduct(a, b float64) (product, err float64) {
	p := float64(a * b) // rounded by itself, not fused with a sum that it goes into
	return p, math.FMA(a, b, -p)
}

// Complex is a complex number of double-double parts.
type Complex struct{ Re, Im DD }

// ComplexOf returns z as a complex number of double-double parts, exactly.
func ComplexOf(z complex128) Complex { return Complex{Of(real(z)), Of(imag(z))} }

// Exact returns the sum in double-double precision.
func (s *Sum) Exact() Complex {
	return Complex{ddOf(twoSum(s.re.high, s.re.low)), ddOf(twoSum(s.im.high, s.im.low))}
}

// Round returns x with its parts rounded to float64.
func (x Complex) Round() complex128 { return complex(x.Re.Float(), x.Im.Float()) }

// Less returns z − x, its parts rounded once: the error of z as an
// approximation of x.
func (x Complex) Less(z complex128) complex128 {
	return complex(x.Re.Less(real(z)), x.Im.Less(imag(z)))
}

// Add returns x + y.
func (x Complex) Add(y Complex) Complex { return Complex{x.Re.Add(y.Re), x.Im.Add(y.Im)} }

// Sub returns x − y.
func (x Complex) Sub(y Complex) Complex { return Complex{x.Re.Sub(y.Re), x.Im.Sub(y.Im)} }

// Mul returns x·y.
func (x Complex) Mul(y Complex) Complex {
	return Complex{x.Re.Mul(y.Re).Sub(x.Im.Mul(y.Im)), x.Re.Mul(y.Im).Add(x.Im.Mul(y.Re))}
}

// Conj returns the conjugate of x.
func (x Complex) Conj() Complex { return Complex{x.Re, x.Im.Neg()} }
