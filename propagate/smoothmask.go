package propagate

import (
	"math"
	"math/cmplx"
	"slices"

	"arago/grid"
	"arago/internal/parallel"
)

// coverer gives the fraction of each sample's area that a figure covers, as
// optics.Patch does.
type coverer interface {
	Cover(dst []float64, g grid.Grid)
	// Graded says that these are no fractions, but values at the middles of samples.
	Graded() bool
}

// The mask of a patch is 1 inside and 0 outside, and its Fourier transform falls off
// slowly. Samples at q per λ/D fold frequencies around multiples of q·D/λ onto those
// below D/λ that light goes by. So the mask is sampled finely first, as fractions of
// areas, which are exact at its edges; then a filter lets pass what is below D/λ and
// stops what lies within D/λ of a multiple of q·D/λ, in which transmission and stop are
// good to 1e-7; and of the result one sample in factor is kept.
//
// A fraction of an area is a mean over the width h of a fine sample, which multiplies
// the transform by sinc(h·f). The filter takes that back: with the central difference
// δ over h, the mean is sinh(hD/2)/(hD/2), δ = 2·sinh(hD/2), and so the mask is
//
//	arsinh(δ/2)/(δ/2) = 1 − δ²/24 + 3δ⁴/640 − …
//
// times its mean. What remains is what the fine samples themselves fold: for edges
// about (fine samples per λ/D)^−2, which smoothMask measures.
const (
	// filterReach is how far the filter reaches to either side, in λ/D: room for a
	// Kaiser window of this beta with a transition from 1 to boxSampling−1 in D/λ.
	filterReach = 0.9
	filterBeta  = 16
	// filterRipple is by how much what the filter lets pass is wrong.
	filterRipple = 1e-7
	// Fine samples per sample of the box: at first, at most, and at most along an axis.
	firstFactor, lastFactor, mostFine = 8, 64, 4096
	// settled is the error that is small enough.
	settled = 1e-6
)

// filterReachAt is the reach of the filter for a factor, in fine samples.
func filterReachAt(factor int) int { return int(filterReach * boxSampling * float64(factor)) }

// filter returns the taps for a factor, from −reach to +reach fine samples. Values at the
// middles of samples are no means, and need nothing taken back.
func filter(factor int, graded bool) []float64 {
	reach := filterReachAt(factor)
	core := reach - 2
	taps := make([]float64, 2*reach+1)
	sum := 0.0
	for k := -core; k <= core; k++ {
		x := float64(k) / float64(factor)
		v := kaiser(float64(k)/float64(core+1)) * sinc(x)
		taps[k+reach] = v
		sum += v
	}
	out := make([]float64, len(taps))
	for i, v := range taps {
		v /= sum
		if graded {
			out[i] = v
			continue
		}
		for j, by := range [...]float64{3. / 640, -1./24 - 4*3./640, 1 + 2./24 + 6*3./640, -1./24 - 4*3./640, 3. / 640} {
			if k := i + j - 2; v != 0 {
				out[k] += by * v
			}
		}
	}
	return out
}

func sinc(x float64) float64 {
	if x == 0 {
		return 1
	}
	return math.Sin(math.Pi*x) / (math.Pi * x)
}

// kaiser is J. Kaiser's window (1974) for −1 … 1.
func kaiser(x float64) float64 {
	return besselI0(filterBeta*math.Sqrt(1-x*x)) / besselI0(filterBeta)
}

// besselI0 is the modified Bessel function of order 0, by its power series.
func besselI0(x float64) float64 {
	sum, term := 1.0, 1.0
	for k := 1.0; term > 1e-17*sum; k++ {
		term *= x * x / (4 * k * k)
		sum += term
	}
	return sum
}

// smoothMask returns the samples of a patch on a box, and estimates of their error: how
// far its Fourier transform is off where light goes by it, relative to the transform's
// peak, and what that does to light; see blurred. A patch without area has no samples.
func smoothMask(patch coverer, box grid.Grid) (mask []float64, unsettled, stray float64) {
	s := sampler{box: box}
	mask = make([]float64, box.Len())
	s.filter(mask, patch, firstFactor)
	if !slices.ContainsFunc(mask, func(v float64) bool { return v != 0 }) {
		return nil, 0, 0
	}
	places := placesOn(box, boxSampling)
	transform, light := spectrum(mask, box), blurred(mask, box, boxSampling, places)
	for factor := 2 * firstFactor; ; factor *= 2 {
		s.filter(mask, patch, factor)
		before := transform
		transform = spectrum(mask, box)
		change, peak := 0.0, 0.0
		for i, v := range transform {
			change, peak = max(change, cmplx.Abs(v-before[i])), max(peak, cmplx.Abs(v))
		}
		// Twice as fine is four times as good: the error is a third of the change. The
		// filter adds its own.
		unsettled = change/3/peak + filterRipple
		last := lastSampling(box, factor)
		if unsettled <= settled || last || lastSampling(box, 2*factor) {
			was := light
			light = blurred(mask, box, boxSampling, places)
			stray = largestDifference(light, was)/3 + filterRipple
		}
		if unsettled <= settled || last {
			return mask, unsettled, stray
		}
	}
}

// lastSampling says whether samples may not be closer than a factor.
func lastSampling(box grid.Grid, factor int) bool {
	return factor >= lastFactor || float64(max(box.Y.N, box.X.N))*float64(factor) > mostFine/2
}

// spectrum returns the Fourier transform of a mask at some frequencies up to one cycle
// per λ/D, along the axes and between them: edges that are parallel to an axis fold most
// of all along it.
func spectrum(mask []float64, box grid.Grid) []complex128 {
	const n = 4
	waves := func(a grid.Axis) [][]complex128 {
		list := make([][]complex128, 2*n+1)
		for k := range list {
			list[k] = make([]complex128, a.N)
			for i := range list[k] {
				cycles := float64(k-n) / n / boxSampling * (float64(i) - a.Center)
				list[k][i] = cmplx.Rect(1, -2*math.Pi*cycles)
			}
		}
		return list
	}
	y, x := waves(box.Y), waves(box.X)
	// A mask is real: half of the frequencies have the rest.
	out := make([]complex128, (2*n+1)*(n+1))
	for i := range box.Y.N {
		for k := range x {
			var row complex128
			for j, v := range mask[i*box.X.N:][:box.X.N] {
				row += complex(v, 0) * x[k][j]
			}
			for l := range n + 1 {
				out[k*(n+1)+l] += row * y[n+l][i]
			}
		}
	}
	return out
}

// sampler computes the samples of patches on a box, in bands of rows: fine samples are
// hundreds for each of the box, and never all in memory.
type sampler struct {
	box grid.Grid
	// rows are fine rows, of as many samples as those of the box.
	rows []float64
}

const (
	// bandBytes is about what a band has of new fine rows: some for each goroutine, and
	// few beside those that a band shares with the one before.
	bandBytes = 4 << 20
	// fineBytes bounds what a goroutine has of rows before they are filtered, of which
	// it takes up to fineRows at once: to begin a few rows takes a hundredth of the time
	// of computing them.
	fineBytes, fineRows = 2 << 20, 16
)

// fineAxis is an axis of a box, sampled finely, as far as the filter reaches.
func fineAxis(a grid.Axis, factor, reach int) grid.Axis {
	return grid.Axis{
		N:      (a.N-1)*factor + 1 + 2*reach,
		Step:   a.Step / float64(factor),
		Center: a.Center*float64(factor) + float64(reach),
	}
}

// bandHeight is the number of rows of a box that are filtered at once.
func bandHeight(box grid.Grid, factor int) int {
	return max(1, min(box.Y.N, bandBytes/8/factor/max(1, box.X.N)))
}

// fineHeight is the number of fine rows, of so many samples, that a goroutine takes.
func fineHeight(cols int) int { return max(1, min(fineRows, fineBytes/8/max(1, cols))) }

// samplerBytes is what sampling a patch on a box takes beside its samples, with so many
// goroutines.
func samplerBytes(box grid.Grid, goroutines int) (most float64) {
	for factor := firstFactor; ; factor *= 2 {
		reach := filterReachAt(factor)
		cols := fineAxis(box.X, factor, reach).N
		rows := (bandHeight(box, factor)-1)*factor + 1 + 2*reach
		most = max(most, 8*float64(rows)*float64(box.X.N)+8*float64(goroutines)*float64(fineHeight(cols))*float64(cols))
		if factor > firstFactor && lastSampling(box, factor) {
			return most
		}
	}
}

// filter writes the samples of a patch to dst, from fine samples factor times as close.
func (s *sampler) filter(dst []float64, patch coverer, factor int) {
	taps := filter(factor, patch.Graded())
	reach := len(taps) / 2
	box := s.box
	g := grid.Grid{Y: fineAxis(box.Y, factor, reach), X: fineAxis(box.X, factor, reach), Unit: box.Unit}
	height := bandHeight(box, factor)
	if n := ((height-1)*factor + len(taps)) * box.X.N; cap(s.rows) < n {
		s.rows = make([]float64, n)
	}
	clear(dst)
	// Of the fine rows, those from first to filled are there.
	first, filled := 0, 0
	for top := 0; top < box.Y.N; top += height {
		bottom := min(top+height, box.Y.N)
		// The filter needs some of those of the band before.
		if from := top * factor; from > first {
			copy(s.rows, s.rows[(from-first)*box.X.N:(filled-first)*box.X.N])
			first = from
		}
		until := (bottom-1)*factor + len(taps)
		s.fill(patch, g, taps, factor, first, filled, until)
		filled = until
		parallel.Bands(bottom-top, 1, func(from, to int) {
			for i := top + from; i < top+to; i++ {
				row := dst[i*box.X.N:][:box.X.N]
				for k, by := range taps {
					for j, v := range s.rows[(i*factor+k-first)*box.X.N:][:box.X.N] {
						row[j] += by * v
					}
				}
			}
		})
	}
}

// fill computes fine rows from … to−1, filtered along the rows; s.rows begins with
// row first.
func (s *sampler) fill(patch coverer, g grid.Grid, taps []float64, factor, first, from, to int) {
	high, cols := fineHeight(g.X.N), s.box.X.N
	parallel.Jobs((to-from+high-1)/high, func(next func() (int, bool)) {
		memory := make([]float64, high*g.X.N)
		for job, ok := next(); ok; job, ok = next() {
			y0 := from + job*high
			y1 := min(y0+high, to)
			fine := memory[:(y1-y0)*g.X.N]
			patch.Cover(fine, g.Rows(y0, y1))
			for i := y0; i < y1; i++ {
				decimate(s.rows[(i-first)*cols:][:cols], fine[(i-y0)*g.X.N:][:g.X.N], taps, factor)
			}
		}
	})
}

// decimate writes the filtered samples of a fine row, one for each factor of them.
func decimate(dst, row, taps []float64, factor int) {
	end := 0 // of the run of equal samples
	for j := range dst {
		window := row[j*factor:][:len(taps)]
		// Most windows lie inside the mask or outside, and the taps sum to 1.
		for end = max(end, j*factor); end < len(row) && row[end] == window[0]; {
			end++
		}
		if end >= j*factor+len(taps) {
			dst[j] = window[0]
			continue
		}
		dst[j] = weighted(taps, window)
	}
}

// weighted returns Σ a·b over the elements of a, in four sums that do not wait for each
// other.
func weighted(a, b []float64) float64 {
	b = b[:len(a)]
	var s0, s1, s2, s3 float64
	for len(a) >= 4 {
		s0 += a[0] * b[0]
		s1 += a[1] * b[1]
		s2 += a[2] * b[2]
		s3 += a[3] * b[3]
		a, b = a[4:], b[4:]
	}
	for k, v := range a {
		s0 += v * b[k]
	}
	return (s0 + s1) + (s2 + s3)
}
