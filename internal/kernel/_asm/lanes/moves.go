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
// once: half a vector, but for AVX2 in double precision, which needs no
// more than one.
func (m *machine) group() int { return m.vector / 4 / m.size }

// rowsApart loads a group of complex numbers from each of as many rows as there
// are lanes. In the comments the numbers are those of rows, the letters those of elements.
func (c *codelet) rowsApart(m *machine, at func(row int) operand.Mem) (re, im []int) {
	n := m.lanes()
	rows := make([]int, n/2)
	for b := range rows {
		rows[b] = c.put(node{kind: split, mem: at(b), far: at(b + n/2)})
	}
	both := func(low, high kind, a, b int) (int, int) {
		return c.put(node{kind: low, a: a, b: b}), c.put(node{kind: high, a: a, b: b})
	}
	add := func(r, i int) { re, im = append(re, r), append(im, i) }
	switch {
	case m.vector == 32 && m.size == 8: // 0a 2a and 1a 3a
		add(both(evensWithin, oddsWithin, rows[0], rows[1]))
	case m.vector == 32: // 0a 0b 4a 4b, …
		a, b := both(pairsLow, pairsHigh, rows[0], rows[1]) // 0a 1a 4a 5a
		d, e := both(pairsLow, pairsHigh, rows[2], rows[3]) // 2a 3a 6a 7a
		add(both(evensWithin, oddsWithin, a, d))
		add(both(evensWithin, oddsWithin, b, e))
	case m.size == 8: // 0a 0b 4a 4b, …
		r01, i01 := both(unpackLow, unpackHigh, rows[0], rows[1])
		r23, i23 := both(unpackLow, unpackHigh, rows[2], rows[3])
		ra, rb := both(evenChunks, oddChunks, r01, r23)
		ia, ib := both(evenChunks, oddChunks, i01, i23)
		add(ra, ia)
		add(rb, ib)
	default: // 0a 0b 0c 0d 8a 8b 8c 8d, …
		var quads [4][2]int // for each element rows 0 1 2 3 8 9 10 11 and the others
		for h := range 2 {
			l01, h01 := both(pairsLow, pairsHigh, rows[4*h], rows[4*h+1]) // 0a 1a 0c 1c 8a 9a 8c 9c
			l23, h23 := both(pairsLow, pairsHigh, rows[4*h+2], rows[4*h+3])
			quads[0][h], quads[2][h] = both(evenChunks, oddChunks, l01, l23)
			quads[1][h], quads[3][h] = both(evenChunks, oddChunks, h01, h23)
		}
		for _, q := range quads {
			add(both(evensOfHalves, oddsOfHalves, q[0], q[1]))
		}
	}
	return re, im
}

// rowsTogether is the reverse of rowsApart.
func (c *codelet) rowsTogether(m *machine, re, im func(element int) int, at func(row int) operand.Mem) {
	n := m.lanes()
	both := func(low, high kind, a, b int) (int, int) {
		return c.put(node{kind: low, a: a, b: b}), c.put(node{kind: high, a: a, b: b})
	}
	put := func(row, v int) { c.put(node{kind: unsplit, a: v, mem: at(row), far: at(row + n/2)}) }
	switch {
	case m.vector == 32 && m.size == 8:
		a, b := both(unpackLow, unpackHigh, re(0), im(0))
		put(0, a)
		put(1, b)
	case m.vector == 32:
		la, ha := both(unpackLow, unpackHigh, re(0), im(0)) // 0a 1a 4a 5a and 2a 3a 6a 7a
		lb, hb := both(unpackLow, unpackHigh, re(1), im(1))
		for i, half := range [][2]int{{la, lb}, {ha, hb}} {
			v, w := both(pairsLow, pairsHigh, half[0], half[1])
			put(2*i, v)
			put(2*i+1, w)
		}
	case m.size == 8:
		la, ha := both(unpackLow, unpackHigh, re(0), im(0)) // 0a 2a 4a 6a and 1a 3a 5a 7a
		lb, hb := both(unpackLow, unpackHigh, re(1), im(1))
		for i, half := range [][2]int{{la, lb}, {ha, hb}} {
			v, w := both(evenChunks, oddChunks, half[0], half[1])
			put(i, v)
			put(i+2, w)
		}
	default:
		var low, high [4]int // 0 1 4 5 8 9 12 13 and 2 3 6 7 10 11 14 15
		for e := range 4 {
			low[e], high[e] = both(unpackLow, unpackHigh, re(e), im(e))
		}
		for i, x := range [][4]int{low, high} {
			v0, w0 := both(pairsLow, pairsHigh, x[0], x[1]) // 0a 0b 4a 4b 8a 8b 12a 12b
			v1, w1 := both(pairsLow, pairsHigh, x[2], x[3])
			a, b := both(evenChunks, oddChunks, v0, v1)
			put(2*i, a)
			put(2*i+4, b)
			a, b = both(evenChunks, oddChunks, w0, w1)
			put(2*i+1, a)
			put(2*i+5, b)
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

// rows writes LoadRows or StoreRows, for groups of elements.
func (w *writer) rows(storing bool) {
	name, matrix, table, signature := "LoadRows", "src", "at", "func(x, src []"+w.m.real+", stride int, at []int32, turned bool)"
	if storing {
		name, matrix, table, signature = "StoreRows", "dst", "from", "func(dst []"+w.m.real+", stride int, x []"+w.m.real+", from []int32, turned bool)"
	}
	group := w.m.group()
	doc := []string{"%s is pure." + name + " of width " + itoa(w.m.lanes()) + "."}
	if group > 1 {
		doc = []string{"%s is pure." + name + " of width " + itoa(w.m.lanes()) + " where the", "length of " + table + " is a multiple of " + itoa(group) + "."}
	}
	w.function(name, signature, doc...)
	ctx := w.ctx
	base, stride := w.slice(matrix), w.param("stride")
	ctx.SHLQ(operand.U8(bits.TrailingZeros(uint(w.m.size))), stride)
	re, im := w.parts()
	at := w.slice(table)
	n := ctx.Load(ctx.Param(table).Len(), w.gp())
	l := w.newLegs(w.m.lanes(), base, stride)
	e := make([]reg.GPVirtual, group)
	for i := range e {
		e[i] = w.gp()
	}
	c := &codelet{}
	if storing {
		part := func(base reg.Register) func(int) int {
			return func(element int) int {
				return c.put(node{kind: load, mem: indexed(base, e[element])})
			}
		}
		c.rowsTogether(w.m, part(re), part(im), l.at)
	} else {
		rs, is := c.rowsApart(w.m, l.at)
		for i := range rs {
			c.put(node{kind: store, a: rs[i], mem: indexed(re, e[i])})
			c.put(node{kind: store, a: is[i], mem: indexed(im, e[i])})
		}
	}
	write := w.plan(c)
	ctx.SUBQ(operand.I8(int8(group)), n)
	ctx.JL(operand.LabelRef("done"))
	ctx.Label("group")
	w.place(l)
	w.elements(operand.Mem{Base: at}, e)
	if storing { // the next line of each row
		for b := range w.m.lanes() {
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
		w.rows(storing)
	}
	w.columns(true, true)
	for _, k := range []tileStore{tilePlain, tileAhead, tileStream} {
		w.tiles(k)
	}
	w.scaleElements()
	w.spread()
}
