package product

import (
	"math/bits"
	"runtime"
	"sync/atomic"
	"unsafe"

	"arago/backend"
	"arago/internal/kernel"
	"arago/internal/parallel"
)

// left is a left matrix as rows of reals, and where its product goes.
type left[R backend.Real] struct {
	// rows is the number of real rows, perRow of them for each row of the
	// matrix; depth the number of columns, of perColumn reals each.
	rows, perRow, depth, perColumn int
	// inner is the number of columns in one step at most.
	inner int

	a    []R
	lda  int
	pack func(panels, a []R, lda, m, k int)

	c        []R
	ldc      int
	multiply func(c []R, ldc, m, n, k int, a, b []R, add bool)
	// multiplyPacking is nil where there is none.
	multiplyPacking func(c []R, ldc, m, k int, a, b []R, add bool, panel []R, depth int, next []R, ld, rows, panels int)
	// So is multiplyFolding.
	multiplyFolding func(c []R, ldc, m, k int, a, b []R, add bool, sum, difference []R, depth int, head, tail []R, ld, pairs, panels int)
}

// right is a right matrix for each left one, all of the same columns.
type right[R backend.Real] struct {
	columns int
	// pack packs rows from … to−1 and columns j … j+n−1 of each matrix into
	// panels of a depth. A matrix of fewer rows fills less of its panels.
	pack func(panels [2][]R, depth, from, to, j, n int)

	// b is the matrix that they are made of, of rows ldb apart. It is packed as it is, or
	// else folded is the number of its rows, which are folded about the middle one.
	b           []R
	ldb, folded int
}

const (
	// packedRows is the number of rows of the left matrix that are packed at a time, a
	// multiple of the rows of every tile: 2, 4, 6 and 8.
	packedRows = 48

	// slabBytes bounds the packed left matrices. From 4 to 64 MB it made no difference
	// that could be measured to products of 1408² and 2048² on one and two cores.
	slabBytes = 16 << 20

	// serialOperations is the number of multiplications of reals up to which a second
	// goroutine costs more than it brings. With a helper that looks out for work 96² by 96²
	// is as fast on two cores as on one, and 128² by 128² 1.5 times as fast. To wake a helper
	// that sleeps takes 50 µs more, half of what 128² by 128² takes on one core.
	serialOperations = 1 << 21

	// leastOperations is the number of multiplications below which a piece of work is
	// not made smaller: at the rates of one core some 20 µs. Four times as many or a
	// fourth made no difference that could be measured for 512² and 1024².
	leastOperations = 1 << 20

	// fewestPieces is how many pieces of work there are for each goroutine at least.
	// Where there are not as many panels of columns, the rows are cut, but not below
	// lowestJob, for each piece packs the columns it needs for its rows alone. 1000×500×40 reals
	// in double precision, two panels, made 68 GFLOP/s on two cores with one piece for each
	// goroutine, 80, 79 and 81 with two, four and eight; 600×512×20 reals, one panel, made 40, 54,
	// 52 and 51 with a lowest job of 512, 256, 128 and 64 rows (a Xeon of the Sapphire Rapids
	// generation, interleaved, 80 to 100 turns of some calls).
	fewestPieces = 4
	lowestJob    = 256
)

const (
	// foldingHeight is how many times Height the rows are at most beside which it is
	// folded. The panels of two groups leave room for as many in the second-level cache.
	foldingHeight = 2

	// packedPanels and foldedPanels are the numbers of panels that are packed and folded
	// together, the latter at most half of those that there is room for. Of one panel a row is a
	// few lines, which the processor does not foresee: from memory that was as slow as folding
	// apart from the tiles (46 ms for the transform of 4096² by compressed kernels to 512² over
	// 16 λ/D, one core of a Xeon of the Sapphire Rapids generation; 38 to 39 ms with groups of
	// 3, 4 and 8). Larger groups leave more that is folded before anything is multiplied: of
	// 1024² to 156² 8 panels took 8 % longer than 4. The packed rows of a step are read again for each
	// group: with 4, 8 and 16 panels in one a product of 2048² reals and as many complex
	// numbers made 197, 200 and 201 GFLOP/s on two cores, one of 512² 80, 79 and 75 on one.
	packedPanels, foldedPanels = 8, 4
)

// product is one call: the left matrices, of which the first is the deepest,
// times their right ones.
type product[R backend.Real] struct {
	*kernel.Tiles[R]
	left  []left[R]
	right right[R]

	rows    int // of the left matrix with most rows
	inner   int // columns of the left matrices in one step
	pieces  []piece
	workers int

	// A slab is what is packed of the left matrices at a time: rows i0 … i1−1 and
	// columns k0 … k1−1 of each, as far as it has them.
	i0, i1, k0, k1 int
	packed         [2][]R
}

// A piece of work is to compute the columns j0 … j1−1 of the results in one of
// some parts of the rows of a slab.
type piece struct{ j0, j1, part, parts int }

func run[R backend.Real](t *kernel.Tiles[R], operands []left[R], columns right[R]) {
	runWithin(slabBytes, t, operands, columns)
}

// runWithin is run with slabs of at most so many bytes, or else of one step of
// Height rows.
func runWithin[R backend.Real](slabBytes int, t *kernel.Tiles[R], operands []left[R], columns right[R]) {
	p := product[R]{Tiles: t, left: operands, right: columns}
	total, depth := 0, 0
	for _, l := range operands {
		p.rows, depth = max(p.rows, l.rows), max(depth, l.depth)
		total += roundUp(l.rows, t.Rows)
	}
	if p.rows == 0 || columns.columns == 0 {
		return
	}
	p.cut(depth, float64(total)*float64(columns.columns)*float64(depth))

	var r R
	limit := slabBytes / int(unsafe.Sizeof(r))
	height, slabDepth := p.rows, max(1, depth)
	if total*depth > limit {
		// As many steps as fit, or some of the rows if not even one does.
		slabDepth = max(1, limit/(total*p.inner)) * p.inner
		height = min(p.rows, max(1, limit/(len(operands)*p.inner*t.Height))*t.Height)
	}
	// A power of two serves more calls than the size of this one.
	memory := slabs[R]().Get(1 << bits.Len(uint(max(1, p.slabSize(height, slabDepth))-1)))
	defer slabs[R]().Put(memory)
	for p.i0 = 0; p.i0 < p.rows; p.i0 += height {
		p.i1 = min(p.i0+height, p.rows)
		for p.k0 = 0; p.k0 == 0 || p.k0 < depth; p.k0 += slabDepth {
			p.k1 = min(p.k0+slabDepth, depth)
			p.slab(*memory)
		}
	}
}

// cut decides into what pieces the work is cut. An element of the result does
// not depend on it, except by the size of a step, which depends on the depth alone.
func (p *product[R]) cut(depth int, operations float64) {
	p.workers = runtime.GOMAXPROCS(0)
	if operations <= serialOperations {
		p.workers = 1
	}
	p.inner = max(1, pieces(depth, max(1, pieces(depth, p.left[0].inner))))
	panels, width := pieces(p.right.columns, p.Columns), p.Width/p.Columns
	if p.workers == 1 {
		blocks := pieces(panels, width)
		for i := range blocks {
			p.pieces = append(p.pieces, p.piece(i*panels/blocks, (i+1)*panels/blocks, 0, 1))
		}
		return
	}
	// Each goroutine gets a piece, and together they make half of what is left; and so
	// on (factoring: Hummel, Schonberg and Flynn 1992, Comm. ACM 35, 90). Those that
	// are not late end at the same time, and the others leave the last pieces to them.
	// Against eight equal pieces for two goroutines that were asleep this brought 10 %
	// (512×512×1024 reals in double precision, a Xeon of the Sapphire Rapids generation).
	parts := max(1, min(pieces(fewestPieces*p.workers, panels), p.rows/lowestJob))
	least := int(leastOperations / operations * float64(panels*parts))
	for from := 0; from < panels; {
		size := min(width, pieces(panels-from, 2*p.workers))
		if size < least {
			size = min(width, pieces(panels-from, p.workers))
		}
		for i := 0; i < p.workers && from < panels; i++ {
			to := min(panels, from+size)
			for part := range parts {
				p.pieces = append(p.pieces, p.piece(from, to, part, parts))
			}
			from = to
		}
	}
}

// piece is a piece of some panels of columns.
func (p *product[R]) piece(from, to, part, parts int) piece {
	return piece{from * p.Columns, min(to*p.Columns, p.right.columns), part, parts}
}

// slabSize returns the number of reals of packed slabs of at most height rows
// and some depth.
func (p *product[R]) slabSize(height, depth int) (size int) {
	for _, l := range p.left {
		size += roundUp(min(height, l.rows), p.Rows) * min(depth, l.depth)
	}
	return size
}

// slab packs one slab of each left matrix and multiplies it.
func (p *product[R]) slab(memory []R) {
	for i, l := range p.left {
		rows, depth := p.rowsOf(l), min(p.k1, l.depth)-p.k0
		size := roundUp(rows, p.Rows) * max(0, depth)
		p.packed[i], memory = memory[:size], memory[size:]
	}
	bands := pieces(p.i1-p.i0, packedRows)
	packs := len(p.left) * bands
	var packed atomic.Int64
	p.share(packs+len(p.pieces), func(next func() (int, bool)) {
		size := p.Inner * p.Width
		memory := columnBlocks[R]().Get(2 * size)
		defer columnBlocks[R]().Put(memory)
		panels := [2][]R{(*memory)[:size], (*memory)[size:]}
		for job, ok := next(); ok; job, ok = next() {
			if job < packs {
				func() {
					defer packed.Add(1) // whatever happens: the others wait for it
					i := p.i0 + job%bands*packedRows
					p.packLeft(job/bands, i, min(i+packedRows, p.i1))
				}()
				continue
			}
			// Whoever has a later job waits for those that pack, which are all under
			// way: a few microseconds, less than it takes to wake a goroutine.
			parallel.Await(func() bool { return packed.Load() >= int64(packs) })
			p.multiply(p.pieces[job-packs], panels)
		}
	})
}

// share gives the jobs to goroutines, or to this one alone.
func (p *product[R]) share(jobs int, body func(next func() (int, bool))) {
	if p.workers > 1 {
		parallel.Jobs(jobs, body)
		return
	}
	parallel.Alone(jobs, body)
}

// rowsOf returns how many rows of l are in the slab.
func (p *product[R]) rowsOf(l left[R]) int { return max(0, min(p.i1, l.rows)-p.i0) }

// panelsOf returns the packed columns k … of the rows i … of a left matrix, and
// how many columns and rows that is in one step.
func (p *product[R]) panelsOf(index, k, i int) (panels []R, depth, rows int) {
	l := &p.left[index]
	depth = min(k+p.inner, p.k1, l.depth) - k
	rows = min(i+p.Height, p.i1, l.rows) - i
	if depth <= 0 || rows <= 0 {
		return nil, max(0, depth), rows
	}
	return p.packed[index][roundUp(p.rowsOf(*l), p.Rows)*(k-p.k0)+(i-p.i0)*depth:], depth, rows
}

// packLeft packs the rows i … end−1 of a left matrix, panel by panel: so it is read
// row by row, which the processor foresees. Packing step by step it took twice as long
// from memory (5.8 against 11.5 GB/s in double precision), and as long from a cache.
func (p *product[R]) packLeft(index, i, end int) {
	l := &p.left[index]
	for ; i < end; i += p.Rows {
		for k := p.k0; k < p.k1; k += p.inner {
			if panels, depth, rows := p.panelsOf(index, k, i); panels != nil {
				l.pack(panels, l.a[i/l.perRow*l.lda+k*l.perColumn:], l.lda, min(rows, p.Rows), depth)
			}
		}
	}
}

// multiply computes what a slab brings to one piece of each result.
func (p *product[R]) multiply(w piece, panels [2][]R) {
	j0, j1 := w.j0, w.j1
	i0, i1 := part(p.i1-p.i0, p.Rows, w.part, w.parts)
	if p.packsAhead(p.i0+i0, p.i0+i1) {
		p.multiplyAhead(p.i0+i0, p.i0+i1, j0, j1, panels)
		return
	}
	for k := p.k0; k == 0 || k < p.k1; k += p.inner {
		to := min(k+p.inner, p.k1)
		if k < to {
			p.right.pack(panels, to-k, k, to, j0, j1-j0)
		}
		for index := range p.left {
			l := &p.left[index]
			for i := p.i0 + i0; i < min(p.i0+i1, l.rows); i += p.Height {
				a, depth, m := p.panelsOf(index, k, i)
				m = min(m, p.i0+i1-i)
				if depth == 0 && k > 0 {
					break
				}
				for j := j0; j < j1; j += p.Columns {
					l.multiply(l.c[i/l.perRow*l.ldc+j:], l.ldc, m, min(p.Columns, j1-j), depth,
						a, panels[index][(j-j0)*(to-k):], k > 0)
				}
			}
		}
	}
}

// packsAhead says whether the right matrix is packed while the rows i … end−1 are multiplied.
func (p *product[R]) packsAhead(i, end int) bool {
	rows := 0
	for _, l := range p.left {
		rows = max(rows, min(end, l.rows)-i)
	}
	switch {
	case p.RoomBeside(rows, min(p.inner, p.k1-p.k0)) == 0:
		return false
	case p.right.folded > 0:
		return p.left[0].multiplyFolding != nil && end-i <= foldingHeight*p.Height
	default:
		return p.left[0].multiplyPacking != nil
	}
}

// A group is the columns j … end−1 of the rows k … to−1 of the right matrix, or of both folds of it.
type group struct{ k, to, j, end int }

// multiplyAhead is multiply for the rows i … end−1. The columns are packed group by group,
// each while the one before it is multiplied: of its rows, each call of the
// micro-kernel packs as many as its rows are of those of all calls, if it has room for them.
func (p *product[R]) multiplyAhead(i, end, j0, j1 int, panels [2][]R) {
	var rows [2]int
	total := 0
	for index := range p.left {
		rows[index] = max(0, min(end, p.left[index].rows)-i)
		total += rows[index]
	}
	now, ahead, most := [2][]R{panels[0]}, [2][]R{panels[1]}, packedPanels // the group that is multiplied, and the next one
	if p.right.folded > 0 {
		room := len(panels[0]) / 2
		now, ahead = [2][]R{panels[0][:room], panels[1][:room]}, [2][]R{panels[0][room:], panels[1][room:]}
		most = foldedPanels
	}
	// The first group is small, for nothing is multiplied while it is packed.
	g := group{p.k0, min(p.k0+p.inner, p.k1), j0, min(j0+p.Columns, j1)}
	p.right.pack(now, g.to-g.k, g.k, g.to, g.j, g.end-g.j)
	for size := 2; g.k < p.k1; size = min(2*size, most) {
		next := group{g.k, g.to, g.end, min(g.end+size*p.Columns, j1)}
		if next.j == j1 {
			next = group{g.to, min(g.to+p.inner, p.k1), j0, min(j0+size*p.Columns, j1)}
		}
		// The whole panels of the next group are packed here.
		depth := next.to - next.k
		count, whole := depth, (next.end-next.j)/p.Columns
		if p.right.folded > 0 {
			count = max(0, min(next.to, p.right.folded/2)-next.k)
		}
		from, done, work := 0, 0, total*pieces(g.end-g.j, p.Columns)
		for index, all := range rows[:len(p.left)] {
			l := &p.left[index]
			for r := i; r < i+all; r += p.Height {
				a, k, m := p.panelsOf(index, g.k, r)
				m = min(m, end-r)
				for j := g.j; j < g.end; j += p.Columns {
					done += m
					if k == 0 && g.k > 0 {
						continue
					}
					to := count * done / work
					if whole > 0 {
						to = min(to, from+p.RoomBeside(m, k)/whole)
					}
					c, b := l.c[r/l.perRow*l.ldc+j:], now[index][(j-g.j)*(g.to-g.k):]
					switch at := from * p.Columns; {
					case g.end-j < p.Columns || whole == 0 || to <= from:
						l.multiply(c, l.ldc, m, min(p.Columns, g.end-j), k, a, b, g.k > 0)
						continue
					case p.right.folded == 0:
						l.multiplyPacking(c, l.ldc, m, k, a, b, g.k > 0, ahead[0][at:], depth,
							p.right.b[(next.k+from)*p.right.ldb+next.j:], p.right.ldb, to-from, whole)
					default:
						l.multiplyFolding(c, l.ldc, m, k, a, b, g.k > 0, ahead[0][at:], ahead[1][at:], depth,
							p.right.b[(next.k+from)*p.right.ldb+next.j:], p.right.b[(p.right.folded-next.k-to)*p.right.ldb+next.j:],
							p.right.ldb, to-from, whole)
					}
					from = to
				}
			}
		}
		p.packRest(next, from, count, whole, ahead)
		g = next
		now, ahead = ahead, now
	}
}

// packRest packs what is left of a group: of its whole panels the rows from … count−1, or pairs
// of them and the middle row, and the panel that is not whole.
func (p *product[R]) packRest(g group, from, count, whole int, panels [2][]R) {
	depth, b, ld, middle := g.to-g.k, p.right.b, p.right.ldb, p.right.folded/2
	if depth == 0 {
		return
	}
	if whole > 0 && from < count && p.right.folded == 0 {
		p.PackB(panels[0][from*p.Columns:], depth, b[(g.k+from)*ld+g.j:], ld, count-from, whole*p.Columns)
	} else if whole > 0 && from < count {
		p.FoldB(panels[0][from*p.Columns:], panels[1][from*p.Columns:], depth,
			b[(g.k+from)*ld+g.j:], b[(p.right.folded-g.k-count)*ld+g.j:], ld, count-from, whole*p.Columns)
	}
	if whole > 0 && count < depth { // the middle row of an odd number
		p.PackB(panels[0][count*p.Columns:], depth, b[middle*ld+g.j:], ld, 1, whole*p.Columns)
	}
	if j := g.j + whole*p.Columns; j < g.end {
		at := whole * p.Columns * depth
		rest := [2][]R{panels[0][at:]}
		if p.right.folded > 0 {
			rest[1] = panels[1][at:]
		}
		p.right.pack(rest, depth, g.k, g.to, j, g.end-j)
	}
}

// part returns where part i of n begins and ends if size is divided into n
// parts that are, but for the last, multiples of a unit and differ by at most one.
func part(size, unit, i, n int) (from, to int) {
	units := pieces(size, unit)
	return min(size, i*units/n*unit), min(size, (i+1)*units/n*unit)
}

// pieces returns how many pieces of a size n takes.
func pieces(n, size int) int { return (n + size - 1) / size }

func roundUp(n, unit int) int { return pieces(n, unit) * unit }
