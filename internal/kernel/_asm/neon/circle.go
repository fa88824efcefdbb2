package main

import "math/big"

// An exact number is one that the generator computes with, far beyond double
// precision, so that every constant is rounded once.
type exact = *big.Float

const precision = 200

func number(x float64) exact { return new(big.Float).SetPrec(precision).SetFloat64(x) }

func times(x, y exact) exact { return new(big.Float).SetPrec(precision).Mul(x, y) }

func over(x, y exact) exact { return new(big.Float).SetPrec(precision).Quo(x, y) }

// circle returns cos(2πk/n) and sin(2πk/n).
func circle(k, n int) (cos, sin exact) {
	pi, _, err := big.ParseFloat("3.14159265358979323846264338327950288419716939937510582097494459230781640628620899", 10, precision, big.ToNearestEven)
	if err != nil {
		panic(err)
	}
	k %= n
	angle := over(times(pi, number(2*float64(k))), number(float64(n)))
	// Taylor's series: 2π^j/j! is below 2⁻²⁰⁰ from j = 70 on.
	cos, sin = number(0), number(0)
	term := number(1)
	for j := range 80 {
		sum := cos
		if j%2 == 1 {
			sum = sin
		}
		if j%4 < 2 {
			sum.Add(sum, term)
		} else {
			sum.Sub(sum, term)
		}
		term = over(times(term, angle), number(float64(j+1)))
	}
	return cos, sin
}
