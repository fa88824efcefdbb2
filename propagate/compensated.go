package propagate

import "math"

// Sums whose error does not grow with their length. Each addition is made exact
// by what it rounds off (TwoSum of Knuth), each product by what a fused
// multiply-add says it rounds off, and the parts rounded off are added at the
// end: as good as twice the precision, rounded once (Ogita, Rump and Oishi 2005,
// SIAM J. Sci. Comput. 26, 1955, algorithm 5.3).

// total is a sum of reals.
type total struct{ high, low float64 }

func (t *total) add(x float64) {
	sum := t.high + x
	z := sum - t.high
	t.low += (t.high - (sum - z)) + (x - z)
	t.high = sum
}

// addProduct adds x·y.
func (t *total) addProduct(x, y float64) {
	// The conversion keeps the product from being fused with the sum.
	p := float64(x * y)
	t.low += math.FMA(x, y, -p)
	t.add(p)
}

func (t *total) value() float64 { return t.high + t.low }

// compensatedDot returns Σ a_i·b_i.
func compensatedDot(a, b []complex128) complex128 {
	var re, im total
	b = b[:len(a)]
	for i, x := range a {
		y := b[i]
		re.addProduct(real(x), real(y))
		re.addProduct(-imag(x), imag(y))
		im.addProduct(real(x), imag(y))
		im.addProduct(imag(x), real(y))
	}
	return complex(re.value(), im.value())
}

// sumOfSquares returns Σ |a_i|².
func sumOfSquares(a []complex128) float64 {
	var t total
	for _, x := range a {
		t.addProduct(real(x), real(x))
		t.addProduct(imag(x), imag(x))
	}
	return t.value()
}
