package main

import (
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

var radices = []int{2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}

// legs addresses the elements of a butterfly, which stand a stride apart.
type legs struct {
	low, high reg.Register // of elements 0 and 8
	strides   map[int]reg.Register
}

// newLegs returns the registers for r legs; base moves on with step.
func (w *writer) newLegs(r int, base, stride reg.Register) legs {
	l := legs{low: base, strides: map[int]reg.Register{1: stride}}
	for k := 3; k < min(r, 8); k += 2 {
		t := w.gp()
		w.ctx.LEAQ(operand.Mem{Base: l.strides[k-2], Index: stride, Scale: 2}, t)
		l.strides[k] = t
	}
	if r > 8 {
		l.high = w.gp()
	}
	return l
}

// place sets what follows from base.
func (w *writer) place(l legs) {
	if l.high != nil {
		w.ctx.LEAQ(operand.Mem{Base: l.low, Index: l.strides[1], Scale: 8}, l.high)
	}
}

func (l legs) at(j int) operand.Mem {
	m := operand.Mem{Base: l.low}
	if j >= 8 {
		m.Base, j = l.high, j-8
	}
	if j == 0 {
		return m
	}
	scale := uint8(1)
	for j%2 == 0 {
		j, scale = j/2, 2*scale
	}
	m.Index, m.Scale = l.strides[j], scale
	return m
}

// butterfly returns the codelet of radix r from elements of src to those of dst,
// with the twiddle factors of elements 1 to r−1 at tw, unless that is nil.
func (w *writer) butterfly(r int, dst, src legs, tw reg.Register) *codelet {
	c := &codelet{}
	c.transform(r,
		func(j int) complexNumber {
			re := c.put(node{kind: load, mem: src.at(j)})
			im := c.put(node{kind: load, mem: src.at(j).Offset(w.m.vector)})
			return c.factor(w.m, complexNumber{plain(re), plain(im)}, j, tw)
		},
		func(k, part int, x scaled) {
			c.put(node{kind: store, a: c.value(x), mem: dst.at(k).Offset(part * w.m.vector)})
		})
	return c
}

// factor returns x times twiddle factor j.
func (c *codelet) factor(m *machine, x complexNumber, j int, tw reg.Register) complexNumber {
	if j == 0 || tw == nil {
		return x
	}
	at := operand.Mem{Base: tw, Disp: 2 * (j - 1) * m.size}
	wr := c.put(node{kind: twiddle, mem: at})
	wi := c.put(node{kind: twiddle, mem: at.Offset(m.size)})
	return c.multiplied(x, wr, wi)
}

// along returns legs of another base with the strides of l.
func (w *writer) along(l legs, base reg.Register) legs {
	l.low = base
	if l.high != nil {
		l.high = w.gp()
	}
	return l
}

// pass writes the pass of radix r.
func (w *writer) pass(r int) {
	ctx, element, factors := w.ctx, w.m.element(), 2*(r-1)*w.m.size
	w.function("Pass"+itoa(r), "func(dst, src, tw []"+w.m.real+", blocks, span, from, to int)",
		"%s is pure.Pass of radix "+itoa(r)+" and width "+itoa(w.m.lanes())+".")
	src, dst, first, blocks := w.slice("src"), w.slice("dst"), w.slice("tw"), w.param("blocks")
	stride, tw, q, skip := w.gp(), w.gp(), w.gp(), w.gp()
	ctx.IMUL3Q(operand.I32(element), w.param("span"), stride)
	in := w.newLegs(r, src, stride)
	out := w.along(in, dst)
	plainly, twiddled := w.butterfly(r, out, in, nil), w.butterfly(r, out, in, tw)
	write := w.plan(plainly, twiddled)
	move := func() {
		ctx.ADDQ(operand.I32(element), src)
		ctx.ADDQ(operand.I32(element), dst)
	}

	ctx.TESTQ(blocks, blocks)
	ctx.JLE(operand.LabelRef("done"))
	// skip is from the end of one block's butterflies to the beginning of the next one's.
	ctx.MOVQ(w.argument("from"), q)
	ctx.SUBQ(w.argument("to"), q)
	ctx.JGE(operand.LabelRef("done"))
	ctx.IMUL3Q(operand.I32(element), q, q)
	ctx.IMUL3Q(operand.I32(r), stride, skip)
	ctx.ADDQ(q, skip)
	ctx.MOVQ(w.argument("from"), q)
	ctx.IMUL3Q(operand.I32(element), q, tw)
	ctx.ADDQ(tw, src)
	ctx.ADDQ(tw, dst)
	ctx.IMUL3Q(operand.I32(factors), q, q)
	ctx.ADDQ(q, first)

	ctx.Label("block")
	ctx.MOVQ(w.argument("to"), q)
	ctx.SUBQ(w.argument("from"), q)
	ctx.MOVQ(first, tw)
	ctx.CMPQ(w.argument("from"), operand.I8(0))
	ctx.JNE(operand.LabelRef("twiddled"))
	w.place(in)
	w.place(out)
	write(plainly)
	move()
	ctx.ADDQ(operand.I32(factors), tw)
	ctx.DECQ(q)
	ctx.JZ(operand.LabelRef("next"))

	ctx.Label("twiddled")
	w.place(in)
	w.place(out)
	write(twiddled)
	ctx.ADDQ(operand.I32(factors), tw)
	move()
	ctx.DECQ(q)
	ctx.JNZ(operand.LabelRef("twiddled"))

	ctx.Label("next")
	ctx.ADDQ(skip, src)
	ctx.ADDQ(skip, dst)
	ctx.DECQ(blocks)
	ctx.JNZ(operand.LabelRef("block"))
	ctx.Label("done")
	ctx.VZEROUPPER()
	ctx.RET()
}
