package main

import (
	"fmt"
	"math/bits"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// The registers of a micro-kernel.
var (
	c, ldc         = reg.RDI, reg.RSI // where the tile begins; the stride in bytes
	m, k           = reg.R8, reg.R9   // rows to go; depth of the panels
	a, b           = reg.RAX, reg.RBX // where the panels begin
	aStep, bStep   = reg.R10, reg.R11 // where the step along k stands
	count          = reg.RCX          // steps to go
	row            = reg.RDX          // row of c
	add            = reg.R12          // not zero: add to c
	partial        = reg.K1           // AVX-512: the lanes of the last vector that c has
	scratch, whole = reg.R14, reg.R15 // AVX2: not zero if c has all lanes of the last vector
)

// multiply writes Multiply or MultiplyComplex of package pure.
//
// The accumulators of a tile of rows × vectors hold c; each step along k loads
// the vectors of a row of b and broadcasts one element of a after the other.
// The rows that a full tile leaves over are done by lower tiles from the same
// panel, the columns by narrower ones; what c does not have of the last vector
// is masked, and the last row is left out if it is one too many.
func (g *generator) multiply(complex bool) {
	what, unit := "Multiply", 1
	if complex {
		what, unit = "MultiplyComplex", 2
	}
	g.function(what, "func(c []%[1]s, ldc, m, n, k int, a, b []%[1]s, add bool)",
		fmt.Sprintf("is pure.%s for panels of %d rows and of %d columns; 0 ≤ n ≤ %[3]d.", what, g.rows, g.columns()))

	n := reg.RCX
	g.Load(g.Param("c").Base(), c)
	g.Load(g.Param("ldc"), ldc)
	g.Load(g.Param("m"), m)
	g.Load(g.Param("n"), n)
	g.Load(g.Param("k"), k)
	g.Load(g.Param("a").Base(), a)
	g.Load(g.Param("b").Base(), b)
	g.Load(g.Param("add"), add.As8())
	g.MOVBLZX(add.As8(), add.As32())
	g.bytesOf(ldc)
	done := g.label("done")
	g.TESTQ(n, n)
	g.JZ(operand.LabelRef(done))

	// From here on n is the number of lanes of the last vector.
	labels := make([]string, g.vectors+1)
	for v := g.vectors; v > 1; v-- {
		labels[v] = g.label("columns")
		g.CMPQ(n, operand.U8((v-1)*g.lanes()))
		g.JG(operand.LabelRef(labels[v]))
	}
	for v := 1; v <= g.vectors; v++ {
		if v > 1 {
			g.Label(labels[v])
			g.SUBQ(operand.U8((v-1)*g.lanes()), n)
		}
		g.lastLanes(n)
		g.panel(v, unit, done)
	}
	g.Label(done)
	g.VZEROUPPER()
	g.RET()
}

// lastLanes makes the mask of the last vector, of which c has n lanes.
func (g *generator) lastLanes(n reg.GPPhysical) {
	if g.wide() {
		g.MOVQ(operand.I32(-1), scratch)
		g.BZHIQ(n, scratch, scratch)
		g.KMOVW(scratch.As32(), partial)
		return
	}
	g.XORQ(whole, whole)
	g.CMPQ(n, operand.U8(g.lanes()))
	g.SETEQ(whole.As8())
	g.NEGQ(n)
	g.LEAQ(laneMasks, scratch)
	g.LEAQ(operand.Mem{Base: scratch, Index: n, Scale: uint8(g.size()), Disp: g.bytes}, scratch)
}

// laneMasks is a vector of ones followed by one of zeros: the mask of n lanes
// begins n lanes before the middle.
var laneMasks operand.Mem

func (g *generator) declareLaneMasks() {
	laneMasks = g.StaticGlobal("laneMasks")
	g.DataAttributes(attr.RODATA | attr.NOPTR)
	for i := range 2 * g.bytes / 8 {
		ones := operand.U64(0)
		if i < g.bytes/8 {
			ones = ^ones
		}
		g.AppendDatum(ones)
	}
}

// panel goes down the rows of c with tiles of some vectors.
func (g *generator) panel(vectors, unit int, done string) {
	full, low := g.label("full"), g.label("low")
	g.Label(full)
	// A tile whose last row is left out costs less than two lower ones.
	g.CMPQ(m, operand.U8(g.rows-1))
	g.JL(operand.LabelRef(low))
	g.tile(g.rows, vectors, unit)
	g.MOVQ(aStep, a)
	g.next(g.rows, unit)
	g.JG(operand.LabelRef(full))
	g.JMP(operand.LabelRef(done))
	g.Label(low)
	for _, rows := range g.low {
		skip := g.label("skip")
		g.CMPQ(m, operand.U8(rows-1))
		g.JL(operand.LabelRef(skip))
		g.tile(rows, vectors, unit)
		g.ADDQ(operand.U8(rows*g.size()), a)
		g.next(rows, unit)
		g.JLE(operand.LabelRef(done))
		g.Label(skip)
	}
	g.JMP(operand.LabelRef(done))
}

// next steps below a tile of rows and leaves the flags of the rows to go.
func (g *generator) next(rows, unit int) {
	g.LEAQ(operand.Mem{Base: c, Index: ldc, Scale: uint8(rows / unit)}, c)
	g.SUBQ(operand.U8(rows), m)
}

// tile computes one tile of c; it leaves aStep at the end of the panel.
func (g *generator) tile(rows, vectors, unit int) {
	g.Commentf("A tile of %d rows and %d vectors.", rows, vectors)
	for i := range rows * vectors {
		g.zero(g.vec(i))
	}
	g.MOVQ(a, aStep)
	g.MOVQ(b, bStep)
	unroll := g.unroll
	if rows < g.rows {
		unroll = 2
	}
	loop, near, last, rest, one, finish := g.label("loop"), g.label("near"), g.label("last"), g.label("rest"), g.label("one"), g.label("finish")
	// Each of the last turns fetches a row of c: earlier, the panels would drive it
	// out of the first-level cache again, which cost 5 % of the rate where c was in a
	// cache; and the same row of the tile below, for it takes longer than the turns that
	// are left to come from memory, which cost 4 % where c was not in a cache (real ×
	// complex of 1024 in double precision, one core of a Xeon of the Sapphire Rapids
	// generation).
	lines := rows / unit
	if g.packing != nil {
		g.packing.rounds(g, loop, lines)
	} else {
		g.MOVQ(k, count)
		g.SHRQ(operand.U8(bits.TrailingZeros(uint(unroll))), count)
		g.SUBQ(operand.U8(lines), count)
		g.JLE(operand.LabelRef(near))
		g.Label(loop)
		g.steps(unroll, rows, vectors)
		g.DECQ(count)
		g.JNZ(operand.LabelRef(loop))
		g.Label(near)
		g.ADDQ(operand.U8(lines), count)
		g.JZ(operand.LabelRef(rest))
	}
	g.MOVQ(c, row)
	g.Label(last)
	for line := 0; line < vectors*g.bytes; line += 64 {
		g.PREFETCHT0(at(row, line))
		g.PREFETCHT1(operand.Mem{Base: row, Index: ldc, Scale: uint8(lines), Disp: line})
	}
	g.ADDQ(ldc, row)
	g.steps(unroll, rows, vectors)
	g.DECQ(count)
	g.JNZ(operand.LabelRef(last))
	g.Label(rest)
	if g.packing != nil { // which has the register
		g.Load(g.Param("k"), count)
	} else {
		g.MOVQ(k, count)
	}
	g.ANDQ(operand.U8(unroll-1), count)
	g.JZ(operand.LabelRef(finish))
	g.Label(one)
	g.steps(1, rows, vectors)
	g.DECQ(count)
	g.JNZ(operand.LabelRef(one))
	g.Label(finish)
	if unit == 2 {
		g.combine(rows, vectors)
	}
	g.store(rows, vectors, unit)
}

// aheadA is how many bytes of the panels of a a full tile fetches ahead, for they
// come from the second-level cache: with AVX-512 24 steps in double precision.
// Of 512 to 2048 bytes 1536 gave the highest rates, 1 to 4 % above those without
// (square and thin products, one core of a Xeon of the Sapphire Rapids generation).
const aheadA = 1536

// steps makes n steps along k.
func (g *generator) steps(n, rows, vectors int) {
	right := g.rows * g.vectors // the registers of b, then those of a
	for u := range n {
		for v := range vectors {
			g.op(g.VMOVUPD, g.VMOVUPS, at(bStep, u*g.columns()*g.size()+v*g.bytes), g.vec(right+v))
		}
		if rows == g.rows && (u*g.rows*g.size())%64 == 0 {
			g.PREFETCHT0(at(aStep, u*g.rows*g.size()+aheadA))
		}
		for i := range rows {
			left := right + g.vectors
			if g.wide() {
				left += i % 4
			}
			g.op(g.VBROADCASTSD, g.VBROADCASTSS, at(aStep, (u*g.rows+i)*g.size()), g.vec(left))
			for v := range vectors {
				g.op(g.VFMADD231PD, g.VFMADD231PS, g.vec(right+v), g.vec(left), g.vec(i*vectors+v))
			}
		}
	}
	g.ADDQ(operand.I32(n*g.rows*g.size()), aStep)
	g.ADDQ(operand.I32(n*g.columns()*g.size()), bStep)
}

// combine adds i times the odd rows to the even ones: with x and y in rows 2i
// and 2i+1, re = re x − im y and im = im x + re y.
func (g *generator) combine(rows, vectors int) {
	swap, ones := operand.U8(0x55), g.vec(g.rows*g.vectors)
	if g.single {
		swap = operand.U8(0xb1)
	} else if !g.wide() {
		swap = operand.U8(0x5)
	}
	if g.wide() {
		// 1.0 in every lane: all bits, moved left and right.
		left := operand.U8(54)
		if g.single {
			left = 25
		}
		g.VPTERNLOGD(operand.U8(0xff), ones, ones, ones)
		if g.single {
			g.VPSLLD(left, ones, ones)
			g.VPSRLD(operand.U8(2), ones, ones)
		} else {
			g.VPSLLQ(left, ones, ones)
			g.VPSRLQ(operand.U8(2), ones, ones)
		}
	}
	for i := 0; i < rows; i += 2 {
		for v := range vectors {
			x, y := g.vec(i*vectors+v), g.vec((i+1)*vectors+v)
			g.op(g.VPERMILPD, g.VPERMILPS, swap, y, y)
			switch {
			case g.wide():
				// AVX-512 has no VADDSUBPD; a product by 1 adds no rounding.
				g.op(g.VFMADDSUB213PD, g.VFMADDSUB213PS, y, ones, x)
			case g.single:
				g.VADDSUBPS(y, x, x)
			default:
				g.VADDSUBPD(y, x, x)
			}
		}
	}
}

// store adds c to the accumulators if it is to be added to, and writes them.
func (g *generator) store(rows, vectors, unit int) {
	if !g.wide() && g.packing != nil { // whole panels, and no register for a mask
		g.storeRows(rows, vectors, unit, false)
		return
	}
	if !g.wide() {
		part, end := g.label("part"), g.label("end")
		g.TESTQ(whole, whole)
		g.JZ(operand.LabelRef(part))
		g.storeRows(rows, vectors, unit, false)
		g.JMP(operand.LabelRef(end))
		g.Label(part)
		g.VMOVUPD(at(scratch, 0), g.mask())
		g.storeRows(rows, vectors, unit, true)
		g.Label(end)
		return
	}
	g.storeRows(rows, vectors, unit, true)
}

func (g *generator) storeRows(rows, vectors, unit int, masked bool) {
	write, add := g.label("write"), add
	if g.packing != nil { // which has the register
		add = count
		g.Load(g.Param("add"), add.As8())
		g.MOVBLZX(add.As8(), add.As32())
	}
	g.TESTQ(add, add)
	g.JZ(operand.LabelRef(write))
	g.eachVector(rows, vectors, unit, func(x reg.VecPhysical, c operand.Mem, last bool) {
		switch {
		case !last || !masked:
			g.op(g.VADDPD, g.VADDPS, c, x, x)
		case g.wide():
			g.op(g.VADDPD, g.VADDPS, c, x, partial, x)
		default:
			old := g.vec(g.rows * g.vectors)
			g.maskMove(c, g.mask(), old)
			g.op(g.VADDPD, g.VADDPS, old, x, x)
		}
	})
	g.Label(write)
	g.eachVector(rows, vectors, unit, func(x reg.VecPhysical, c operand.Mem, last bool) {
		switch {
		case !last || !masked:
			g.op(g.VMOVUPD, g.VMOVUPS, x, c)
		case g.wide():
			g.op(g.VMOVUPD, g.VMOVUPS, x, partial, c)
		default:
			g.maskMove(x, g.mask(), c)
		}
	})
}

// mask is the register of AVX2's mask when the tile is done.
func (g *generator) mask() reg.VecPhysical { return g.vec(g.rows*g.vectors + 1) }

func (g *generator) maskMove(from, mask, to operand.Op) {
	if g.single {
		g.VMASKMOVPS(from, mask, to)
	} else {
		g.VMASKMOVPD(from, mask, to)
	}
}

// eachVector calls f for the vectors of the rows of c that there are.
func (g *generator) eachVector(rows, vectors, unit int, f func(x reg.VecPhysical, c operand.Mem, last bool)) {
	end := g.label("rows")
	g.MOVQ(c, row)
	for i := range rows / unit {
		if unit == 1 && i == rows-1 {
			g.CMPQ(m, operand.U8(rows))
			g.JL(operand.LabelRef(end))
		}
		for v := range vectors {
			f(g.vec(i*unit*vectors+v), at(row, v*g.bytes), v == vectors-1)
		}
		g.ADDQ(ldc, row)
	}
	g.Label(end)
}
