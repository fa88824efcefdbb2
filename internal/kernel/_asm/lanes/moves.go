package main

import (
	"math/bits"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// apart loads complex numbers that follow one another, one for each lane.
func (c *codelet) apart(m *machine, at operand.Mem) (re, im int) {
	if m.broadcast {
		a, b := c.put(node{kind: load, mem: at}), c.put(node{kind: load, mem: at.Offset(m.vector)})
		return c.put(node{kind: evens, a: a, b: b}), c.put(node{kind: odds, a: a, b: b})
	}
	a := c.put(node{kind: split, mem: at, far: at.Offset(m.vector)})
	b := c.put(node{kind: split, mem: at.Offset(m.vector / 2), far: at.Offset(m.vector + m.vector/2)})
	return c.put(node{kind: evensWithin, a: a, b: b}), c.put(node{kind: oddsWithin, a: a, b: b})
}

// together is the reverse of apart.
func (c *codelet) together(m *machine, re, im int, at operand.Mem) {
	if m.broadcast {
		c.put(node{kind: store, a: c.put(node{kind: lower, a: re, b: im}), mem: at})
		c.put(node{kind: store, a: c.put(node{kind: upper, a: re, b: im}), mem: at.Offset(m.vector)})
		return
	}
	c.put(node{kind: unsplit, a: c.put(node{kind: unpackLow, a: re, b: im}), mem: at, far: at.Offset(m.vector)})
	c.put(node{kind: unsplit, a: c.put(node{kind: unpackHigh, a: re, b: im}), mem: at.Offset(m.vector / 2), far: at.Offset(m.vector + m.vector/2)})
}

// group is the number of elements of each row that LoadRows and StoreRows move at
// once: a vector of each row, so that whole cache lines are written where a vector is one.
func (m *machine) group() int { return m.lanes() / 2 }

// rowsApart loads a vector from each of as many rows as there are lanes, and stores
// the elements of the group where put says.
func (c *codelet) rowsApart(m *machine, row func(int) operand.Mem, put func(element int) (re, im operand.Mem)) {
	n := m.lanes()
	for half := range 2 {
		x := make([]int, n/2)
		for k := range x {
			d := half * m.vector / 2
			x[k] = c.put(node{kind: split, mem: row(k).Offset(d), far: row(k + n/2).Offset(d)})
		}
		x = c.transposed(m, x)
		for e := range n / 4 {
			re, im := put(half*n/4 + e)
			c.put(node{kind: store, a: x[2*e], mem: re})
			c.put(node{kind: store, a: x[2*e+1], mem: im})
		}
	}
}

// rowsTogether is the reverse of rowsApart, of so many halves of the rows.
func (c *codelet) rowsTogether(m *machine, halves int, get func(element int) (re, im operand.Mem), row func(int) operand.Mem) {
	n := m.lanes()
	for half := range halves {
		x := make([]int, n/2)
		for e := range n / 4 {
			re, im := get(e)
			farRe, farIm := get(e + n/4)
			d := half * m.vector / 2
			x[2*e] = c.put(node{kind: split, mem: re.Offset(d), far: farRe.Offset(d)})
			x[2*e+1] = c.put(node{kind: split, mem: im.Offset(d), far: farIm.Offset(d)})
		}
		for l, v := range c.transposed(m, x) {
			c.put(node{kind: store, a: v, mem: row(half*n/2 + l)})
		}
	}
}

// parts returns the addresses of the real and imaginary parts of a block,
// exchanged if turned.
func (w *writer) parts() (re, im reg.Register) {
	x, turned := w.slice("x"), w.gp()
	w.ctx.Load(w.ctx.Param("turned"), turned.As8())
	w.ctx.MOVBQZX(turned.As8(), turned)
	w.ctx.SHLQ(operand.U8(bits.TrailingZeros(uint(w.m.vector))), turned)
	re, im = w.gp(), w.gp()
	w.ctx.LEAQ(operand.Mem{Base: x, Index: turned, Scale: 1}, re)
	w.ctx.LEAQ(operand.Mem{Base: x, Disp: w.m.vector}, im)
	w.ctx.SUBQ(turned, im)
	return re, im
}

// elements loads n positions of a table and makes them offsets in the block.
func (w *writer) elements(at operand.Mem, to []reg.GPVirtual) {
	for i, e := range to {
		w.ctx.MOVLQSX(at.Offset(4*i), e)
		w.ctx.SHLQ(operand.U8(bits.TrailingZeros(uint(w.m.element()))), e)
	}
}

// associativity is the number of lines that a set of the first-level cache holds.
const associativity = 12

// cacheLine is the size of a line of the caches in bytes.
const cacheLine = 64

// prefetch asks for the cache lines of n bytes. What is to be written is asked for as if to
// be read: there is no other reader, so that it comes as the processor's own.
func (w *writer) prefetch(m operand.Mem, n int) {
	for i := 0; i < n; i += cacheLine {
		w.ctx.PREFETCHT0(m.Offset(i))
	}
}

func indexed(base, index reg.Register) operand.Mem {
	return operand.Mem{Base: base, Index: index, Scale: 1}
}

// farRows is how many rows ahead StoreFarColumns prefetches.
const farRows = 8

// columns writes LoadColumns or StoreColumns, or StoreFarColumns, which prefetches rows
// that are far apart.
func (w *writer) columns(storing, far bool) {
	name, matrix, table, signature := "LoadColumns", "src", "at", "func(x, src []"+w.m.real+", stride int, at []int32, turned bool)"
	if storing {
		name, matrix, table, signature = "StoreColumns", "dst", "from", "func(dst []"+w.m.real+", stride int, x []"+w.m.real+", from []int32, turned bool)"
	}
	doc := []string{"%s is pure." + name + " of width " + itoa(w.m.lanes()) + "."}
	if far {
		name = "StoreFarColumns"
		doc = append(doc, "It prefetches rows.")
	}
	w.function(name, signature, doc...)
	ctx := w.ctx
	rows, stride := w.slice(matrix), w.param("stride")
	ctx.SHLQ(operand.U8(bits.TrailingZeros(uint(w.m.size))), stride)
	re, im := w.parts()
	at := w.slice(table)
	n := ctx.Load(ctx.Param(table).Len(), w.gp())
	e := w.gp()
	c := &codelet{}
	if storing {
		r, i := c.put(node{kind: load, mem: indexed(re, e)}), c.put(node{kind: load, mem: indexed(im, e)})
		c.together(w.m, r, i, operand.Mem{Base: rows})
	} else {
		r, i := c.apart(w.m, operand.Mem{Base: rows})
		c.put(node{kind: store, a: r, mem: indexed(re, e)})
		c.put(node{kind: store, a: i, mem: indexed(im, e)})
	}
	write := w.plan(c)
	ahead := w.gp()
	if far {
		ctx.IMUL3Q(operand.I32(farRows), stride, ahead)
	}
	w.loop(n, func() {
		w.elements(operand.Mem{Base: at}, []reg.GPVirtual{e})
		if far {
			w.prefetch(indexed(rows, ahead), 2*w.m.vector)
		}
		write(c)
		ctx.ADDQ(stride, rows)
		ctx.ADDQ(operand.I8(4), at)
	})
}

// rows writes LoadRows or StoreRows, for groups of elements, or StoreHalfRows.
func (w *writer) rows(storing bool, halves int) {
	name, matrix, table, signature := "LoadRows", "src", "at", "func(x, src []"+w.m.real+", stride int, at []int32, turned bool)"
	if storing {
		name, matrix, table, signature = "StoreRows", "dst", "from", "func(dst []"+w.m.real+", stride int, x []"+w.m.real+", from []int32, turned bool)"
	}
	group := w.m.group()
	doc := []string{"%s is pure." + name + " of width " + itoa(w.m.lanes()) + " where the", "length of " + table + " is a multiple of " + itoa(group) + "."}
	rows := w.m.lanes() / 2 * halves
	if halves == 1 {
		doc = []string{"%s is what pure." + name + " of width " + itoa(w.m.lanes()) + " does to the first " + itoa(rows) + " rows", "where the length of " + table + " is a multiple of " + itoa(group) + "."}
		name = "StoreHalfRows"
	}
	w.function(name, signature, doc...)
	ctx := w.ctx
	base, stride := w.slice(matrix), w.param("stride")
	ctx.SHLQ(operand.U8(bits.TrailingZeros(uint(w.m.size))), stride)
	re, im := w.parts()
	at := w.slice(table)
	n := ctx.Load(ctx.Param(table).Len(), w.gp())
	l := w.newLegs(rows, base, stride)
	c := &codelet{}
	scratch := []reg.GPVirtual{w.gp(), w.gp()}
	next := 0
	element := func(i int) (operand.Mem, operand.Mem) {
		e := scratch[next%len(scratch)]
		next++
		c.put(node{kind: offset, mem: operand.Mem{Base: at, Disp: 4 * i}, at: e})
		return indexed(re, e), indexed(im, e)
	}
	if storing {
		c.rowsTogether(w.m, halves, element, l.at)
	} else {
		c.rowsApart(w.m, l.at, element)
	}
	write := w.plan(c)
	ctx.SUBQ(operand.I8(int8(group)), n)
	ctx.JL(operand.LabelRef("done"))
	ctx.Label("group")
	w.place(l)
	if storing { // the next line of each row
		for b := range rows {
			w.prefetch(l.at(b).Offset(cacheLine), 1)
		}
	}
	write(c)
	ctx.ADDQ(operand.I8(int8(2*group*w.m.size)), base)
	ctx.ADDQ(operand.I8(int8(4*group)), at)
	ctx.SUBQ(operand.I8(int8(group)), n)
	ctx.JGE(operand.LabelRef("group"))
	ctx.Label("done")
	ctx.VZEROUPPER()
	ctx.RET()
}

// moves writes the loads and stores of blocks.
func (w *writer) moves() {
	for _, storing := range []bool{false, true} {
		w.columns(storing, false)
		w.rows(storing, 2)
	}
	if w.m.lanes() > associativity {
		w.rows(true, 1)
	}
	w.columns(true, true)
	for _, k := range []tileStore{tilePlain, tileAhead, tileStream} {
		w.tiles(k)
	}
	w.scaleElements()
	w.spread()
}
