package propagate

import (
	"math"

	"arago/backend"
	"arago/grid"
	"arago/optics"
)

// block is a part of a grid: rows y0 … y1−1 and columns x0 … x1−1.
type block struct{ y0, y1, x0, x1 int }

// whole is the block of all samples of a grid.
func whole(g grid.Grid) block { return block{0, g.Y.N, 0, g.X.N} }

func (b block) rows() int { return b.y1 - b.y0 }
func (b block) cols() int { return b.x1 - b.x0 }

// of returns the grid of the block.
func (b block) of(g grid.Grid) grid.Grid { return g.Rows(b.y0, b.y1).Cols(b.x0, b.x1) }

// and returns what two blocks of a grid have in common: nothing is no rows and no
// columns.
func (b block) and(c block) block {
	b = block{max(b.y0, c.y0), min(b.y1, c.y1), max(b.x0, c.x0), min(b.x1, c.x1)}
	if b.y0 >= b.y1 || b.x0 >= b.x1 {
		return block{}
	}
	return b
}

// relativeTo returns the block counted from the first sample of another one.
func (b block) relativeTo(c block) block {
	return block{b.y0 - c.y0, b.y1 - c.y0, b.x0 - c.x0, b.x1 - c.x0}
}

// in returns the block of the same points on another grid of the same steps, which may
// not have them all.
func (b block) in(g, other grid.Grid) block {
	y, x := int(math.Round(other.Y.Center-g.Y.Center)), int(math.Round(other.X.Center-g.X.Center))
	return block{b.y0 + y, b.y1 + y, b.x0 + x, b.x1 + x}
}

// slice returns the block of a field that has the samples of the block in.
func slice[C backend.Complex](field backend.Matrix[C], in, b block) backend.Matrix[C] {
	b = b.relativeTo(in)
	return field.Slice(b.y0, b.y1, b.x0, b.x1)
}

// opening returns the block of samples of a pupil that its elements may let light pass.
func opening(elements []optics.Element, g grid.Grid) block {
	box, bounded := optics.Opening(elements)
	if !bounded {
		return whole(g)
	}
	// Sample i covers i − ½ … i + ½; one that is touched by no more than rounding is dark.
	const rounding = 1e-9
	touched := func(low, high float64, a grid.Axis) (from, to int) {
		n := float64(a.N)
		from = int(max(0, min(n, math.Floor(low/a.Step+a.Center+0.5+rounding))))
		to = int(max(0, min(n, math.Ceil(high/a.Step+a.Center+0.5-rounding))))
		return from, to
	}
	var b block
	b.y0, b.y1 = touched(box.Y0, box.Y1, g.Y)
	b.x0, b.x1 = touched(box.X0, box.X1, g.X)
	return b.and(whole(g))
}

// lit returns the smallest block of a grid within which amplitude is not zero: all
// of it where there is no amplitude.
func lit(amplitude []float64, g grid.Grid) block {
	if amplitude == nil {
		return whole(g)
	}
	b := block{y0: g.Y.N, x0: g.X.N}
	for i := range g.Y.N {
		row := amplitude[i*g.X.N:][:g.X.N]
		first := 0
		for first < len(row) && row[first] == 0 {
			first++
		}
		if first == len(row) {
			continue
		}
		last := len(row) - 1
		for row[last] == 0 {
			last--
		}
		b = block{min(b.y0, i), i + 1, min(b.x0, first), max(b.x1, last+1)}
	}
	return b.and(whole(g))
}

// aboutTheAxis returns a block around b whose samples lie symmetrically about the
// axis, which halves the work of a transform, or b where that would be more than
// twice as large, or not lie within another block, which b does.
func (b block) aboutTheAxis(g grid.Grid, within block) block {
	mirrored := func(from, to int, a grid.Axis) (int, int) {
		half := max(a.Center-float64(from), float64(to-1)-a.Center)
		return int(math.Ceil(a.Center - half)), int(math.Floor(a.Center+half)) + 1
	}
	var c block
	c.y0, c.y1 = mirrored(b.y0, b.y1, g.Y)
	c.x0, c.x1 = mirrored(b.x0, b.x1, g.X)
	if c != c.and(within) || c.rows()*c.cols() > 2*b.rows()*b.cols() {
		return b
	}
	return c
}
