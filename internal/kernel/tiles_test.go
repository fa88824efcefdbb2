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

func checkTiles[R float32 | float64](t *testing.T, tiles *kernel.Tiles[R], epsilon float64) {
	var one R
	size := int(unsafe.Sizeof(one))
	const most = 40000
	m := memories[R]{t, rand.New(rand.NewPCG(1, 2)), tiles,
		guarded.New(t, most*size), guarded.New(t, most*size), guarded.New(t, most*size), epsilon}
	rows, columns := tiles.Rows, tiles.Columns
	if rows%2 != 0 || columns%2 != 0 || tiles.Height%rows != 0 || tiles.Width%columns != 0 || tiles.Inner <= 0 {
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

// checkPackers packs from guarded memory into panels that hold NaN, as do the
// gaps of the matrix, and expects the twins' numbers, bit for bit.
func checkPackers[R float32 | float64](t *testing.T, tiles *kernel.Tiles[R]) {
	var one R
	size := int(unsafe.Sizeof(one))
	const most = 20000
	r := rand.New(rand.NewPCG(5, 6))
	source, tail := guarded.New(t, most*size), guarded.New(t, most*size)
	to, to2 := guarded.New(t, most*size), guarded.New(t, most*size)
	rows, columns := tiles.Rows, tiles.Columns
	matrix := func(memory *guarded.Memory, m, n, stride int, at guarded.Place) []R {
		return kerneltest.Normal(r, guarded.In[R](memory, max(0, (m-1)*stride+n), at))
	}
	for m := range 3*rows + 1 {
		for _, k := range []int{1, 2, 3, 4, 5, 7, 8, 9, 17} {
			at := guarded.Place((m+k)%4 - 1)
			panels := (m + rows - 1) / rows * rows * k
			want := make([]R, panels)
			if m > 0 {
				a := matrix(source, m, k, k+m%3, at)
				got := guarded.In[R](to, panels, at)
				pure.PackA[R](rows)(want, a, k+m%3, m, k)
				tiles.PackA(got, a, k+m%3, m, k)
				kerneltest.Agree(t, "PackA", got, want, 0)
			}
			if m > 0 && m%2 == 0 {
				a := matrix(source, m/2, 2*k, 2*k+m%3, at)
				got := guarded.In[R](to, panels, at)
				pure.PackComplexA[R](rows)(want, a, 2*k+m%3, m, k)
				tiles.PackComplexA(got, a, 2*k+m%3, m, k)
				kerneltest.Agree(t, "PackComplexA", got, want, 0)
			}
		}
	}
	for n := 1; n < 3*columns; n++ {
		for _, k := range []int{1, 2, 5} {
			at, depth, ld := guarded.Place((n+k)%4-1), k+n%3, n+k%3
			panels := ((n+columns-1)/columns-1)*columns*depth + columns*k
			// What lies between the panels is not touched.
			fresh := func() (want []R) {
				for range panels {
					want = append(want, R(math.NaN()))
				}
				return want
			}
			b, sum, difference := matrix(source, k, n, ld, at), fresh(), fresh()
			got := guarded.In[R](to, panels, at)
			pure.PackB[R](columns)(sum, depth, b, ld, k, n)
			tiles.PackB(got, depth, b, ld, k, n)
			kerneltest.Agree(t, "PackB", got, sum, 0)

			last := matrix(tail, k, n, ld, at)
			sum = fresh()
			got, got2 := guarded.In[R](to, panels, at), guarded.In[R](to2, panels, at)
			pure.FoldB[R](columns)(sum, difference, depth, b, last, ld, k, n)
			tiles.FoldB(got, got2, depth, b, last, ld, k, n)
			kerneltest.Agree(t, "FoldB, sums", got, sum, 0)
			kerneltest.Agree(t, "FoldB, differences", got2, difference, 0)
		}
	}
}
