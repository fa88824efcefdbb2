package library

import (
	"math"

	"arago/backend"
	"arago/internal/failure"
)

// Product multiplies a, of m × k numbers that are real or complex, by b of k × n.
func Product(p Precision, realLeft bool, m, k, n int64, a, b, dst Array) error {
	if err := p.check(); err != nil {
		return err
	}
	c, err := current()
	if err != nil {
		return err
	}
	if p == Single {
		return product(c.backends.Single, realLeft, m, k, n, a, b, dst)
	}
	return product(c.backends.Double, realLeft, m, k, n, a, b, dst)
}

func product[R backend.Real, C backend.Complex](core backend.Core[R, C], realLeft bool, m, k, n int64, a, b, dst Array) error {
	to, err := matrix[C](dst, m, n, "dst")
	if err != nil {
		return err
	}
	right, err := matrix[C](b, k, n, "b")
	if err != nil {
		return err
	}
	if err := apart(to, right, "b"); err != nil {
		return err
	}
	if realLeft {
		left, err := matrix[R](a, m, k, "a")
		if err != nil {
			return err
		}
		if err := apart(to, left, "a"); err != nil {
			return err
		}
		if !empty(to) {
			core.DotReal(to, left, right)
		}
		return nil
	}
	left, err := matrix[C](a, m, k, "a")
	if err != nil {
		return err
	}
	if err := apart(to, left, "a"); err != nil {
		return err
	}
	if !empty(to) {
		core.Dot(to, left, right)
	}
	return nil
}

// empty tells whether there is nothing to compute. The back ends are not asked then: a side
// that is not 0 may be longer than any memory.
func empty[T backend.Scalar](m backend.Matrix[T]) bool { return m.Rows == 0 || m.Cols == 0 }

// Outer writes or multiplies in the outer product of col, of so many rows, and row, of so
// many columns.
func Outer(p Precision, mode Mode, rows, cols int64, col, row, dst Array) error {
	if err := p.check(); err != nil {
		return err
	}
	if err := mode.check(); err != nil {
		return err
	}
	c, err := current()
	if err != nil {
		return err
	}
	if p == Single {
		return outer(c.backends.Single, mode, rows, cols, col, row, dst)
	}
	return outer(c.backends.Double, mode, rows, cols, col, row, dst)
}

func outer[R backend.Real, C backend.Complex](core backend.Core[R, C], mode Mode, rows, cols int64, col, row, dst Array) error {
	to, err := matrix[C](dst, rows, cols, "dst")
	if err != nil {
		return err
	}
	column, err := matrix[C](col, 1, rows, "col")
	if err != nil {
		return err
	}
	line, err := matrix[C](row, 1, cols, "row")
	if err != nil {
		return err
	}
	if err := apart(to, column, "col"); err != nil {
		return err
	}
	if err := apart(to, line, "row"); err != nil {
		return err
	}
	how := backend.Write
	if mode == Multiply {
		how = backend.MultiplyIn
	}
	if !empty(to) {
		core.Outer(to, column.Data, line.Data, how)
	}
	return nil
}

// Block is a block of an array.
type Block struct{ Row, Col, Rows, Cols int64 }

// FFT2 transforms the block in of an array of rows × cols and writes the block out.
func FFT2(p Precision, sign int32, scale float64, rows, cols int64, out Block, dst Array, in Block, src Array) error {
	if err := p.check(); err != nil {
		return err
	}
	switch {
	case sign != 1 && sign != -1:
		return failure.Misuse("sign is %d; it must be +1 or -1", sign)
	case math.IsNaN(scale) || math.IsInf(scale, 0):
		return failure.Misuse("scale is %g; it must be a finite number", scale)
	case rows < 1 || cols < 1 || rows > longest || cols > longest:
		return failure.Misuse("the transform has %d rows and %d columns; both must be positive, and at most %d", rows, cols, longest)
	}
	for _, b := range []struct {
		name string
		Block
	}{{"out", out}, {"in", in}} {
		if b.Rows < 0 || b.Cols < 0 || b.Rows > rows || b.Cols > cols {
			return failure.Misuse("the block %s has %d rows and %d columns; it must fit into the %d × %d of the transform", b.name, b.Rows, b.Cols, rows, cols)
		}
	}
	t := backend.FFT2{
		Rows: int(rows), Cols: int(cols), Sign: int(sign),
		Src: backend.Index{Row: int(in.Row % rows), Col: int(in.Col % cols)},
		Dst: backend.Index{Row: int(out.Row % rows), Col: int(out.Col % cols)},
	}
	c, err := current()
	if err != nil {
		return err
	}
	if p == Single {
		return fft2(c.backends.Single, t, scale, out, dst, in, src)
	}
	return fft2(c.backends.Double, t, scale, out, dst, in, src)
}

func fft2[R backend.Real, C backend.Complex](core backend.Core[R, C], t backend.FFT2, scale float64, out Block, dst Array, in Block, src Array) error {
	to, err := matrix[C](dst, out.Rows, out.Cols, "dst")
	if err != nil {
		return err
	}
	from, err := matrix[C](src, in.Rows, in.Cols, "src")
	if err != nil {
		return err
	}
	inPlace := to.Rows == from.Rows && to.Cols == from.Cols && to.Stride == from.Stride && dst.Data == src.Data
	if !inPlace && backend.Overlap(to, from) {
		return failure.Misuse("dst shares memory with src and is not the same block; give it memory of its own, or the same pointer, stride and size")
	}
	core.FFT2(to, from, t)
	if scale != 1 {
		scaled[R](to, scale)
	}
	return nil
}
