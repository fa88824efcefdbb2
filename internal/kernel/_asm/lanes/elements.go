package main

import (
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// scaleElements writes ScaleElements, spread Spread.
func (w *writer) scaleElements() {
	ctx, m := w.ctx, w.m
	w.function("ScaleElements", "func(dst []"+m.real+", at []int32, src []"+m.real+", from []int32, factors []"+m.real+")", "%s is pure.ScaleElements of width "+itoa(m.lanes())+".")
	dst, at, src, from, factors := w.slice("dst"), w.slice("at"), w.slice("src"), w.slice("from"), w.slice("factors")
	n := ctx.Load(ctx.Param("at").Len(), w.gp())
	c := &codelet{}
	d, s := w.gp(), w.gp()
	c.put(node{kind: offset, mem: operand.Mem{Base: at}, at: d})
	c.put(node{kind: offset, mem: operand.Mem{Base: from}, at: s})
	wr := c.put(node{kind: twiddle, mem: operand.Mem{Base: factors}})
	wi := c.put(node{kind: twiddle, mem: operand.Mem{Base: factors, Disp: m.size}})
	c.scaled(m, indexed(dst, d), indexed(src, s), wr, wi)
	write := w.plan(c)
	w.loop(n, func() {
		write(c)
		ctx.ADDQ(operand.I8(4), at)
		ctx.ADDQ(operand.I8(4), from)
		ctx.ADDQ(operand.I8(int8(2*m.size)), factors)
	})
}

func (w *writer) spread() {
	ctx, m := w.ctx, w.m
	w.function("Spread", "func(dst []"+m.real+", at []int32, src []"+m.real+", re, im "+m.real+")", "%s is pure.Spread of width "+itoa(m.lanes())+".")
	dst, at, src := w.slice("dst"), w.slice("at"), w.slice("src")
	n := ctx.Load(ctx.Param("at").Len(), w.gp())
	d := w.gp()
	c := &codelet{}
	c.put(node{kind: offset, mem: operand.Mem{Base: at}, at: d})
	wr := c.put(node{kind: twiddle, mem: w.argument("re")})
	wi := c.put(node{kind: twiddle, mem: w.argument("im")})
	c.scaled(m, indexed(dst, d), operand.Mem{Base: src}, wr, wi)
	write := w.plan(c)
	w.loop(n, func() {
		write(c)
		ctx.ADDQ(operand.I8(4), at)
		ctx.ADDQ(operand.I32(m.element()), src)
	})
}

// scaled multiplies one element by a factor in all lanes.
func (c *codelet) scaled(m *machine, dst, src operand.Mem, wr, wi int) {
	re := c.put(node{kind: load, mem: src})
	im := c.put(node{kind: load, mem: src.Offset(m.vector)})
	y := c.multiplied(complexNumber{plain(re), plain(im)}, wr, wi)
	c.put(node{kind: store, a: c.value(y.re), mem: dst})
	c.put(node{kind: store, a: c.value(y.im), mem: dst.Offset(m.vector)})
}

// loop writes body n times over and the end of the function.
func (w *writer) loop(n reg.Register, body func()) {
	w.ctx.TESTQ(n, n)
	w.ctx.JLE(operand.LabelRef("done"))
	w.ctx.Label("next")
	body()
	w.ctx.DECQ(n)
	w.ctx.JNZ(operand.LabelRef("next"))
	w.ctx.Label("done")
	w.ctx.VZEROUPPER()
	w.ctx.RET()
}
