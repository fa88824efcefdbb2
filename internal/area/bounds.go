package area

import "math"

// Box is the rectangle X0 ≤ x ≤ X1, Y0 ≤ y ≤ Y1, empty if X0 > X1 or Y0 > Y1.
type Box struct{ X0, X1, Y0, Y1 float64 }

// nowhere is the empty box that every other one is joined to without a change.
var nowhere = Box{math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)}

// Empty says whether no point lies in the box.
func (b Box) Empty() bool { return b.X0 > b.X1 || b.Y0 > b.Y1 }

// Join returns the smallest box that holds both.
func (b Box) Join(c Box) Box {
	switch {
	case b.Empty():
		return c
	case c.Empty():
		return b
	}
	return Box{min(b.X0, c.X0), max(b.X1, c.X1), min(b.Y0, c.Y0), max(b.Y1, c.Y1)}
}

// Intersect returns what both have in common.
func (b Box) Intersect(c Box) Box {
	return Box{max(b.X0, c.X0), min(b.X1, c.X1), max(b.Y0, c.Y0), min(b.Y1, c.Y1)}
}

// Bounds returns a box that holds all points of the region, once m has taken it
// to the plane of the grid, and whether there is one. It is the smallest for a basic
// shape, and found from those of the parts for others: it may be larger than need be.
func (r Region) Bounds(m Map) (b Box, bounded bool) { return r.bounds(m, false) }

// bounds returns the bounds of the region or, if outside, of what is not in it.
func (r Region) bounds(m Map, outside bool) (b Box, bounded bool) {
	switch {
	case r.op == complement:
		return r.parts[0].bounds(m, !outside)
	case r.op == moved:
		return r.parts[0].bounds(m.After(r.by), outside)
	case r.op == basic:
		l := r.shape.place(m)
		low, high := l.reach()
		if outside || math.IsInf(low, 0) || math.IsInf(high, 0) {
			return Box{}, false
		}
		x := l.extent(low, high)
		return Box{x.low, x.high, low, high}, true
	case (r.op == union) != outside:
		b = nowhere
		for _, part := range r.parts {
			c, ok := part.bounds(m, outside)
			if !ok {
				return Box{}, false
			}
			b = b.Join(c)
		}
		return b, true
	}
	for _, part := range r.parts {
		c, ok := part.bounds(m, outside)
		switch {
		case ok && bounded:
			b = b.Intersect(c)
		case ok:
			b, bounded = c, true
		}
	}
	return b, bounded
}
