package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// packing is the packing of the rows of a matrix, one in each turn of the loop of a tile.
type packing struct{ from, stride, panel reg.GPPhysical }

// aheadTurns is how many rows ahead a packing tile fetches: each row may be on a
// page of its own, which the processor does not foresee. It is a scale of an address.
const aheadTurns = 8

// multiplyPacking writes MultiplyPacking of package pure. As many tiles as the
// loop has steps pack a row in each of its turns, so that loads from memory and
// multiplications go on at the same time.
func (g *generator) multiplyPacking() {
	g.function("MultiplyPacking", "func(c []%[1]s, ldc, m, k int, a, b []%[1]s, add bool, panel, next []%[1]s, ldNext int)",
		fmt.Sprintf("is pure.MultiplyPacking for panels of %d rows and of %d columns; m ≥ %d.", g.rows, g.columns(), g.unroll*g.rows))
	p := &packing{from: scratch, stride: whole, panel: add}
	g.Load(g.Param("c").Base(), c)
	g.Load(g.Param("ldc"), ldc)
	g.Load(g.Param("m"), m)
	g.Load(g.Param("k"), k)
	g.Load(g.Param("a").Base(), a)
	g.Load(g.Param("b").Base(), b)
	g.bytesOf(ldc)
	g.LEAQ(operand.Mem{Base: ldc, Index: ldc, Scale: 2}, ldc3)
	g.MOVQ(operand.I32(g.lanes()), count)
	g.lastLanes(count)
	g.Load(g.Param("panel").Base(), p.panel)
	g.Load(g.Param("next").Base(), p.from)
	g.Load(g.Param("ldNext"), p.stride)
	g.bytesOf(p.stride)
	g.packing = p
	for range g.unroll {
		g.tile(g.rows, g.vectors, 1)
		g.MOVQ(aStep, a)
		g.next(g.rows, 1)
	}
	// The rows that the turns leave over.
	rest, packed := g.label("rest"), g.label("packed")
	g.MOVQ(k, count)
	g.ANDQ(operand.U8(g.unroll-1), count)
	g.JZ(operand.LabelRef(packed))
	g.Label(rest)
	p.row(g)
	g.DECQ(count)
	g.JNZ(operand.LabelRef(rest))
	g.Label(packed)
	g.packing = nil
	done := g.label("done")
	g.TESTQ(m, m)
	g.JLE(operand.LabelRef(done))
	g.Load(g.Param("add"), add.As8())
	g.MOVBLZX(add.As8(), add.As32())
	g.panel(g.vectors, 1, done)
	g.Label(done)
	g.VZEROUPPER()
	g.RET()
}

// row packs one row.
func (p *packing) row(g *generator) {
	for v := range g.vectors {
		x := g.vec(g.rows*g.vectors + v)
		g.PREFETCHT0(operand.Mem{Base: p.from, Index: p.stride, Scale: aheadTurns, Disp: v * g.bytes})
		g.op(g.VMOVUPD, g.VMOVUPS, at(p.from, v*g.bytes), x)
		g.op(g.VMOVUPD, g.VMOVUPS, x, at(p.panel, v*g.bytes))
	}
	g.ADDQ(p.stride, p.from)
	g.ADDQ(operand.I32(g.columns()*g.size()), p.panel)
}
