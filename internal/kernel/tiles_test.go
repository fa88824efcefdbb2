package kernel_test

import (
	"math"
	"math/rand/v2"
	"testing"
	"unsafe"

	"arago/internal/guarded"
	"arago/internal/kernel"
	"arago/internal/kernel/kerneltest"
	"arago/internal/kernel/pure"
)

func TestEveryTileAgreesWithItsTwin(t *testing.T) {
	kerneltest.EverySet(t, func(t *testing.T, set kernel.Set) {
		t.Run("double", func(t *testing.T) { checkTiles(t, &kernel.Of[float64](set).Tiles, 0x1p-53) })
		t.Run("single", func(t *testing.T) { checkTiles(t, &kernel.Of[float32](set).Tiles, 0x1p-24) })
	})
}

// memories are rooms for the operands of one call, and the twins of its table.
type memories[R float32 | float64] struct {
	t       *testing.T
	r       *rand.Rand
	tiles   *kernel.Tiles[R]
	a, b, c *guarded.Memory
	epsilon float64
}

func newMemories[R float32 | float64](t *testing.T, seed uint64, tiles *kernel.Tiles[R], epsilon float64) *memories[R] {
	var one R
	size := int(unsafe.Sizeof(one))
	const most = 40000
	return &memories[R]{t, rand.New(rand.NewPCG(seed, 2)), tiles,
		guarded.New(t, most*size), guarded.New(t, most*size), guarded.New(t, most*size), epsilon}
}

func checkTiles[R float32 | float64](t *testing.T, tiles *kernel.Tiles[R], epsilon float64) {
	m := newMemories(t, 1, tiles, epsilon)
	rows, columns := tiles.Rows, tiles.Columns
	if rows%2 != 0 || columns%2 != 0 || tiles.Height%rows != 0 || tiles.Width%columns != 0 || tiles.ComplexInner <= 0 || tiles.ComplexInner > tiles.Inner {
		t.Fatalf("tiles of %d×%d, blocks of %d×%d×%d", rows, columns, tiles.Height, tiles.Inner, tiles.Width)
	}
	for i := range 2*rows + 2 {
		for n := range columns + 1 {
			for _, k := range []int{0, 1, 2, 3, 9} {
				at := guarded.Place((i+n+k)%4 - 1)
				m.multiply(i, n, k, at, (i+n)%2 == 0)
				if i%2 == 0 && n%2 == 0 {
					m.multiplyComplex(i, n, k, at, (i+n)%4 == 0)
				}
			}
		}
	}
	for k := range 70 {
		m.multiply(2*rows, columns, k, guarded.AtEnd, k%2 == 0)
		m.multiplyComplex(2*rows, columns, k, guarded.AtStart, k%2 == 0)
	}
	for i, at := range guarded.Places[R]() {
		m.multiply(2*rows, columns, 7, at, i%2 == 0)
		m.multiply(2*rows-1, columns-1, 6, at, i%2 != 0)
		m.multiplyComplex(2*rows, columns, 7, at, i%2 == 0)
		m.multiplyComplex(2*rows-2, columns-2, 6, at, i%2 != 0)
	}
}

func TestAProductThatPacksGivesTheBitsOfOneThatDoesNot(t *testing.T) {
	kerneltest.EverySet(t, func(t *testing.T, set kernel.Set) {
		t.Run("double", func(t *testing.T) { checkPacking(t, &kernel.Of[float64](set).Tiles) })
		t.Run("single", func(t *testing.T) { checkPacking(t, &kernel.Of[float32](set).Tiles) })
	})
}

// The rows are none, fewer than tiles, as many as there is room for in one turn of three
// or in each turn, and more.
func checkPacking[R float32 | float64](t *testing.T, tiles *kernel.Tiles[R]) {
	p := newPackings(t, 7, tiles)
	rows := tiles.Rows
	for m := 0; m <= 9*rows; m += 3 {
		for _, k := range []int{0, 1, 4, 30, 36, 47, 64, 79} {
			for _, packed := range []int{0, 1, 5, 23, 64} {
				p.multiply(m, k, packed, 1+(m+k+packed)%4, m%3, k%3, guarded.Place((m+k+packed)%4-1), k%2 == 0)
			}
		}
	}
	for i, at := range guarded.Places[R]() {
		p.multiply(rows, 44, 6, 1, 0, 0, at, i%2 == 0)
		p.multiply(3*rows-1, 70, 17, 2, 1, 1, at, i%2 != 0)
		p.multiply(8*rows-2, 79, 11, 3, 1, 1, at, i%2 != 0)
	}
}

// packings are rooms for the operands of one call of MultiplyPacking or MultiplyFolding.
type packings[R float32 | float64] struct {
	t                                  *testing.T
	r                                  *rand.Rand
	tiles                              *kernel.Tiles[R]
	a, b, next, tail, c, panel, panel2 *guarded.Memory
}

func newPackings[R float32 | float64](t *testing.T, seed uint64, tiles *kernel.Tiles[R]) *packings[R] {
	var one R
	size := int(unsafe.Sizeof(one))
	const most = 20000
	room := func() *guarded.Memory { return guarded.New(t, most*size) }
	return &packings[R]{t, rand.New(rand.NewPCG(seed, 8)), tiles, room(), room(), room(), room(), room(), room(), room()}
}

// multiply compares one product and the rows packed beside it, of real rows and, if m is
// even, of complex ones; gapC and gap are what strides are longer than rows.
func (p *packings[R]) multiply(m, k, rows, panels, gapC, gap int, at guarded.Place, add bool) {
	p.t.Helper()
	p.check(p.tiles.MultiplyPacking, p.tiles.Multiply, m, m, k, rows, panels, gapC, gap, at, add)
	if m%2 == 0 {
		p.check(p.tiles.MultiplyComplexPacking, p.tiles.MultiplyComplex, m, m/2, k, rows, panels, gapC, gap, at, add)
	}
}

func (p *packings[R]) check(packing func(c []R, ldc, m, k int, a, b []R, add bool, panel []R, depth int, next []R, ld, rows, panels int),
	multiply func(c []R, ldc, m, n, k int, a, b []R, add bool), m, rowsC, k, packed, panels, gapC, gap int, at guarded.Place, add bool) {
	p.t.Helper()
	if packing == nil {
		return // a set may do without
	}
	rows, columns := p.tiles.Rows, p.tiles.Columns
	ldc, ld, depth := columns+gapC, panels*columns+gap, packed+gapC
	size, room := packedSizes(packed, panels, columns, ld, depth)
	a := kerneltest.Normal(p.r, guarded.In[R](p.a, (m+rows-1)/rows*rows*k, at))
	b := kerneltest.Normal(p.r, guarded.In[R](p.b, columns*k, at))
	next := kerneltest.Normal(p.r, guarded.In[R](p.next, size, at))
	c := guarded.In[R](p.c, max(0, (rowsC-1)*ldc+columns), at)
	panel := guarded.In[R](p.panel, room, at)
	if add {
		kerneltest.Normal(p.r, c)
	}
	// What lies between the panels is not touched.
	want, wantPanel := append([]R(nil), c...), append([]R(nil), panel...)
	multiply(want, ldc, m, columns, k, a, b, add)
	pure.PackB[R](columns)(wantPanel, depth, next, ld, packed, panels*columns)
	packing(c, ldc, m, k, a, b, add, panel, depth, next, ld, packed, panels)
	kerneltest.Agree(p.t, "product", c, want, 0)
	kerneltest.Agree(p.t, "panels", panel, wantPanel, 0)
	p.c.Check()
	p.panel.Check()
}

// packedSizes returns the sizes of rows of whole panels as they stand in a matrix of
// stride ld, and packed into panels of a depth.
func packedSizes(rows, panels, columns, ld, depth int) (matrix, packed int) {
	if rows == 0 {
		return 0, 0
	}
	return (rows-1)*ld + panels*columns, ((panels-1)*depth + rows) * columns
}

func TestAProductThatFoldsGivesTheBitsOfOneThatDoesNot(t *testing.T) {
	kerneltest.EverySet(t, func(t *testing.T, set kernel.Set) {
		t.Run("double", func(t *testing.T) { checkFolding(t, &kernel.Of[float64](set).Tiles) })
		t.Run("single", func(t *testing.T) { checkFolding(t, &kernel.Of[float32](set).Tiles) })
	})
}

// The pairs are none, fewer than tiles, as many as there is room for in one turn of three
// or in each turn, and more.
func checkFolding[R float32 | float64](t *testing.T, tiles *kernel.Tiles[R]) {
	p := newPackings(t, 9, tiles)
	rows := tiles.Rows
	for m := 0; m <= 9*rows; m += 3 {
		for _, k := range []int{0, 1, 4, 30, 36, 47, 64, 79} {
			for _, pairs := range []int{0, 1, 5, 23, 64} {
				p.fold(m, k, pairs, 1+(m+k+pairs)%4, m%3, k%3, guarded.Place((m+k+pairs)%4-1), k%2 == 0)
			}
		}
	}
	for i, at := range guarded.Places[R]() {
		p.fold(rows, 44, 6, 1, 0, 0, at, i%2 == 0)
		p.fold(3*rows-1, 70, 17, 2, 1, 1, at, i%2 != 0)
		p.fold(8*rows-2, 79, 11, 3, 1, 1, at, i%2 != 0)
	}
}

// fold compares one product and the pairs of rows folded beside it; gapC and gap are what
// strides are longer than rows.
func (p *packings[R]) fold(m, k, pairs, panels, gapC, gap int, at guarded.Place, add bool) {
	p.t.Helper()
	if p.tiles.MultiplyFolding == nil {
		return // a set may do without
	}
	rows, columns := p.tiles.Rows, p.tiles.Columns
	ldc, ld, depth := columns+gapC, panels*columns+gap, pairs+gapC
	operand := func(memory *guarded.Memory, n int) []R {
		return kerneltest.Normal(p.r, guarded.In[R](memory, n, at))
	}
	a, b := operand(p.a, (m+rows-1)/rows*rows*k), operand(p.b, columns*k)
	size, room := packedSizes(pairs, panels, columns, ld, depth)
	head, tail := operand(p.next, size), operand(p.tail, size)
	c := guarded.In[R](p.c, max(0, (m-1)*ldc+columns), at)
	sum, difference := guarded.In[R](p.panel, room, at), guarded.In[R](p.panel2, room, at)
	if add {
		kerneltest.Normal(p.r, c)
	}
	// What lies between the panels is not touched.
	want, wantSum, wantDifference := append([]R(nil), c...), append([]R(nil), sum...), append([]R(nil), difference...)
	p.tiles.Multiply(want, ldc, m, columns, k, a, b, add)
	pure.FoldB[R](columns)(wantSum, wantDifference, depth, head, tail, ld, pairs, panels*columns)
	p.tiles.MultiplyFolding(c, ldc, m, k, a, b, add, sum, difference, depth, head, tail, ld, pairs, panels)
	kerneltest.Agree(p.t, "product", c, want, 0)
	kerneltest.Agree(p.t, "sums", sum, wantSum, 0)
	kerneltest.Agree(p.t, "differences", difference, wantDifference, 0)
	p.c.Check()
	p.panel.Check()
	p.panel2.Check()
}

// panels fills memory with packed panels and returns them.
func (m *memories[R]) panels(memory *guarded.Memory, n int, at guarded.Place) []R {
	return kerneltest.Normal(m.r, guarded.In[R](memory, n, at))
}

// multiply compares one product, NaN standing between the rows of c, and
// everywhere in it unless it is added to.
func (m *memories[R]) multiply(rows, n, k int, at guarded.Place, add bool) {
	m.t.Helper()
	a := m.panels(m.a, (rows+m.tiles.Rows-1)/m.tiles.Rows*m.tiles.Rows*k, at)
	b := m.panels(m.b, m.tiles.Columns*k, at)
	m.check(m.tiles.Multiply, pure.Multiply[R](m.tiles.Rows, m.tiles.Columns), rows, rows, n, k, a, b, at, add)
}

func (m *memories[R]) multiplyComplex(rows, n, k int, at guarded.Place, add bool) {
	m.t.Helper()
	a := m.panels(m.a, (rows+m.tiles.Rows-1)/m.tiles.Rows*m.tiles.Rows*k, at)
	b := m.panels(m.b, m.tiles.Columns*k, at)
	m.check(m.tiles.MultiplyComplex, pure.MultiplyComplex[R](m.tiles.Rows, m.tiles.Columns), rows, rows/2, n, k, a, b, at, add)
}

func (m *memories[R]) check(got, twin func(c []R, ldc, m, n, k int, a, b []R, add bool), rows, rowsC, n, k int, a, b []R, at guarded.Place, add bool) {
	m.t.Helper()
	ldc := n + 3
	c := guarded.In[R](m.c, max(0, (rowsC-1)*ldc+n), at)
	if add {
		for i := range rowsC {
			kerneltest.Normal(m.r, c[i*ldc:][:n])
		}
	}
	want := append([]R(nil), c...)
	twin(want, ldc, rows, n, k, a, b, add)
	got(c, ldc, rows, n, k, a, b, add)
	// The twin rounds products that others fuse: both keep the classical bound
	// (Higham 2002, §3.1) on sums of at most 2k+1 terms, none above 16 in size.
	kerneltest.Agree(m.t, "product", c, want, 2*float64(2*k+2)*m.epsilon*16*float64(2*k+1))
	m.c.Check()
	if n > 0 && rowsC > 0 && math.IsNaN(float64(c[0])) {
		m.t.Fatalf("%d×%d×%d: NaN", rows, n, k)
	}
}

func TestEveryPackerAgreesWithItsTwin(t *testing.T) {
	kerneltest.EverySet(t, func(t *testing.T, set kernel.Set) {
		t.Run("double", func(t *testing.T) { checkPackers(t, &kernel.Of[float64](set).Tiles) })
		t.Run("single", func(t *testing.T) { checkPackers(t, &kernel.Of[float32](set).Tiles) })
	})
}

func checkPackers[R float32 | float64](t *testing.T, tiles *kernel.Tiles[R]) {
	p := newPackers(t, 5, tiles)
	rows, columns := tiles.Rows, tiles.Columns
	for m := 1; m <= 3*rows; m++ {
		for _, k := range []int{1, 2, 3, 4, 5, 7, 8, 9, 17} {
			p.rows(m, k, m%3, guarded.Place((m+k)%4-1))
		}
	}
	for n := 1; n < 3*columns; n++ {
		for _, k := range []int{1, 2, 5} {
			p.columns(n, k, n%3, k%3, guarded.Place((n+k)%4-1))
		}
	}
	for _, at := range guarded.Places[R]() {
		p.rows(2*rows, 9, 0, at)
		p.rows(2*rows-2, 8, 1, at)
		p.columns(2*columns, 5, 0, 0, at)
		p.columns(2*columns-1, 4, 1, 1, at)
	}
}

// packers packs from guarded memory into panels that hold NaN, as do the gaps of
// the matrix, and expects the twins' numbers, bit for bit.
type packers[R float32 | float64] struct {
	t                     *testing.T
	r                     *rand.Rand
	tiles                 *kernel.Tiles[R]
	source, tail, to, to2 *guarded.Memory
}

func newPackers[R float32 | float64](t *testing.T, seed uint64, tiles *kernel.Tiles[R]) *packers[R] {
	var one R
	size := int(unsafe.Sizeof(one))
	const most = 20000
	room := func() *guarded.Memory { return guarded.New(t, most*size) }
	return &packers[R]{t, rand.New(rand.NewPCG(seed, 6)), tiles, room(), room(), room(), room()}
}

func (p *packers[R]) matrix(memory *guarded.Memory, m, n, stride int, at guarded.Place) []R {
	x := guarded.In[R](memory, (m-1)*stride+n, at)
	for i := range m {
		kerneltest.Normal(p.r, x[i*stride:][:n])
	}
	return x
}

// rows packs m rows of k numbers, which a gap follows, and of as many complex
// numbers if m is even.
func (p *packers[R]) rows(m, k, gap int, at guarded.Place) {
	p.t.Helper()
	rows := p.tiles.Rows
	panels := (m + rows - 1) / rows * rows * k
	want := make([]R, panels)
	a, got := p.matrix(p.source, m, k, k+gap, at), guarded.In[R](p.to, panels, at)
	pure.PackA[R](rows)(want, a, k+gap, m, k)
	p.tiles.PackA(got, a, k+gap, m, k)
	kerneltest.Agree(p.t, "PackA", got, want, 0)
	if m%2 == 0 {
		a, got := p.matrix(p.source, m/2, 2*k, 2*k+gap, at), guarded.In[R](p.to, panels, at)
		pure.PackComplexA[R](rows)(want, a, 2*k+gap, m, k)
		p.tiles.PackComplexA(got, a, 2*k+gap, m, k)
		kerneltest.Agree(p.t, "PackComplexA", got, want, 0)
	}
}

// columns packs n columns of k numbers into panels with room for spare rows more.
func (p *packers[R]) columns(n, k, spare, gap int, at guarded.Place) {
	p.t.Helper()
	columns := p.tiles.Columns
	depth, ld := k+spare, n+gap
	panels := ((n+columns-1)/columns-1)*columns*depth + columns*k
	// What lies between the panels is not touched.
	fresh := func() []R { return fillNaN(make([]R, panels)) }
	b, sum, difference := p.matrix(p.source, k, n, ld, at), fresh(), fresh()
	got := guarded.In[R](p.to, panels, at)
	pure.PackB[R](columns)(sum, depth, b, ld, k, n)
	p.tiles.PackB(got, depth, b, ld, k, n)
	kerneltest.Agree(p.t, "PackB", got, sum, 0)

	last := p.matrix(p.tail, k, n, ld, at)
	sum = fresh()
	got, got2 := guarded.In[R](p.to, panels, at), guarded.In[R](p.to2, panels, at)
	pure.FoldB[R](columns)(sum, difference, depth, b, last, ld, k, n)
	p.tiles.FoldB(got, got2, depth, b, last, ld, k, n)
	kerneltest.Agree(p.t, "FoldB, sums", got, sum, 0)
	kerneltest.Agree(p.t, "FoldB, differences", got2, difference, 0)
}
