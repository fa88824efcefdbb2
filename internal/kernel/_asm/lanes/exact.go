package main

import "math/big"

// precision is that of the constants before they are rounded once, in bits.
const precision = 256

func number(x int64) *big.Float { return new(big.Float).SetPrec(precision).SetInt64(x) }

func product(a, b *big.Float) *big.Float { return new(big.Float).SetPrec(precision).Mul(a, b) }

func ratio(a, b *big.Float) *big.Float { return new(big.Float).SetPrec(precision).Quo(a, b) }

func negative(a *big.Float) *big.Float { return new(big.Float).SetPrec(precision).Neg(a) }

// alike reports whether a and b are the same number but for their rounding at
// precision.
func alike(a, b *big.Float) bool {
	d := new(big.Float).Sub(a, b)
	return d.Sign() == 0 || d.MantExp(nil) < a.MantExp(nil)-precision+16
}

// pi is Machin's 16 arctan(1/5) − 4 arctan(1/239).
var pi = func() *big.Float {
	arctan := func(inverse int64) *big.Float {
		sum, power := number(0), ratio(number(1), number(inverse))
		for k := int64(0); power.MantExp(nil) > -precision-8; k++ {
			term := ratio(power, number(2*k+1))
			if k%2 == 1 {
				term.Neg(term)
			}
			sum.Add(sum, term)
			power = ratio(power, number(inverse*inverse))
		}
		return sum
	}
	return new(big.Float).Sub(product(number(16), arctan(5)), product(number(4), arctan(239)))
}()

// cosine and sine are those of num/den turns, an eighth of a turn at most.
func cosine(num, den int) *big.Float { return series(num, den, 0) }
func sine(num, den int) *big.Float   { return series(num, den, 1) }

// series is the sum of (−1)^k·x^(2k+first)/(2k+first)!.
func series(num, den, first int) *big.Float {
	x := ratio(product(number(int64(2*num)), pi), number(int64(den)))
	term := number(1)
	if first == 1 {
		term = x
	}
	sum := number(0)
	for k := int64(first); term.Sign() != 0 && term.MantExp(nil) > -precision-8; k += 2 {
		sum.Add(sum, term)
		term = negative(ratio(product(term, product(x, x)), number((k+1)*(k+2))))
	}
	return sum
}
