package main

import (
	"fmt"
	"math/bits"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// packing is the packing of the rows of a matrix while tiles are multiplied.
type packing struct {
	from, ahead, stride, panel reg.GPPhysical
	// spread says that a row is packed in as many turns of the loop of a tile as it has
	// vectors. Then rows is the number of rows that a tile packs, and turns that of the
	// turns left to it thereafter. Otherwise a row is packed in each turn.
	spread      bool
	rows, turns operand.Mem

	// fold says that rows are folded in place of packed, spread or not: from is head, panel
	// the sums, rows the most rows of panels that a tile folds, turns that of all its
	// turns but the last, which fetch c. What follows is for this alone.
	fold           bool
	difference     reg.GPPhysical
	back           reg.GPPhysical // where rows of tail are fetched ahead
	left, plain    operand.Mem    // rows of panels to go, turns of a tile that do not fold
	panels, column operand.Mem    // panels, and those to go for a pair of rows
	depth          operand.Mem    // bytes of a panel
	nextHead       operand.Mem    // bytes from behind a pair to the next one
	nextTail       operand.Mem
	nextPanel      operand.Mem
}

// Rows are fetched ahead, for each may be on a page of its own, which the processor does
// not foresee: so many rows if one is packed in each turn, and if packing is
// spread. That makes about 200 and 300 ns, the latency of memory and more; half and twice
// as many made a difference of 1 % (real × complex of 240×512×2048 reals, one core of a
// Xeon of the Sapphire Rapids generation).
const ahead, aheadSpread = 16, 8

// spreadTiles is the least number of tiles over which packing is spread. Fewer are not
// enough for it.
const spreadTiles = 16

// multiplyPacking writes MultiplyPacking or MultiplyComplexPacking of package pure.
//
// A processor waits for few lines of memory at a time, 16 on those of today. A row in each
// turn takes all of them, and the tiles wait for their panels; spread over three times as
// many tiles, the same rows cost 3 to 7 % of the rate less (the product above, in caches and
// from memory).
func (g *generator) multiplyPacking(complex bool) {
	what, unit := "MultiplyPacking", 1
	if complex {
		what, unit = "MultiplyComplexPacking", 2
	}
	g.function(what, "func(c []%[1]s, ldc, m, k int, a, b []%[1]s, add bool, panel, next []%[1]s, ldNext int)",
		fmt.Sprintf("is pure.%s for panels of %d rows and of %d columns; m ≥ %d.", what, g.rows, g.columns(), g.unroll*g.rows))
	p := &packing{from: scratch, ahead: reg.R13, stride: whole, panel: add}
	p.rows, p.turns = g.AllocLocal(8), g.AllocLocal(8)
	tiles, left := g.AllocLocal(8), g.AllocLocal(8)
	g.Load(g.Param("c").Base(), c)
	g.Load(g.Param("ldc"), ldc)
	g.Load(g.Param("m"), m)
	g.Load(g.Param("k"), k)
	g.Load(g.Param("b").Base(), b)
	g.bytesOf(ldc)

	if g.wide() { // the mask of a whole vector
		g.KXNORW(partial, partial, partial)
	}
	dense, enough, packed, done := g.label("dense"), g.label("enough"), g.label("packed"), g.label("done")
	g.CMPQ(m, operand.U32(spreadTiles*g.rows))
	g.JL(operand.LabelRef(dense))
	g.MOVQ(k, count)
	g.SHRQ(operand.U8(bits.TrailingZeros(uint(g.unroll))), count)
	g.SUBQ(operand.U8(g.rows/unit+g.vectors-1), count)
	g.JLE(operand.LabelRef(dense))
	g.ADDQ(operand.U8(g.vectors-1), count)
	perTile := reg.R14
	g.IMUL3Q(operand.U32(1<<16/3+1), count, perTile) // a third, exact up to 2¹⁵
	g.SHRQ(operand.U8(16), perTile)
	g.MOVQ(perTile, p.rows)
	g.LEAQ(operand.Mem{Base: perTile, Index: perTile, Scale: 2}, reg.R15)
	g.SUBQ(reg.R15, count)
	g.ADDQ(operand.U8(g.rows/unit), count)
	g.MOVQ(count, p.turns)
	g.MOVQ(k, reg.RAX)
	g.XORQ(reg.RDX, reg.RDX)
	g.DIVQ(perTile)
	g.MOVQ(m, reg.RDX)
	g.SHRQ(operand.U8(bits.TrailingZeros(uint(g.rows))), reg.RDX)
	g.CMPQ(reg.RDX, reg.RAX)
	g.JGE(operand.LabelRef(enough))
	g.MOVQ(reg.RDX, reg.RAX)
	g.Label(enough)
	g.MOVQ(reg.RAX, tiles)
	g.IMULQ(perTile, reg.RAX)
	g.MOVQ(k, reg.RDX)
	g.SUBQ(reg.RAX, reg.RDX)
	g.MOVQ(reg.RDX, left)
	p.spread = true
	g.tilesPacking(p, unit, tiles, left, aheadSpread)
	g.JMP(operand.LabelRef(packed))

	g.Label(dense)
	g.MOVQ(k, count)
	g.ANDQ(operand.U8(g.unroll-1), count)
	g.MOVQ(count, left)
	g.MOVQ(operand.U32(g.unroll), tiles)
	p.spread = false
	g.tilesPacking(p, unit, tiles, left, ahead)

	g.Label(packed)
	g.TESTQ(m, m)
	g.JLE(operand.LabelRef(done))
	g.Load(g.Param("add"), add.As8())
	g.MOVBLZX(add.As8(), add.As32())
	g.MOVQ(operand.I32(g.lanes()), count)
	g.lastLanes(count)
	g.panel(g.vectors, unit, done)
	g.Label(done)
	g.VZEROUPPER()
	g.RET()
}

// tilesPacking multiplies some tiles and packs the rows that they leave over.
func (g *generator) tilesPacking(p *packing, unit int, tiles, left operand.Mem, ahead int) {
	tile, rest, packed := g.label("tile"), g.label("rest"), g.label("packed")
	g.Load(g.Param("a").Base(), a)
	g.Load(g.Param("panel").Base(), p.panel)
	g.Load(g.Param("next").Base(), p.from)
	g.Load(g.Param("ldNext"), p.stride)
	g.bytesOf(p.stride)
	g.IMUL3Q(operand.U32(ahead), p.stride, p.ahead)
	g.ADDQ(p.from, p.ahead)
	g.packing = p
	g.Label(tile)
	g.tile(g.rows, g.vectors, unit)
	g.MOVQ(aStep, a)
	g.next(g.rows, unit)
	g.DECQ(tiles)
	g.JNZ(operand.LabelRef(tile))
	g.packing = nil
	g.MOVQ(left, count)
	g.TESTQ(count, count)
	g.JZ(operand.LabelRef(packed))
	g.Label(rest)
	p.row(g)
	g.DECQ(count)
	g.JNZ(operand.LabelRef(rest))
	g.Label(packed)
}

// rounds is the loop of a full tile that packs a row in as many turns as it has vectors.
// It leaves the number of turns to go.
func (p *packing) rounds(g *generator, loop string) {
	g.MOVQ(p.rows, count)
	g.Label(loop)
	for v := range g.vectors {
		g.steps(g.unroll, g.rows, g.vectors)
		p.vector(g, v)
	}
	p.below(g)
	g.DECQ(count)
	g.JNZ(operand.LabelRef(loop))
	g.MOVQ(p.turns, count)
}

// row packs one row.
func (p *packing) row(g *generator) {
	for v := range g.vectors {
		p.vector(g, v)
	}
	p.below(g)
}

// vector packs a vector of a row.
func (p *packing) vector(g *generator, v int) {
	if p.fold {
		p.foldVector(g, v)
		return
	}
	x := g.vec(g.rows*g.vectors + v)
	g.PREFETCHT0(at(p.ahead, v*g.bytes))
	g.op(g.VMOVUPD, g.VMOVUPS, at(p.from, v*g.bytes), x)
	g.op(g.VMOVUPD, g.VMOVUPS, x, at(p.panel, v*g.bytes))
}

// below goes to the next row.
func (p *packing) below(g *generator) {
	if p.fold {
		p.foldBelow(g)
		return
	}
	g.ADDQ(p.stride, p.from)
	g.ADDQ(p.stride, p.ahead)
	g.ADDQ(operand.I32(g.columns()*g.size()), p.panel)
}
