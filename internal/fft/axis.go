package fft

import "sync"

// axis is a transform along one axis: the line, which elements come in and which
// are wanted, as indices into blocks. It is immutable.
type axis[R float32 | float64] struct {
	*line[R]
	axisKey
	// cost is that of a line with just these inputs and outputs. The line, which may be
	// shared with other windows, was chosen for one of them.
	cost float64
	// in[i] is where input i of a line stands in a block with nothing to spare before the
	// transform; with Spread its first copy.
	in []int32
	// out[k] is where output k that is wanted stands in a block at work, in natural
	// order; beyond the last one it is repeated up to a multiple of the lanes.
	out    []int32
	ranges [][]butterflies
	// places[i] is where transform expects input i of a block that is src, own[i]
	// where it does if dst is src.
	places, own []int32
	// expansion is nil where the line is whole.
	expansion *expansion[R]
	// natural returns the transform from natural order, nil where there is none: where
	// the line is not whole, and where not all of it is wanted.
	natural func() *natural[R]
}

// axisKey says what an axis is for: transforms of n elements, of which inputs from
// from on may differ from zero and outputs from to on are wanted, modulo n.
type axisKey struct{ n, from, inputs, to, outputs int }

func newAxis[R float32 | float64](l *line[R], key axisKey, cost float64) *axis[R] {
	a := &axis[R]{line: l, axisKey: key, cost: cost, in: l.position}
	if key.from > 0 || key.inputs < len(l.position) {
		a.in = make([]int32, key.inputs)
		for i := range a.in {
			a.in[i] = l.position[(key.from+i)%len(l.position)]
		}
	}
	width := l.lanes.Width
	a.out = make([]int32, (key.outputs+width-1)/width*width)
	for k := range a.out {
		a.out[k] = int32(l.spaced((key.to + min(k, key.outputs-1)) % key.n))
	}
	a.ranges = l.wanted(key.to, key.outputs)
	a.natural = func() *natural[R] { return nil }
	if a.whole() && key.outputs == key.n && l.hasNatural() {
		a.natural = sync.OnceValue(func() *natural[R] { return newNatural(l, key.from, key.to) })
	}
	if a.whole() {
		a.places, a.own = a.in, l.allSpaced(a.in)
	} else {
		a.places = ordered(key.inputs)
		a.own = a.places
		a.expansion = newExpansion(a)
	}
	return a
}

func modulo(i, n int) int { return (i%n + n) % n }

// whole says whether every element comes in, each at its own position.
func (a *axis[R]) whole() bool { return a.inputs == a.N && a.Spread == 1 }

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
	// The places of a block in their order, and which inputs come there.
	input := make([]int32, a.N)
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
		for p := range e.size {
			i := int(input[g+p])
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
// places.
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
		a.scaleElements(group, e.at[from:to], src, e.from[from:to], e.factors[2*from:2*to])
	})
}
