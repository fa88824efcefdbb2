package fourier

import (
	"math"

	"arago/backend"
	"arago/grid"
	"arago/internal/kernel"
	"arago/internal/parallel"
	"arago/internal/passes"
)

// Folded is a transform by the even and the odd parts of both axes. With samples
// that mirror each other, x_(n−1−p) = −x_p, and sums e and differences o of what
// stands there,
//
//	out(u) + out(−u) = 2·Σ_p cos(2π·x_p·u/λ)·e_p
//	out(u) − out(−u) = ±2i·Σ_p sin(2π·x_p·u/λ)·o_p
//
// so that one complex product becomes two real ones of half its rows and half its
// columns: a quarter of the operations. The compressed recipe puts two thin products
// in the place of each.
//
// Grids whose zero is not in their middle are brought there by a phase for each row
// and each column, before and after.
type Folded[R backend.Real, C backend.Complex] struct {
	core   backend.Core[R, C]
	recipe string
	sign   R
	// first and second are the axes in the order in which they are squeezed: y and x, or
	// x and y if the field is to be transposed before and after.
	first, second axis[R]
	transposed    bool
	// sparse is nil where the field is squeezed as a whole.
	sparse *sparse[R]
	// before is multiplied into the input, after into the output; either is empty
	// where it would be all ones.
	before, after separable[C]
}

// axis is what the transform of one axis multiplies by. The sums and the differences
// of the samples, from the outermost pair to the innermost, are multiplied by
// squeeze. What comes out is, or becomes by multiplication by expand, the even parts
// of the output from its edge to the middle, followed by the odd parts from the middle
// to the edge: the two parts of a pair stand where the pair does.
type axis[R backend.Real] struct {
	squeeze, expand parts[R]
	expands         bool
	// bound is the largest error of an element of the kernel, whose largest is 1.
	bound float64
}

// parts are matrices for the even and for the odd parts.
type parts[R backend.Real] struct{ even, odd backend.Matrix[R] }

func (p parts[R]) rows() int { return p.even.Rows + p.odd.Rows }

// NewFolded returns a plan for any pair of grids. Kernels come from the cache. The
// error is ErrGrid.
func NewFolded[R backend.Real, C backend.Complex](core backend.Core[R, C], cache *Cache, t Transform) (*Folded[R, C], error) {
	return newFolded(core, cache, t, RecipeFolded, wholeShape, func(s axisShape) axis[R] { return wholeAxis[R](cache, s) })
}

func newFolded[R backend.Real, C backend.Complex](core backend.Core[R, C], cache *Cache, t Transform, recipe string,
	shapeOf shaper, axisOf func(axisShape) axis[R]) (*Folded[R, C], error) {
	if err := t.validate(); err != nil {
		return nil, err
	}
	first, second, transposed := t.shapes(shapeOf)
	f := &Folded[R, C]{core: core, recipe: recipe, sign: R(t.Sign), first: axisOf(first), transposed: transposed}
	f.second = f.first
	if second != first {
		f.second = axisOf(second)
	}
	if len(t.Lit) > 0 {
		f.sparse = sparseOf(cache, t, sparseKey{recipe: recipe, first: first, second: second}, transposed, &f.first, &f.second)
	}
	y, x := t.centring(t.In.Y, t.Out.Y), t.centring(t.In.X, t.Out.X)
	if y.before.turns || x.before.turns {
		f.before = separable[C]{phases[C](cache, y.before), phases[C](cache, x.before)}
	}
	if y.after.turns || x.after.turns {
		f.after = separable[C]{phases[C](cache, y.after), phases[C](cache, x.after)}
	}
	return f, nil
}

// centring is what brings the zeros of an axis before and behind a transform to the
// middle of its samples.
type centring struct{ before, after ramp }

// centring splits x·u, for samples x = x̂ + a and u = û + b of which x̂ and û are
// counted from the middle, into x̂·û + x̂·b + a·u.
func (t Transform) centring(in, out grid.Axis) centring {
	middle := float64(in.N-1) / 2
	a, b := middle-in.Center, float64(out.N-1)/2-out.Center
	cycles := float64(t.Sign) * t.cycles(in, out)
	return centring{
		before: ramp{n: in.N, slope: cycles * b, center: middle, scale: 1, turns: b != 0},
		after:  ramp{n: out.N, slope: cycles * a, center: out.Center, scale: 1, turns: a != 0},
	}
}

// Execute transforms src into dst, which may not share memory.
func (f *Folded[R, C]) Execute(dst, src backend.Matrix[C]) {
	if f.before.rows != nil {
		f.core.Outer(src, f.before.rows, f.before.cols, backend.MultiplyIn)
	}
	f.prepared(dst, src)
}

// prepared is Execute for a source that has the phases before it.
func (f *Folded[R, C]) prepared(dst, src backend.Matrix[C]) {
	if f.transposed {
		pool := passes.Scratch[C]()
		in, out := pool.Get(src.Rows*src.Cols), pool.Get(dst.Rows*dst.Cols)
		defer pool.Put(in)
		defer pool.Put(out)
		from, to := backend.MatrixOf(src.Cols, src.Rows, *in), backend.MatrixOf(dst.Cols, dst.Rows, *out)
		transpose(from, src)
		f.transform(to, from)
		unfoldRows[R](to)
		transpose(dst, to)
	} else {
		f.transform(dst, src)
		unfoldRows[R](dst)
	}
	if f.after.rows != nil {
		f.core.Outer(dst, f.after.rows, f.after.cols, backend.MultiplyIn)
	}
}

// ExecuteSubtract subtracts the transform of src from dst.
func (f *Folded[R, C]) ExecuteSubtract(dst, src backend.Matrix[C]) {
	memory := passes.Scratch[C]().Get(dst.Rows * dst.Cols)
	defer passes.Scratch[C]().Put(memory)
	result := backend.MatrixOf(dst.Rows, dst.Cols, *memory)
	if f.transposed || f.after.rows != nil {
		f.Execute(result, src)
		subtractRows[R](dst, result)
		return
	}
	if f.before.rows != nil {
		f.core.Outer(src, f.before.rows, f.before.cols, backend.MultiplyIn)
	}
	f.transform(result, src)
	unfoldAndSubtractRows[R](dst, result)
}

// Recipe returns "folded" or "compressed".
func (f *Folded[R, C]) Recipe() string { return f.recipe }

// Bound returns the largest error that the kernels can bring to a sample of the
// result, in the measure of Estimate.Error; rounding comes on top of it. It is zero
// for kernels that are only rounded. For compressed ones it was measured as their
// bases were made.
func (f *Folded[R, C]) Bound() float64 { return f.first.bound + f.second.bound }

// transform writes the transform of src to dst, but for the unfolding of its rows and
// for the phases. Rows are the first axis.
func (f *Folded[R, C]) transform(dst, src backend.Matrix[C]) {
	y, x := &f.first, &f.second
	squeezed, odd := y.squeeze.rows(), y.squeeze.even.Rows // odd is the first row of odd parts
	squeezeColumns, width := x.squeeze, src.Cols
	if f.sparse != nil {
		squeezeColumns, width = f.sparse.squeezes, f.sparse.columns
	}
	between := newAlternating[C](squeezed, max(width, dst.Cols))
	defer between.release()

	rows := between.next(squeezed, width)
	if f.sparse != nil {
		f.squeezeStrips(rows, src)
	} else {
		f.squeeze(rows, y.squeeze, src)
	}
	columns := between.next(width, squeezed)
	transpose(columns, rows)
	both := between.next(x.squeeze.rows(), squeezed)
	f.squeeze(both, squeezeColumns, columns)
	columns = both
	if x.expands {
		columns = between.next(dst.Cols, squeezed)
		f.expand(columns, x.expand, both)
	}
	if !y.expands {
		unfoldTransposed(dst, columns, odd, f.sign)
		return
	}
	rows = between.next(squeezed, dst.Cols)
	unfoldTransposed(rows, columns, odd, f.sign)
	f.expand(dst, y.expand, rows)
}

// squeeze multiplies the even and the odd part of the columns of src.
func (f *Folded[R, C]) squeeze(dst backend.Matrix[C], by parts[R], src backend.Matrix[C]) {
	even, odd := split(dst, by.even.Rows)
	f.core.DotFolded(even, odd, by.even, by.odd, src)
}

// expand multiplies the rows of even and those of odd parts in src.
func (f *Folded[R, C]) expand(dst backend.Matrix[C], by parts[R], src backend.Matrix[C]) {
	even, odd := split(dst, by.even.Rows)
	evenSrc, oddSrc := split(src, by.even.Cols)
	f.core.DotReal(even, by.even, evenSrc)
	f.core.DotReal(odd, by.odd, oddSrc)
}

// split returns the first n rows of m and the others.
func split[C backend.Complex](m backend.Matrix[C], n int) (head, tail backend.Matrix[C]) {
	return m.Slice(0, n, 0, m.Cols), m.Slice(n, m.Rows, 0, m.Cols)
}

// alternating is scratch memory for matrices of which each is made of the one before.
// Their rows begin on cache lines, which a transpose then writes whole: that saves a
// quarter of its time.
type alternating[C backend.Complex] struct {
	memory [2]*[]C
	turn   int
}

// newAlternating returns memory for matrices of up to a × b or b × a elements.
func newAlternating[C backend.Complex](a, b int) *alternating[C] {
	pool, size := passes.Scratch[C](), wholeLines[C](a)*wholeLines[C](b)
	return &alternating[C]{memory: [2]*[]C{pool.Get(size), pool.Get(size)}}
}

func (a *alternating[C]) release() {
	passes.Scratch[C]().Put(a.memory[0])
	passes.Scratch[C]().Put(a.memory[1])
}

// next returns a matrix in the place of the one before the last.
func (a *alternating[C]) next(rows, cols int) backend.Matrix[C] {
	a.turn ^= 1
	stride := wholeLines[C](cols)
	return backend.MatrixOf(rows, stride, (*a.memory[a.turn])[:rows*stride]).Slice(0, rows, 0, cols)
}

// wholeLines rounds a number of elements up to whole cache lines.
func wholeLines[C backend.Complex](n int) int {
	line := passes.CacheLine / int(bytesOf[C]())
	return (n + line - 1) / line * line
}

// wholeKey names the kernels of an axis that are not compressed.
type wholeKey struct {
	n, m   int
	cycles float64
}

// wholeAxis returns the kernels of n samples and m results, each about its middle.
func wholeAxis[R backend.Real](cache *Cache, s axisShape) axis[R] {
	n, m := s.n, s.m
	bytes := realBytes[R]() * (int64(n-n/2)*int64(m-m/2) + int64(n/2)*int64(m/2))
	return cached(cache, wholeKey{n, m, s.cycles}, bytes, func() axis[R] {
		p := parts[R]{backend.NewMatrix[R](m-m/2, n-n/2), backend.NewMatrix[R](m/2, n/2)}
		scale := math.Sqrt(s.cycles)
		u := make([]float64, m-m/2)
		for i := range u {
			u[i] = float64(m-1)/2 - float64(i)
		}
		kernelRows(u, n, s.cycles, func(i int, wave []float64) {
			row := p.even.Row(i)
			for j := range row {
				row[j] = R(scale * wave[2*j])
			}
			if i < m/2 {
				row = p.odd.Row(m/2 - 1 - i)
				for j := range row {
					row[j] = R(scale * wave[2*j+1])
				}
			}
		})
		return axis[R]{squeeze: p}
	})
}

// kernelRows calls row, from several goroutines, once for each y_i with the cosines and
// sines of
//
//	2π·cycles·y_i·((cols−1)/2 − j),  j = 0 … ⌈cols/2⌉−1,
//
// one after the other, which are gone afterwards.
func kernelRows(y []float64, cols int, cycles float64, row func(i int, wave []float64)) {
	x := make([]float64, cols-cols/2)
	for j := range x {
		x[j] = float64(cols-1)/2 - float64(j)
	}
	write := kernel.For[float64]().WritePhasor
	parallel.Bands(len(y), max(1, kernelBand/len(x)), func(from, to int) {
		phase, wave := make([]float64, len(x)), make([]float64, 2*len(x))
		for i := from; i < to; i++ {
			allTurns(phase, x, y[i], cycles)
			write(wave, nil, phase, 1)
			row(i, wave)
		}
	})
}

// kernelBand is the number of elements of a kernel that are made at a time: some
// tens of microseconds.
const kernelBand = 1 << 14

// allTurns sets to to turns(x, y, cycles), element by element.
func allTurns(to, x []float64, y, cycles float64) {
	const roundToWhole = 0x1.8p52 // added and taken off again
	to = to[:len(x)]
	for j, v := range x {
		p := float64(v * y) // conversions keep products from being fused with sums
		q := float64(p * cycles)
		rest := math.FMA(p, cycles, -q) + float64(math.FMA(v, y, -p)*cycles)
		to[j] = (q - ((q + roundToWhole) - roundToWhole)) + rest
	}
}
