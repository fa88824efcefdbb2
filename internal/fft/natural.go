package fft

import (
	"slices"
	"unsafe"
)

// natural is the transform of whole lines by the passes of a line in place, from elements in
// their natural order to outputs in digit-reversed order. It does to each number what the
// line does; but what the other axis wrote line by line stands together, and so
// does what the first pass reads. It is immutable.
type natural[R float32 | float64] struct {
	*line[R]
	// length is the number of elements of a block at work: there is one to spare behind
	// each of the groups that the first pass makes, where that keeps them out of each other's way.
	length int
	gap    int
	passes []naturalPass[R]
	// places[i] is where input i stands in a block with nothing to spare.
	places []int32
	// out[k] is where output to+k, modulo N, stands; beyond the last one it is repeated up to
	// a multiple of the lanes.
	out []int32
}

// naturalPass is one pass behind the first: see pure.Natural.
type naturalPass[R float32 | float64] struct {
	radix, span int
	run         func(x, tw []R, first, blocks, span int)
	twiddles    []R
}

// hasNatural says whether the kernels serve all passes of the line from natural order, in
// calls that are not too long.
func (l *line[R]) hasNatural() bool {
	if l.leaf != nil || l.Spread != 1 || len(l.Radices) == 0 || l.N/l.Radices[0] > perCall[R](l.lanes.Width) {
		return false
	}
	for _, r := range l.Radices {
		if r >= len(l.lanes.Natural) || l.lanes.Natural[r] == nil {
			return false
		}
	}
	return true
}

func newNatural[R float32 | float64](l *line[R], from, to int) *natural[R] {
	n := &natural[R]{line: l, length: l.N, places: make([]int32, l.N)}
	for i := range n.places {
		n.places[i] = int32((from + i) % l.N)
	}
	span := l.N / l.Radices[0]
	if l.elements(l.N) > l.near && span > 1 {
		n.gap = 1
		n.length += l.Radices[0]
	}
	q := ordered(l.Radices[0]) // of the blocks of a pass
	made := l.Radices[0]
	for _, r := range l.Radices[1:] {
		table := twiddles[R](r, made)
		p := naturalPass[R]{radix: r, span: span / r, run: l.lanes.Natural[r]}
		for _, q := range q {
			p.twiddles = append(p.twiddles, table[2*(r-1)*int(q):][:2*(r-1)]...)
		}
		n.passes = append(n.passes, p)
		next := make([]int32, 0, len(q)*r)
		for _, q := range q {
			for t := range r {
				next = append(next, q+int32(t*made))
			}
		}
		q, made, span = next, made*r, span/r
	}
	reversed := slices.Clone(l.Radices)
	slices.Reverse(reversed)
	at, group := positions(reversed, 1, l.N), l.N/l.Radices[0]
	n.out = make([]int32, (l.N+l.lanes.Width-1)/l.lanes.Width*l.lanes.Width)
	for k := range n.out {
		p := at[(to+min(k, l.N-1))%l.N]
		n.out[k] = p + p/int32(group)*int32(n.gap)
	}
	return n
}

// fromBlock makes x the transform of the block src, which has nothing to spare.
func (n *natural[R]) fromBlock(x, src []R) {
	r, span := n.Radices[0], n.N/n.Radices[0]
	for c, step := 0, max(1, perCall[R](n.lanes.Width)/r); c < span; c += step {
		n.lanes.First[r](x[n.elements(c):], src[n.elements(c):], min(step, span-c), span+n.gap, span)
	}
	n.rest(x)
}

// columns says whether fromColumns is the fastest way to begin with blocks of columns of src.
func (n *natural[R]) columns(src *lines[R]) bool {
	return n.places[0] == 0 && n.lanes.FirstColumns[n.Radices[0]] != nil && src.stride*int(unsafe.Sizeof(src.data[0])) < farRows
}

// fromColumns makes x what the first pass makes of a block of columns of src, of which first is
// the first.
func (n *natural[R]) fromColumns(x []R, src *lines[R], first int, turned bool) {
	r, span := n.Radices[0], n.N/n.Radices[0]
	for c, step := 0, max(1, perCall[R](n.lanes.Width)/r); c < span; c += step {
		n.lanes.FirstColumns[r](x[n.elements(c):], src.at(first, c), src.stride, min(step, span-c), span+n.gap, span, turned)
	}
}

// rest makes the passes behind the first one: group by group where these have gaps between them.
func (n *natural[R]) rest(x []R) {
	groups, span := n.Radices[0], n.N/n.Radices[0]
	if n.gap == 0 {
		n.near(0, 0, groups, x[:n.elements(n.N)])
		return
	}
	for b := range groups {
		n.group(0, b, x[n.elements(b*(span+n.gap)):][:n.elements(span)])
	}
}

// group makes the passes from k on, on block b: the next one on all of it before those that follow
// where it does not stay in the first-level cache.
func (n *natural[R]) group(k, b int, x []R) {
	if len(x) <= n.line.near {
		n.near(k, b, 1, x)
		return
	}
	p := &n.passes[k]
	p.run(x, p.twiddles, b, 1, p.span)
	if k+1 < len(n.passes) {
		size := n.elements(p.span)
		for t := range p.radix {
			n.group(k+1, b*p.radix+t, x[t*size:][:size])
		}
	}
}

// near makes the passes from k on, on so many blocks from first on, one pass after the other.
func (n *natural[R]) near(k, first, blocks int, x []R) {
	for i := range n.passes[k:] {
		p := &n.passes[k+i]
		p.run(x, p.twiddles, first, blocks, p.span)
		first, blocks = first*p.radix, blocks*p.radix
	}
}
