package area

import (
	"cmp"
	"math"
	"slices"
)

// pixel computes the area of the figure in one pixel after another.
type pixel struct {
	figure         *node
	leaves         []leaf
	cover          []cover // of each leaf in this pixel
	rounding       rounding
	x0, x1, y0, y1 float64

	lines      []line
	circles    []circle
	heights    []float64
	boundaries []boundary
}

// boundary is where one side of a leaf passes through a slab.
type boundary struct {
	x    float64 // in the middle of the slab
	leaf int
	side side
}

func (p *pixel) addLine(l line) {
	p.lines = append(p.lines, l)
	p.addHeight(l.low)
	p.addHeight(l.high)
}

func (p *pixel) addEllipse(e ellipse) {
	p.circles = append(p.circles, circle{p.rounding.point(e.centre), e.up})
	low, high := e.reach()
	p.addHeight(low)
	p.addHeight(high)
}

func (p *pixel) addHeight(y float64) {
	if p.y0 < y && y < p.y1 {
		p.heights = append(p.heights, y)
	}
}

// fraction returns the fraction of the pixel that the figure covers, given the
// leaves that cover part of it.
func (p *pixel) fraction(partials []int, x0, x1 float64) float64 {
	p.x0, p.x1 = x0, x1
	p.findHeights(partials)
	var sum float64
	for i, yb := range p.heights[1:] {
		if ya := p.heights[i]; ya < yb {
			sum += p.slab(partials, ya, yb)
		}
	}
	for _, l := range partials {
		p.cover[l] = partial
	}
	return p.settle(sum / ((x1 - x0) * (p.y1 - p.y0)))
}

// settle returns 0 or 1 for a fraction that differs from them by no more than
// the rounding errors of the pixel's own edges can explain: a figure whose
// edge runs along the edges of pixels leaves no pixel in doubt.
func (p *pixel) settle(fraction float64) float64 {
	const epsilon = 0x1p-50 // four rounding errors
	doubt := epsilon * (1 + max(math.Abs(p.x0), math.Abs(p.x1))/(p.x1-p.x0) +
		max(math.Abs(p.y0), math.Abs(p.y1))/(p.y1-p.y0))
	switch {
	case fraction < doubt:
		return 0
	case fraction > 1-doubt:
		return 1
	}
	return fraction
}

// findHeights cuts the pixel into slabs, in which the boundaries of the leaves
// and the sides of the pixel keep their order from left to right.
func (p *pixel) findHeights(partials []int) {
	p.lines, p.circles = p.lines[:0], p.circles[:0]
	p.heights = append(p.heights[:0], p.y0, p.y1)
	p.addLine(line{Point{p.x0, p.y0}, 0, 1, p.y0, p.y1})
	p.addLine(line{Point{p.x1, p.y0}, 0, 1, p.y0, p.y1})
	for _, l := range partials {
		p.leaves[l].outline(p)
	}
	for i, a := range p.lines {
		for _, b := range p.lines[i+1:] {
			crossLines(a, b, p.addHeight)
		}
	}
	for i, c := range p.circles {
		for _, l := range p.lines {
			crossLineCircle(p.rounding.line(l), c, p.addHeight)
		}
		for _, d := range p.circles[i+1:] {
			crossCircles(c, d, p.addHeight)
		}
	}
	slices.Sort(p.heights)
}

// slab returns the area of the figure in the pixel between ya and yb.
func (p *pixel) slab(partials []int, ya, yb float64) float64 {
	p.boundaries = p.boundaries[:0]
	for _, l := range partials {
		p.cover[l] = empty
		s := p.leaves[l].chord((ya + yb) / 2)
		if s.low >= p.x1 || s.high <= p.x0 || s.low >= s.high {
			continue
		}
		if s.low > p.x0 {
			p.boundaries = append(p.boundaries, boundary{s.low, l, left})
		} else {
			p.cover[l] = full
		}
		if s.high < p.x1 {
			p.boundaries = append(p.boundaries, boundary{s.high, l, right})
		}
	}
	slices.SortFunc(p.boundaries, func(a, b boundary) int { return cmp.Compare(a.x, b.x) })
	// Integrals of x − x0 enter with a plus sign where the figure ends and with
	// a minus sign where it begins.
	var sum float64
	inside := p.figure.eval(p.cover)
	for _, b := range p.boundaries {
		if b.side == left {
			p.cover[b.leaf] = full
		} else {
			p.cover[b.leaf] = empty
		}
		before := inside
		if inside = p.figure.eval(p.cover); inside == before {
			continue
		}
		integral := p.leaves[b.leaf].integral(b.side, ya, yb, p.x0, p.x1)
		if inside == full {
			integral = -integral
		}
		sum += integral
	}
	if inside == full {
		sum += (yb - ya) * (p.x1 - p.x0)
	}
	return sum
}
