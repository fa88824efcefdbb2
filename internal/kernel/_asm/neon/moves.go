package main

import "fmt"

// The registers of what moves elements: a table of positions and how many are
// left of it, the block where real and where imaginary parts stand, and from R8
// on the addresses of elements. The other operand has R0 to R7 to itself.
const (
	moveTable = "R16"
	moveLeft  = "R17"
	moveRe    = "R19"
	moveIm    = "R20"
	moveStep  = "R21"
	moveAhead = "R22"
)

// elementAt is where one element of a block stands, its two parts apart.
type elementAt struct{ re, im string }

// positions writes the addresses of the next n elements of the table.
func (f *file) positions(n int) (at []elementAt) {
	for i := range n {
		re, im := fmt.Sprintf("R%d", 8+2*i), fmt.Sprintf("R%d", 9+2*i)
		f.line("MOVW.P 4(%s), %s", moveTable, im)
		f.line("ADD %s<<%s, %s, %s", im, elementShift, moveRe, re)
		f.line("ADD %s<<%s, %s, %s", im, elementShift, moveIm, im)
		at = append(at, elementAt{re, im})
	}
	return at
}

// parts writes where the parts of a block at R19 stand: imaginary parts follow
// real ones, or the other way about if turned.
func (f *file) parts(turned int) {
	f.line("MOVBU turned+%d(FP), R23", turned)
	f.line("ADD $%d, %s, %s", imaginary, moveRe, moveIm)
	f.line("LSL $5, R23, R23")
	f.line("ADD R23, %s", moveRe)
	f.line("SUB R23, %s", moveIm)
}

// body writes straight-line code that needs no more registers than there are.
func (f *file) body(b *block) {
	lines, slots := b.write()
	if slots > 0 {
		panic("neon: a loop without a frame spills")
	}
	f.lines(join(lines))
}

// loop writes body as long as at least n are left.
func (f *file) loop(name, left string, n int, body func()) {
	f.label(name)
	f.line("SUBS $%d, %s", n, left)
	f.line("BLT %sEnd", name)
	body()
	f.line("B %s", name)
	f.label(name + "End")
	if n > 1 {
		f.line("ADD $%d, %s", n, left)
	}
}

// loadPart and storePart move the two vectors of a part.
func (b *block) loadPart(base string, off int) (v [2]value) {
	for h := range v {
		v[h] = b.load(base, off+half*h)
	}
	return v
}

func (b *block) storePart(v [2]value, base string, off int) {
	for h := range v {
		b.store(v[h], base, off+half*h)
	}
}

// loadElement and storeElement move both parts.
func (b *block) loadElement(at elementAt) (re, im [2]value) {
	return b.loadPart(at.re, 0), b.loadPart(at.im, 0)
}

func (b *block) storeElement(at elementAt, re, im [2]value) {
	b.storePart(re, at.re, 0)
	b.storePart(im, at.im, 0)
}

// columns writes LoadColumns or StoreColumns.
func (f *file) columns(t *arrangement, loads bool) {
	name, parameters, hint := "StoreColumns", "dst []%s, stride int, x []%[1]s, from []int32, turned bool", "PSTL1KEEP"
	if loads {
		name, parameters, hint = "LoadColumns", "x, src []%s, stride int, at []int32, turned bool", "PLDL1KEEP"
	}
	f.function(name+t.name, fmt.Sprintf(parameters, t.goType), 81, name+t.name+" is "+name+"; see pure."+name+".", 0)
	if loads {
		f.line("MOVD x_base+0(FP), %s", moveRe)
		f.line("MOVD src_base+24(FP), R0")
		f.line("MOVD stride+48(FP), %s", moveStep)
		f.line("MOVD at_base+56(FP), %s", moveTable)
		f.line("MOVD at_len+64(FP), %s", moveLeft)
	} else {
		f.line("MOVD dst_base+0(FP), R0")
		f.line("MOVD stride+24(FP), %s", moveStep)
		f.line("MOVD x_base+32(FP), %s", moveRe)
		f.line("MOVD from_base+56(FP), %s", moveTable)
		f.line("MOVD from_len+64(FP), %s", moveLeft)
	}
	f.parts(80)
	f.line("LSL $%d, %s, %s", t.shift(), moveStep, moveStep)
	f.line("ADD %s<<%d, R0, %s", moveStep, 3, moveAhead) // ahead = 8 rows
	f.loop("row", moveLeft, 1, func() {
		at := f.positions(1)[0]
		b := newBlock(t)
		if loads {
			var v [4]value
			for i := range v {
				v[i] = b.load("R0", 16*i)
			}
			var re, im [2]value
			for h := range 2 {
				re[h], im[h] = b.apart(t, v[2*h], v[2*h+1])
			}
			b.storeElement(at, re, im)
		} else {
			re, im := b.loadElement(at)
			for h := range 2 {
				lower, upper := b.merged(t, re[h], im[h])
				b.store(lower, "R0", 32*h)
				b.store(upper, "R0", 32*h+16)
			}
		}
		f.body(b)
		f.line("PRFM (%s), %s", moveAhead, hint)
		f.line("PRFM 56(%s), %s", moveAhead, hint)
		f.line("ADD %s, R0", moveStep)
		f.line("ADD %s, %s", moveStep, moveAhead)
	})
	f.line("RET")
}

// rows writes LoadRows or StoreRows. Row b is at R<b>.
func (f *file) rows(t *arrangement, loads bool) {
	name, parameters := "StoreRows", "dst []%s, stride int, x []%[1]s, from []int32, turned bool"
	if loads {
		name, parameters = "LoadRows", "x, src []%s, stride int, at []int32, turned bool"
	}
	f.function(name+t.name, fmt.Sprintf(parameters, t.goType), 81, name+t.name+" is "+name+"; see pure."+name+".", 0)
	if loads {
		f.line("MOVD x_base+0(FP), %s", moveRe)
		f.line("MOVD src_base+24(FP), R0")
		f.line("MOVD stride+48(FP), %s", moveStep)
		f.line("MOVD at_base+56(FP), %s", moveTable)
		f.line("MOVD at_len+64(FP), %s", moveLeft)
	} else {
		f.line("MOVD dst_base+0(FP), R0")
		f.line("MOVD stride+24(FP), %s", moveStep)
		f.line("MOVD x_base+32(FP), %s", moveRe)
		f.line("MOVD from_base+56(FP), %s", moveTable)
		f.line("MOVD from_len+64(FP), %s", moveLeft)
	}
	f.parts(80)
	width := 2 * t.lanes
	for b := 1; b < width; b++ {
		f.line("ADD %s<<%d, R%d, R%d", moveStep, t.shift(), b-1, b)
	}
	// Four elements at a time: a cache line of each row in double precision,
	// half of one in single precision.
	for _, n := range []int{4, 1} {
		f.loop(map[int]string{4: "four", 1: "one"}[n], moveLeft, n, func() {
			at := f.positions(n)
			if loads {
				f.loadRows(t, n, at)
			} else {
				f.storeRows(t, n, at)
			}
			for b := range width {
				f.line("ADD $%d, R%d", 2*n*t.bytes, b)
			}
		})
	}
	f.line("RET")
}

// loadRows writes what brings n elements of each row into a block.
func (f *file) loadRows(t *arrangement, n int, at []elementAt) {
	b := newBlock(t)
	var re, im [4][2]value
	if t == double {
		rows := b.rowVectors(4, n)
		for j := range n {
			for h := range 2 {
				re[j][h], im[j][h] = b.apart(double, rows[2*h][j], rows[2*h+1][j])
			}
		}
	} else if n == 1 {
		var pairs [4]value // of two rows
		for i := range pairs {
			pairs[i] = b.permuted("VZIP1", double, b.loadHalf(fmt.Sprintf("R%d", 2*i), 0), b.loadHalf(fmt.Sprintf("R%d", 2*i+1), 0))
		}
		for h := range 2 {
			re[0][h], im[0][h] = b.apart(single, pairs[2*h], pairs[2*h+1])
		}
	} else {
		rows := b.rowVectors(8, 2)
		for j := 0; j < n; j += 2 { // two elements stand in one vector
			for h := range 2 {
				r := rows[4*h:]
				l01, u01 := b.merged(double, r[0][j/2], r[1][j/2])
				l23, u23 := b.merged(double, r[2][j/2], r[3][j/2])
				re[j][h], im[j][h] = b.apart(single, l01, l23)
				re[j+1][h], im[j+1][h] = b.apart(single, u01, u23)
			}
		}
	}
	for j := range n {
		b.storeElement(at[j], re[j], im[j])
	}
	f.body(b)
}

// storeRows writes the reverse of loadRows.
func (f *file) storeRows(t *arrangement, n int, at []elementAt) {
	b := newBlock(t)
	var rows [8][4]value // the vectors of n elements of each row
	lower, upper := [4][2]value{}, [4][2]value{}
	for j := range n {
		re, im := b.loadElement(at[j])
		for h := range 2 {
			lower[j][h], upper[j][h] = b.merged(t, re[h], im[h])
		}
	}
	for h := range 2 {
		switch {
		case t == double:
			for j := range n {
				rows[2*h][j], rows[2*h+1][j] = lower[j][h], upper[j][h]
			}
		case n == 1:
			for i, v := range []value{lower[0][h], upper[0][h]} {
				b.storeHalf(v, fmt.Sprintf("R%d", 4*h+2*i), 0)
				b.storeHalf(b.permuted("VZIP2", double, v, v), fmt.Sprintf("R%d", 4*h+2*i+1), 0)
			}
		default:
			for j := 0; j < n; j += 2 {
				rows[4*h][j/2], rows[4*h+1][j/2] = b.merged(double, lower[j][h], lower[j+1][h])
				rows[4*h+2][j/2], rows[4*h+3][j/2] = b.merged(double, upper[j][h], upper[j+1][h])
			}
		}
	}
	for i, row := range rows {
		for j, v := range row {
			if v != 0 {
				b.store(v, fmt.Sprintf("R%d", i), 16*j)
			}
		}
	}
	f.body(b)
}

// rowVectors loads the n vectors at R0 and so on.
func (b *block) rowVectors(rows, n int) [][]value {
	v := make([][]value, rows)
	for r := range v {
		for j := range n {
			v[r] = append(v[r], b.load(fmt.Sprintf("R%d", r), 16*j))
		}
	}
	return v
}

// tiles writes Tiles: the rows of the blocks that are written are at R0 and so
// on, the elements that are read at R8 and so on.
func (f *file) tiles(t *arrangement) {
	name := "Tiles" + t.name
	width := 2 * t.lanes
	f.function(name, fmt.Sprintf("dst []%s, stride int, rows []int32, x []%[1]s, from []int32", t.goType), 104, name+" is Tiles; see pure.Tiles.", 0)
	f.line("MOVD dst_base+0(FP), R19")
	f.line("MOVD stride+24(FP), R20")
	f.line("MOVD rows_base+32(FP), R21")
	f.line("MOVD x_base+56(FP), R22")
	f.line("MOVD from_base+80(FP), %s", moveTable)
	f.line("MOVD from_len+88(FP), %s", moveLeft)
	f.line("LSL $%d, R20, R20", t.shift())
	for b := range width {
		f.line("MOVW %d(R21), R%d", 4*b, b)
		f.line("ADD R%d<<%s, R19, R%[1]d", b, elementShift)
	}
	f.loop("block", moveLeft, width, func() {
		for k := range width {
			f.line("MOVW.P 4(%s), R%d", moveTable, 8+k)
			f.line("ADD R%d<<%s, R22, R%[1]d", 8+k, elementShift)
		}
		b := newBlock(t)
		for part := range 2 {
			b.stored = false // nothing is written where x is read
			// x[k][h] holds the lines of half h of element k.
			x := make([][2]value, width)
			for k := range x {
				x[k] = b.loadPart(fmt.Sprintf("R%d", 8+k), imaginary*part)
			}
			n := t.lanes
			for h := range 2 {
				lower, upper := b.transposed(x[:n], h), b.transposed(x[n:], h)
				for i := range n {
					row := fmt.Sprintf("R%d", n*h+i)
					b.store(lower[i], row, imaginary*part)
					b.store(upper[i], row, imaginary*part+half)
				}
			}
		}
		f.body(b)
		for b := range width {
			f.line("ADD R20, R%d", b)
		}
	})
	f.line("RET")
}

// transposed returns the columns of a square of lanes, of which x holds the rows.
func (b *block) transposed(x [][2]value, h int) []value {
	if b.t == double {
		v, w := b.merged(double, x[0][h], x[1][h])
		return []value{v, w}
	}
	l01, u01 := b.merged(single, x[0][h], x[1][h])
	l23, u23 := b.merged(single, x[2][h], x[3][h])
	v0, v1 := b.merged(double, l01, l23)
	v2, v3 := b.merged(double, u01, u23)
	return []value{v0, v1, v2, v3}
}

// products writes ScaleElements, where every element has a factor of its own,
// or Spread, where the factor is the same for all and elements are read in order.
func (f *file) products(t *arrangement, own bool) {
	const dst, src, from, factors = "R0", "R1", "R2", "R3"
	name, parameters, bytes := "Spread", "dst []%s, at []int32, src []%[1]s, re, im %[1]s", 72+2*t.bytes
	if own {
		name, parameters, bytes = "ScaleElements", "dst []%s, at []int32, src []%[1]s, from []int32, factors []%[1]s", 120
	}
	f.function(name+t.name, fmt.Sprintf(parameters, t.goType), bytes, name+t.name+" is "+name+"; see pure."+name+".", 0)
	f.line("MOVD dst_base+0(FP), %s", dst)
	f.line("MOVD at_base+24(FP), %s", moveTable)
	f.line("MOVD at_len+32(FP), %s", moveLeft)
	f.line("MOVD src_base+48(FP), %s", src)
	if own {
		f.line("MOVD from_base+72(FP), %s", from)
		f.line("MOVD factors_base+96(FP), %s", factors)
	} else {
		f.line("FMOV%c re+72(FP), F30", t.letter())
		f.line("FMOV%c im+%d(FP), F31", t.letter(), 72+t.bytes)
	}
	f.loop("element", moveLeft, 1, func() {
		f.line("MOVW.P 4(%s), R8", moveTable)
		f.line("ADD R8<<%s, %s, R8", elementShift, dst)
		b := &butterfly{block: newBlock(t)}
		read := src
		var re, im scalar
		if own {
			read = "R9"
			f.line("MOVW.P 4(%s), R9", from)
			f.line("ADD R9<<%s, %s, R9", elementShift, src)
			load := b.constant // two doubles
			if t == single {
				load = b.constantHalf
			}
			v := load(factors, 0)
			re, im = scalar{v, 0}, scalar{v, 1}
		} else {
			re, im = scalar{b.in(30), 0}, scalar{b.in(31), 0}
		}
		x, y := b.loadPart(read, 0), b.loadPart(read, imaginary)
		for h := range 2 {
			z := b.twiddled(point{re: x[h], im: y[h]}, re, im)
			x[h], y[h] = z.re, z.im
		}
		b.storePart(x, "R8", 0)
		b.storePart(y, "R8", imaginary)
		f.body(b.block)
		if own {
			f.line("ADD $%d, %s", 2*t.bytes, factors)
		} else {
			f.line("ADD $%d, %s", elementBytes, src)
		}
	})
	f.line("RET")
}
