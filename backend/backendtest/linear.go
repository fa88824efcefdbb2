package backendtest

import (
	"fmt"
	"math"
	"math/cmplx"
	"math/rand/v2"
	"testing"

	"arago/backend"
	"arago/internal/guarded"
)

// checkDot computes an m×k by k×n product in guarded memory, complex and real
// by complex, and compares it with the slow sum.
func (s suite[R, C]) checkDot(t *testing.T, r *rand.Rand, m, k, n, gap int, where guarded.Place) {
	t.Helper()
	b := newBlock[C](t, k, n, gap, where).fill(normal[C](r))
	dst := newBlock[C](t, m, n, 2*gap, where)

	a := newBlock[C](t, m, k, gap, where).fill(normal[C](r))
	s.core.Dot(dst.Matrix, a.Matrix, b.Matrix)
	s.compareDot(t, dst.Matrix, wide(a.Matrix), wide(b.Matrix))
	a.unchanged(t, "a")
	b.unchanged(t, "b")
	dst.gapsUntouched(t)

	real := newBlock[R](t, m, k, gap, where).fill(normalReal[R](r))
	s.core.DotReal(dst.Matrix, real.Matrix, b.Matrix)
	s.compareDot(t, dst.Matrix, wideReal(real.Matrix), wide(b.Matrix))
	real.unchanged(t, "a")
	b.unchanged(t, "b")
	dst.gapsUntouched(t)
}

// checkFolded computes the products with the parts of a k×n matrix in guarded memory,
// by m and by half as many rows, and compares them with the slow sums.
func (s suite[R, C]) checkFolded(t *testing.T, r *rand.Rand, m, k, n, gap int, where guarded.Place) {
	t.Helper()
	b := newBlock[C](t, k, n, gap, where).fill(normal[C](r))
	evenA := newBlock[R](t, m, k-k/2, gap, where).fill(normalReal[R](r))
	oddA := newBlock[R](t, m/2, k/2, gap, where).fill(normalReal[R](r))
	even, odd := newBlock[C](t, m, n, gap, where), newBlock[C](t, m/2, n, 2*gap, where)
	s.core.DotFolded(even.Matrix, odd.Matrix, evenA.Matrix, oddA.Matrix, b.Matrix)

	// The sums and differences are rounded before they are multiplied: one ε more,
	// which the bound for complex factors has room for.
	whole := wide(b.Matrix)
	e, o := backend.NewMatrix[complex128](k-k/2, n), backend.NewMatrix[complex128](k/2, n)
	for p := range e.Rows {
		for j := range n {
			e.Set(p, j, whole.At(p, j))
			if p < o.Rows {
				e.Set(p, j, whole.At(p, j)+whole.At(k-1-p, j))
				o.Set(p, j, whole.At(p, j)-whole.At(k-1-p, j))
			}
		}
	}
	s.compareDot(t, even.Matrix, wideReal(evenA.Matrix), e)
	s.compareDot(t, odd.Matrix, wideReal(oddA.Matrix), o)
	for name, operand := range map[string]*block[R]{"evenA": evenA, "oddA": oddA} {
		operand.unchanged(t, name)
	}
	b.unchanged(t, "b")
	even.gapsUntouched(t)
	odd.gapsUntouched(t)
}

// compareDot holds a product against the classical bound (Higham 2002,
// Accuracy and Stability of Numerical Algorithms, §3.5 and §3.6): an element
// that sums k complex products errs by at most γ(k+2)·√2·Σ|a||b|, in any order
// of summation. Few elements of a large product are checked, among them all
// edges.
func (s suite[R, C]) compareDot(t *testing.T, got backend.Matrix[C], a, b backend.Matrix[complex128]) {
	t.Helper()
	gamma := math.Sqrt2 * float64(a.Cols+2) * s.epsilon
	for _, i := range probes(got.Rows) {
		for _, j := range probes(got.Cols) {
			want, scale := dotElement(a, b, i, j)
			if diff := cmplx.Abs(complex128(got.At(i, j)) - want); !(diff <= gamma*scale) {
				t.Fatalf("%d×%d by %d×%d: element (%d, %d) is %v, want %v: off by %.3g, allowed %.3g",
					a.Rows, a.Cols, b.Rows, b.Cols, i, j, got.At(i, j), want, diff, gamma*scale)
			}
		}
	}
}

// probes returns all indices below n, or about forty of them if there are many.
func probes(n int) []int {
	var out []int
	for i := 0; i < n; i++ {
		if n <= 40 || i < 9 || i >= n-9 || i%(n/20) == 0 {
			out = append(out, i)
		}
	}
	return out
}

func (s suite[R, C]) testDotSmallShapes(t *testing.T) {
	r := random()
	for m := range 6 {
		for k := range 6 {
			for n := range 6 {
				s.checkDot(t, r, m, k, n, 0, guarded.AtEnd)
				s.checkDot(t, r, m, k, n, 3, guarded.AtStart)
				s.checkFolded(t, r, m, k, n, 0, guarded.AtEnd)
				s.checkFolded(t, r, m, k, n, 3, guarded.AtStart)
			}
		}
	}
}

func (s suite[R, C]) testDotShapesOfOptics(t *testing.T) {
	r := random()
	// Primes, one below and one above the block sizes of the usual libraries,
	// thin products both ways, and the sizes of a matrix Fourier transform.
	for _, c := range [][3]int{
		{7, 11, 13}, {31, 33, 32}, {63, 64, 65}, {97, 101, 103}, {129, 127, 128},
		{1, 300, 1}, {300, 1, 300}, {1, 1, 513}, {193, 65, 33}, {40, 512, 300}, {300, 40, 257}, {256, 512, 200},
	} {
		if c[0]*c[1]*c[2] > largestProduct {
			continue
		}
		t.Run(fmt.Sprintf("%dx%dx%d", c[0], c[1], c[2]), func(t *testing.T) {
			s.checkDot(t, r, c[0], c[1], c[2], 0, guarded.AtEnd)
			s.checkDot(t, r, c[0], c[1], c[2], 5, guarded.AtStart)
			s.checkFolded(t, r, c[0], c[1], c[2], 0, guarded.AtEnd)
			s.checkFolded(t, r, c[0], c[1], c[2], 5, guarded.AtStart)
		})
	}
}

// An element that is not finite reaches what it takes part in, and nothing
// else: a NaN in row i of a, column i of b.
func (s suite[R, C]) testDotNotFinite(t *testing.T) {
	r := random()
	const m, k, n = 37, 41, 70
	for _, bad := range []C{nan[C](), C(cmplx.Inf())} {
		for _, in := range []string{"a", "b"} {
			a := newBlock[C](t, m, k, 0, guarded.AtEnd).fill(normal[C](r))
			real := newBlock[R](t, m, k, 0, guarded.AtEnd).fill(normalReal[R](r))
			b := newBlock[C](t, k, n, 1, guarded.AtEnd).fill(normal[C](r))
			if in == "a" {
				a.Set(5, 40, bad)
				real.Set(5, 40, R(partOf(bad)))
			} else {
				b.Set(40, 66, bad)
			}
			dst := newBlock[C](t, m, n, 1, guarded.AtEnd)
			reached := func(i, j int) bool { return in == "a" && i == 5 || in == "b" && j == 66 }
			s.core.Dot(dst.Matrix, a.Matrix, b.Matrix)
			expectNotFinite(t, "Dot, bad number in "+in, dst.Matrix, reached)
			s.core.DotReal(dst.Matrix, real.Matrix, b.Matrix)
			expectNotFinite(t, "DotReal, bad number in "+in, dst.Matrix, reached)
			if in == "b" {
				part := newBlock[R](t, m, (k+1)/2, 0, guarded.AtEnd).fill(normalReal[R](r))
				odd := newBlock[C](t, m, n, 1, guarded.AtEnd)
				s.core.DotFolded(dst.Matrix, odd.Matrix, part.Matrix, part.Slice(0, m, 0, k/2), b.Matrix)
				expectNotFinite(t, "DotFolded, even part", dst.Matrix, reached)
				expectNotFinite(t, "DotFolded, odd part", odd.Matrix, reached)
			}
		}
	}
}

func partOf[C backend.Complex](c C) float64 { return real(complex128(c)) }

func finite[C backend.Complex](c C) bool {
	return !cmplx.IsNaN(complex128(c)) && !cmplx.IsInf(complex128(c))
}

// expectNotFinite fails the test unless exactly the elements that reached
// names are NaN or infinite.
func expectNotFinite[C backend.Complex](t *testing.T, what string, m backend.Matrix[C], reached func(i, j int) bool) {
	t.Helper()
	for i := range m.Rows {
		for j, v := range m.Row(i) {
			if finite(v) == reached(i, j) {
				t.Fatalf("%s: element (%d, %d) is %v", what, i, j, v)
			}
		}
	}
}

func (s suite[R, C]) testOuter(t *testing.T) {
	r := random()
	sizes := []int{0, 1, 2, 3, 4, 5, 7, 8, 9, 16, 17, 31, 33, 130}
	for _, m := range sizes {
		for _, n := range sizes {
			for _, where := range []guarded.Place{guarded.AtEnd, guarded.AtStart} {
				s.checkOuter(t, r, m, n, where)
			}
		}
	}
	s.checkOuter(t, r, 700, 513, guarded.AtEnd)
}

func (s suite[R, C]) checkOuter(t *testing.T, r *rand.Rand, m, n int, where guarded.Place) {
	t.Helper()
	col := newBlock[C](t, 1, m, 0, where).fill(normal[C](r))
	row := newBlock[C](t, 1, n, 0, where).fill(normal[C](r))
	dst := newBlock[C](t, m, n, 3, where)
	check := func(what string, factor func(i, j int) complex128) {
		t.Helper()
		dst.gapsUntouched(t)
		col.unchanged(t, "col")
		row.unchanged(t, "row")
		for i := range m {
			for j := range n {
				want := complex128(col.Data[i]) * complex128(row.Data[j]) * factor(i, j)
				// A complex product errs by at most √5·ε (Brent, Percival and
				// Zimmermann 2007); two of them, and one rounding of the truth.
				if diff := cmplx.Abs(complex128(dst.At(i, j)) - want); !(diff <= 6*s.epsilon*cmplx.Abs(want)) {
					t.Fatalf("%s %d×%d: element (%d, %d) is %v, want %v", what, m, n, i, j, dst.At(i, j), want)
				}
			}
		}
	}
	s.core.Outer(dst.Matrix, col.Data, row.Data, backend.Write)
	check("written", func(i, j int) complex128 { return 1 })
	dst.fill(normal[C](r))
	before := wide(dst.Matrix)
	s.core.Outer(dst.Matrix, col.Data, row.Data, backend.MultiplyIn)
	check("multiplied in", before.At)
}

func (s suite[R, C]) testOuterNotFinite(t *testing.T) {
	r := random()
	col := newBlock[C](t, 1, 9, 0, guarded.AtEnd).fill(normal[C](r))
	row := newBlock[C](t, 1, 21, 0, guarded.AtEnd).fill(normal[C](r))
	col.Data[4] = nan[C]()
	row.Data[20] = C(cmplx.Inf())
	dst := newBlock[C](t, 9, 21, 0, guarded.AtEnd)
	reached := func(i, j int) bool { return i == 4 || j == 20 }
	// Writing does not look at what was there: NaN.
	s.core.Outer(dst.Matrix, col.Data, row.Data, backend.Write)
	expectNotFinite(t, "Outer", dst.Matrix, reached)
	dst.fill(normal[C](r))
	s.core.Outer(dst.Matrix, col.Data, row.Data, backend.MultiplyIn)
	expectNotFinite(t, "Outer", dst.Matrix, reached)
}
