package measure

import (
	"math"

	"arago/grid"
)

// reach is how many samples to each side the interpolation takes into account.
const reach = 16

// interpolate returns the image between its samples, at fractional indices of
// row and column, by the sampling theorem: the sum of samples times sinc, here
// under a Hann window of half-width reach. Beyond the edge of the field the
// outermost samples go on. Waves are followed to 1e-4 up
// to three fifths of the band and to 3e-3 up to four fifths; in an image sampled
// twice per λ/D, the limit, the transfer function of a pupil leaves a tenth of
// the contrast there.
func interpolate(m grid.Map, row, column float64) float64 {
	var rows, columns kernel
	rows.fill(row, m.Y.N)
	columns.fill(column, m.X.N)
	var sum float64
	for i, w := range rows.weights[:rows.n] {
		line := m.Row(rows.first + i)[columns.first:]
		var s float64
		for j, v := range columns.weights[:columns.n] {
			s += v * line[j]
		}
		sum += w * s
	}
	return sum
}

// kernel is the run of weights of the samples around a fractional index.
type kernel struct {
	first, n int
	weights  [2*reach + 1]float64
}

func (k *kernel) fill(at float64, n int) {
	from, to := int(math.Ceil(at))-reach, int(math.Floor(at))+reach
	k.first = max(0, from)
	k.n = min(n-1, to) - k.first + 1
	clear(k.weights[:])
	var total float64
	for i := from; i <= to; i++ {
		w := windowedSinc(at - float64(i))
		k.weights[min(max(i-k.first, 0), k.n-1)] += w
		total += w
	}
	for i := range k.n {
		k.weights[i] /= total
	}
}

func windowedSinc(d float64) float64 {
	if d == 0 {
		return 1
	}
	window := math.Cos(math.Pi / 2 * d / reach)
	return math.Sin(math.Pi*d) / (math.Pi * d) * window * window
}
