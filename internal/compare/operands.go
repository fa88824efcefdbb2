package compare

import "arago/backend"

// Streams of random numbers, one for each operand.
const (
	streamA   = 1 + iota // left operand of Dot; input of a transform
	streamB              // right operand of Dot
	streamCol            // of Outer
	streamRow            // of Outer
	streamDst            // what Outer multiplies into
)

// uniform returns number i of a stream: in [−1, 1), a multiple of 2⁻²³. It is the
// finaliser of SplitMix64 (Steele, Lea and Flood 2014) over a counter, so that
// any language computes the same in a few lines and in any order.
func uniform(stream, i int) float64 {
	z := uint64(stream)<<40 + uint64(i)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	z ^= z >> 31
	return float64(z>>40)*0x1p-23 - 1
}

// cube returns the cube of a uniform number, rounded to single precision. Of
// numbers that are multiples of one power of two, double precision would add up
// the products exactly, and no error would be seen; cubes differ in magnitude.
func cube(stream, i int) float64 {
	u := uniform(stream, i)
	return float64(float32(u * u * u))
}

// number returns complex number i of a stream.
func number(stream, i int) complex128 { return complex(cube(stream, 2*i), cube(stream, 2*i+1)) }

// phase returns number i of a stream of numbers of modulus 1, rounded to single
// precision: ((1−t²) + 2ti)/(1+t²) takes only operations that are rounded the
// same everywhere. Multiplied in again and again, it neither grows nor shrinks.
func phase(stream, i int) complex128 {
	t := uniform(stream, i)
	s := float64(t * t) // the conversion forbids a fused operation
	return complex128(complex(float32((1-s)/(1+s)), float32(2*t/(1+s))))
}

// Operands are the operands of a task in one precision, and room for its
// result. Contenders in this process share them.
type Operands[R backend.Real, C backend.Complex] struct {
	A, B     backend.Matrix[C] // of Dot; A is also the input of a transform
	Real     backend.Matrix[R] // A of the real × complex product
	Col, Row []C               // of Outer
	Dst      backend.Matrix[C]
}

// Workspace is a task with its operands: Double or Single, the other is nil.
type Workspace struct {
	Task
	Double *Operands[float64, complex128]
	Single *Operands[float32, complex64]
}

// NewWorkspace returns the operands of a task.
func NewWorkspace(t Task) *Workspace {
	w := &Workspace{Task: t}
	if t.Precision == Double {
		w.Double = newOperands[float64, complex128](t)
	} else {
		w.Single = newOperands[float32, complex64](t)
	}
	return w
}

func newOperands[R backend.Real, C backend.Complex](t Task) *Operands[R, C] {
	n := t.Size
	o := new(Operands[R, C])
	rows, inner, columns := t.Shape()
	matrix := func(rows, columns, stream int) backend.Matrix[C] {
		m := backend.NewMatrix[C](rows, columns)
		fill(m.Data, stream, number)
		return m
	}
	switch t.Operation {
	case Dot:
		o.A, o.B = matrix(rows, inner, streamA), matrix(inner, columns, streamB)
	case DotReal, DotRealThin:
		o.Real, o.B = backend.NewMatrix[R](rows, inner), matrix(inner, columns, streamB)
		for i := range o.Real.Data {
			o.Real.Data[i] = R(cube(streamA, i))
		}
	case Outer, OuterMultiply:
		o.Col, o.Row = make([]C, n), make([]C, n)
		fill(o.Col, streamCol, phase)
		fill(o.Row, streamRow, phase)
	case FFT2:
		o.A = matrix(n, n, streamA)
	case FFT2Windowed:
		in, out := t.Window()
		o.A, o.Dst = matrix(in, in, streamA), backend.NewMatrix[C](out, out)
		return o
	}
	o.Dst = backend.NewMatrix[C](rows, columns)
	return o
}

func fill[C backend.Complex](data []C, stream int, of func(stream, i int) complex128) {
	for i := range data {
		data[i] = C(of(stream, i))
	}
}

// reset puts into the destination what a call begins with.
func (w *Workspace) reset() {
	if w.Operation != OuterMultiply {
		return
	}
	if w.Double != nil {
		fill(w.Double.Dst.Data, streamDst, number)
	} else {
		fill(w.Single.Dst.Data, streamDst, number)
	}
}

// at returns the elements of the destination at points.
func (w *Workspace) at(points []Point) []complex128 {
	values := make([]complex128, len(points))
	for i, p := range points {
		if w.Double != nil {
			values[i] = w.Double.Dst.At(p.Row, p.Col)
		} else {
			values[i] = complex128(w.Single.Dst.At(p.Row, p.Col))
		}
	}
	return values
}
