package main

import (
	"fmt"
	"math/bits"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// packing is the packing or folding of rows of some panels of the right matrix while tiles
// are multiplied: a row of all panels after the other, for long pieces of rows come from
// memory faster than short ones.
type packing struct {
	fold bool // pairs of rows are folded, otherwise rows are packed

	from   reg.GPPhysical // of head, if rows are folded
	stride reg.GPPhysical // of the matrix, in bytes
	panel  reg.GPPhysical // of the sums, if rows are folded
	// Of what is folded: the panel of differences, and where rows of tail are fetched ahead.
	difference, back reg.GPPhysical

	// spread says that a row of a panel is packed in as many turns of a tile as it has
	// vectors, otherwise in one.
	spread bool

	rows  operand.Mem // the most rows of panels that a tile packs
	turns operand.Mem // of a tile, but for the last ones, which fetch c
	left  operand.Mem // rows of panels to go
	plain operand.Mem // turns of a tile that pack nothing

	panels, column     operand.Mem // panels, and those to go for a row
	depth              operand.Mem // bytes of a panel
	nextFrom, nextBack operand.Mem // bytes from behind a row of all panels to the next one
	nextPanel          operand.Mem
}

// aheadPack and aheadFold are how many rows, or pairs of them, are fetched ahead, each over all
// panels that are packed: of four panels in double precision 24 lines, in folding as many from
// either end. They are scales of an index. With 4 and 8 pairs of four panels the transform of
// 1024² by compressed kernels to 156² took 8 % longer (one core of a Xeon of the Sapphire Rapids
// generation).
const aheadPack, aheadFold = 2, 2

// multiplyPacking writes MultiplyPacking, MultiplyComplexPacking or, if fold is true,
// MultiplyFolding of package pure.
//
// What is packed is dealt out to the full tiles evenly, a row of a panel (in folding one of
// sums and one of differences) at a time: in as many turns as a row has vectors where the
// turns of a tile suffice, otherwise in one.
func (g *generator) multiplyPacking(complex, fold bool) {
	name, next, rows, unit := "MultiplyPacking", "panel []%[1]s, depth int, next []%[1]s, ld, rows, panels int", "rows", 1
	p := &packing{fold: fold, from: scratch, back: k, stride: whole, panel: add, difference: reg.R13}
	switch {
	case fold:
		name, next, rows = "MultiplyFolding", "sum, difference []%[1]s, depth int, head, tail []%[1]s, ld, pairs, panels int", "pairs"
	case complex:
		name, unit = "MultiplyComplexPacking", 2
	}
	g.function(name, "func(c []%[1]s, ldc, m, k int, a, b []%[1]s, add bool, "+next+")",
		fmt.Sprintf("is pure.%s for panels of %d rows and of %d columns.", name, g.rows, g.columns()))
	for _, local := range []*operand.Mem{&p.rows, &p.turns, &p.left, &p.plain, &p.depth, &p.column, &p.panels, &p.nextFrom, &p.nextBack, &p.nextPanel} {
		*local = g.AllocLocal(8)
	}
	tiles := g.AllocLocal(8)
	g.Load(g.Param("c").Base(), c)
	g.Load(g.Param("ldc"), ldc)
	g.Load(g.Param("m"), m)
	g.Load(g.Param("b").Base(), b)
	g.bytesOf(ldc)
	if g.wide() { // the mask of a whole vector
		g.KXNORW(partial, partial, partial)
	}
	dense, fits, none, packed, done := g.label("dense"), g.label("fits"), g.label("none"), g.label("packed"), g.label("done")
	perTile, divisor := reg.RAX, reg.R14
	g.Load(g.Param(rows), perTile)
	g.Load(g.Param("panels"), count)
	g.MOVQ(count, p.panels)
	g.MOVQ(count, p.column)
	g.IMULQ(count, perTile)
	g.MOVQ(perTile, p.left)
	p.strides(g)
	g.Load(g.Param("k"), count)
	g.SHRQ(operand.U8(bits.TrailingZeros(uint(g.unroll))), count)
	g.SUBQ(operand.U8(g.rows/unit), count)
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
	g.tilesPacking(p, unit, tiles)
	g.JMP(operand.LabelRef(packed))

	g.Label(dense)
	g.CMPQ(perTile, count)
	g.JLE(operand.LabelRef(fits))
	g.MOVQ(count, p.rows)
	g.Label(fits)
	p.spread = false
	g.tilesPacking(p, unit, tiles)
	g.JMP(operand.LabelRef(packed))

	g.Label(none)
	p.begin(g)
	g.Label(packed)
	pack, product := g.label("pack"), g.label("product")
	g.MOVQ(p.left, count)
	g.TESTQ(count, count)
	g.JLE(operand.LabelRef(product))
	g.Label(pack)
	p.row(g)
	g.DECQ(count)
	g.JNZ(operand.LabelRef(pack))
	g.Label(product)
	g.TESTQ(m, m)
	g.JLE(operand.LabelRef(done))
	g.Load(g.Param("k"), k)
	g.Load(g.Param("add"), add.As8())
	g.MOVBLZX(add.As8(), add.As32())
	g.MOVQ(operand.I32(g.lanes()), count)
	g.lastLanes(count)
	g.panel(g.vectors, unit, done)
	g.Label(done)
	g.VZEROUPPER()
	g.RET()
}

// strides prepares what is added to the pointers behind a row of all panels, to go to
// the next one.
func (p *packing) strides(g *generator) {
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
	g.MOVQ(depth, p.nextFrom)
	if p.fold {
		g.ADDQ(row, ld)
		g.NEGQ(ld)
		g.MOVQ(ld, p.nextBack)
	}
}

// begin loads where to pack from and to, and where the panels of rows of a begin.
func (p *packing) begin(g *generator) {
	g.Load(g.Param("a").Base(), a)
	g.Load(g.Param("ld"), p.stride)
	g.bytesOf(p.stride)
	if !p.fold {
		g.Load(g.Param("panel").Base(), p.panel)
		g.Load(g.Param("next").Base(), p.from)
		return
	}
	g.Load(g.Param("sum").Base(), p.panel)
	g.Load(g.Param("difference").Base(), p.difference)
	g.Load(g.Param("head").Base(), p.from)
	// The last row of tail comes first, and back is where to fetch ahead from.
	g.Load(g.Param("pairs"), p.back)
	g.SUBQ(operand.U8(1+aheadFold), p.back)
	g.IMULQ(p.stride, p.back)
	g.Load(g.Param("tail").Base(), count)
	g.ADDQ(count, p.back)
}

// tilesPacking multiplies the full tiles.
func (g *generator) tilesPacking(p *packing, unit int, tiles operand.Mem) {
	tile := g.label("tile")
	p.begin(g)
	g.packing = p
	g.Label(tile)
	g.tile(g.rows, g.vectors, unit)
	g.MOVQ(aStep, a)
	g.next(g.rows, unit)
	g.DECQ(tiles)
	g.JNZ(operand.LabelRef(tile))
	g.packing = nil
}

// rounds are the turns of a full tile but for the last lines: those that pack and
// those that do not. It leaves the number of turns to go.
func (p *packing) rounds(g *generator, loop string, lines int) {
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

// row packs a row of a panel.
func (p *packing) row(g *generator) {
	for v := range g.vectors {
		p.vector(g, v)
	}
	p.below(g)
}

// vector packs a vector of a row, or folds that of a pair.
func (p *packing) vector(g *generator, v int) {
	first, offset := g.rows*g.vectors, v*g.bytes
	if !p.fold {
		x := g.vec(first + v)
		g.PREFETCHT0(operand.Mem{Base: p.from, Index: p.stride, Scale: aheadPack, Disp: offset})
		g.op(g.VMOVUPD, g.VMOVUPS, at(p.from, offset), x)
		g.op(g.VMOVUPD, g.VMOVUPS, x, at(p.panel, offset))
		return
	}
	x, sum, difference := g.vec(first), g.vec(first+1), g.vec(first+2)
	g.PREFETCHT0(operand.Mem{Base: p.from, Index: p.stride, Scale: aheadFold, Disp: offset})
	g.PREFETCHT0(at(p.back, offset))
	tail := operand.Mem{Base: p.back, Index: p.stride, Scale: aheadFold, Disp: offset}
	g.op(g.VMOVUPD, g.VMOVUPS, at(p.from, offset), x)
	g.op(g.VADDPD, g.VADDPS, tail, x, sum)
	g.op(g.VSUBPD, g.VSUBPS, tail, x, difference)
	g.op(g.VMOVUPD, g.VMOVUPS, sum, at(p.panel, offset))
	g.op(g.VMOVUPD, g.VMOVUPS, difference, at(p.difference, offset))
}

// below goes to the next panel, or to the next row behind the last one.
func (p *packing) below(g *generator) {
	width := operand.I32(g.columns() * g.size())
	same := g.label("same")
	g.ADDQ(width, p.from)
	g.ADDQ(p.depth, p.panel)
	if p.fold {
		g.ADDQ(width, p.back)
		g.ADDQ(p.depth, p.difference)
	}
	g.DECQ(p.column)
	g.JNZ(operand.LabelRef(same))
	g.ADDQ(p.nextFrom, p.from)
	g.ADDQ(p.nextPanel, p.panel)
	if p.fold {
		g.ADDQ(p.nextBack, p.back)
		g.ADDQ(p.nextPanel, p.difference)
	}
	g.MOVQ(p.panels, row)
	g.MOVQ(row, p.column)
	g.Label(same)
}
