package propagate

import (
	"math"

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

// blurred returns the amplitudes of stars behind a mask, row by row of the places. The mask
// is 0 outside of its samples, of which there are so many per λ/D.
func blurred(mask []float64, g grid.Grid, perResolution float64, at places) []float64 {
	const reach = 4 // λ/D: what is beyond has a fortieth of A², along an axis
	// weights returns A² on the samples around a place, and the index of the first.
	weights := func(a grid.Axis, place float64) (first int, w []float64) {
		middle := place*perResolution + a.Center
		first = max(0, int(math.Ceil(middle-reach*perResolution)))
		end := min(a.N, int(math.Floor(middle+reach*perResolution))+1)
		for i := first; i < end; i++ {
			v := sinc((float64(i) - middle) / perResolution)
			w = append(w, v*v/perResolution)
		}
		return first, w
	}
	rows := make([]float64, g.Y.N*len(at.x))
	parallel.Bands(len(at.x), 1, func(k, _ int) {
		first, w := weights(g.X, at.x[k])
		for i := range g.Y.N {
			rows[k*g.Y.N+i] = weighted(w, mask[i*g.X.N+first:])
		}
	})
	out := make([]float64, len(at.y)*len(at.x))
	for l, y := range at.y {
		first, w := weights(g.Y, y)
		for k := range at.x {
			out[l*len(at.x)+k] = weighted(w, rows[k*g.Y.N+first:])
		}
	}
	return out
}

// largestDifference returns the largest of |a − b|.
func largestDifference(a, b []float64) float64 {
	d := 0.0
	for k, v := range a {
		d = max(d, math.Abs(v-b[k]))
	}
	return d
}

// paddedStray is the error of an element on the samples of a padded plane, so many per λ/D,
// of which the shapes are known: those samples are compared with the shapes themselves,
// sampled some times as closely. resolution is λ/D.
func paddedStray(e optics.Element, patches *optics.Patchwork, perResolution int, resolution, wavelength float64) (float64, error) {
	const closer, most = 8, 2048 // fine samples of each, and along an axis
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
	coarse, fine := on(1), on(factor)
	at := placesOn(coarse, float64(perResolution))
	outside := patches.Outside.At(wavelength)
	factors, err := maskFactors([]optics.Element{e}, coarse, wavelength)
	if err != nil {
		return 0, err
	}
	re, im := make([]float64, len(factors)), make([]float64, len(factors))
	for k, f := range factors {
		re[k], im[k] = real(f-outside), imag(f-outside)
	}
	re, im = blurred(re, coarse, float64(perResolution), at), blurred(im, coarse, float64(perResolution), at)
	cover := make([]float64, fine.Len())
	for _, patch := range patches.Patches {
		parallel.Bands(fine.Y.N, bandRows, func(from, to int) {
			patch.Cover(cover[from*fine.X.N:to*fine.X.N], fine.Rows(from, to))
		})
		by := patch.At(wavelength) - outside
		for k, v := range blurred(cover, fine, float64(perResolution*factor), at) {
			re[k] -= real(by) * v
			im[k] -= imag(by) * v
		}
	}
	worst := 0.0
	for k, v := range re {
		worst = max(worst, math.Hypot(v, im[k]))
	}
	return worst, nil
}
