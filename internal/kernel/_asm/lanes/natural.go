package main

import (
	"math/bits"

	"github.com/mmcloughlin/avo/operand"
)

// naturalRadices are the products of 2, 3 and 5.
var naturalRadices = []int{2, 3, 4, 5, 6, 8, 9, 10, 12, 15, 16}

// first writes First of radix r.
func (w *writer) first(r int) {
	ctx, element := w.ctx, w.m.element()
	w.function("First"+itoa(r), "func(dst, src []"+w.m.real+", count, dstSpan, srcSpan int)",
		"%s is pure.First of radix "+itoa(r)+" and width "+itoa(w.m.lanes())+".")
	src, dst, n := w.slice("src"), w.slice("dst"), w.param("count")
	from, to := w.gp(), w.gp()
	ctx.IMUL3Q(operand.I32(element), w.param("srcSpan"), from)
	ctx.IMUL3Q(operand.I32(element), w.param("dstSpan"), to)
	in, out := w.newLegs(r, src, from), w.newLegs(r, dst, to)
	c := w.butterfly(r, out, in, nil)
	write := w.plan(c)
	w.loop(n, func() {
		w.place(in)
		w.place(out)
		write(c)
		ctx.ADDQ(operand.I32(element), src)
		ctx.ADDQ(operand.I32(element), dst)
	})
}

// firstColumns writes FirstColumns of radix r. Vectors of indices, which part the real from the
// imaginary numbers, are exchanged if turned.
func (w *writer) firstColumns(r int) {
	ctx, m := w.ctx, w.m
	w.function("FirstColumns"+itoa(r), "func(dst, src []"+m.real+", stride, count, dstSpan, srcSpan int, turned bool)",
		"%s is pure.FirstColumns of radix "+itoa(r)+" and width "+itoa(m.lanes())+".")
	src, dst := w.slice("src"), w.slice("dst")
	from, to := w.gp(), w.gp()
	shift := operand.U8(bits.TrailingZeros(uint(m.size)))
	ctx.MOVQ(w.argument("stride"), from)
	ctx.SHLQ(shift, from)
	ctx.MOVQ(from, w.argument("stride"))
	ctx.IMULQ(w.argument("srcSpan"), from)
	ctx.IMUL3Q(operand.I32(m.element()), w.param("dstSpan"), to)
	in, out := w.newLegs(r, src, from), w.newLegs(r, dst, to)
	c := &codelet{}
	c.transform(r,
		func(j int) complexNumber {
			re, im := c.apart(m, in.at(j))
			return complexNumber{plain(re), plain(im)}
		},
		func(k, part int, x scaled) {
			c.put(node{kind: store, a: c.value(x), mem: out.at(k).Offset(part * m.vector)})
		})
	write := w.plan(c)
	ctx.CMPB(w.argument("turned"), operand.I8(0))
	ctx.JEQ(operand.LabelRef("straight"))
	w.emit(m.move, w.indices[odds], w.sets[evens])
	w.emit(m.move, w.indices[evens], w.sets[odds])
	ctx.Label("straight")
	w.loopArgument("count", func() {
		w.place(in)
		w.place(out)
		write(c)
		ctx.ADDQ(w.argument("stride"), src)
		ctx.ADDQ(operand.I32(m.element()), dst)
	})
}

// loopArgument is loop with the number of times in the argument of that name, which it counts down.
func (w *writer) loopArgument(name string, body func()) {
	w.ctx.CMPQ(w.argument(name), operand.I8(0))
	w.ctx.JLE(operand.LabelRef("done"))
	w.ctx.Label("next")
	body()
	w.ctx.DECQ(w.argument(name))
	w.ctx.JNZ(operand.LabelRef("next"))
	w.ctx.Label("done")
	w.ctx.VZEROUPPER()
	w.ctx.RET()
}

// natural writes Natural of radix r.
func (w *writer) natural(r int) {
	ctx, element, factors := w.ctx, w.m.element(), 2*(r-1)*w.m.size
	w.function("Natural"+itoa(r), "func(x, tw []"+w.m.real+", first, blocks, span int)",
		"%s is pure.Natural of radix "+itoa(r)+" and width "+itoa(w.m.lanes())+".")
	x, tw, blocks := w.slice("x"), w.slice("tw"), w.param("blocks")
	stride, q, skip := w.gp(), w.gp(), w.gp()
	ctx.IMUL3Q(operand.I32(element), w.param("span"), stride)
	ctx.IMUL3Q(operand.I32(factors), w.param("first"), q)
	ctx.ADDQ(q, tw)
	ctx.IMUL3Q(operand.I32(r-1), stride, skip)
	legs := w.newLegs(r, x, stride)
	plainly, twiddled := w.butterfly(r, legs, legs, nil), w.butterfly(r, legs, legs, tw)
	write := w.plan(plainly, twiddled)
	again := func(label string) {
		ctx.ADDQ(operand.I32(element), x)
		ctx.DECQ(q)
		ctx.JNZ(operand.LabelRef(label))
	}

	ctx.TESTQ(blocks, blocks)
	ctx.JLE(operand.LabelRef("done"))
	ctx.MOVQ(w.argument("span"), q)
	ctx.TESTQ(q, q)
	ctx.JLE(operand.LabelRef("done"))
	ctx.CMPQ(w.argument("first"), operand.I8(0))
	ctx.JNE(operand.LabelRef("twiddled"))
	ctx.Label("plain")
	w.place(legs)
	write(plainly)
	again("plain")
	ctx.JMP(operand.LabelRef("next"))

	ctx.Label("block")
	ctx.MOVQ(w.argument("span"), q)
	ctx.Label("twiddled")
	w.place(legs)
	write(twiddled)
	again("twiddled")

	ctx.Label("next")
	ctx.ADDQ(skip, x)
	ctx.ADDQ(operand.I32(factors), tw)
	ctx.DECQ(blocks)
	ctx.JNZ(operand.LabelRef("block"))
	ctx.Label("done")
	ctx.VZEROUPPER()
	ctx.RET()
}
