package area

import "math"

// Point is a point of the plane in which a region is described.
type Point struct{ X, Y float64 }

// Region is a figure in the plane: a basic shape, or others joined by Union,
// Intersect and Not. The zero value is the empty figure.
type Region struct {
	op    operator
	parts []Region
	shape shape
	by    Map // of moved
}

type operator int

const (
	union operator = iota
	intersection
	complement
	basic // the region is a basic shape
	moved // the region is another one, taken elsewhere by a map
)

// shape is a basic shape before it is placed in the plane of a grid.
type shape interface {
	place(m Map) leaf
}

// Disc returns the disc of radius r about (x, y). A disc of radius 0 is empty.
func Disc(x, y, r float64) Region {
	if r == 0 {
		return Region{}
	}
	return Region{op: basic, shape: disc{Point{x, y}, r}}
}

// Polygon returns the convex polygon with the given vertices, which go around
// it in either direction.
func Polygon(vertices ...Point) Region {
	return Region{op: basic, shape: polygon(vertices)}
}

// Rectangle returns the rectangle of the given width and height about (x, y).
func Rectangle(x, y, width, height float64) Region {
	w, h := width/2, height/2
	return Polygon(Point{x - w, y - h}, Point{x + w, y - h}, Point{x + w, y + h}, Point{x - w, y + h})
}

// HalfPlane returns the points on the left of the line through p along (dx, dy).
func HalfPlane(p Point, dx, dy float64) Region {
	return Region{op: basic, shape: halfPlane{p, dx, dy}}
}

// Union returns the points that lie in any of the regions.
func Union(parts ...Region) Region { return Region{op: union, parts: parts} }

// Intersect returns the points that lie in all of the regions.
func Intersect(parts ...Region) Region { return Region{op: intersection, parts: parts} }

// Not returns the points that do not lie in r.
func Not(r Region) Region { return Region{op: complement, parts: []Region{r}} }

// Moved returns what m makes of r. Maps that stretch do not mix: m must take circles
// to circles (Map.KeepsCircles).
func Moved(r Region, m Map) Region { return Region{op: moved, parts: []Region{r}, by: m} }

// Map takes a point (x, y) of a region to the point
//
//	(XX·x + XY·y + X, YX·x + YY·y + Y)
//
// of the plane of a grid. Its determinant XX·YY − XY·YX must be positive.
type Map struct {
	XX, XY, X float64
	YX, YY, Y float64
}

// Identity is the map that leaves every point where it is.
var Identity = Map{XX: 1, YY: 1}

func (m Map) apply(p Point) Point {
	return Point{m.XX*p.X + m.XY*p.Y + m.X, m.YX*p.X + m.YY*p.Y + m.Y}
}

// After returns the map that does what n does, and then what m does.
func (m Map) After(n Map) Map {
	at := m.apply(Point{n.X, n.Y})
	return Map{
		XX: m.XX*n.XX + m.XY*n.YX, XY: m.XX*n.XY + m.XY*n.YY, X: at.X,
		YX: m.YX*n.XX + m.YY*n.YX, YY: m.YX*n.XY + m.YY*n.YY, Y: at.Y,
	}
}

// Inverse returns the map that takes every point back.
func (m Map) Inverse() Map {
	d := m.XX*m.YY - m.XY*m.YX
	inverse := Map{XX: m.YY / d, XY: -m.XY / d, YX: -m.YX / d, YY: m.XX / d}
	back := inverse.apply(Point{m.X, m.Y})
	inverse.X, inverse.Y = -back.X, -back.Y
	return inverse
}

// KeepsCircles says whether the map takes circles to circles, but for rounding: it
// turns, shifts and scales evenly.
func (m Map) KeepsCircles() bool {
	const rounding = 1e-14
	size := math.Hypot(m.XX, m.YX)
	return math.Abs(m.XX-m.YY) <= rounding*size && math.Abs(m.XY+m.YX) <= rounding*size
}
