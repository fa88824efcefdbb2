package pure

// Fold writes the sums and the differences of a and b. On two rows of a field
// that mirror each other it gives the even part and the odd part, twice; on an
// even and an odd part, the two rows.
//
// sum may be a, and diff may be b.
func Fold[R float32 | float64](sum, diff, a, b []R) {
	diff, a, b = diff[:len(sum)], a[:len(sum)], b[:len(sum)]
	for i := range sum {
		sum[i], diff[i] = a[i]+b[i], a[i]-b[i]
	}
}

// FoldMirrored folds the complex numbers of a with those of b taken from the
// end: the two halves of one row.
//
//	sum[j] = a[j] + b[n−1−j],  diff[j] = a[j] − b[n−1−j],  j = 0 … n−1
//
// sum may be a.
func FoldMirrored[R float32 | float64](sum, diff, a, b []R) {
	n := len(sum)
	diff, a, b = diff[:n], a[:n], b[:n]
	for i := 0; i+1 < n; i += 2 {
		re, im := b[n-2-i], b[n-1-i]
		sum[i], sum[i+1], diff[i], diff[i+1] = a[i]+re, a[i+1]+im, a[i]-re, a[i+1]-im
	}
}

// UnfoldMirrored writes the two halves of a row of which the even and the odd
// part are known, the second half from its end:
//
//	a[j] = even[j] + odd[j],  b[n−1−j] = even[j] − odd[j],  j = 0 … n−1
//
// a may be even or odd.
func UnfoldMirrored[R float32 | float64](a, b, even, odd []R) {
	n := len(a)
	b, even, odd = b[:n], even[:n], odd[:n]
	for i := 0; i+1 < n; i += 2 {
		er, ei, or, oi := even[i], even[i+1], odd[i], odd[i+1]
		a[i], a[i+1], b[n-2-i], b[n-1-i] = er+or, ei+oi, er-or, ei-oi
	}
}
