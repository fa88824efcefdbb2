package fourier

import (
	"math"

	"arago/grid"
)

// axisShape says what an axis will be made of, before it is made.
type axisShape struct {
	n, m   int
	cycles float64
	// rank is the number of even, and of odd, parts that stand between squeezing and
	// expanding, or 0 where all m of both are computed at once.
	rank  int
	basis basisKey // that of the longer side, where there is a rank
}

// shaper says what an axis of a transform will be made of.
type shaper func(t Transform, in, out grid.Axis) axisShape

func wholeShape(t Transform, in, out grid.Axis) axisShape {
	return axisShape{n: in.N, m: out.N, cycles: t.cycles(in, out)}
}

// compressedShape returns a function for one precision. An axis of which compression
// would be no gain is whole.
func compressedShape(single bool) shaper {
	return func(t Transform, in, out grid.Axis) axisShape {
		s := wholeShape(t, in, out)
		long, short := s.long(), s.short()
		bandwidth := 2 * math.Pi * s.cycles * float64(long-1) / 2 * float64(short-1) / 2
		// Half the Shannon number is bandwidth/π.
		if !(bandwidth > 0 && bandwidth < math.Pi*float64(short)) {
			return s
		}
		basis := basisKey{n: long, step: t.basisStep(bandwidth), single: single}
		if rank := predictRank(basis.bandwidth(), tolerance(single)); float64(rank) <= rankLimit*float64(short/2) {
			s.rank, s.basis = rank, basis
		}
		return s
	}
}

// rankLimit is the rank, as a fraction of that of the folded kernel, from which on
// compression is no gain.
const rankLimit = 0.75

func (s axisShape) long() int  { return max(s.n, s.m) }
func (s axisShape) short() int { return min(s.n, s.m) }

// squeezed returns the rows of even and of odd parts after squeezing.
func (s axisShape) squeezed() (even, odd int) {
	if s.rank > 0 {
		return s.rank, s.rank
	}
	return s.m - s.m/2, s.m / 2
}

// shapes returns the shapes of the axes in the order in which they are squeezed, and
// whether that is x first. It is so if it saves more than the transposes that it takes.
func (t Transform) shapes(of shaper) (first, second axisShape, transposed bool) {
	y, x := of(t, t.In.Y, t.Out.Y), of(t, t.In.X, t.Out.X)
	moved := float64(y.n)*float64(x.n) + float64(y.m)*float64(x.m)
	if multiplications(x, y)+transposeCost*moved < multiplications(y, x) {
		return x, y, true
	}
	return y, x, false
}

// transposeCost is how many multiplications of a real by a complex number take as long
// as moving one sample of a matrix to its transpose: 0.9 ns and 0.03 ns on two cores
// of a Xeon (Sapphire Rapids).
const transposeCost = 32

// multiplications returns those of a real by a complex number; see Folded.transform.
func multiplications(first, second axisShape) float64 {
	squeezed := func(s axisShape) float64 {
		even, odd := s.squeezed()
		return float64(even + odd)
	}
	squeeze := func(s axisShape) float64 { return squeezed(s) * float64(s.n) / 2 }
	expand := func(s axisShape) float64 {
		if s.rank == 0 {
			return 0
		}
		return squeezed(s) * float64(s.m) / 2
	}
	return float64(second.n)*squeeze(first) + squeezed(first)*(squeeze(second)+expand(second)) + float64(second.m)*expand(first)
}
