package fourier

import (
	"math"

	"arago/backend"
	"arago/internal/parallel"
)

// basis is, for each parity, orthonormal vectors that span the kernels of all
// bandwidths up to one, at the samples of one axis.
type basis struct{ even, odd span }

// span is orthonormal rows, and their transpose.
type span struct{ rows, columns realMatrix }

// basisKey names the basis of n samples for the bandwidth bandwidth(step).
type basisKey struct {
	n, step int
	single  bool
}

// basisSteps is the number of bandwidths in an octave for which there are bases. A
// kernel uses the one for the next larger: half a step, or 2 %, larger on average. With
// that, a band of wavelengths of 20 % makes five bases, and ...
const basisSteps = 16

// basisStep returns the number of the smallest bandwidth that is not below c.
func basisStep(c float64) int { return int(math.Ceil(basisSteps*math.Log2(c) - 1e-9)) }

func (k basisKey) bandwidth() float64 { return math.Exp2(float64(k.step) / basisSteps) }

// The largest element of a kernel that may be left out.
const (
	toleranceDouble = 1e-14
	toleranceSingle = 1e-7
)

func tolerance(single bool) float64 {
	if single {
		return toleranceSingle
	}
	return toleranceDouble
}

// basisOf returns the basis of key; nil if there is none in double precision.
func basisOf(cache *Cache, key basisKey) *basis {
	rank := int64(predictRank(key.bandwidth(), tolerance(key.single)))
	return cached(cache, key, 16*rank*int64(key.n), func() *basis { return newBasis(key) })
}

func newBasis(key basisKey) *basis {
	c := key.bandwidth()
	var coefficients [2]backend.Matrix[float64]
	parallel.Bands(2, 1, func(parity, _ int) {
		coefficients[parity] = prolate(c, parity, tolerance(key.single))
	})
	if coefficients[0].Rows == 0 || coefficients[1].Rows == 0 {
		return nil
	}
	half := key.n - key.n/2
	points := make([]float64, half)
	for p := range points {
		points[p] = 1 - 2*float64(p)/float64(key.n-1)
	}
	even, odd := legendre(coefficients[0].Cols, points)
	// The middle of an odd number of samples has no odd part.
	odd.Cols = key.n / 2
	odd.pairs.Cols = (odd.Cols + 1) / 2
	spans, ok := orthonormal([2]realMatrix{multiply(coefficients[0], even), multiply(coefficients[1], odd)})
	if !ok {
		return nil
	}
	return &basis{even: spans[0], odd: spans[1]}
}

// orthonormal returns rows with the spans of those of v, by two Cholesky
// factorizations of their Gram matrices: the second corrects what the first leaves
// (Yamamoto et al. 2015, Electron. Trans. Numer. Anal. 44, 306). It fails if they are
// dependent but for rounding.
func orthonormal(v [2]realMatrix) (spans [2]span, ok bool) {
	for i := range v {
		spans[i] = span{rows: v[i], columns: v[i].transposed()}
	}
	for range 2 {
		var gram, inverse [2]backend.Matrix[float64]
		for i, s := range spans {
			gram[i] = multiply(s.rows.Matrix, s.columns).Matrix
		}
		var fine [2]bool
		parallel.Bands(2, 1, func(i, _ int) { inverse[i], fine[i] = inverseCholesky(gram[i]) })
		if !fine[0] || !fine[1] {
			return spans, false
		}
		for i, s := range spans {
			rows := multiply(inverse[i], s.rows)
			spans[i] = span{rows: rows, columns: rows.transposed()}
		}
	}
	return spans, true
}

// inverseCholesky returns the inverse of the lower triangular l with l·lᵀ = a, which
// is overwritten.
func inverseCholesky(a backend.Matrix[float64]) (inverse backend.Matrix[float64], ok bool) {
	n := a.Rows
	for j := range n {
		row := a.Row(j)
		for i := range j {
			// Of the rows above, l is there already.
			above := a.Row(i)
			sum := row[i]
			for k, v := range above[:i] {
				sum -= v * row[k]
			}
			row[i] = sum / above[i]
		}
		pivot := row[j]
		for _, v := range row[:j] {
			pivot -= v * v
		}
		if !(pivot > 1e-12*row[j]) {
			return inverse, false
		}
		row[j] = math.Sqrt(pivot)
	}
	inverse = backend.NewMatrix[float64](n, n)
	for i := range n {
		row, l := inverse.Row(i), a.Row(i)
		for k, v := range l[:i] {
			for j, w := range inverse.Row(k)[:k+1] {
				row[j] -= v * w
			}
		}
		row[i] = 1
		for j := range row[:i+1] {
			row[j] /= l[i]
		}
	}
	return inverse, true
}
