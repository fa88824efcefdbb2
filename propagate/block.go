package propagate

import (
	"math"
	"slices"

	"arago/backend"
	"arago/fourier"
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

// holes returns blocks of a part of a grid outside which amplitude is zero, counted from
// the first sample of the part: those of a mask with a few small holes. There are none
// where nearly all of it is lit.
func holes(amplitude []float64, g grid.Grid, part block) []fourier.Block {
	if amplitude == nil {
		return nil
	}
	row := func(y int) []float64 { return amplitude[(part.y0+y)*g.X.N:][part.x0:part.x1] }
	// A look at some of the rows, for most pupils have no such holes.
	const step = 8
	lit := 0
	for y := 0; y < part.rows(); y += step {
		for _, v := range row(y) {
			if v != 0 {
				lit++
			}
		}
	}
	const most = 0.9
	if float64(step*lit) >= most*float64(part.rows()*part.cols()) {
		return nil
	}
	columns := make([]bool, part.cols())
	for y := range part.rows() {
		for x, v := range row(y) {
			columns[x] = columns[x] || v != 0
		}
	}
	var blocks []fourier.Block
	for _, c := range runs(columns) {
		rows := make([]bool, part.rows())
		for y := range rows {
			rows[y] = slices.ContainsFunc(row(y)[c[0]:c[1]], func(v float64) bool { return v != 0 })
		}
		for _, r := range runs(rows) {
			blocks = append(blocks, fourier.Block{Y0: r[0], Y1: r[1], X0: c[0], X1: c[1]})
		}
	}
	if len(blocks) == 1 && blocks[0] == (fourier.Block{Y1: part.rows(), X1: part.cols()}) {
		return nil
	}
	return blocks
}

// litShare is how much of the light's block before a stage is lit.
func litShare(st stage) float64 {
	area := 0
	for _, b := range st.lit {
		area += (b.Y1 - b.Y0) * (b.X1 - b.X0)
	}
	return float64(area) / float64(st.from.rows()*st.from.cols())
}

// runs returns where samples that are lit begin and end, with gaps that are not worth a
// block of their own.
func runs(lit []bool) (list [][2]int) {
	const gap = 8
	for i, v := range lit {
		switch last := len(list) - 1; {
		case !v:
		case last >= 0 && i-list[last][1] <= gap:
			list[last][1] = i + 1
		default:
			list = append(list, [2]int{i, i + 1})
		}
	}
	return list
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
