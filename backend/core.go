package backend

import "sync"

// Core is what a computation in one precision calls: the linear algebra of one
// back end and the Fourier transform of the same or of another one. Its
// methods check their arguments and panic with a constant sentence where they
// do not fit; implementations are reached through it only.
//
// A Core is safe for use by several goroutines.
type Core[R Real, C Complex] struct {
	linear  Linear[R, C]
	fourier Fourier[C]
	// Not nil where the library lets one caller in at a time.
	linearLock, fourierLock *sync.Mutex
}

// Dot computes dst = a·b for an m×k matrix a and a k×n matrix b. dst may not
// share memory with a or b.
func (c Core[R, C]) Dot(dst, a, b Matrix[C]) {
	checkProduct(dst, a, b)
	if c.linear == nil {
		panic(noLinear)
	}
	defer hold(c.linearLock)()
	c.linear.Dot(dst, a, b)
}

// DotReal computes dst = a·b for a real m×k matrix a and a complex k×n matrix
// b: half the work of Dot. dst may not share memory with a or b.
func (c Core[R, C]) DotReal(dst Matrix[C], a Matrix[R], b Matrix[C]) {
	checkProduct(dst, a, b)
	if c.linear == nil {
		panic(noLinear)
	}
	defer hold(c.linearLock)()
	c.linear.DotReal(dst, a, b)
}

// DotFolded computes the products with the even and the odd part of b's columns
// about their middle,
//
//	even = evenA·e,  e_p = b_p + b_(k−1−p),  p = 0 … ⌈k/2⌉−1
//	odd  = oddA·o,   o_p = b_p − b_(k−1−p),  p = 0 … ⌊k/2⌋−1
//
// for a b of k rows. The middle row of an odd k, which has no partner, is e_p
// itself. The two operands may have different numbers of rows, or none. even and odd
// may not share memory with each other or with an operand.
func (c Core[R, C]) DotFolded(even, odd Matrix[C], evenA, oddA Matrix[R], b Matrix[C]) {
	checkMatrix(even)
	checkMatrix(odd)
	checkMatrix(evenA)
	checkMatrix(oddA)
	checkMatrix(b)
	if even.Rows != evenA.Rows || odd.Rows != oddA.Rows || even.Cols != b.Cols || odd.Cols != b.Cols ||
		evenA.Cols != b.Rows-b.Rows/2 || oddA.Cols != b.Rows/2 {
		panic(badFoldShape)
	}
	if overlap(even, odd) || overlap(even, b) || overlap(odd, b) ||
		overlap(even, evenA) || overlap(even, oddA) || overlap(odd, evenA) || overlap(odd, oddA) {
		panic(badFoldAlias)
	}
	if c.linear == nil {
		panic(noLinear)
	}
	defer hold(c.linearLock)()
	if f, ok := c.linear.(Folding[R, C]); ok {
		f.DotFolded(even, odd, evenA, oddA, b)
		return
	}
	dotFolded(c.linear, even, odd, evenA, oddA, b)
}

func checkProduct[A, B Scalar](dst Matrix[B], a Matrix[A], b Matrix[B]) {
	checkMatrix(dst)
	checkMatrix(a)
	checkMatrix(b)
	if dst.Rows != a.Rows || dst.Cols != b.Cols || a.Cols != b.Rows {
		panic(badDotShape)
	}
	if overlap(dst, a) || overlap(dst, b) {
		panic(badDotAlias)
	}
}

// Outer computes dst[i][j] = col[i]·row[j], or multiplies that into dst[i][j].
// dst may not share memory with col or row.
func (c Core[R, C]) Outer(dst Matrix[C], col, row []C, mode OuterMode) {
	checkMatrix(dst)
	if len(col) != dst.Rows || len(row) != dst.Cols {
		panic(badOuterSize)
	}
	if mode != Write && mode != MultiplyIn {
		panic(badOuterMode)
	}
	if overlap(dst, MatrixOf(1, len(col), col)) || overlap(dst, MatrixOf(1, len(row), row)) {
		panic(badOuterAl)
	}
	if c.linear == nil {
		panic(noLinear)
	}
	defer hold(c.linearLock)()
	c.linear.Outer(dst, col, row, mode)
}

// FFT2 transforms the block src of an array that is zero elsewhere and writes
// the block dst of the result. dst may be src; otherwise they may not share
// memory.
func (c Core[R, C]) FFT2(dst, src Matrix[C], t FFT2) {
	checkMatrix(dst)
	checkMatrix(src)
	// The size of an axis that is left alone is that of the blocks.
	switch t.Along {
	case BothAxes:
	case AlongRows:
		if dst.Rows != src.Rows {
			panic(badFFT2Lines)
		}
		t.Rows, t.Src.Row, t.Dst.Row = max(1, src.Rows), 0, 0
	case AlongColumns:
		if dst.Cols != src.Cols {
			panic(badFFT2Lines)
		}
		t.Cols, t.Src.Col, t.Dst.Col = max(1, src.Cols), 0, 0
	default:
		panic(badFFT2Axes)
	}
	if t.Rows < 1 || t.Cols < 1 {
		panic(badFFT2Size)
	}
	if t.Sign != 1 && t.Sign != -1 {
		panic(badFFT2Sign)
	}
	if src.Rows > t.Rows || src.Cols > t.Cols || dst.Rows > t.Rows || dst.Cols > t.Cols {
		panic(badFFT2Block)
	}
	if !same(dst, src) && overlap(dst, src) {
		panic(badFFT2Alias)
	}
	if c.fourier == nil {
		panic(noFourier)
	}
	switch {
	case dst.Rows == 0 || dst.Cols == 0:
		return
	case src.Rows == 0 || src.Cols == 0:
		for i := range dst.Rows {
			clear(dst.Row(i))
		}
		return
	}
	t.Src = Index{modulo(t.Src.Row, t.Rows), modulo(t.Src.Col, t.Cols)}
	t.Dst = Index{modulo(t.Dst.Row, t.Rows), modulo(t.Dst.Col, t.Cols)}
	defer hold(c.fourierLock)()
	c.fourier.FFT2(dst, src, t)
}

// Serves says whether the library of the back end itself does a transform of
// rows × cols; if not, the pure Go passes do it in its place. See Partial.
func (c Core[R, C]) Serves(rows, cols int) bool {
	p, partial := c.fourier.(Partial)
	return !partial || p.Served(rows) && p.Served(cols)
}

// OwnThreads is the number of threads that the library of FFT2 itself has in a
// transform; see Threaded.
func (c Core[R, C]) OwnThreads() int {
	if t, ok := c.fourier.(Threaded); ok {
		return t.OwnThreads()
	}
	return 1
}

func modulo(i, n int) int { return ((i % n) + n) % n }

// hold takes the lock, if there is one, and returns what releases it.
func hold(lock *sync.Mutex) func() {
	if lock == nil {
		return func() {}
	}
	lock.Lock()
	return lock.Unlock
}
