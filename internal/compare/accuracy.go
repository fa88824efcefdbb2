package compare

import (
	"context"
	"math"
	"math/rand/v2"

	"arago/internal/truth"
)

// Point is a position in the result of a task.
type Point struct{ Row, Col int }

// points returns the positions at which results are looked at. For transforms
// they stand in two columns: the truth of a column's first pass serves all of
// its rows.
func (t Task) points() []Point {
	const many = 64
	rows, _, cols := t.Shape()
	if t.Operation == FFT2Windowed {
		_, rows = t.Window()
		cols = rows
	}
	r := rand.New(rand.NewPCG(uint64(t.Size), 1))
	columns := []int{r.IntN(cols), r.IntN(cols)}
	points := make([]Point, many)
	for i := range points {
		points[i] = Point{Row: r.IntN(rows), Col: r.IntN(cols)}
		if t.Operation == FFT2 || t.Operation == FFT2Windowed {
			points[i].Col = columns[i%2]
		}
	}
	return points
}

// truth returns what stands at points in the result of the task. It is the same
// in both precisions.
func (t Task) truth(ctx context.Context, points []Point) ([]complex128, error) {
	values := make([]complex128, len(points))
	_, inner, cols := t.Shape()
	columns := map[int][]complex128{}
	for i, p := range points {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		switch t.Operation {
		case Dot, DotReal, DotRealThin:
			var s truth.Sum
			for k := range inner {
				a := complex(cube(streamA, p.Row*inner+k), 0)
				if t.Operation == Dot {
					a = number(streamA, p.Row*inner+k)
				}
				s.Add(a, number(streamB, k*cols+p.Col))
			}
			values[i] = s.Value()
		case Outer, OuterMultiply:
			var s truth.Sum
			s.Add(phase(streamCol, p.Row), phase(streamRow, p.Col))
			if t.Operation == OuterMultiply {
				product := s
				s = truth.Sum{}
				s.AddSum(product, number(streamDst, p.Row*cols+p.Col))
			}
			values[i] = s.Value()
		default:
			if columns[p.Col] == nil {
				columns[p.Col] = t.firstPass(ctx, p.Col)
			}
			values[i] = t.line(func(j int) complex128 { return columns[p.Col][j] }, t.turns(p.Row))
		}
	}
	return values, ctx.Err()
}

// firstPass returns column l of the input transformed along its rows.
func (t Task) firstPass(ctx context.Context, l int) []complex128 {
	turns := t.turns(l)
	column := make([]complex128, len(turns))
	for i := range column {
		if ctx.Err() != nil {
			break
		}
		column[i] = t.line(func(j int) complex128 { return number(streamA, i*len(turns)+j) }, turns)
	}
	return column
}

// turns returns the factors of element k of a transform of one line, for each
// sample of the line.
func (t Task) turns(k int) []complex128 {
	in, from, to := t.Size, 0, 0
	if t.Operation == FFT2Windowed {
		var out int
		in, out = t.Window()
		from, to = -(in / 2), -(out / 2)
	}
	turns := make([]complex128, in)
	for j := range turns {
		turns[j] = truth.Turn((j+from)*(k+to), t.Size)
	}
	return turns
}

func (t Task) line(of func(j int) complex128, turns []complex128) complex128 {
	var s truth.Sum
	for j, w := range turns {
		s.Add(of(j), w)
	}
	return s.Value()
}

// relativeError is the error in the 2-norm. It is infinite where a result is
// not a number.
func relativeError(got, want []complex128) float64 {
	var difference, norm float64
	for i := range want {
		d := got[i] - want[i]
		difference += real(d)*real(d) + imag(d)*imag(d)
		norm += real(want[i])*real(want[i]) + imag(want[i])*imag(want[i])
	}
	if e := math.Sqrt(difference / norm); !math.IsNaN(e) {
		return e
	}
	return math.Inf(1)
}
