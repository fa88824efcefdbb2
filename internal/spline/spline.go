// Package spline interpolates two-dimensional arrays by cubic B-splines, as
// scipy.ndimage does with order 3 and mode "constant": the spline goes through
// every sample, has continuous second derivatives, and is zero outside the
// array.
//
// It follows M. Unser, "Splines: a perfect fit for signal and image
// processing", IEEE Signal Processing Magazine 16(6), 22–38 (1999): the
// samples are turned once into B-spline coefficients by a recursive filter
// (New), and each evaluation is a sum over 4×4 coefficients (Surface.At).
// Beyond the edge the coefficients go on as in a mirror that stands on the
// outermost samples, … 2 1 0 1 2 …
package spline

import "math"

// pole is that of the cubic B-spline filter, √3 − 2 (Unser 1999, table 1).
const pole = -0.26794919243112270647

// edgeSlack is how far, in samples, a position may lie outside the array and
// still count as on its edge: positions come from rotations and scalings, which
// round. It is far above their rounding error and far below what is seen.
const edgeSlack = 1e-9

// Surface is a cubic spline through the samples of an array. It does not
// change after New and may be evaluated by many goroutines at once.
type Surface struct {
	rows, cols int
	margin     float64
	coef       []float64 // B-spline coefficients, row by row
}

// New returns the spline through samples, rows × cols of them, row by row. The
// samples are copied. The spline reaches margin samples beyond the outermost
// ones and is zero from there on: 0 is what scipy.ndimage does, 0.5 takes each
// sample as the middle of a pixel that belongs to the array as a whole.
//
// New panics if the sizes do not agree or are not positive, or if margin is not
// between 0 and 0.5.
func New(rows, cols int, samples []float64, margin float64) *Surface {
	if rows < 1 || cols < 1 || len(samples) != rows*cols {
		panic("spline: number of samples does not fit the size of the array")
	}
	if !(margin >= 0 && margin <= 0.5) {
		panic("spline: margin is not between 0 and 0.5 samples")
	}
	coef := append([]float64(nil), samples...)
	for i := range rows {
		filter(coef[i*cols:(i+1)*cols], cols, 1)
	}
	filter(coef, rows, cols)
	return &Surface{rows: rows, cols: cols, margin: margin + edgeSlack, coef: coef}
}

// filter turns samples into B-spline coefficients along the first direction of
// an array of n lines of width values: a causal and an anticausal recursion
// with the mirror boundary summed exactly (Unser 1999, box 2).
func filter(c []float64, n, width int) {
	if n == 1 {
		return // a constant: every B-spline weight falls on the one sample
	}
	line := func(k int) []float64 { return c[k*width : (k+1)*width] }

	const gain = (1 - pole) * (1 - 1/pole)
	for i := range c {
		c[i] *= gain
	}

	// First value of the causal recursion: the periodic sum over the mirrored
	// line, Σ pole^k c[k] for k = 0 … 2n−3, over 1 − pole^(2n−2). The line
	// itself and its mirror image share all samples but the two ends.
	start := make([]float64, width)
	copy(start, line(0))
	for k := 1; k < n; k++ {
		weight := math.Pow(pole, float64(k))
		if k < n-1 {
			weight += math.Pow(pole, float64(2*n-2-k))
		}
		if math.Abs(weight) < 1e-30 {
			break // the rest cannot change a rounded sum
		}
		for j, v := range line(k) {
			start[j] += weight * v
		}
	}
	scale := 1 / (1 - math.Pow(pole, float64(2*n-2)))
	first := line(0)
	for j, v := range start {
		first[j] = v * scale
	}

	for k := 1; k < n; k++ {
		before, here := line(k-1), line(k)
		for j, v := range before {
			here[j] += pole * v
		}
	}
	before, last := line(n-2), line(n-1)
	for j, v := range before {
		last[j] = pole / (pole*pole - 1) * (last[j] + pole*v)
	}
	for k := n - 2; k >= 0; k-- {
		here, after := line(k), line(k+1)
		for j, v := range after {
			here[j] = pole * (v - here[j])
		}
	}
}

// At returns the value at a position counted in samples: At(i, j) is sample
// (i, j), to rounding. Outside the array, and at NaN, it is 0.
func (s *Surface) At(row, col float64) float64 {
	if !(row >= -s.margin && row <= float64(s.rows-1)+s.margin &&
		col >= -s.margin && col <= float64(s.cols-1)+s.margin) {
		return 0
	}
	i, j := math.Floor(row), math.Floor(col)
	wi, wj := weights(row-i), weights(col-j)
	top, left := int(i)-1, int(j)-1

	var sum float64
	if top >= 0 && top+4 <= s.rows && left >= 0 && left+4 <= s.cols {
		at := top*s.cols + left
		for _, w := range wi {
			c := s.coef[at : at+4 : at+4]
			sum += w * (wj[0]*c[0] + wj[1]*c[1] + wj[2]*c[2] + wj[3]*c[3])
			at += s.cols
		}
		return sum
	}
	for k, w := range wi {
		c := s.coef[mirrored(top+k, s.rows)*s.cols:]
		var line float64
		for l, v := range wj {
			line += v * c[mirrored(left+l, s.cols)]
		}
		sum += w * line
	}
	return sum
}

// weights returns the cubic B-spline at distances 1+t, t, 1−t and 2−t
// (Unser 1999, eq. 7).
func weights(t float64) [4]float64 {
	u := 1 - t
	return [4]float64{
		u * u * u / 6,
		(4 + t*t*(3*t-6)) / 6,
		(4 + u*u*(3*u-6)) / 6,
		t * t * t / 6,
	}
}

// mirrored returns the index from 0 to n−1 that index i, at most a few samples
// outside, falls on between mirrors that stand on the first and last sample.
func mirrored(i, n int) int {
	if n == 1 {
		return 0
	}
	period := 2*n - 2
	i = ((i % period) + period) % period
	return min(i, period-i)
}
