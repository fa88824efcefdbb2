package area

import "math"

// polygon is a convex polygon given by its vertices.
type polygon []Point

func (g polygon) place(m Map) leaf {
	placed := placedPolygon{low: math.Inf(1), high: math.Inf(-1)}
	for _, v := range g {
		p := m.apply(v)
		placed.vertices = append(placed.vertices, p)
		placed.low = min(placed.low, p.Y)
		placed.high = max(placed.high, p.Y)
	}
	return placed
}

// placedPolygon is a convex polygon in the plane of the grid.
type placedPolygon struct {
	vertices  []Point
	low, high float64
}

func (g placedPolygon) reach() (low, high float64) { return g.low, g.high }

func (g placedPolygon) chord(y float64) span {
	s := nothing
	a := g.vertices[len(g.vertices)-1]
	for _, b := range g.vertices {
		switch {
		case max(a.Y, b.Y) < y || min(a.Y, b.Y) > y:
		case a.Y == b.Y:
			s = s.add(a.X).add(b.X)
		default:
			s = s.add(between(a, b, y))
		}
		a = b
	}
	return s
}

// between returns x at y on the line through a and b.
func between(a, b Point, y float64) float64 {
	return a.X + (b.X-a.X)*((y-a.Y)/(b.Y-a.Y))
}

func (g placedPolygon) extent(y0, y1 float64) span {
	s := g.chord(y0).hull(g.chord(y1))
	for _, v := range g.vertices {
		if y0 < v.Y && v.Y < y1 {
			s = s.add(v.X)
		}
	}
	return s
}

func (g placedPolygon) outline(p *pixel) {
	a := g.vertices[len(g.vertices)-1]
	for _, b := range g.vertices {
		if max(a.X, b.X) >= p.x0 && min(a.X, b.X) <= p.x1 && max(a.Y, b.Y) >= p.y0 && min(a.Y, b.Y) <= p.y1 {
			p.addLine(line{a, b.X - a.X, b.Y - a.Y, min(a.Y, b.Y), max(a.Y, b.Y)})
		}
		a = b
	}
}

func (g placedPolygon) integral(s side, ya, yb, x0, x1 float64) float64 {
	var from, to Point // the edge on that side
	y, end := (ya+yb)/2, nothing.end(s)
	a := g.vertices[len(g.vertices)-1]
	for _, b := range g.vertices {
		if a.Y != b.Y && min(a.Y, b.Y) <= y && y <= max(a.Y, b.Y) {
			if x := between(a, b, y); s == left && x < end || s == right && x > end {
				from, to, end = a, b, x
			}
		}
		a = b
	}
	return clamped(ya, yb, between(from, to, ya), between(from, to, yb), x0, x1)
}
