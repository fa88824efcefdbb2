package roots

import "math"

// dd is an unevaluated sum of two numbers, |lo| at most half the last bit of hi
// (Dekker 1971, Numer. Math. 18, 224).
type dd struct{ hi, lo float64 }

// complexDD is a complex number of some 30 decimal digits.
type complexDD struct{ re, im dd }

// quotient returns a/b for integers below 2⁵³.
func quotient(a, b int) dd {
	hi := float64(a) / float64(b)
	return dd{hi, math.FMA(-hi, float64(b), float64(a)) / float64(b)}
}

func (a dd) neg() dd { return dd{-a.hi, -a.lo} }

func (a dd) add(b dd) dd {
	sum := a.hi + b.hi
	of := sum - a.hi
	rest := (a.hi - (sum - of)) + (b.hi - of) + a.lo + b.lo
	hi := sum + rest
	return dd{hi, rest - (hi - sum)}
}

func (a dd) mul(b dd) dd {
	product := float64(a.hi * b.hi) // rounded by itself, not fused with the sum below
	rest := math.FMA(a.hi, b.hi, -product) + (a.hi*b.lo + a.lo*b.hi)
	hi := product + rest
	return dd{hi, rest - (hi - product)}
}
