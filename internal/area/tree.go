package area

// cover says how much of a set of pixels a figure covers. Its values are
// ordered, so that a union is a maximum and an intersection a minimum.
type cover int8

const (
	empty cover = iota
	partial
	full
)

// node is a region whose basic shapes have become indices of leaves.
type node struct {
	op    operator
	leaf  int
	parts []node
}

// compile places the basic shapes of r and appends them to leaves.
func (r Region) compile(m Map, leaves *[]leaf) node {
	switch r.op {
	case moved:
		return r.parts[0].compile(m.After(r.by), leaves)
	case basic:
		*leaves = append(*leaves, r.shape.place(m))
		return node{op: basic, leaf: len(*leaves) - 1}
	}
	n := node{op: r.op, parts: make([]node, len(r.parts))}
	for i, part := range r.parts {
		n.parts[i] = part.compile(m, leaves)
	}
	return n
}

// eval returns the cover of the figure, given that of its leaves. It is
// certain if it is empty or full; partial means that the leaves do not settle it.
func (n *node) eval(leaves []cover) cover {
	switch n.op {
	case basic:
		return leaves[n.leaf]
	case complement:
		return full - n.parts[0].eval(leaves)
	case intersection:
		c := full
		for i := range n.parts {
			if c = min(c, n.parts[i].eval(leaves)); c == empty {
				break
			}
		}
		return c
	}
	c := empty
	for i := range n.parts {
		if c = max(c, n.parts[i].eval(leaves)); c == full {
			break
		}
	}
	return c
}

// within returns n for pixels that only the leaves marked in touched can
// cover: the parts that the others settle are gone. It is empty or full if
// that settles n.
func (n *node) within(touched []bool) (node, cover) {
	if n.op == basic {
		if touched[n.leaf] {
			return *n, partial
		}
		return node{}, empty
	}
	if n.op == complement {
		part, c := n.parts[0].within(touched)
		return node{op: complement, parts: []node{part}}, full - c
	}
	settles := full // what settles a union, and an intersection the other way round
	if n.op == intersection {
		settles = empty
	}
	var parts []node
	for i := range n.parts {
		part, c := n.parts[i].within(touched)
		switch c {
		case settles:
			return node{}, settles
		case partial:
			parts = append(parts, part)
		}
	}
	if len(parts) == 0 {
		return node{}, full - settles
	}
	return node{op: n.op, parts: parts}, partial
}
