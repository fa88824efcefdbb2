package main

import "fmt"

// A tile of the matrix product is tileRows × tileVectors vectors: 24
// accumulators keep four pipelines of a latency of four cycles busy, the
// widest there are, and leave a register for each vector of b and of a. A
// step along k loads 7 vectors, 6 in single precision, for 24 multiply-adds.
const (
	tileRows    = 6
	tileVectors = 4

	tileLeft  = 24 // the first register of a
	tileRight = 27 // the first register of b
)

// The registers of a micro-kernel.
const (
	tileC, tileLdc = "R0", "R1" // where the tile begins; the stride in bytes
	tileM, tileN   = "R2", "R3" // rows to go; columns of c
	tileK          = "R4"
	tileA, tileB   = "R5", "R6" // where the panels begin
	tileAdd        = "R7"       // not zero: add to c
	tileAt, tileBt = "R8", "R9" // where the step along k stands
	tileCount      = "R10"      // steps to go
	tileRow        = "R11"      // row of c
	tileSpill      = "R12"
	tileColumn     = "R13"
	tileLines      = "R14"
)

// tile is one variant of a micro-kernel.
type tile struct {
	*file
	t             *arrangement
	rows, vectors int
	unit          int // rows of the tile to one of c: 2 if it is complex
}

func (x tile) columns() int { return tileVectors * x.t.lanes }

// name returns a label of this variant.
func (x tile) name(what string) string { return fmt.Sprintf("%s%dx%d", what, x.rows, x.vectors) }

// multiply writes Multiply, or MultiplyComplex if unit is 2; see pure.Multiply.
//
// Each step along k loads a row of b and multiplies it by one element of a
// after the other. The rows that full tiles leave over are done by a lower tile
// from the same panel. What c does not have of a tile goes through the stack.
func (f *file) multiply(t *arrangement, unit int) {
	what := map[int]string{1: "Multiply", 2: "MultiplyComplex"}[unit]
	f.function(what+t.name, fmt.Sprintf("c []%s, ldc, m, n, k int, a, b []%[1]s, add bool", t.goType), 105,
		fmt.Sprintf("%s%s is pure.%[1]s for panels of %[3]d rows and of %[4]d columns; 0 ≤ n ≤ %[4]d.", what, t.name, tileRows, tileVectors*t.lanes),
		tileRows*tileVectors)
	f.line("MOVD c_base+0(FP), %s", tileC)
	f.line("MOVD ldc+24(FP), %s", tileLdc)
	f.line("MOVD m+32(FP), %s", tileM)
	f.line("MOVD n+40(FP), %s", tileN)
	f.line("MOVD k+48(FP), %s", tileK)
	f.line("MOVD a_base+56(FP), %s", tileA)
	f.line("MOVD b_base+80(FP), %s", tileB)
	f.line("MOVBU add+104(FP), %s", tileAdd)
	f.line("LSL $%d, %s", t.shift(), tileLdc)
	f.line("CBZ %s, done", tileN)
	f.line("CMP $%d, %s", t.lanes, tileN)
	f.line("BLE panel1")
	f.line("CMP $%d, %s", 2*t.lanes, tileN)
	f.line("BLE panel2")
	for _, vectors := range []int{4, 2, 1} {
		full := tile{f, t, tileRows, vectors, unit}
		if vectors < tileVectors {
			f.label(fmt.Sprintf("panel%d", vectors))
		}
		// A tile whose last row is left out costs less than two lower ones.
		f.label(full.name("full"))
		f.line("CMP $%d, %s", tileRows-1, tileM)
		f.line("BLT %s", full.name("low"))
		full.write()
		f.line("MOVD %s, %s", tileAt, tileA)
		f.line("SUBS $%d, %s", tileRows, tileM)
		f.line("BGT %s", full.name("full"))
		f.line("B done")
		f.label(full.name("low"))
		low := tile{f, t, 4, vectors, unit}
		f.line("CMP $1, %s", tileM)
		f.line("BLT done")
		f.line("CMP $3, %s", tileM)
		f.line("BLT %s", low.name("skip"))
		low.write()
		f.line("B done")
		f.label(low.name("skip"))
		tile{f, t, 2, vectors, unit}.write()
		f.line("B done")
	}
	f.label("done")
	f.line("RET")
}

// write computes one tile of c; it leaves tileAt at the end of the panel and
// moves tileC below the tile.
func (x tile) write() {
	f := x.file
	f.line("MOVD %s, %s", tileC, tileRow)
	for range x.rows / x.unit {
		f.line("PRFM (%s), PSTL1KEEP", tileRow)
		f.line("ADD %s, %s", tileLdc, tileRow)
	}
	for i := range x.rows * x.vectors {
		f.line("VEOR V%d.B16, V%[1]d.B16, V%[1]d.B16", i)
	}
	f.line("MOVD %s, %s", tileA, tileAt)
	f.line("MOVD %s, %s", tileB, tileBt)
	unroll := 2
	if x.rows == tileRows {
		unroll = 4
	}
	f.line("SUBS $%d, %s, %s", unroll, tileK, tileCount)
	f.line("BLT %s", x.name("rest"))
	f.label(x.name("loop"))
	x.steps(unroll)
	f.line("SUBS $%d, %s", unroll, tileCount)
	f.line("BGE %s", x.name("loop"))
	f.label(x.name("rest"))
	f.line("ADDS $%d, %s", unroll, tileCount)
	f.line("BEQ %s", x.name("finish"))
	f.label(x.name("one"))
	x.steps(1)
	f.line("SUBS $1, %s", tileCount)
	f.line("BNE %s", x.name("one"))
	f.label(x.name("finish"))
	if x.unit == 2 {
		x.combine()
	}
	x.store()
}

// steps makes n steps along k.
func (x tile) steps(n int) {
	f, t := x.file, x.t
	// Where element i of a at a step stands, from the first step of a pair on:
	// in single precision a full row takes a vector and a half.
	left := func(u, i int) (register, lane int) {
		if x.rows == tileRows && t == single && u%2 == 1 {
			i += tileRows
		}
		return tileLeft + i/t.lanes, i % t.lanes
	}
	for u := range n {
		at := u * tileRows * t.bytes
		var lines []line
		switch {
		case x.rows == tileRows && t == single && n > 1:
			if u%2 == 0 {
				for i := range 3 {
					lines = append(lines, load(tileLeft+i, tileAt, at+16*i))
				}
			}
		case x.rows*t.bytes%16 == 0:
			for i := range x.rows * t.bytes / 16 {
				lines = append(lines, load(tileLeft+i, tileAt, at+16*i))
			}
		default: // six or two singles
			i := 0
			if x.rows == tileRows {
				lines = append(lines, load(tileLeft, tileAt, at))
				i++
			}
			lines = append(lines, plain(fmt.Sprintf("FMOVD %d(%s), F%d", at+16*i, tileAt, tileLeft+i)))
		}
		for v := range x.vectors {
			lines = append(lines, load(tileRight+v, tileBt, u*x.columns()*t.bytes+16*v))
		}
		for i := range x.rows {
			register, lane := left(u, i)
			for v := range x.vectors {
				lines = append(lines, word(encodeElement("fmla", t, i*x.vectors+v, tileRight+v, register, lane)))
			}
		}
		f.lines(join(lines))
	}
	f.line("ADD $%d, %s", n*tileRows*t.bytes, tileAt)
	f.line("ADD $%d, %s", n*x.columns()*t.bytes, tileBt)
}

// combine adds i times the odd rows to the even ones, which become rows of
// complex numbers: with x and y in rows 2i and 2i+1, re = re x − im y and
// im = im x + re y. The product with ∓1 rounds nothing.
func (x tile) combine() {
	f, t := x.file, x.t
	const signs, turned = tileRight, tileLeft
	f.line("MOVD $signs%s<>(SB), %s", t.name, tileSpill)
	f.line("FMOVQ (%s), F%d", tileSpill, signs)
	for i := 0; i < x.rows; i += 2 {
		for v := range x.vectors {
			re, im := i*x.vectors+v, (i+1)*x.vectors+v
			if t == double {
				f.line("VEXT $8, V%d.B16, V%[1]d.B16, V%d.B16", im, turned)
			} else {
				f.line("VREV64 V%d.S4, V%d.S4", im, turned)
			}
			f.line("VFMLA V%d.%s, V%d.%[2]s, V%[4]d.%[2]s", signs, t.goAsm, turned, re)
		}
	}
}

// store adds c to the accumulators if it is to be added to, and writes them.
func (x tile) store() {
	f, t := x.file, x.t
	f.line("CMP $%d, %s", x.vectors*t.lanes, tileN)
	f.line("BLT %s", x.name("part"))
	for _, add := range []bool{true, false} {
		if add {
			f.line("CBZ %s, %s", tileAdd, x.name("write"))
		} else {
			f.label(x.name("write"))
		}
		for i := 0; i < x.rows; i += x.unit {
			if x.unit == 1 && i == x.rows-1 {
				f.line("CMP $%d, %s", x.rows, tileM)
				f.line("BLT %s", x.name("end"))
			}
			var lines []line
			if add {
				for v := range x.vectors {
					lines = append(lines, load(tileLeft+v, tileC, 16*v))
				}
				for v := range x.vectors {
					lines = append(lines, word(encode3("fadd", t, i*x.vectors+v, i*x.vectors+v, tileLeft+v)))
				}
			}
			for v := range x.vectors {
				lines = append(lines, store(i*x.vectors+v, tileC, 16*v))
			}
			f.lines(join(lines))
			f.line("ADD %s, %s", tileLdc, tileC)
		}
		f.line("B %s", x.name("end"))
	}

	// The tile on the stack; then one number after the other.
	f.label(x.name("part"))
	var lines []line
	for i := 0; i < x.rows; i += x.unit {
		for v := range x.vectors {
			lines = append(lines, store(i*x.vectors+v, "RSP", 16+16*(i/x.unit*tileVectors+v)))
		}
	}
	f.lines(join(lines))
	f.line("MOVD $%d, %s", x.rows, tileLines)
	f.line("CMP %s, %s", tileM, tileLines)
	f.line("CSEL LT, %s, %s, %[1]s", tileLines, tileM)
	f.line("MOVD RSP, %s", tileSpill)
	f.line("ADD $16, %s", tileSpill)
	f.label(x.name("line"))
	f.line("MOVD $0, %s", tileColumn)
	f.label(x.name("column"))
	move := fmt.Sprintf("FMOV%c", t.letter())
	index := fmt.Sprintf("(%%s)(%s<<%d)", tileColumn, t.shift())
	f.line("%s "+index+", F0", move, tileSpill)
	f.line("CBZ %s, %s", tileAdd, x.name("number"))
	f.line("%s "+index+", F1", move, tileC)
	f.line("FADD%c F1, F0, F0", t.letter())
	f.label(x.name("number"))
	f.line("%s F0, "+index, move, tileC)
	f.line("ADD $1, %s", tileColumn)
	f.line("CMP %s, %s", tileN, tileColumn)
	f.line("BLT %s", x.name("column"))
	f.line("ADD $%d, %s", 16*tileVectors, tileSpill)
	f.line("ADD %s, %s", tileLdc, tileC)
	f.line("SUBS $%d, %s", x.unit, tileLines)
	f.line("BGT %s", x.name("line"))
	f.label(x.name("end"))
}

// tiles writes the loops of kernel.Tiles.
func tiles() *file {
	f := newFile("tiles")
	f.declare("\n// Rows and ColumnsDouble or ColumnsSingle are the size of a tile.\nconst Rows, ColumnsDouble, ColumnsSingle = %d, %d, %d\n",
		tileRows, tileVectors*double.lanes, tileVectors*single.lanes)
	for _, t := range []*arrangement{double, single} {
		f.multiply(t, 1)
		f.multiply(t, 2)
		f.packA(t, false)
		f.packA(t, true)
		f.packB(t, false)
		f.packB(t, true)
		f.data(&constants{t: t, values: []float64{-1, 1, -1, 1}[:t.lanes]}, "signs"+t.name)
	}
	return f
}
