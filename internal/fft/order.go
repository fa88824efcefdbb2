package fft

// order says which lines make up the blocks of the first of two passes. Lines
// whose elements stand side by side before the second pass should share a block,
// for their results are then written side by side.
type order struct {
	width int
	// step is the distance of the lines of a block, and perStep the number of blocks
	// that begin within a step of each other.
	step, perStep int
}

// inOrder makes blocks of neighbouring lines.
func inOrder(width int) order { return order{width, 1, 1} }

// first returns the first line of a block.
func (o order) first(block int) int {
	if o.step == 1 {
		return block * o.width
	}
	return block/o.perStep + block%o.perStep*o.width*o.step
}

// order returns the order of the lines before a pass along a: the first pass along a joins
// elements N/r apart, r its radix.
func (a *axis[R]) order() order {
	width := a.lanes.Width
	if !a.whole() || len(a.Radices) == 0 || a.leaf != nil {
		return inOrder(width)
	}
	together := max(width, a.Radices[0])
	if a.N%together != 0 || together%width != 0 || together%a.Radices[0] != 0 {
		return inOrder(width)
	}
	return order{width, a.N / together, together / width}
}
