package fft

// axis is a transform along one axis: the line, which elements come in and which
// are wanted, as indices into blocks.
type axis[R float32 | float64] struct {
	*line[R]
	// from and inputs are the range of elements that may differ from zero, modulo N.
	from, inputs int
	// in[i] is where input i of a line stands before the transform; with Spread its
	// first copy.
	in []int32
	// out[k] is output k that is wanted, in natural order; beyond the last one it is
	// repeated up to a multiple of the lanes.
	out     []int32
	outputs int
	ranges  [][]butterflies
	// places[i] is where transform expects input i.
	places []int32
	// expansion is nil where the line is whole.
	*expansion[R]
}

func newAxis[R float32 | float64](c *cache[R], n, from, inputs, to, outputs int) axis[R] {
	l := c.get(n, inputs, outputs)
	a := axis[R]{line: l, from: modulo(from, n), inputs: inputs, outputs: outputs}
	to = modulo(to, n)
	a.in = make([]int32, inputs)
	for i := range a.in {
		a.in[i] = l.position[(a.from+i)%len(l.position)]
	}
	width := l.lanes.Width
	a.out = make([]int32, (outputs+width-1)/width*width)
	for k := range a.out {
		a.out[k] = int32(l.spaced((to + min(k, outputs-1)) % n))
	}
	a.ranges = l.wanted(to, outputs)
	a.places = a.in
	if !a.whole() {
		a.places = ordered(inputs)
		a.expansion = newExpansion(&a)
	}
	return a
}

func modulo(i, n int) int { return (i%n + n) % n }

// whole says whether every element comes in, each at its own position.
func (a *axis[R]) whole() bool { return a.inputs == a.N && a.Spread == 1 }

// room returns the number of elements of a block that transform expects.
func (a *axis[R]) room() int {
	if a.whole() {
		return a.length
	}
	return a.inputs
}

// expansion says how the groups of a block are filled from the inputs in their
// order, for a line that is not whole: group g with the elements bounds[g] …
// bounds[g+1]−1 of the tables; the rest of it is zero.
type expansion[R float32 | float64] struct {
	size     int // of a group
	bounds   []int
	at, from []int32
	factors  []R
}

func newExpansion[R float32 | float64](a *axis[R]) *expansion[R] {
	// The places of a block in their order, and which inputs come there. Groups are apart
	// where there is a gap.
	input := make([]int32, a.length)
	for p := range input {
		input[p] = -1
	}
	for i, p := range a.in {
		for c := range a.Spread {
			input[int(p)+c] = int32(i)
		}
	}
	e := &expansion[R]{size: a.group(), bounds: []int{0}}
	turns := make([]R, 2*a.Spread)
	for k := range a.Spread {
		turns[2*k], turns[2*k+1] = rootOf[R](k, a.Spread)
	}
	for g := 0; g < a.N; g += e.size {
		begin := a.spaced(g)
		for p := range e.size {
			i := int(input[begin+p])
			if i < 0 {
				continue
			}
			// Input i is element j·len(position) + … of its first butterfly: output c
			// of that is turned by exp(−2πi·j·c/Spread).
			j, c := (a.from+i)/len(a.position), p%a.Spread
			turn := j * c % a.Spread
			e.at, e.from = append(e.at, int32(p)), append(e.from, int32(i))
			e.factors = append(e.factors, turns[2*turn], turns[2*turn+1])
		}
		e.bounds = append(e.bounds, len(e.at))
	}
	return e
}

// transform makes x the transform of a block: of src, whose elements stand at their
// positions, or, if the line is not whole, in their order.
func (a *axis[R]) transform(x, src, scratch []R) {
	if a.whole() {
		a.line.transform(x, src, scratch, a.ranges, nil)
		return
	}
	e, next := a.expansion, 0
	a.line.transform(x, nil, scratch, a.ranges, func(group []R) {
		from, to := e.bounds[next], e.bounds[next+1]
		next++
		if to-from < e.size {
			clear(group)
		}
		a.lanes.ScaleElements(group, e.at[from:to], src, e.from[from:to], e.factors[2*from:2*to])
	})
}
