package main

import (
	"fmt"
	"math/bits"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// aheadFold is how many pairs of rows are fetched ahead, each over all panels that are
// folded: of four panels in double precision 24 lines from either end. It is the scale of an
// index. With 4 and 8 pairs of four panels the transform of 1024² by compressed kernels to
// 156² took 8 % longer (one core of a Xeon of the Sapphire Rapids generation).
const aheadFold = 2

// multiplyFolding writes MultiplyFolding of package pure.
//
// What is folded is dealt out to the full tiles evenly, a row of a panel of sums and one of
// differences at a time: in as many turns as a row has vectors where the turns of a tile
// suffice, otherwise in one.
func (g *generator) multiplyFolding() {
	g.function("MultiplyFolding", "func(c []%[1]s, ldc, m, k int, a, b []%[1]s, add bool, sum, difference []%[1]s, depth int, head, tail []%[1]s, ld, pairs, panels int)",
		fmt.Sprintf("is pure.MultiplyFolding for panels of %d rows and of %d columns.", g.rows, g.columns()))
	p := &packing{fold: true, from: scratch, back: k, stride: whole, panel: add, difference: reg.R13}
	p.rows, p.turns, p.left, p.plain = g.AllocLocal(8), g.AllocLocal(8), g.AllocLocal(8), g.AllocLocal(8)
	p.depth, p.column, p.panels = g.AllocLocal(8), g.AllocLocal(8), g.AllocLocal(8)
	p.nextHead, p.nextTail, p.nextPanel = g.AllocLocal(8), g.AllocLocal(8), g.AllocLocal(8)
	tiles := g.AllocLocal(8)
	g.Load(g.Param("c").Base(), c)
	g.Load(g.Param("ldc"), ldc)
	g.Load(g.Param("m"), m)
	g.Load(g.Param("b").Base(), b)
	g.bytesOf(ldc)
	if g.wide() { // the mask of a whole vector
		g.KXNORW(partial, partial, partial)
	}
	dense, fits, none, folded, done := g.label("dense"), g.label("fits"), g.label("none"), g.label("folded"), g.label("done")
	perTile, divisor := reg.RAX, reg.R14
	g.Load(g.Param("pairs"), perTile)
	g.Load(g.Param("panels"), count)
	g.MOVQ(count, p.panels)
	g.MOVQ(count, p.column)
	g.IMULQ(count, perTile)
	g.MOVQ(perTile, p.left)
	p.foldSteps(g)
	g.Load(g.Param("k"), count)
	g.SHRQ(operand.U8(bits.TrailingZeros(uint(g.unroll))), count)
	g.SUBQ(operand.U8(g.rows), count)
	g.JLE(operand.LabelRef(none))
	g.MOVQ(count, p.turns)
	g.LEAQ(at(m, 1), divisor)
	g.SHRQ(operand.U8(bits.TrailingZeros(uint(g.rows))), divisor)
	g.JZ(operand.LabelRef(none))
	g.MOVQ(divisor, tiles)
	g.LEAQ(operand.Mem{Base: perTile, Index: divisor, Scale: 1, Disp: -1}, perTile)
	g.XORQ(reg.RDX, reg.RDX)
	g.DIVQ(divisor)
	g.MOVQ(perTile, p.rows)
	g.LEAQ(operand.Mem{Base: perTile, Index: perTile, Scale: 2}, reg.RDX)
	g.CMPQ(reg.RDX, count)
	g.JG(operand.LabelRef(dense))
	p.spread = true
	g.tilesFolding(p, tiles)
	g.JMP(operand.LabelRef(folded))

	g.Label(dense)
	g.CMPQ(perTile, count)
	g.JLE(operand.LabelRef(fits))
	g.MOVQ(count, p.rows)
	g.Label(fits)
	p.spread = false
	g.tilesFolding(p, tiles)
	g.JMP(operand.LabelRef(folded))

	g.Label(none)
	p.foldFrom(g)
	g.Label(folded)
	fold, product := g.label("fold"), g.label("product")
	g.MOVQ(p.left, count)
	g.TESTQ(count, count)
	g.JLE(operand.LabelRef(product))
	g.Label(fold)
	p.row(g)
	g.DECQ(count)
	g.JNZ(operand.LabelRef(fold))
	g.Label(product)
	g.TESTQ(m, m)
	g.JLE(operand.LabelRef(done))
	g.Load(g.Param("k"), k)
	g.Load(g.Param("add"), add.As8())
	g.MOVBLZX(add.As8(), add.As32())
	g.MOVQ(operand.I32(g.lanes()), count)
	g.lastLanes(count)
	g.panel(g.vectors, 1, done)
	g.Label(done)
	g.VZEROUPPER()
	g.RET()
}

// foldSteps prepares what is added to the pointers behind a vector of all columns, to go
// to the next pair: to those of head, of tail and of the panels.
func (p *packing) foldSteps(g *generator) {
	width := operand.I32(g.columns() * g.size())
	row, depth, ld := reg.RDX, reg.R13, reg.R14
	g.IMUL3Q(width, count, row)
	g.Load(g.Param("depth"), depth)
	g.IMUL3Q(width, depth, depth)
	g.MOVQ(depth, p.depth)
	g.IMULQ(count, depth)
	g.NEGQ(depth)
	g.ADDQ(width, depth)
	g.MOVQ(depth, p.nextPanel)
	g.Load(g.Param("ld"), ld)
	g.bytesOf(ld)
	g.MOVQ(ld, depth)
	g.SUBQ(row, depth)
	g.MOVQ(depth, p.nextHead)
	g.ADDQ(row, ld)
	g.NEGQ(ld)
	g.MOVQ(ld, p.nextTail)
}

// foldFrom loads where to fold from and to, and where the panels of rows begin.
func (p *packing) foldFrom(g *generator) {
	g.Load(g.Param("a").Base(), a)
	g.Load(g.Param("sum").Base(), p.panel)
	g.Load(g.Param("difference").Base(), p.difference)
	g.Load(g.Param("head").Base(), p.from)
	g.Load(g.Param("ld"), p.stride)
	g.bytesOf(p.stride)
	// The last row of tail comes first, and back is where to fetch ahead from.
	g.Load(g.Param("pairs"), p.back)
	g.SUBQ(operand.U8(1+aheadFold), p.back)
	g.IMULQ(p.stride, p.back)
	g.Load(g.Param("tail").Base(), count)
	g.ADDQ(count, p.back)
}

// tilesFolding multiplies the full tiles.
func (g *generator) tilesFolding(p *packing, tiles operand.Mem) {
	tile := g.label("tile")
	p.foldFrom(g)
	g.packing = p
	g.Label(tile)
	g.tile(g.rows, g.vectors, 1)
	g.MOVQ(aStep, a)
	g.next(g.rows, 1)
	g.DECQ(tiles)
	g.JNZ(operand.LabelRef(tile))
	g.packing = nil
}

// foldingRounds are the turns of a full tile but for the last lines: those that fold and
// those that do not. It leaves the number of turns to go.
func (p *packing) foldingRounds(g *generator, loop string, lines int) {
	all, plain, next, last := g.label("all"), g.label("plain"), g.label("next"), g.label("fetch")
	g.MOVQ(p.rows, count)
	g.CMPQ(count, p.left)
	g.JLE(operand.LabelRef(all))
	g.MOVQ(p.left, count)
	g.Label(all)
	g.SUBQ(count, p.left)
	g.MOVQ(p.turns, row)
	g.SUBQ(count, row)
	if p.spread {
		for range g.vectors - 1 {
			g.SUBQ(count, row)
		}
	}
	g.MOVQ(row, p.plain)
	g.TESTQ(count, count)
	g.JZ(operand.LabelRef(plain))
	g.Label(loop)
	if p.spread {
		for v := range g.vectors {
			g.steps(g.unroll, g.rows, g.vectors)
			p.vector(g, v)
		}
		p.below(g)
	} else {
		g.steps(g.unroll, g.rows, g.vectors)
		p.row(g)
	}
	g.DECQ(count)
	g.JNZ(operand.LabelRef(loop))
	g.Label(plain)
	g.MOVQ(p.plain, count)
	g.TESTQ(count, count)
	g.JZ(operand.LabelRef(last))
	g.Label(next)
	g.steps(g.unroll, g.rows, g.vectors)
	g.DECQ(count)
	g.JNZ(operand.LabelRef(next))
	g.Label(last)
	g.MOVQ(operand.U32(lines), count)
}

// foldVector folds a vector of a pair of rows.
func (p *packing) foldVector(g *generator, v int) {
	first := g.rows * g.vectors
	x, sum, difference := g.vec(first), g.vec(first+1), g.vec(first+2)
	offset := v * g.bytes
	g.PREFETCHT0(operand.Mem{Base: p.from, Index: p.stride, Scale: aheadFold, Disp: offset})
	g.PREFETCHT0(at(p.back, offset))
	tail := operand.Mem{Base: p.back, Index: p.stride, Scale: aheadFold, Disp: offset}
	g.op(g.VMOVUPD, g.VMOVUPS, at(p.from, offset), x)
	g.op(g.VADDPD, g.VADDPS, tail, x, sum)
	g.op(g.VSUBPD, g.VSUBPS, tail, x, difference)
	g.op(g.VMOVUPD, g.VMOVUPS, sum, at(p.panel, offset))
	g.op(g.VMOVUPD, g.VMOVUPS, difference, at(p.difference, offset))
}

// foldBelow goes to the next panel, or to the next pair behind the last one.
func (p *packing) foldBelow(g *generator) {
	width := operand.I32(g.columns() * g.size())
	same := g.label("same")
	g.ADDQ(width, p.from)
	g.ADDQ(width, p.back)
	g.ADDQ(p.depth, p.panel)
	g.ADDQ(p.depth, p.difference)
	g.DECQ(p.column)
	g.JNZ(operand.LabelRef(same))
	g.ADDQ(p.nextHead, p.from)
	g.ADDQ(p.nextTail, p.back)
	g.ADDQ(p.nextPanel, p.panel)
	g.ADDQ(p.nextPanel, p.difference)
	g.MOVQ(p.panels, row)
	g.MOVQ(row, p.column)
	g.Label(same)
}
