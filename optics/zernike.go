package optics

import "math"

// Zernike polynomials on the unit disc, ordered and normalised as R. J. Noll,
// "Zernike polynomials and atmospheric turbulence", J. Opt. Soc. Am. 66,
// 207–211 (1976): each has unit rms over the disc (the first is 1).

// NollIndices returns the radial order n and the azimuthal order m of Noll's
// Zernike polynomial j = 1, 2, 3, …; m is positive for those with cos(mθ) (even
// j) and negative for those with sin(|m|θ) (odd j). It panics if j < 1.
func NollIndices(j int) (n, m int) {
	if j < 1 {
		panic("optics: the Noll index of a Zernike polynomial starts at 1")
	}
	// The polynomials of order n are j = n(n+1)/2+1 … (n+1)(n+2)/2. The rounded
	// root may be off by one.
	n = int((math.Sqrt(8*float64(j)-7) - 1) / 2)
	for n*(n+1)/2 >= j {
		n--
	}
	for (n+1)*(n+2)/2 < j {
		n++
	}
	// |m| rises by 2 from n mod 2 in pairs, and 0 stands alone.
	within := j - n*(n+1)/2 - 1
	if n%2 == 0 {
		m = (within + 1) / 2 * 2
	} else {
		m = within/2*2 + 1
	}
	if j%2 == 1 {
		m = -m
	}
	return n, m
}

// NollIndex returns the index j of Noll's Zernike polynomial of orders n and m,
// the inverse of NollIndices. It panics if |m| > n or n − m is odd.
func NollIndex(n, m int) int {
	checkZernikeOrders(n, m)
	a := max(m, -m)
	if a == 0 {
		return n*(n+1)/2 + 1
	}
	// The pair of ±m; the even index is the cosine.
	j := n*(n+1)/2 + a
	if (j%2 == 0) != (m > 0) {
		j++
	}
	return j
}

func checkZernikeOrders(n, m int) {
	if max(m, -m) > n || (n-m)%2 != 0 {
		panic("optics: the orders n, m of a Zernike polynomial need |m| <= n and n-m even")
	}
}

// ZernikeRadial returns the radial polynomial R_n^|m|(rho), 0 ≤ rho ≤ 1 (Noll
// 1976, eq. 2); it is ±1 at most, and 1 at rho = 1. It panics as NollIndex does.
//
// It is rho^m times a Jacobi polynomial, R_n^m = ρ^m·P_k^(0,m)(2ρ²−1) with
// k = (n−m)/2, and follows their three-term recurrence in k, which is stable:
// the sum of factorials that is found in textbooks loses all digits by n ≈ 45.
func ZernikeRadial(n, m int, rho float64) float64 {
	checkZernikeOrders(n, m)
	m = max(m, -m)
	t := 2*rho*rho - 1
	before, here := 0.0, math.Pow(rho, float64(m))
	for k := range (n - m) / 2 {
		a, b, c := radialStep(k, m)
		before, here = here, (a*t+b)*here-c*before
	}
	return here
}

// radialStep returns the factors of the step from k to k+1,
//
//	R_{m+2k+2}^m = (a·t + b)·R_{m+2k}^m − c·R_{m+2k−2}^m,  t = 2ρ² − 1
//
// which are those of the Jacobi polynomials P_k^(0,m)(t) (DLMF 18.9.2).
func radialStep(k, m int) (a, b, c float64) {
	kf, mf := float64(k), float64(m)
	if k == 0 {
		return (mf + 2) / 2, -mf / 2, 0
	}
	s := 2*kf + mf
	d := 2 * (kf + 1) * (kf + mf + 1)
	return (s + 1) * (s + 2) / d, -mf * mf * (s + 1) / (d * s), 2 * kf * (kf + mf) * (s + 2) / (d * s)
}

// zernikeNorm returns the factor that gives a polynomial unit rms over the disc.
func zernikeNorm(n, m int) float64 {
	if m == 0 {
		return math.Sqrt(float64(n + 1))
	}
	return math.Sqrt(float64(2 * (n + 1)))
}

// Zernike returns Noll's polynomial j at radius rho, 0 ≤ rho ≤ 1, and at the
// angle theta in radians, counter-clockwise from +x. It panics if j < 1.
func Zernike(j int, rho, theta float64) float64 {
	n, m := NollIndices(j)
	z := zernikeNorm(n, m) * ZernikeRadial(n, m, rho)
	switch sin, cos := math.Sincos(math.Abs(float64(m)) * theta); {
	case m > 0:
		return z * cos
	case m < 0:
		return z * sin
	}
	return z
}
