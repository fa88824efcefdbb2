package area

// Point is a point of the plane in which a region is described.
type Point struct{ X, Y float64 }

// Region is a figure in the plane: a basic shape, or others joined by Union,
// Intersect and Not. The zero value is the empty figure.
type Region struct {
	op    operator
	parts []Region
	shape shape
}

type operator int

const (
	union operator = iota
	intersection
	complement
	basic // the region is a basic shape
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
