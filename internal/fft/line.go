package fft

import (
	"unsafe"

	"arago/internal/kernel"
	"arago/internal/roots"
)

// line is the transform of negative sign of lines of one length by one recipe, in
// blocks of as many lines as the kernels have lanes. It is immutable; many
// goroutines may use it at once.
type line[R float32 | float64] struct {
	Recipe
	lanes *kernel.Lanes[R]
	near  int // reals of the groups that stay in the first-level cache
	// length is the number of elements of a block at work: between the groups that the
	// last pass joins there is one to spare where that keeps them out of each other's
	// way in the caches. See spaced.
	length int
	// position[i] is where element i stands before the leaves or the first pass, in
	// a block with nothing to spare. With Spread it is where the first copy of the
	// elements i, i + N/Spread … stands.
	position []int32
	leaf     *leaf[R]
	passes   []pass[R]
}

// pass is one pass: its butterflies of radix elements make groups of size
// elements out of groups of span.
type pass[R float32 | float64] struct {
	radix, span, size int
	// gap is the number of elements behind each group of span.
	gap      int
	run      func(dst, src, tw []R, blocks, span, from, to int)
	twiddles []R
}

func newLine[R float32 | float64](lanes *kernel.Lanes[R], near int, recipe Recipe) *line[R] {
	l := &line[R]{Recipe: recipe, lanes: lanes, near: 2 * lanes.Width * near}
	span := recipe.Spread
	if recipe.Leaf.Method != 0 {
		l.leaf = newLeaf(lanes, near, recipe.Leaf)
		span = recipe.Leaf.N
	}
	l.passes = newPasses(lanes, recipe.Radices, span)
	l.position = positions(recipe.Radices, span, recipe.N/recipe.Spread)
	l.length = recipe.N
	if l.leaf == nil && recipe.N > near && len(l.passes) > 1 {
		last := &l.passes[len(l.passes)-1]
		last.gap = 1
		l.length += last.radix
	}
	return l
}

// spaced returns where element e of a block with nothing to spare stands in a block
// at work, before and after the passes.
func (l *line[R]) spaced(e int) int {
	if l.length == l.N {
		return e
	}
	return e + e/l.passes[len(l.passes)-1].span
}

// allSpaced returns where elements stand in a block at work.
func (l *line[R]) allSpaced(elements []int32) []int32 {
	if l.length == l.N {
		return elements
	}
	spaced := make([]int32, len(elements))
	for i, e := range elements {
		spaced[i] = int32(l.spaced(int(e)))
	}
	return spaced
}

func newPasses[R float32 | float64](lanes *kernel.Lanes[R], radices []int, span int) []pass[R] {
	passes := make([]pass[R], len(radices))
	for k, r := range radices {
		passes[k] = pass[R]{radix: r, span: span, size: r * span, run: lanes.Pass[r], twiddles: twiddles[R](r, span)}
		span *= r
	}
	return passes
}

// twiddles returns what a pass multiplies by: see pure.Pass.
func twiddles[R float32 | float64](radix, span int) []R {
	w := make([]R, 0, 2*span*(radix-1))
	table := roots.NewTable(radix * span)
	for q := range span {
		for j := 1; j < radix; j++ {
			re, im := table.At(q * j)
			w = append(w, R(re), R(im))
		}
	}
	return w
}

// positions returns where the elements 0 … count−1 of a line stand before passes of
// the radices, which begin with groups of span elements: in the mixed-radix
// digit-reversed order.
func positions(radices []int, span, count int) []int32 {
	at := make([]int32, count)
	n := span * product(radices)
	for i := range at {
		rest, size, p := i, n, 0
		for k := len(radices) - 1; k >= 0; k-- {
			size /= radices[k]
			p += rest % radices[k] * size
			rest /= radices[k]
		}
		at[i] = int32(p)
		if count == n {
			at[i] += int32(rest) // the place in the group
		}
	}
	return at
}

// ordered returns the numbers 0 … n−1.
func ordered(n int) []int32 {
	at := make([]int32, n)
	for i := range at {
		at[i] = int32(i)
	}
	return at
}

// elements returns the number of reals of n elements of a block.
func (l *line[R]) elements(n int) int { return 2 * l.lanes.Width * n }

// scratch returns the number of reals of scratch memory that transform needs.
func (l *line[R]) scratch() int {
	if l.leaf == nil {
		return 0
	}
	return 2 * l.leaf.inner.elements(l.leaf.inner.length)
}

// butterflies are those of a pass that are wanted: its q from … to−1 (see
// pure.Pass).
type butterflies struct{ from, to int }

// wanted returns for each pass the butterflies on which count outputs from from
// on (modulo N) depend, in one or two ranges.
func (l *line[R]) wanted(from, count int) [][]butterflies {
	ranges := make([][]butterflies, len(l.passes))
	for k, p := range l.passes {
		begin := from % p.span
		switch end := begin + count; {
		case count >= p.span:
			ranges[k] = []butterflies{{0, p.span}}
		case end <= p.span:
			ranges[k] = []butterflies{{begin, end}}
		default:
			ranges[k] = []butterflies{{0, end - p.span}, {begin, p.span}}
		}
	}
	return ranges
}

// transform makes dst the transform of the block src, whose elements stand at their
// positions: dst is src, a block at work, or shares no memory with src, a block with
// nothing to spare. With fill, src plays no part:
// fill is called for one group of the block after the other, of the size that group
// says, and puts the elements there.
func (l *line[R]) transform(dst, src, scratch []R, ranges [][]butterflies, fill func(group []R)) {
	r := run[R]{l, scratch, ranges, fill, fill == nil && &dst[0] == &src[0]}
	r.passes(len(l.passes)-1, dst[:l.elements(l.length)], src)
}

// group returns the number of elements of the groups that go through all passes up
// to their size one after the other.
func (l *line[R]) group() int {
	n := 1
	if l.leaf != nil {
		n = l.leaf.n
	}
	n *= l.Spread
	for k, p := range l.passes {
		if k > 0 && l.elements(p.size) > l.near {
			break
		}
		n = p.size
	}
	return n
}

// run is the transform of one block.
type run[R float32 | float64] struct {
	*line[R]
	scratch []R
	ranges  [][]butterflies
	fill    func(group []R)
	inPlace bool
}

// passes makes the passes up to the last one on a group of its size: all of them one after
// the other if the group stays in the first-level cache, otherwise the smaller groups
// within it first.
func (r *run[R]) passes(last int, dst, src []R) {
	width := r.lanes.Width
	if last > 0 && len(dst) > r.near {
		p := &r.line.passes[last]
		size, step := 2*p.span*width, 2*(p.span+p.gap)*width
		for g := range len(dst) / step {
			group := dst[g*step:][:size]
			from := group
			if r.fill == nil && !r.inPlace {
				from = src[g*size:][:size]
			}
			r.passes(last-1, group, from)
		}
		p.make(width, dst, dst, r.ranges[last])
		return
	}
	if r.fill != nil {
		r.fill(dst)
		src = dst
	}
	if r.leaf != nil {
		for size, at := r.elements(r.leaf.n), 0; at < len(dst); at += size {
			r.leaf.transform(dst[at:][:size], src[at:][:size], r.scratch)
		}
		src = dst
	}
	for k := range last + 1 {
		r.line.passes[k].make(width, dst, src, r.ranges[k])
		src = dst
	}
	if &src[0] != &dst[0] { // a line of one element
		copy(dst, src)
	}
}

// perCall returns the number of elements of a block of width lines that one call of a
// kernel goes over: callBytes of them, a multiple of the lanes.
func perCall[R float32 | float64](width int) int {
	var r R
	return callBytes / (2 * width * int(unsafe.Sizeof(r)))
}

// scaleElements is kernel.Lanes.ScaleElements in calls that are not too long.
func (l *line[R]) scaleElements(dst []R, at []int32, src []R, from []int32, factors []R) {
	for step := perCall[R](l.lanes.Width); len(at) > 0; {
		n := min(step, len(at))
		l.lanes.ScaleElements(dst, at[:n], src, from[:n], factors[:2*n])
		at, from, factors = at[n:], from[n:], factors[2*n:]
	}
}

// make makes the wanted butterflies of a pass on all of dst, in calls that are not too
// long.
func (p *pass[R]) make(width int, dst, src []R, ranges []butterflies) {
	perGroup := 2 * p.radix * (p.span + p.gap) * width
	groups, elements := len(dst)/perGroup, perCall[R](width)
	together, step := max(1, elements*2*width/perGroup), max(1, elements/p.radix)
	for g := 0; g < groups; g += together {
		count := min(together, groups-g)
		d, s := dst[g*perGroup:][:count*perGroup], src[g*perGroup:][:count*perGroup]
		for _, r := range ranges {
			for q := r.from; q < r.to; q += step {
				p.run(d, s, p.twiddles, count, p.span+p.gap, q, min(r.to, q+step))
			}
		}
	}
}
