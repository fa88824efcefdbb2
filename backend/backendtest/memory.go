package backendtest

import (
	"math"
	"math/rand/v2"
	"testing"

	"arago/backend"
	"arago/internal/guarded"
)

// block is a matrix in guarded memory: it ends (or begins) where an
// inaccessible page begins (or ends), and the gaps between its rows hold NaN.
type block[T backend.Scalar] struct {
	backend.Matrix[T]
	before []T // what Data held when the block was made
}

// newBlock makes a matrix with gap unused elements between rows. where chooses
// the end that touches the inaccessible page.
func newBlock[T backend.Scalar](tb testing.TB, rows, cols, gap int, where guarded.Place) *block[T] {
	tb.Helper()
	stride := cols + gap
	n := 0
	if rows > 0 && cols > 0 {
		n = (rows-1)*stride + cols
	}
	return &block[T]{Matrix: backend.Matrix[T]{Rows: rows, Cols: cols, Stride: stride, Data: guarded.Slice[T](tb, n, where)}}
}

// edge returns one of the two ends.
func edge(start bool) guarded.Place {
	if start {
		return guarded.AtStart
	}
	return guarded.AtEnd
}

// nan returns a NaN of any type.
func nan[T backend.Scalar]() T {
	var t T
	switch p := any(&t).(type) {
	case *float32:
		*p = float32(math.NaN())
	case *float64:
		*p = math.NaN()
	case *complex64:
		*p = complex(float32(math.NaN()), float32(math.NaN()))
	case *complex128:
		*p = complex(math.NaN(), math.NaN())
	}
	return t
}

// fill draws the elements and remembers them.
func (b *block[T]) fill(draw func() T) *block[T] {
	for i := range b.Rows {
		for j := range b.Cols {
			b.Set(i, j, draw())
		}
	}
	b.keep()
	return b
}

// keep remembers what the block holds now.
func (b *block[T]) keep() { b.before = append([]T(nil), b.Data...) }

// unchanged fails the test if an operand is not what it was.
func (b *block[T]) unchanged(tb testing.TB, name string) {
	tb.Helper()
	for i := range b.before {
		if !identical(b.Data[i], b.before[i]) {
			tb.Fatalf("operand %s was changed at element %d", name, i)
		}
	}
}

// gapsUntouched fails the test if something was written between the rows of a
// destination.
func (b *block[T]) gapsUntouched(tb testing.TB) {
	tb.Helper()
	for i := 0; i+1 < b.Rows && b.Cols > 0; i++ {
		for at := i*b.Stride + b.Cols; at < (i+1)*b.Stride; at++ {
			if !identical(b.Data[at], nan[T]()) {
				tb.Fatalf("the gap behind row %d of the destination was written", i)
			}
		}
	}
}

func identical[T backend.Scalar](a, b T) bool { return a == b || a != a && b != b }

// normal draws complex numbers with normal parts.
func normal[C backend.Complex](r *rand.Rand) func() C {
	return func() C { return C(complex(r.NormFloat64(), r.NormFloat64())) }
}

// normalReal draws normal reals.
func normalReal[R backend.Real](r *rand.Rand) func() R {
	return func() R { return R(r.NormFloat64()) }
}

// wide returns a copy of m in double precision.
func wide[C backend.Complex](m backend.Matrix[C]) backend.Matrix[complex128] {
	out := backend.NewMatrix[complex128](m.Rows, m.Cols)
	for i := range m.Rows {
		for j, v := range m.Row(i) {
			out.Set(i, j, complex128(v))
		}
	}
	return out
}

// wideReal returns a copy of m as a complex matrix in double precision.
func wideReal[R backend.Real](m backend.Matrix[R]) backend.Matrix[complex128] {
	out := backend.NewMatrix[complex128](m.Rows, m.Cols)
	for i := range m.Rows {
		for j, v := range m.Row(i) {
			out.Set(i, j, complex(float64(v), 0))
		}
	}
	return out
}
