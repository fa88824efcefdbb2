package fourier

import "math"

// predictRank returns how many functions of each parity a basis of bandwidth c has,
// for a tolerance of its kernels; the real number may be one less or one more. Half of
// the 2c/π + ln(c)·ln(1/ε)/π² + … eigenvalues of the time and band limiting operator
// that are above ε belong to each parity (Landau and Widom 1980, J. Math. Anal. Appl.
// 77, 469). ε is about the square of the tolerance. The constants, of which the second
// would be 1/π² for large c and small tolerances, are fitted to the ranks of c = 0.5 …
// 1700 at 1e-14 and 1e-7.
func predictRank(c, tolerance float64) int {
	return int(math.Round(c/math.Pi + (0.6+0.093*math.Log(1/tolerance))*math.Log(c+5)))
}
