package main

import (
	"math/bits"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// transposed returns vectors of which each holds one lane of as many elements as there
// are lanes. x are the halves of the elements that have these lanes: that of element k, and
// behind it that of element k+n/2. In the comments the numbers are those of
// elements, the letters those of lanes.
func (c *codelet) transposed(m *machine, x []int) []int {
	both := func(low, high kind, a, b int) (int, int) {
		return c.put(node{kind: low, a: a, b: b}), c.put(node{kind: high, a: a, b: b})
	}
	if m.vector == 32 && m.size == 8 { // 0a 0b 2a 2b and 1a 1b 3a 3b
		a, b := both(unpackLow, unpackHigh, x[0], x[1])
		return []int{a, b}
	}
	if m.size == 8 { // 0a 0b 0c 0d 4a 4b 4c 4d, …
		a01, b01 := both(unpackLow, unpackHigh, x[0], x[1]) // 0a 1a 0c 1c 4a 5a 4c 5c
		a23, b23 := both(unpackLow, unpackHigh, x[2], x[3])
		a, d := both(evenChunks, oddChunks, a01, a23)
		b, e := both(evenChunks, oddChunks, b01, b23)
		return []int{a, b, d, e}
	}
	// Of four elements each: 0a 1a 2a 3a in every 16 bytes.
	four := func(x []int) [4]int {
		ab01, cd01 := both(unpackLow, unpackHigh, x[0], x[1]) // 0a 1a 0b 1b
		ab23, cd23 := both(unpackLow, unpackHigh, x[2], x[3])
		a, b := both(pairsLow, pairsHigh, ab01, ab23)
		d, e := both(pairsLow, pairsHigh, cd01, cd23)
		return [4]int{a, b, d, e}
	}
	if m.vector == 32 { // 0a 0b 0c 0d 4a 4b 4c 4d, …
		f := four(x)
		return f[:]
	}
	// 0a … 0h 8a … 8h, …
	y := make([]int, 8)
	low, high := four(x[:4]), four(x[4:])
	for i := range 4 {
		y[i], y[i+4] = both(evenChunks, oddChunks, low[i], high[i])
	}
	return y
}

// tileStore is how tiles are written.
type tileStore int

const (
	tilePlain  tileStore = iota
	tileAhead            // with the next tile prefetched
	tileStream           // past the caches
)

// tiles writes Tiles, TilesAhead or TilesStream.
func (w *writer) tiles(how tileStore) {
	ctx, m := w.ctx, w.m
	n := m.lanes()
	doc := []string{"%s is pure.Tiles of width " + itoa(n) + "."}
	switch how {
	case tileAhead:
		doc = append(doc, "It prefetches the tile after each.")
	case tileStream:
		doc = append(doc, "It writes past the caches: dst and stride are at multiples of "+itoa(cacheLine)+" bytes.")
	}
	w.function([]string{"Tiles", "TilesAhead", "TilesStream"}[how], "func(dst []"+m.real+", stride int, rows []int32, x []"+m.real+", from []int32)", doc...)
	dst, stride, rows, x, from := w.slice("dst"), w.param("stride"), w.slice("rows"), w.slice("x"), w.slice("from")
	count := ctx.Load(ctx.Param("from").Len(), w.gp())
	ctx.SHLQ(operand.U8(bits.TrailingZeros(uint(m.size))), stride)
	scratch := []reg.GPVirtual{w.gp(), w.gp(), w.gp(), w.gp()}
	next := 0
	put := store
	if how == tileStream {
		put = stream
	}
	c := &codelet{}
	read := func(table reg.Register, i int) reg.Register {
		at := scratch[next%len(scratch)]
		next++
		c.put(node{kind: offset, mem: operand.Mem{Base: table, Disp: 4 * i}, at: at})
		return at
	}
	for half := range 2 {
		// The offsets of a pair of elements serve real and imaginary parts.
		re, im := make([]int, n/2), make([]int, n/2)
		for k := range re {
			a, b := indexed(x, read(from, k)), indexed(x, read(from, k+n/2))
			d := half * m.vector / 2
			re[k] = c.put(node{kind: split, mem: a.Offset(d), far: b.Offset(d)})
			im[k] = c.put(node{kind: split, mem: a.Offset(d + m.vector), far: b.Offset(d + m.vector)})
		}
		re, im = c.transposed(m, re), c.transposed(m, im)
		for l := range re {
			at := indexed(dst, read(rows, half*n/2+l))
			c.put(node{kind: put, a: re[l], mem: at})
			c.put(node{kind: put, a: im[l], mem: at.Offset(m.vector)})
		}
	}
	write := w.plan(c)
	ctx.SUBQ(operand.I8(int8(n)), count)
	ctx.JL(operand.LabelRef("done"))
	ctx.Label("tile")
	if how == tileAhead {
		for b := range n {
			at := scratch[b%len(scratch)]
			w.elements(operand.Mem{Base: rows, Disp: 4 * b}, []reg.GPVirtual{at})
			ctx.ADDQ(stride, at)
			w.prefetch(indexed(dst, at), m.element())
		}
	}
	write(c)
	ctx.ADDQ(operand.I8(int8(4*n)), from)
	ctx.ADDQ(stride, dst)
	ctx.SUBQ(operand.I8(int8(n)), count)
	ctx.JGE(operand.LabelRef("tile"))
	ctx.Label("done")
	if how == tileStream {
		ctx.SFENCE()
	}
	ctx.VZEROUPPER()
	ctx.RET()
}
