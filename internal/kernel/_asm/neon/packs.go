package main

import "fmt"

// The registers of what packs columns: where the present row of a panel is
// written (a second one for differences), and what is read.
const (
	packSum, packDifference = "R0", "R1"
	packDepth               = "R2" // bytes from one panel to the next
	packHead, packTail      = "R3", "R4"
	packStride              = "R5"
	packRows, packColumns   = "R6", "R7" // rows to go, columns of the matrix
	packFrom, packFromTail  = "R8", "R9"
	packTo, packToOther     = "R10", "R11"
	packLeft                = "R12" // columns to go
)

// packB writes PackB or, with fold, FoldB; see pure.PackB and
// pure.FoldB. It goes along the rows, which follow one another in memory, and
// from panel to panel: a row of a panel is 64 bytes in both precisions.
func (f *file) packB(t *arrangement, fold bool) {
	if fold {
		f.function("FoldB"+t.name, fmt.Sprintf("sum, difference []%s, depth int, head, tail []%[1]s, ld, k, n int", t.goType), 128,
			fmt.Sprintf("FoldB%s is pure.FoldB for panels of %d columns.", t.name, tileVectors*t.lanes), 0)
		f.line("MOVD sum_base+0(FP), %s", packSum)
		f.line("MOVD difference_base+24(FP), %s", packDifference)
		f.line("MOVD depth+48(FP), %s", packDepth)
		f.line("MOVD head_base+56(FP), %s", packHead)
		f.line("MOVD tail_base+80(FP), %s", packTail)
		f.line("MOVD ld+104(FP), %s", packStride)
		f.line("MOVD k+112(FP), %s", packRows)
		f.line("MOVD n+120(FP), %s", packColumns)
	} else {
		f.function("PackB"+t.name, fmt.Sprintf("panels []%s, depth int, b []%[1]s, ldb, k, n int", t.goType), 80,
			fmt.Sprintf("PackB%s is pure.PackB for panels of %d columns.", t.name, tileVectors*t.lanes), 0)
		f.line("MOVD panels_base+0(FP), %s", packSum)
		f.line("MOVD depth+24(FP), %s", packDepth)
		f.line("MOVD b_base+32(FP), %s", packHead)
		f.line("MOVD ldb+56(FP), %s", packStride)
		f.line("MOVD k+64(FP), %s", packRows)
		f.line("MOVD n+72(FP), %s", packColumns)
	}
	const row = 16 * tileVectors
	f.line("LSL $6, %s", packDepth) // a row of a panel is 64 bytes
	f.line("LSL $%d, %s", t.shift(), packStride)
	f.line("CBZ %s, done", packColumns)
	if fold {
		f.line("SUB $1, %s, %s", packRows, packLeft)
		f.line("MADD %s, %s, %s, %[2]s", packStride, packTail, packLeft)
	}
	f.line("VEOR V31.B16, V31.B16, V31.B16")

	f.loop("row", packRows, 1, func() {
		f.line("MOVD %s, %s", packHead, packFrom)
		f.line("MOVD %s, %s", packSum, packTo)
		if fold {
			f.line("MOVD %s, %s", packTail, packFromTail)
			f.line("MOVD %s, %s", packDifference, packToOther)
		}
		f.line("MOVD %s, %s", packColumns, packLeft)
		f.loop("panel", packLeft, tileVectors*t.lanes, func() {
			var lines []line
			for v := range tileVectors {
				lines = append(lines, load(v, packFrom, 16*v))
			}
			if fold {
				for v := range tileVectors {
					lines = append(lines, load(4+v, packFromTail, 16*v))
				}
				for v := range tileVectors {
					lines = append(lines, word(encode3("fadd", t, 8+v, v, 4+v)), word(encode3("fsub", t, 12+v, v, 4+v)))
				}
				for v := range tileVectors {
					lines = append(lines, store(8+v, packTo, 16*v))
				}
				for v := range tileVectors {
					lines = append(lines, store(12+v, packToOther, 16*v))
				}
			} else {
				for v := range tileVectors {
					lines = append(lines, store(v, packTo, 16*v))
				}
			}
			f.lines(join(lines))
			f.line("ADD $%d, %s", row, packFrom)
			f.line("ADD %s, %s", packDepth, packTo)
			if fold {
				f.line("ADD $%d, %s", row, packFromTail)
				f.line("ADD %s, %s", packDepth, packToOther)
			}
		})
		// The last panel: zeros, then what there is.
		f.line("CBZ %s, columnEnd", packLeft)
		for v := range tileVectors {
			f.line("FMOVQ F31, %d(%s)", 16*v, packTo)
			if fold {
				f.line("FMOVQ F31, %d(%s)", 16*v, packToOther)
			}
		}
		f.loop("column", packLeft, 1, func() {
			l := t.letter()
			f.line("FMOV%c.P %d(%s), F0", l, t.bytes, packFrom)
			if fold {
				f.line("FMOV%c.P %d(%s), F1", l, t.bytes, packFromTail)
				f.line("FSUB%c F1, F0, F2", l)
				f.line("FADD%c F1, F0, F0", l)
				f.line("FMOV%c.P F2, %d(%s)", l, t.bytes, packToOther)
			}
			f.line("FMOV%c.P F0, %d(%s)", l, t.bytes, packTo)
		})
		f.line("ADD $%d, %s", row, packSum)
		f.line("ADD %s, %s", packStride, packHead)
		if fold {
			f.line("ADD $%d, %s", row, packDifference)
			f.line("SUB %s, %s", packStride, packTail)
		}
	})
	f.label("done")
	f.line("RET")
}

// packA writes PackA or, with complex, PackComplexA for whole panels; see
// pure.PackA and pure.PackComplexA. The rows of a panel are at R0 and so on.
func (f *file) packA(t *arrangement, complex bool) {
	name, rows := "PackA", tileRows
	if complex {
		name, rows = "PackComplexA", tileRows/2
	}
	f.function(name+t.name, fmt.Sprintf("panels, a []%s, lda, m, k int", t.goType), 72,
		fmt.Sprintf("%s%s is pure.%[1]s for whole panels: m is a multiple of %[3]d.", name, t.name, tileRows), 0)
	const panel, left, stride, next = "R8", "R9", "R11", "R12"
	f.line("MOVD panels_base+0(FP), %s", panel)
	f.line("MOVD a_base+24(FP), %s", next)
	f.line("MOVD lda+48(FP), %s", stride)
	f.line("MOVD m+56(FP), R13")
	f.line("LSL $%d, %s", t.shift(), stride)
	f.loop("rows", "R13", tileRows, func() {
		for i := range rows {
			f.line("MOVD %s, R%d", next, i)
			f.line("ADD %s, %s", stride, next)
		}
		f.line("MOVD k+64(FP), %s", left)
		if complex {
			// A column of a panel is a complex number of each row.
			f.loop("column", left, 1, func() {
				for i := range rows {
					if t == double {
						f.line("FMOVQ.P 16(R%d), F%[1]d", i)
					} else {
						f.line("FMOVD.P 8(R%d), F%[1]d", i)
					}
				}
				for i := range rows {
					if t == double {
						f.line("FMOVQ.P F%d, 16(%s)", i, panel)
					} else {
						f.line("FMOVD.P F%d, 8(%s)", i, panel)
					}
				}
			})
			return
		}
		f.loop("columns", left, t.lanes, func() {
			f.transposeRows(t, panel)
			for i := range rows {
				f.line("ADD $16, R%d", i)
			}
			f.line("ADD $%d, %s", t.lanes*rows*t.bytes, panel)
		})
		f.loop("column", left, 1, func() {
			for i := range rows {
				f.line("FMOV%c.P %d(R%d), F%[3]d", t.letter(), t.bytes, i)
			}
			for i := range rows {
				f.line("FMOV%c.P F%d, %d(%s)", t.letter(), i, t.bytes, panel)
			}
		})
	})
	f.line("RET")
}

// transposeRows writes what packs one vector of each of six rows.
func (f *file) transposeRows(t *arrangement, panel string) {
	b := newBlock(t)
	x := make([][2]value, tileRows)
	for i := range x {
		x[i][0] = b.load(fmt.Sprintf("R%d", i), 0)
	}
	column := tileRows * t.bytes
	if t == double {
		var lower, upper [3]value
		for i := range lower {
			lower[i], upper[i] = b.merged(double, x[2*i][0], x[2*i+1][0])
		}
		for i := range lower {
			b.store(lower[i], panel, 16*i)
		}
		for i := range upper {
			b.store(upper[i], panel, column+16*i)
		}
	} else {
		lower, upper := b.merged(single, x[4][0], x[5][0])
		for p, v := range b.transposed(x[:4], 0) {
			rest := lower
			if p >= 2 {
				rest = upper
			}
			if p%2 == 1 {
				rest = b.permuted("VZIP2", double, rest, rest)
			}
			b.store(v, panel, column*p)
			b.storeHalf(rest, panel, column*p+16)
		}
	}
	f.body(b)
}
