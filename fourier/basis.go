package fourier

import (
	"math"
	"sync"

	"arago/backend"
	"arago/internal/parallel"
)

// basis is, for each parity, orthonormal vectors that span the kernels of all
// bandwidths up to one, at the samples of one axis: cos(c·s·t) and sin(c·s·t) with the
// samples at −1 ≤ t ≤ 1, for any −1 ≤ s ≤ 1. A longer wavelength or a smaller field is
// smaller s.
type basis struct {
	even, odd span
	nodes     interpolation
	// cycles is by how much of a cycle the phase grows from one sample to the next at
	// s = 1.
	cycles float64
	// bound is the largest error of an element that is interpolated to any s.
	bound float64
}

// span is orthonormal rows, and the kernel in terms of them at the nodes.
type span struct{ rows, atNodes realMatrix }

// basisKey names the basis of n samples for the bandwidth bandwidth(step).
type basisKey struct {
	n, step int
	single  bool
}

// basisSteps is the number of bandwidths in an octave for which there are bases. A
// kernel uses the next larger one, and so do others that differ by rounding.
const basisSteps = 256

// BasesPerOctave is the number of bases that a band of wavelengths takes for each octave, beginning
// with the shortest. A basis costs as much as one or two transforms; that of a wavelength
// a tenth shorter makes transforms slower by about four in a hundred.
const BasesPerOctave = 4

// basisStep returns the number of the smallest bandwidth that is not below c.
func basisStep(c float64) int { return int(math.Ceil(basisSteps*math.Log2(max(1, c)) - 1e-9)) }

// basisStep returns the number of the bandwidth whose basis serves c in the band of the transform.
func (t Transform) basisStep(c float64) int {
	own := basisStep(c)
	if t.Shortest == 0 {
		return own
	}
	const apart = basisSteps / BasesPerOctave
	return own + max(0, basisStep(c*t.Wavelength/t.Shortest)-own)%apart
}

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
	return cached(cache, key, key.bytes(), func() *basis { return newBasis(key) })
}

// bytes returns about the size of the basis.
func (k basisKey) bytes() int64 {
	c := k.bandwidth()
	return 8 * int64(predictRank(c, tolerance(k.single))) * int64(k.n+2*nodesFor(c))
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
	points := make([]float64, key.n-key.n/2)
	for p := range points {
		points[p] = 1 - 2*float64(p)/float64(key.n-1)
	}
	var polynomials, functions borrowed
	defer functions.giveBack()
	even, odd := legendre(&polynomials, coefficients[0].Cols, points)
	// The middle of an odd number of samples has no odd part.
	odd.Cols = key.n / 2
	odd.pairs.Cols = (odd.Cols + 1) / 2
	sampled := [2]realMatrix{functions.multiply(coefficients[0], even), functions.multiply(coefficients[1], odd)}
	polynomials.giveBack()
	rows, ok := orthonormal(sampled)
	if !ok {
		return nil
	}
	b := &basis{
		even: span{rows: rows[0]}, odd: span{rows: rows[1]},
		nodes: newInterpolation(nodesFor(c)), cycles: c / (math.Pi * float64(key.n-1)),
	}
	b.project(key.n)
	return b
}

// project projects the kernel at the nodes on the basis, and measures the error of
// what is interpolated between them: halfway, where it is largest, and at s = 1.
func (b *basis) project(n int) {
	var scratch borrowed
	defer scratch.giveBack()
	cos, sin := kernelAt(&scratch, b.nodes.nodes, n, b.cycles)
	b.even.atNodes = multiply(cos.Matrix, scratch.transposed(b.even.rows))
	b.odd.atNodes = multiply(sin.Matrix, scratch.transposed(b.odd.rows))
	scratch.giveBack()

	between := make([]float64, len(b.nodes.nodes)+1)
	between[0] = 1
	for j := range b.nodes.nodes {
		between[j+1] = math.Cos(math.Pi * float64(j+1) / float64(2*len(b.nodes.nodes)))
	}
	even, odd := b.nodes.at(&scratch, between, make([]float64, len(between)))
	cos, sin = kernelAt(&scratch, between, n, b.cycles)
	b.bound = max(
		misfit(scratch.multiply(even, b.even.atNodes), b.even, cos),
		misfit(scratch.multiply(odd, b.odd.atNodes), b.odd, sin))
}

// kernelAt returns the kernel for n samples, a row for each s.
func kernelAt(scratch *borrowed, s []float64, n int, cycles float64) (cos, sin realMatrix) {
	cos, sin = scratch.matrix(len(s), n-n/2), scratch.matrix(len(s), n/2)
	kernelRows(s, n, cycles, func(i int, wave []float64) {
		even, odd := cos.Row(i), sin.Row(i)
		for j := range even {
			even[j] = wave[2*j]
		}
		for j := range odd {
			odd[j] = wave[2*j+1]
		}
	})
	return cos, sin
}

// misfit returns the largest element of the difference of a kernel and its factors.
func misfit(factor realMatrix, s span, kernel realMatrix) float64 {
	var scratch borrowed
	defer scratch.giveBack()
	product := scratch.multiply(factor.Matrix, s.rows)
	var largest float64
	var mutex sync.Mutex
	parallel.Bands(kernel.Rows, max(1, kernelBand/max(1, kernel.Cols)), func(from, to int) {
		band := 0.0
		for i := from; i < to; i++ {
			want := kernel.Row(i)
			row := product.Row(i)[:len(want)]
			for j, v := range want {
				if d := math.Abs(row[j] - v); !(d <= band) {
					band = d
				}
			}
		}
		mutex.Lock()
		largest = max(largest, band)
		mutex.Unlock()
	})
	return largest
}

// orthonormal returns rows with the spans of those of v, by two Cholesky
// factorizations of their Gram matrices: the second corrects what the first leaves
// (Yamamoto et al. 2015, Electron. Trans. Numer. Anal. 44, 306). It fails if they are
// dependent but for rounding.
func orthonormal(v [2]realMatrix) (rows [2]realMatrix, ok bool) {
	var once borrowed
	defer once.giveBack()
	inverse, ok := inverseGram(v)
	if !ok {
		return v, false
	}
	for i := range v {
		v[i] = once.multiply(inverse[i], v[i])
	}
	inverse, ok = inverseGram(v)
	if !ok {
		return v, false
	}
	return [2]realMatrix{multiply(inverse[0], v[0]), multiply(inverse[1], v[1])}, true
}

// inverseGram returns the inverses of the Cholesky factors of v·vᵀ.
func inverseGram(v [2]realMatrix) (inverse [2]backend.Matrix[float64], ok bool) {
	var scratch borrowed
	defer scratch.giveBack()
	var gram [2]backend.Matrix[float64]
	for i := range v {
		gram[i] = scratch.multiply(v[i].Matrix, scratch.transposed(v[i])).Matrix
	}
	var fine [2]bool
	parallel.Bands(2, 1, func(i, _ int) { inverse[i], fine[i] = inverseCholesky(gram[i]) })
	return inverse, fine[0] && fine[1]
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
