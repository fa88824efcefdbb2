package fourier

import (
	"cmp"
	"encoding/binary"
	"slices"

	"arago/backend"
	"arago/internal/parallel"
	"arago/internal/passes"
)

// Block is a part of a grid: rows Y0 … Y1−1 and columns X0 … X1−1.
type Block struct{ Y0, Y1, X0, X1 int }

// strips are the columns of a field that are not dark, where most of it is: a mask with a few
// small holes. Samples that mirror each other make a pair, counted from the outermost;
// of the rows of a strip, and of the columns of all strips together, only the pairs
// are squeezed in which there may be light.
type strips struct {
	list []strip
	// columns are the pairs of columns of all strips.
	columns pairs
}

// strip is columns from … to−1, with what may not be dark of their rows.
type strip struct {
	from, to int
	rows     pairs
}

// pairs are some pairs of n samples, in their order.
type pairs struct {
	n    int
	list []int
}

// strips returns the strips of a transform, of its transpose if transposed, or nil if it is
// told of no holes.
func (t Transform) strips(transposed bool) *strips {
	if len(t.Lit) == 0 {
		return nil
	}
	blocks, rows, columns := slices.Clone(t.Lit), t.In.Y.N, t.In.X.N
	if transposed {
		for i, b := range blocks {
			blocks[i] = Block{b.X0, b.X1, b.Y0, b.Y1}
		}
		rows, columns = columns, rows
	}
	slices.SortFunc(blocks, func(a, b Block) int { return cmp.Compare(a.X0, b.X0) })
	s := new(strips)
	litColumns := make([]bool, columns)
	for len(blocks) > 0 {
		next := strip{from: blocks[0].X0, to: blocks[0].X1}
		lit := make([]bool, rows)
		for len(blocks) > 0 && blocks[0].X0 <= next.to {
			next.to = max(next.to, blocks[0].X1)
			for y := blocks[0].Y0; y < blocks[0].Y1; y++ {
				lit[y] = true
			}
			blocks = blocks[1:]
		}
		for x := next.from; x < next.to; x++ {
			litColumns[x] = true
		}
		next.rows = pairsOf(lit)
		s.list = append(s.list, next)
	}
	s.columns = pairsOf(litColumns)
	return s
}

// pairsOf returns the pairs of samples of which at least one is lit.
func pairsOf(lit []bool) pairs {
	p := pairs{n: len(lit)}
	for i := range p.n - p.n/2 {
		if lit[i] || lit[p.n-1-i] {
			p.list = append(p.list, i)
		}
	}
	return p
}

// samples is the number of samples of the pairs: that in the middle has no partner.
func (p pairs) samples() int {
	count := 2 * len(p.list)
	if p.n%2 == 1 && count > 0 && p.list[len(p.list)-1] == p.n/2 {
		count--
	}
	return count
}

// position returns which of the samples of the pairs sample i is.
func (p pairs) position(i int) int {
	if mirrored := p.n - 1 - i; i > mirrored {
		return p.samples() - 1 - p.position(mirrored)
	}
	at, _ := slices.BinarySearch(p.list, i)
	return at
}

// columnsOf returns some columns of a matrix, as far as it has them.
func columnsOf[R backend.Real](m backend.Matrix[R], columns []int) backend.Matrix[R] {
	for len(columns) > 0 && columns[len(columns)-1] >= m.Cols {
		columns = columns[:len(columns)-1]
	}
	out := backend.NewMatrix[R](m.Rows, len(columns))
	for i := range m.Rows {
		row := m.Row(i)
		for j, column := range columns {
			out.Row(i)[j] = row[column]
		}
	}
	return out
}

// squeezer is a strip and what squeezes it.
type squeezer[R backend.Real] struct {
	strip
	by parts[R]
	at int // the first of its columns among those of all strips
}

// sparse is what a transform does with strips.
type sparse[R backend.Real] struct {
	strips   []squeezer[R]
	columns  int      // of all strips, and those that mirror them
	squeezes parts[R] // those columns, as rows
}

// stripsKey names the strips of a field, or of its transpose; lit are the blocks that they
// are made of.
type stripsKey struct {
	rows, columns int
	transposed    bool
	lit           string
}

// sparseKey names what a transform does with strips.
type sparseKey struct {
	recipe        string
	first, second axisShape
	strips        stripsKey
}

// sparseOf returns what a transform of holes does with strips.
func sparseOf[R backend.Real](cache *Cache, t Transform, key sparseKey, transposed bool, first, second *axis[R]) *sparse[R] {
	var lit []byte
	for _, b := range t.Lit {
		for _, n := range []int{b.Y0, b.Y1, b.X0, b.X1} {
			lit = binary.AppendVarint(lit, int64(n))
		}
	}
	key.strips = stripsKey{t.In.Y.N, t.In.X.N, transposed, string(lit)}
	pairs := 8 * int64(len(t.Lit)+1) * int64(max(t.In.Y.N, t.In.X.N)/2)
	s := cached(cache, key.strips, pairs, func() *strips { return t.strips(transposed) })
	return cached(cache, key, s.kernelBytes(key.first, key.second, realBytes[R]()), func() *sparse[R] {
		return newSparse(s, first, second)
	})
}

// kernelBytes returns the size of the kernels that are cut to strips.
func (s *strips) kernelBytes(first, second axisShape, size int64) int64 {
	of := func(p pairs, axis axisShape) int64 {
		even, odd := axis.squeezed()
		return size * int64(even+odd) * int64(len(p.list))
	}
	sum := of(s.columns, second)
	for _, strip := range s.list {
		sum += of(strip.rows, first)
	}
	return sum
}

// newSparse returns how strips are squeezed by the kernels of two axes.
func newSparse[R backend.Real](s *strips, first, second *axis[R]) *sparse[R] {
	of := func(p pairs, kernel parts[R]) parts[R] {
		return parts[R]{columnsOf(kernel.even, p.list), columnsOf(kernel.odd, p.list)}
	}
	out := &sparse[R]{columns: s.columns.samples(), squeezes: of(s.columns, second.squeeze)}
	for _, strip := range s.list {
		out.strips = append(out.strips, squeezer[R]{strip, of(strip.rows, first.squeeze), s.columns.position(strip.from)})
	}
	return out
}

// squeezeStrips squeezes the columns of src strip by strip into dst, which has those of all
// strips.
func (f *Folded[R, C]) squeezeStrips(dst, src backend.Matrix[C]) {
	for i := range dst.Rows {
		clear(dst.Row(i))
	}
	for i := range f.sparse.strips {
		s := &f.sparse.strips[i]
		rows, width := s.rows.samples(), s.to-s.from
		memory := passes.Scratch[C]().Get(rows * width)
		lit := backend.MatrixOf(rows, width, *memory)
		parallel.Bands(len(s.rows.list), max(1, pairBand/width), func(from, to int) {
			for k, row := range s.rows.list[from:to] {
				copy(lit.Row(from+k), src.Row(row)[s.from:s.to])
				copy(lit.Row(rows-1-from-k), src.Row(src.Rows - 1 - row)[s.from:s.to])
			}
		})
		f.squeeze(dst.Slice(0, dst.Rows, s.at, s.at+width), s.by, lit)
		passes.Scratch[C]().Put(memory)
	}
}
