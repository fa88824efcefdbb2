package area

import (
	"slices"
	"sort"

	"arago/grid"
)

// Fill sets dst[i*x.N+j] to the fraction of the area of pixel (i, j) that the
// region covers, once m has taken it to the plane of the grid. Pixel (i, j) is
// the rectangle of sides y.Step and x.Step, which must be positive, about the
// point (x.At(j), y.At(i)).
func (r Region) Fill(dst []float64, m Map, y, x grid.Axis) {
	f := newFiller(r, m, x)
	for i := range y.N {
		f.row(dst[i*x.N:(i+1)*x.N], edge(y, i), edge(y, i+1))
	}
}

// edge returns the coordinate of the lower edge of sample i.
func edge(a grid.Axis, i int) float64 { return (float64(i) - 0.5 - a.Center) * a.Step }

// filler fills rows of pixels.
type filler struct {
	figure node
	leaves []leaf
	edges  []float64 // between the pixels of a row
	pixel  pixel

	touched  []bool
	runs     []run
	cuts     []int
	partials []int
}

// run says which pixels of a row a leaf touches and which it covers completely.
type run struct {
	leaf                                   int
	touchFrom, touchTo, coverFrom, coverTo int
}

func newFiller(r Region, m Map, x grid.Axis) *filler {
	f := &filler{edges: make([]float64, x.N+1)}
	for j := range f.edges {
		f.edges[j] = edge(x, j)
	}
	f.figure = r.compile(m, &f.leaves)
	f.touched = make([]bool, len(f.leaves))
	f.pixel = pixel{leaves: f.leaves, cover: make([]cover, len(f.leaves)), rounding: newRounding(m)}
	return f
}

// row fills the row of pixels between y0 and y1.
func (f *filler) row(dst []float64, y0, y1 float64) {
	f.findRuns(y0, y1)
	figure, settled := f.figure.within(f.touched)
	if settled != partial {
		fill(dst, settled)
		return
	}
	p := &f.pixel
	p.figure, p.y0, p.y1 = &figure, y0, y1
	from := 0
	for _, to := range f.cuts {
		if from == to {
			continue
		}
		f.partials = f.partials[:0]
		for _, r := range f.runs {
			p.cover[r.leaf] = r.at(from)
			if p.cover[r.leaf] == partial {
				f.partials = append(f.partials, r.leaf)
			}
		}
		c := figure.eval(p.cover)
		if c != partial {
			fill(dst[from:to], c)
		} else {
			for j := from; j < to; j++ {
				dst[j] = p.fraction(f.partials, f.edges[j], f.edges[j+1])
			}
		}
		from = to
	}
}

// fill sets all of dst to 0 for an empty cover and to 1 for a full one.
func fill(dst []float64, c cover) {
	if c == empty {
		clear(dst)
		return
	}
	for j := range dst {
		dst[j] = 1
	}
}

// findRuns finds what each leaf covers of the row between y0 and y1, and the
// columns at which that changes for any leaf, in rising order.
func (f *filler) findRuns(y0, y1 float64) {
	n := len(f.edges) - 1
	f.runs = f.runs[:0]
	f.cuts = append(f.cuts[:0], n)
	for i, l := range f.leaves {
		f.touched[i] = false
		low, high := l.reach()
		if high <= y0 || low >= y1 {
			continue
		}
		extent := l.extent(max(y0, low), min(y1, high))
		r := run{
			leaf:      i,
			touchFrom: max(f.firstEdgeAbove(extent.low)-1, 0),
			touchTo:   min(f.firstEdgeFrom(extent.high), n),
		}
		if r.touchFrom >= r.touchTo {
			continue
		}
		if both := l.chord(y0).intersect(l.chord(y1)); both.low < both.high {
			r.coverFrom = max(f.firstEdgeFrom(both.low), r.touchFrom)
			r.coverTo = min(f.firstEdgeAbove(both.high)-1, r.touchTo)
		}
		f.cuts = append(f.cuts, r.touchFrom, r.touchTo)
		if r.coverFrom < r.coverTo {
			f.cuts = append(f.cuts, r.coverFrom, r.coverTo)
		}
		f.touched[i] = true
		f.runs = append(f.runs, r)
	}
	slices.Sort(f.cuts)
}

func (f *filler) firstEdgeAbove(x float64) int {
	return sort.Search(len(f.edges), func(j int) bool { return f.edges[j] > x })
}

func (f *filler) firstEdgeFrom(x float64) int { return sort.SearchFloat64s(f.edges, x) }

// at returns what the leaf covers of the pixel in column j.
func (r run) at(j int) cover {
	switch {
	case r.coverFrom <= j && j < r.coverTo:
		return full
	case r.touchFrom <= j && j < r.touchTo:
		return partial
	}
	return empty
}
