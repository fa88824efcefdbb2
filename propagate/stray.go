package propagate

import (
	"math"
	"runtime"
	"slices"
	"sync"

	"arago/grid"
	"arago/internal/parallel"
	"arago/optics"
)

// A star at the place u, and the light that a mask m lets arrive there again, of a square
// pupil of the width D: with A for the star's amplitude in the image,
//
//	∫m(v)·A(v−u)² dv, A(v) = sinc(v_x)·sinc(v_y) in λ/D
//
// is its amplitude behind the mask, relative to that without one. So the difference of two
// samplings of a mask, blurred by A², is by how much they disagree about a star, and the
// largest of all places is what is told as the error of masks. A² has no frequencies above
// D/λ: what samples have there counts for nothing, as with light.

// places are where stars are put, along each axis, in λ/D from the axis of the light.
type places struct{ y, x []float64 }

// placesOn returns places on a grid of so many samples per λ/D, a third of λ/D apart, or
// more on large ones.
func placesOn(g grid.Grid, perResolution float64) places {
	const most = 200
	along := func(a grid.Axis) []float64 {
		low, high := -a.Center/perResolution, (float64(a.N-1)-a.Center)/perResolution
		n := min(most, int(math.Ceil(3*(high-low))))
		list := make([]float64, n+1)
		for k := range list {
			list[k] = low + (high-low)*float64(k)/float64(max(1, n))
		}
		return list
	}
	return places{along(g.Y), along(g.X)}
}

// reach is how far from a star its light is counted, in λ/D along an axis: what is beyond
// has a fortieth of it.
const reach = 4

// blurred returns the amplitudes of stars behind a mask, row by row of the places. The mask
// is 0 outside of its samples, of which there are so many per λ/D.
func blurred(mask []float64, g grid.Grid, perResolution float64, at places) []float64 {
	out, _ := blurredInBands(g, perResolution, at, func(from, to int, add func([]float64)) error {
		add(mask[from*g.X.N : to*g.X.N])
		return nil
	})
	return out
}

// blurredInBands is the same for a mask that is never whole: band hands its rows from …
// to−1 to add.
func blurredInBands(g grid.Grid, perResolution float64, at places, band func(from, to int, add func(rows []float64)) error) ([]float64, error) {
	x, y := starsOn(g.X, perResolution, at.x), starsOn(g.Y, perResolution, at.y)
	rows := make([]float64, g.Y.N*len(x))
	err := forBands(g, func(from, to int) error {
		return band(from, to, func(mask []float64) {
			for i := range to - from {
				weighStars(x, mask[i*g.X.N:][:g.X.N], func(k int, sum float64) { rows[k*g.Y.N+from+i] = sum })
			}
		})
	})
	if err != nil {
		return nil, err
	}
	out := make([]float64, len(y)*len(x))
	parallel.Bands(len(x), 1, func(k, _ int) {
		weighStars(y, rows[k*g.Y.N:][:g.Y.N], func(l int, sum float64) { out[l*len(x)+k] = sum })
	})
	return out, nil
}

// starOn is A² of a star on the samples of an axis around it, from the one of index first on.
type starOn struct {
	first int
	light []float64
	sum   float64
}

func starsOn(a grid.Axis, perResolution float64, places []float64) []starOn {
	list := make([]starOn, len(places))
	for k, place := range places {
		middle := place*perResolution + a.Center
		first := max(0, int(math.Ceil(middle-reach*perResolution)))
		end := min(a.N, int(math.Floor(middle+reach*perResolution))+1)
		s := starOn{first: first, light: make([]float64, max(0, end-first))}
		for i := range s.light {
			v := sinc((float64(first+i) - middle) / perResolution)
			s.light[i] = v * v / perResolution
			s.sum += s.light[i]
		}
		list[k] = s
	}
	return list
}

// weighStars puts what a line of a mask lets arrive of each star, in their order along it.
// Most stars of a large mask see the same value everywhere.
func weighStars(stars []starOn, line []float64, put func(k int, sum float64)) {
	even := 0 // all samples are equal from the first one of a star up to this one
	for k, s := range stars {
		if len(s.light) == 0 {
			continue
		}
		if even <= s.first {
			even = s.first + 1
		}
		for even < len(line) && line[even] == line[s.first] {
			even++
		}
		if s.first+len(s.light) <= even {
			put(k, line[s.first]*s.sum)
		} else {
			put(k, weighted(s.light, line[s.first:]))
		}
	}
}

// largestDifference returns the largest of |a − b|.
func largestDifference(a, b []float64) float64 {
	d := 0.0
	for k, v := range a {
		d = max(d, math.Abs(v-b[k]))
	}
	return d
}

// paddedMask is an element on the samples of a padded plane, of which the shapes are known:
// those samples are compared with the shapes themselves, sampled some times as closely.
type paddedMask struct {
	element      optics.Element
	patches      *optics.Patchwork
	coarse, fine grid.Grid
	// Samples per λ/D, of which there are perCoarse and perFine.
	perCoarse, perFine float64
	at                 places
}

// newPaddedMask makes ready to look at an element with so many samples per λ/D, which is
// resolution.
func newPaddedMask(e optics.Element, patches *optics.Patchwork, perResolution int, resolution float64) *paddedMask {
	const closer, most = 4, 2048 // fine samples of each, and along an axis
	step := resolution / float64(perResolution)
	bounds := patches.Bounds()
	factor := closer
	for factor > 2 && max(bounds.X1-bounds.X0, bounds.Y1-bounds.Y0)*grid.Arcsecond/step*float64(factor) > most {
		factor /= 2
	}
	axis := func(low, high float64, factor int) grid.Axis {
		from, to := math.Floor(low*grid.Arcsecond/step)-1, math.Ceil(high*grid.Arcsecond/step)+1
		f := float64(factor)
		// The middle of a sample is that of the fine ones that it is divided into.
		return grid.Axis{N: int(to-from+1) * factor, Step: step / f, Center: -from*f + (f-1)/2}
	}
	on := func(factor int) grid.Grid {
		return grid.Grid{Y: axis(bounds.Y0, bounds.Y1, factor), X: axis(bounds.X0, bounds.X1, factor), Unit: grid.Radian}
	}
	m := &paddedMask{element: e, patches: patches, coarse: on(1), fine: on(factor), perCoarse: float64(perResolution), perFine: float64(perResolution * factor)}
	m.at = placesOn(m.coarse, m.perCoarse)
	return m
}

// stray is the error of the samples at a wavelength.
func (m *paddedMask) stray(wavelength float64) (float64, error) {
	outside := m.patches.Outside.At(wavelength)
	squares := make([]float64, len(m.at.y)*len(m.at.x))
	for _, part := range []func(complex128) float64{
		func(v complex128) float64 { return real(v) }, func(v complex128) float64 { return imag(v) },
	} {
		by := make([]float64, len(m.patches.Patches))
		for k, patch := range m.patches.Patches {
			by[k] = part(patch.At(wavelength) - outside)
		}
		if !slices.ContainsFunc(by, func(v float64) bool { return v != 0 }) {
			continue // as nearly all imaginary ones
		}
		sampled, err := blurredInBands(m.coarse, m.perCoarse, m.at, func(from, to int, add func([]float64)) error {
			e, err := sample([]optics.Element{m.element}, m.coarse.Rows(from, to))
			if err != nil {
				return err
			}
			rows := make([]float64, (to-from)*m.coarse.X.N)
			for k := range rows {
				rows[k] = part(e.factor(k, wavelength) - outside)
			}
			add(rows)
			return nil
		})
		if err != nil {
			return 0, err
		}
		for k, v := range m.exact(by) {
			squares[k] += (v - sampled[k]) * (v - sampled[k])
		}
	}
	return math.Sqrt(slices.Max(squares)), nil
}

// exact returns the amplitudes of stars behind patches that multiply by so much.
func (m *paddedMask) exact(by []float64) []float64 {
	type memory struct{ sum, cover []float64 }
	n := bandRows * m.fine.X.N
	pool := sync.Pool{New: func() any { return &memory{make([]float64, n), make([]float64, n)} }}
	out, _ := blurredInBands(m.fine, m.perFine, m.at, func(from, to int, add func([]float64)) error {
		rows := pool.Get().(*memory)
		defer pool.Put(rows)
		sum, cover := rows.sum[:(to-from)*m.fine.X.N], rows.cover[:(to-from)*m.fine.X.N]
		clear(sum)
		for k, patch := range m.patches.Patches {
			patch.Cover(cover, m.fine.Rows(from, to))
			for j, v := range cover {
				sum[j] += by[k] * v
			}
		}
		add(sum)
		return nil
	})
	return out
}

// bytes is what stray takes.
func (m *paddedMask) bytes() float64 {
	rows := func(g grid.Grid) float64 { return float64(g.Y.N) * float64(len(m.at.x)) }
	light := float64(len(m.at.x)+len(m.at.y)) * 2 * reach * (m.perCoarse + m.perFine)
	bands := 2 * bandRows * float64(m.fine.X.N) * float64(runtime.GOMAXPROCS(0))
	// Samples of the element, and what they are made of, wait to be collected.
	return 8 * (rows(m.coarse) + rows(m.fine) + light + bands + 4*samples(m.coarse))
}
