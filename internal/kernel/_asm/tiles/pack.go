package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// function begins a function of this precision.
func (g *generator) function(name, signature string, doc ...string) {
	name, real := g.name(name)
	g.Function(name)
	g.SignatureExpr(fmt.Sprintf(signature, real))
	doc[0] = name + " " + doc[0]
	g.Doc(doc...)
	g.Pragma("noescape")
}

// bytesOf turns a count of reals into bytes.
func (g *generator) bytesOf(r reg.GPPhysical) {
	shift := operand.U8(3)
	if g.single {
		shift = 2
	}
	g.SHLQ(shift, r)
}

// packRows writes PackA or PackComplexA for whole panels. Two columns of four rows
// are transposed at a time, in single precision four of eight rows; the numbers
// of complex rows, which stay whole, are moved one by one.
func (g *generator) packRows(complex bool) {
	name := "PackA"
	if complex {
		name = "PackComplexA"
	}
	g.function(name, "func(panels, a []%s, lda, m, k int)",
		fmt.Sprintf("is pure.%s for panels of %d rows and an m that is a multiple of it.", name, g.rows))
	dst, src, lda, lda3, src4 := reg.RDI, reg.RSI, reg.RBX, reg.R13, reg.RDX
	m, k, from, from4, count := reg.R8, reg.R9, reg.RAX, reg.R10, reg.RCX
	g.Load(g.Param("panels").Base(), dst)
	g.Load(g.Param("a").Base(), src)
	g.Load(g.Param("lda"), lda)
	g.Load(g.Param("m"), m)
	g.Load(g.Param("k"), k)
	g.bytesOf(lda)
	g.LEAQ(operand.Mem{Base: lda, Index: lda, Scale: 2}, lda3)
	element := func(i, offset int) operand.Mem {
		base := reg.Register(from)
		if i >= 4 {
			base = from4
		}
		return strided(base, lda, lda3, i%4, offset)
	}
	rows, step := g.rows, 1
	switch {
	case complex:
		rows /= 2
	case g.single:
		step = 4
	default:
		step = 2
	}
	panel, loop, rest, one, next, done := "panel", "loop", "rest", "one", "next", "done"
	g.Label(panel)
	g.SUBQ(operand.U8(g.rows), m)
	g.JL(operand.LabelRef(done))
	g.MOVQ(src, from)
	g.LEAQ(operand.Mem{Base: src, Index: lda, Scale: 4}, src4)
	g.MOVQ(src4, from4)
	g.MOVQ(k, count)
	if complex {
		g.TESTQ(count, count)
		g.JZ(operand.LabelRef(next))
		g.Label(loop)
		for i := range rows {
			if g.single {
				g.MOVQ(element(i, 0), reg.R11)
				g.MOVQ(reg.R11, at(dst, 8*i))
			} else {
				g.VMOVUPD(element(i, 0), reg.X0)
				g.VMOVUPD(reg.X0, at(dst, 16*i))
			}
		}
		g.advance(2, from, from4)
		g.ADDQ(operand.U8(g.rows*g.size()), dst)
		g.DECQ(count)
		g.JNZ(operand.LabelRef(loop))
	} else {
		g.SUBQ(operand.U8(step), count)
		g.JL(operand.LabelRef(rest))
		g.Label(loop)
		for i := 0; i < rows; i += g.transposed() {
			g.transpose(func(r, offset int) operand.Mem { return element(i+r, offset) }, dst, i)
		}
		g.advance(step, from, from4)
		g.ADDQ(operand.I32(step*g.rows*g.size()), dst)
		g.SUBQ(operand.U8(step), count)
		g.JGE(operand.LabelRef(loop))
		g.Label(rest)
		g.ADDQ(operand.U8(step), count)
		g.JZ(operand.LabelRef(next))
		g.Label(one)
		for i := range rows {
			if g.single {
				g.MOVL(element(i, 0), reg.R11L)
				g.MOVL(reg.R11L, at(dst, 4*i))
			} else {
				g.MOVQ(element(i, 0), reg.R11)
				g.MOVQ(reg.R11, at(dst, 8*i))
			}
		}
		g.advance(1, from, from4)
		g.ADDQ(operand.U8(g.rows*g.size()), dst)
		g.DECQ(count)
		g.JNZ(operand.LabelRef(one))
	}
	g.Label(next)
	// The rows below.
	if rows == 8 {
		g.LEAQ(operand.Mem{Base: src, Index: lda, Scale: 8}, src)
	} else {
		g.LEAQ(operand.Mem{Base: src, Index: lda, Scale: uint8(rows)}, src)
	}
	g.JMP(operand.LabelRef(panel))
	g.Label(done)
	g.VZEROUPPER()
	g.RET()
}

// strided is the address base + i·stride + offset, i at most 3.
func strided(base, stride, stride3 reg.Register, i, offset int) operand.Mem {
	switch i {
	case 1, 2:
		return operand.Mem{Base: base, Index: stride, Scale: uint8(i), Disp: offset}
	case 3:
		return operand.Mem{Base: base, Index: stride3, Scale: 1, Disp: offset}
	}
	return operand.Mem{Base: base, Disp: offset}
}

func (g *generator) advance(reals int, pointers ...reg.GPPhysical) {
	for _, p := range pointers {
		g.ADDQ(operand.U8(reals*g.size()), p)
	}
}

// transposed is the number of rows that transpose takes.
func (g *generator) transposed() int {
	if g.single {
		return g.rows
	}
	return 4
}

// transpose moves some columns of some rows to a panel, beginning in its row i.
func (g *generator) transpose(element func(row, offset int) operand.Mem, dst reg.GPPhysical, i int) {
	x := []reg.VecPhysical{reg.X0, reg.X1, reg.X2, reg.X3, reg.X4, reg.X5, reg.X6, reg.X7}
	y := ymm
	if !g.single {
		// Rows 0 and 2, rows 1 and 3: their lower and upper numbers are columns.
		for r := range 2 {
			g.VMOVUPD(element(r, 0), x[r])
			g.VINSERTF128(operand.U8(1), element(r+2, 0), y[r], y[r])
		}
		g.VUNPCKLPD(y[1], y[0], y[2])
		g.VUNPCKHPD(y[1], y[0], y[3])
		for c := range 2 {
			g.VMOVUPD(y[2+c], at(dst, (c*g.rows+i)*8))
		}
		return
	}
	// Rows 0 to 3, of eight rows 4 to 7 beside them.
	v := x
	for r := range 4 {
		g.VMOVUPS(element(r, 0), x[r])
		if g.rows == 8 {
			g.VINSERTF128(operand.U8(1), element(r+4, 0), y[r], y[r])
			v = y
		}
	}
	g.VUNPCKLPS(v[1], v[0], v[4])
	g.VUNPCKHPS(v[1], v[0], v[5])
	g.VUNPCKLPS(v[3], v[2], v[6])
	g.VUNPCKHPS(v[3], v[2], v[7])
	g.VUNPCKLPD(v[6], v[4], v[0])
	g.VUNPCKHPD(v[6], v[4], v[1])
	g.VUNPCKLPD(v[7], v[5], v[2])
	g.VUNPCKHPD(v[7], v[5], v[3])
	for c := range 4 {
		g.VMOVUPS(v[c], at(dst, (c*g.rows+i)*4))
	}
}

// aheadRows is how many rows ahead PackB and FoldB fetch: their rows are short
// pieces, often on pages of their own, which the processor does not foresee.
const aheadRows = 4

// packColumns writes PackB, or FoldB: row by row over all panels.
func (g *generator) packColumns(fold bool) {
	doc := fmt.Sprintf("for panels of %d columns.", g.columns())
	dst, dst2, depth, src, src2 := reg.RDI, reg.R12, reg.RDX, reg.RSI, reg.R13
	ld, k, n := reg.RBX, reg.R8, reg.R9
	if fold {
		g.function("FoldB", "func(sum, difference []%[1]s, depth int, head, tail []%[1]s, ld, k, n int)", "is pure.FoldB "+doc)
		g.Load(g.Param("sum").Base(), dst)
		g.Load(g.Param("difference").Base(), dst2)
		g.Load(g.Param("head").Base(), src)
		g.Load(g.Param("tail").Base(), src2)
		g.Load(g.Param("ld"), ld)
	} else {
		g.function("PackB", "func(panels []%[1]s, depth int, b []%[1]s, ldb, k, n int)", "is pure.PackB "+doc)
		g.Load(g.Param("panels").Base(), dst)
		g.Load(g.Param("b").Base(), src)
		g.Load(g.Param("ldb"), ld)
	}
	g.Load(g.Param("depth"), depth)
	g.Load(g.Param("k"), k)
	g.Load(g.Param("n"), n)
	width := g.columns() * g.size()
	g.bytesOf(ld)
	g.IMUL3Q(operand.I32(width), depth, depth)
	g.TESTQ(k, k)
	done := "done"
	g.JLE(operand.LabelRef(done))
	if fold {
		// The last row of tail comes first.
		last := reg.R10
		g.LEAQ(at(k, -1), last)
		g.IMULQ(ld, last)
		g.ADDQ(last, src2)
	}

	// full panels, and the columns of one that is not.
	full, rest := reg.R10, reg.R11
	g.MOVQ(n, reg.RAX)
	g.MOVQ(depth, reg.R15) // DX is the remainder of a division
	g.XORQ(reg.RDX, reg.RDX)
	g.MOVQ(operand.I32(g.columns()), reg.RCX)
	g.DIVQ(reg.RCX)
	g.MOVQ(reg.RAX, full)
	g.MOVQ(reg.RDX, rest)
	g.MOVQ(reg.R15, depth)
	g.partMasks(rest)

	from, from2, to, to2, count, ahead := reg.RAX, reg.R9, reg.R14, reg.R15, reg.RCX, reg.R9
	row, panel, part, nextRow := "row", "panel", "part", "next"
	g.Label(row)
	g.MOVQ(src, from)
	g.MOVQ(dst, to)
	if fold {
		g.MOVQ(src2, from2)
		g.MOVQ(dst2, to2)
	} else {
		g.LEAQ(operand.Mem{Base: src, Index: ld, Scale: aheadRows}, ahead)
	}
	g.MOVQ(full, count)
	g.TESTQ(count, count)
	g.JZ(operand.LabelRef(part))
	g.Label(panel)
	for v := range g.vectors {
		g.op(g.VMOVUPD, g.VMOVUPS, at(from, v*g.bytes), g.vec(v))
		if fold {
			g.op(g.VMOVUPD, g.VMOVUPS, at(from2, v*g.bytes), g.vec(3+v))
		} else if v*g.bytes%64 == 0 {
			g.PREFETCHT0(at(ahead, v*g.bytes))
		}
	}
	g.putPanel(fold, to, to2)
	g.ADDQ(operand.I32(width), from)
	g.ADDQ(depth, to)
	if fold {
		g.ADDQ(operand.I32(width), from2)
		g.ADDQ(depth, to2)
	} else {
		g.ADDQ(operand.I32(width), ahead)
	}
	g.DECQ(count)
	g.JNZ(operand.LabelRef(panel))
	g.Label(part)
	g.TESTQ(rest, rest)
	g.JZ(operand.LabelRef(nextRow))
	for v := range g.vectors {
		g.partLoad(at(from, v*g.bytes), v, v)
		if fold {
			g.partLoad(at(from2, v*g.bytes), v, 3+v)
		}
	}
	g.putPanel(fold, to, to2)
	g.Label(nextRow)
	g.ADDQ(ld, src)
	g.ADDQ(operand.I32(width), dst)
	if fold {
		g.SUBQ(ld, src2)
		g.ADDQ(operand.I32(width), dst2)
	}
	g.DECQ(k)
	g.JNZ(operand.LabelRef(row))
	g.Label(done)
	g.VZEROUPPER()
	g.RET()
}

// putPanel writes a row of a panel, or the sum and the difference of two.
func (g *generator) putPanel(fold bool, to, to2 reg.GPPhysical) {
	for v := range g.vectors {
		if !fold {
			g.op(g.VMOVUPD, g.VMOVUPS, g.vec(v), at(to, v*g.bytes))
			continue
		}
		g.op(g.VADDPD, g.VADDPS, g.vec(3+v), g.vec(v), g.vec(6+v))
		g.op(g.VSUBPD, g.VSUBPS, g.vec(3+v), g.vec(v), g.vec(9+v))
		g.op(g.VMOVUPD, g.VMOVUPS, g.vec(6+v), at(to, v*g.bytes))
		g.op(g.VMOVUPD, g.VMOVUPS, g.vec(9+v), at(to2, v*g.bytes))
	}
}

var partK = []reg.OpmaskPhysical{reg.K1, reg.K2, reg.K3}

// partMasks makes the masks of a row of n lanes, one for each vector.
func (g *generator) partMasks(n reg.GPPhysical) {
	ones, table := reg.RAX, reg.RCX
	if g.wide() {
		g.MOVQ(operand.I32(-1), ones)
		g.BZHIQ(n, ones, ones)
		for v := range g.vectors {
			g.KMOVW(ones.As32(), partK[v])
			g.SHRQ(operand.U8(g.lanes()), ones)
		}
		return
	}
	for v := range g.vectors {
		// The mask of none up to all lanes begins that many before the middle.
		few, many := g.label("few"), g.label("many")
		g.MOVQ(n, ones)
		g.SUBQ(operand.U8(v*g.lanes()), ones)
		g.JGE(operand.LabelRef(few))
		g.XORQ(ones, ones)
		g.Label(few)
		g.CMPQ(ones, operand.U8(g.lanes()))
		g.JLE(operand.LabelRef(many))
		g.MOVQ(operand.I32(g.lanes()), ones)
		g.Label(many)
		g.NEGQ(ones)
		g.LEAQ(laneMasks, table)
		g.VMOVUPS(operand.Mem{Base: table, Index: ones, Scale: uint8(g.size()), Disp: g.bytes}, g.vec(13+v))
	}
}

// partLoad loads the lanes of vector v that there are, and zeros.
func (g *generator) partLoad(from operand.Mem, v, to int) {
	if g.wide() {
		if g.single {
			g.VMOVUPS_Z(from, partK[v], g.vec(to))
		} else {
			g.VMOVUPD_Z(from, partK[v], g.vec(to))
		}
		return
	}
	g.maskMove(from, g.vec(13+v), g.vec(to))
}
