package measure

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/interp"

	"arago/grid"
	"arago/internal/area"
)

// Profile is the mean intensity on circles about a point.
type Profile struct {
	// Radius and Mean are of the same length; radii grow.
	Radius, Mean []float64
}

// RadialProfile returns the mean intensity in annuli about center that are one
// pixel wide, from the centre to the furthest corner of the field. A pixel
// counts in each annulus by the exact part of its area that lies in it, so no
// annulus is empty and none jumps from pixel to pixel. Where annuli leave the
// field, the mean is that of the part inside.
//
// The radius given for the annulus from r₀ to r₁ is √((r₀²+r₁²)/2), which halves
// its area: there an intensity a + b·r² has its mean. Where pixels are not
// square, the longer side sets the width.
func RadialProfile(m grid.Map, center Point) (Profile, error) {
	rings, err := cutAnnuli(m, center)
	if err != nil {
		return Profile{}, err
	}
	p := Profile{Radius: make([]float64, len(rings.area)), Mean: make([]float64, len(rings.area))}
	for k, area := range rings.area {
		r0, r1 := float64(k)*rings.width, float64(k+1)*rings.width
		p.Radius[k] = math.Sqrt((r0*r0 + r1*r1) / 2)
		p.Mean[k] = rings.energy[k] / area
	}
	return p, nil
}

// Energy is the light inside circles about a point, as a function of their
// radius: the encircled energy.
type Energy struct {
	// Radius grows from 0 in steps of a pixel, to beyond the furthest corner of
	// the field.
	Radius []float64
	// Inside is the light within each radius, in the unit of the image; the
	// last value is the flux of the whole field.
	Inside []float64

	bySquare interp.FritschButland // Inside as a function of Radius²
}

// EncircledEnergy returns the light inside circles about center. Pixels on a
// circle count by the exact part of their area inside it. Spreading light over
// pixels of side h adds h²/24 times the integral of the slope along the circle:
// for an Airy pattern at most 0.8 % of its light with five pixels per λ/D, 0.2 %
// with ten, and nothing at its dark rings.
//
// Energies are sums of the image, not divided by anything: of an image that is
// normalised to the light at the entrance of the system they are fractions of
// that light, what falls outside the field included in the whole. To refer them
// to the light in the field, divide by [Energy.Total].
func EncircledEnergy(m grid.Map, center Point) (Energy, error) {
	rings, err := cutAnnuli(m, center)
	if err != nil {
		return Energy{}, err
	}
	e := Energy{Radius: make([]float64, len(rings.energy)+1), Inside: make([]float64, len(rings.energy)+1)}
	for k, energy := range rings.energy {
		e.Radius[k+1] = float64(k+1) * rings.width
		e.Inside[k+1] = e.Inside[k] + energy
	}
	squares := make([]float64, len(e.Radius))
	for k, r := range e.Radius {
		squares[k] = r * r
	}
	if err := e.bySquare.Fit(squares, e.Inside); err != nil {
		return Energy{}, err
	}
	return e, nil
}

// Total returns the light in the whole field.
func (e Energy) Total() float64 { return e.Inside[len(e.Inside)-1] }

// Within returns the light within radius r. Between the radii of the curve it
// is interpolated as a function of r² by cubics that rise where the curve rises
// (Fritsch and Butland 1984). Where light is spread evenly that is exact.
func (e Energy) Within(r float64) float64 {
	if r <= 0 {
		return 0
	}
	return e.bySquare.Predict(r * r)
}

// RadiusOf returns the smallest radius that holds the given energy, in the unit
// of the image: the inverse of Within. For the radius of half the light in the
// field ask for e.Total()/2.
func (e Energy) RadiusOf(energy float64) (float64, error) {
	if !(energy >= 0) {
		return 0, fmt.Errorf("the energy is %v; it must not be negative", energy)
	}
	k := slices.IndexFunc(e.Inside, func(inside float64) bool { return inside >= energy })
	switch k {
	case -1:
		return 0, fmt.Errorf("%w: an energy of %.6g is more than any circle holds; the field holds %.6g", ErrNotReached, energy, e.Total())
	case 0:
		return 0, nil
	}
	low, high := e.Radius[k-1], e.Radius[k]
	const precision = 52 // bits of the step
	for range precision {
		if middle := (low + high) / 2; e.Within(middle) < energy {
			low = middle
		} else {
			high = middle
		}
	}
	return high, nil
}

// annuli holds what lies in annulus k, between radii k·width and (k+1)·width.
type annuli struct {
	width  float64
	energy []float64 // light
	area   []float64 // area of the field, in pixels
}

func cutAnnuli(m grid.Map, center Point) (annuli, error) {
	if err := check(m); err != nil {
		return annuli{}, err
	}
	if err := checkPoint(m, center); err != nil {
		return annuli{}, err
	}
	width := max(m.X.Step, m.Y.Step)
	// Edges of pixels about the centre, with the width of an annulus as unit.
	xs, ys := edges(m.X, center.X, width), edges(m.Y, center.Y, width)
	pixel := m.X.Step / width * m.Y.Step / width
	corner := math.Hypot(max(-xs[0], xs[m.X.N]), max(-ys[0], ys[m.Y.N]))
	n := max(1, int(math.Ceil(corner)))
	a := annuli{width: width, energy: make([]float64, n), area: make([]float64, n)}
	for i := range m.Y.N {
		y0, y1 := ys[i], ys[i+1]
		for j, v := range m.Row(i) {
			x0, x1 := xs[j], xs[j+1]
			near := math.Hypot(max(0, x0, -x1), max(0, y0, -y1))
			far := math.Hypot(max(-x0, x1), max(-y0, y1))
			first, last := int(near), min(n-1, int(far))
			var inner float64 // area within the annulus before
			for k := first; k < last; k++ {
				outer := area.DiscInRectangle(float64(k+1), x0, x1, y0, y1) / pixel
				a.energy[k] += v * (outer - inner)
				a.area[k] += outer - inner
				inner = outer
			}
			a.energy[last] += v * (1 - inner)
			a.area[last] += 1 - inner
		}
	}
	return a, nil
}

// edges returns the coordinates of the N+1 edges of the pixels of an axis,
// counted from center in the given unit.
func edges(a grid.Axis, center, unit float64) []float64 {
	e := make([]float64, a.N+1)
	for i := range e {
		e[i] = (coordinate(a, float64(i)-0.5) - center) / unit
	}
	return e
}
