package propagate

import (
	"errors"
	"fmt"
	"math"

	"arago/grid"
)

// ErrRegion is a region that cannot be, or that has no samples of the image.
var ErrRegion = errors.New("nothing can be verified there")

// Region is a part of the last plane: a place, a rectangle, or a ring about the axis. Its
// coordinates are arcseconds; in a pupil, metres.
type Region struct {
	kind           regionKind
	x0, x1, y0, y1 float64 // of a ring, x0 … x1 is the distance from the axis
}

type regionKind int

const (
	place regionKind = iota
	rectangle
	ring
)

// At is the sample next to a place.
func At(x, y float64) Region { return Region{place, x, x, y, y} }

// Rectangle is what lies from x0 to x1 and from y0 to y1.
func Rectangle(x0, x1, y0, y1 float64) Region { return Region{rectangle, x0, x1, y0, y1} }

// Ring is what lies from inner to outer away from the axis.
func Ring(inner, outer float64) Region { return Region{ring, inner, outer, 0, 0} }

// String describes the region without a unit.
func (r Region) String() string {
	switch r.kind {
	case rectangle:
		return fmt.Sprintf("%g to %g in x and %g to %g in y", r.x0, r.x1, r.y0, r.y1)
	case ring:
		return fmt.Sprintf("%g to %g from the axis", r.x0, r.x1)
	}
	return fmt.Sprintf("%g in x and %g in y", r.x0, r.y0)
}

// unitOf returns the unit of regions on a grid, and its sign.
func unitOf(g grid.Grid) (unit float64, sign string) {
	if g.Unit == grid.Radian {
		return grid.Arcsecond, "″"
	}
	return 1, " m"
}

// samples returns the indices of the samples of g that lie in the region, row by row, or
// ErrRegion if there are none.
func (r Region) samples(g grid.Grid) ([]int, error) {
	for _, v := range []float64{r.x0, r.x1, r.y0, r.y1} {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, fmt.Errorf("%w: %v is no region; its limits must be finite", ErrRegion, r)
		}
	}
	if r.x1 < r.x0 || r.y1 < r.y0 || r.kind == ring && r.x0 < 0 {
		return nil, fmt.Errorf("%w: %v is no region; its limits must rise, and distances be positive", ErrRegion, r)
	}
	unit, sign := unitOf(g)
	var found []int
	if r.kind == place {
		if i, j := nearest(g.Y, r.y0*unit), nearest(g.X, r.x0*unit); i >= 0 && j >= 0 {
			found = append(found, i*g.X.N+j)
		}
	} else {
		// A limit that a sample lies on, but for rounding, has it.
		const rounding = 1e-9
		within := func(v, low, high, step float64) bool {
			return v >= low*unit-rounding*step && v <= high*unit+rounding*step
		}
		for i := range g.Y.N {
			for j := range g.X.N {
				y, x := g.Y.At(i), g.X.At(j)
				in := within(x, r.x0, r.x1, g.X.Step) && within(y, r.y0, r.y1, g.Y.Step)
				if r.kind == ring {
					in = within(math.Hypot(y, x), r.x0, r.x1, g.X.Step)
				}
				if in {
					found = append(found, i*g.X.N+j)
				}
			}
		}
	}
	if found == nil {
		reach := func(a grid.Axis) string {
			return fmt.Sprintf("%.4g to %.4g%s", (a.At(0)-a.Step/2)/unit, (a.At(a.N-1)+a.Step/2)/unit, sign)
		}
		return nil, fmt.Errorf("%w: no sample of the last plane has %v; it reaches from %s in x and from %s in y, in steps of %.3g%s",
			ErrRegion, r, reach(g.X), reach(g.Y), g.X.Step/unit, sign)
	}
	return found, nil
}

// nearest returns the index of the sample at v or next to it, or −1 if v is beyond the axis.
func nearest(a grid.Axis, v float64) int {
	// Half a sample beyond the first and the last belongs to them.
	const rounding = 1e-9
	at := v/a.Step + a.Center
	if at < -0.5-rounding || at > float64(a.N)-0.5+rounding {
		return -1
	}
	return min(max(int(math.Round(at)), 0), a.N-1)
}
