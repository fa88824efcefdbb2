package propagate

import (
	"math"

	"arago/grid"
	"arago/optics"
)

// finerMask is an element of a padded plane of which no shapes are known: its samples near
// the axis of the light are compared with those of the same element four times as close. It
// may do as it likes: the samples of one plane are right if closer ones say the same.
type finerMask struct {
	element      optics.Element
	coarse, fine grid.Grid
	// Samples per λ/D.
	per int
	at  places
}

const (
	// finer is how many times as close the samples are along each axis. Means over areas get
	// better by its square, values at points where a mask jumps by itself.
	finer = 4
	// nearestStar and farthestStar are how far stars are from the axis along x and y at most, in
	// λ/D, on planes of the closest samples and of others.
	nearestStar, farthestStar = 2, 12
)

// newFinerMask makes ready to look at an element of a plane with so many samples per λ/D.
func newFinerMask(e optics.Element, plane grid.Grid, per int) *finerMask {
	const samples = 128 // to either side of the axis, about
	stars := max(nearestStar, min(farthestStar, samples/per-reach-1))
	stars = max(0, min(stars, min(plane.Y.N, plane.X.N)/(2*per)-1)) // within the plane
	axis := func(a grid.Axis) grid.Axis {
		half := float64((stars + reach + 1) * per)
		return a.Sub(int(max(0, math.Ceil(a.Center-half))), int(min(float64(a.N), math.Floor(a.Center+half)+1)))
	}
	m := &finerMask{element: e, coarse: grid.Grid{Y: axis(plane.Y), X: axis(plane.X), Unit: plane.Unit}, per: per}
	divided := func(a grid.Axis) grid.Axis {
		// The middle of a sample is that of the closer ones that it is divided into.
		return grid.Axis{N: finer * a.N, Step: a.Step / finer, Center: finer*a.Center + (finer-1)/2.}
	}
	m.fine = grid.Grid{Y: divided(m.coarse.Y), X: divided(m.coarse.X), Unit: plane.Unit}
	for k := -3 * stars; k <= 3*stars; k++ {
		m.at.x = append(m.at.x, float64(k)/3)
	}
	m.at.y = m.at.x
	return m
}

// stray is the error of the samples at a wavelength.
func (m *finerMask) stray(wavelength float64) (float64, error) {
	stars := func(g grid.Grid, per float64, part func(complex128) float64) ([]float64, error) {
		sum, err := blurredInBands(g, per, m.at, func(from, to int, add func([]float64)) error {
			e, err := sample([]optics.Element{m.element}, g.Rows(from, to))
			if err != nil {
				return err
			}
			rows := make([]float64, (to-from)*g.X.N)
			for k := range rows {
				rows[k] = part(e.factor(k, wavelength))
			}
			add(rows)
			return nil
		})
		// What lets all light pass lets just all of it pass.
		y, x := starsOn(g.Y, per, m.at.y), starsOn(g.X, per, m.at.x)
		for k := range sum {
			sum[k] /= y[k/len(x)].sum * x[k%len(x)].sum
		}
		return sum, err
	}
	squares := make([]float64, len(m.at.y)*len(m.at.x))
	for _, part := range []func(complex128) float64{
		func(v complex128) float64 { return real(v) }, func(v complex128) float64 { return imag(v) },
	} {
		coarse, err := stars(m.coarse, float64(m.per), part)
		if err != nil {
			return 0, err
		}
		fine, err := stars(m.fine, float64(finer*m.per), part)
		if err != nil {
			return 0, err
		}
		for k, v := range fine {
			squares[k] += (v - coarse[k]) * (v - coarse[k])
		}
	}
	largest := 0.0
	for _, v := range squares {
		largest = max(largest, v)
	}
	// The closer samples have a quarter of the error where it falls slowest.
	return math.Sqrt(largest) * finer / (finer - 1), nil
}

// bytes is what stray takes: bands of the samples, and what they are made of, which wait to be
// collected.
func (m *finerMask) bytes() float64 {
	stars := float64(len(m.at.x))
	return 8 * (stars*float64(m.coarse.Y.N+m.fine.Y.N) + 4*stars*reach*float64((finer+1)*m.per) + 6*(samples(m.fine)+samples(m.coarse)))
}
