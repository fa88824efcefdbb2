package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// longestPrime is the greatest radix of passPrime: it bounds the stack.
const longestPrime = 61

// outputPairs returns how many pairs of outputs k, r−k a machine has the registers to
// make together: four sums for each, two operands and a cosine or a sine.
func (m *machine) outputPairs() []int {
	if len(m.registers) == 32 {
		return []int{4, 5, 6}
	}
	return []int{2, 3}
}

// primeSums are the registers of the outputs made together: for each of them the sums over
// cosines, real and imaginary, and those over sines.
type primeSums struct {
	w    *writer
	n    int
	even [2][]reg.VecPhysical
	odd  [2][]reg.VecPhysical
	x    [2]reg.VecPhysical // operands
	c    []reg.VecPhysical  // cosines and sines in turn, where arithmetic cannot broadcast them
}

func (w *writer) primeSums(n int) *primeSums {
	s, free := &primeSums{w: w, n: n}, w.m.registers
	take := func(k int) []reg.VecPhysical {
		r := free[:k]
		free = free[k:]
		return r
	}
	for part := range 2 {
		s.even[part], s.odd[part] = take(n), take(n)
	}
	copy(s.x[:], take(2))
	if !w.m.broadcast {
		s.c = take(2)
	}
	return s
}

// all returns the sums in the order in which they stand in memory.
func (s *primeSums) all() []reg.VecPhysical {
	var all []reg.VecPhysical
	for part := range 2 {
		all = append(append(all, s.even[part]...), s.odd[part]...)
	}
	return all
}

// add adds the products of one s_j and d_j, at x, with their cosines and sines, at table, to
// the sums over cosines and those over sines, or makes them where they begin.
func (s *primeSums) add(x, table operand.Mem, begin [2]bool) {
	w, m := s.w, s.w.m
	for half, sums := range [2][2][]reg.VecPhysical{s.even, s.odd} {
		f := m.multiplyAdd[0][0]
		if begin[half] {
			f = m.mul
		}
		for part := range 2 {
			w.emit(m.move, x.Offset((2*half+part)*m.vector), s.x[part])
		}
		for i := range s.n {
			at := table.Offset((half*s.n + i) * m.size)
			if m.broadcast {
				for part := range 2 {
					emit(w.ctx, f.broadcast, at, s.x[part], sums[part][i])
				}
				continue
			}
			c := s.c[i%len(s.c)]
			w.emit(m.splat, at, c)
			for part := range 2 {
				w.emit(f, c, s.x[part], sums[part][i])
			}
		}
	}
}

// passPrime writes the passes of the odd radices for which there is no codelet. A
// butterfly is that of codelet.odd in loops: first the sums s_j and differences d_j, with
// d's parts exchanged, go to the stack; then for some pairs of outputs at a time their sums over j
// are made in registers. So that rounding errors grow with less than the
// number of summands, they are made of parts of at most chunk summands each.
func (w *writer) passPrime() {
	ctx, m := w.ctx, w.m
	element := m.element()
	w.function("PassPrime", "func(dst, src, tw, table []"+m.real+", pairs []int, radix, chunk, blocks, span, from, to int)",
		"%s is pure.Pass of an odd radix up to "+itoa(longestPrime)+" and width "+itoa(m.lanes())+". Half of the radix is the sum",
		fmt.Sprintf("of pairs, each of them one of %v. For each of these, table has for", m.outputPairs()),
		"every j from 1 to half of the radix first the cosines, then the sines of jk/radix turns for as many k in",
		"succession. Sums are made of parts of at most chunk summands.")
	half := longestPrime / 2
	widest := m.outputPairs()[len(m.outputPairs())-1]
	// The stack: a_0, then s_1, d_1, s_2, d_2 …, and the sums of the chunks so far.
	stack := w.aligned((2 + 4*half + 4*widest) * m.vector)
	zeroth, partial := stack, stack.Offset((2+4*half)*m.vector)
	pair := stack.Offset(2 * m.vector)

	src, dst, blocks := w.slice("src"), w.slice("dst"), w.param("blocks")
	stride, q := w.gp(), w.gp()
	label := func(name string) operand.LabelRef { return operand.LabelRef(name) }

	ctx.TESTQ(blocks, blocks)
	ctx.JLE(label("done"))
	ctx.MOVQ(w.argument("from"), q)
	ctx.CMPQ(q, w.argument("to"))
	ctx.JGE(label("done"))
	ctx.IMUL3Q(operand.I32(element), w.param("span"), stride)
	offset := w.gp()
	ctx.IMUL3Q(operand.I32(element), q, offset)
	ctx.ADDQ(offset, src)
	ctx.ADDQ(offset, dst)

	ctx.Label("block")
	ctx.MOVQ(w.argument("from"), q)

	ctx.Label("butterfly")
	up, down, j, x := w.gp(), w.gp(), w.gp(), w.gp()
	low, high := w.gp(), w.gp() // twiddle factors of j and of radix−j
	ctx.MOVQ(w.argument("radix"), j)
	ctx.DECQ(j)
	ctx.MOVQ(stride, down)
	ctx.IMULQ(j, down)
	ctx.ADDQ(src, down)
	ctx.MOVQ(src, up)
	ctx.ADDQ(stride, up)
	// The twiddle factors of a q are radix−1 complex numbers.
	size := 2 * m.size
	ctx.MOVQ(j, low)
	ctx.IMULQ(q, low)
	ctx.LEAQ(operand.Mem{Base: low, Index: j, Scale: 1}, high)
	ctx.IMUL3Q(operand.I32(size), low, low)
	ctx.IMUL3Q(operand.I32(size), high, high)
	first, err := ctx.Param("tw").Base().Resolve()
	if err != nil {
		panic(err)
	}
	ctx.ADDQ(first.Addr, low)
	ctx.ADDQ(first.Addr, high)
	ctx.SUBQ(operand.I8(int8(size)), high)
	ctx.SHRQ(operand.U8(1), j)
	ctx.LEAQ(pair, x)

	r := m.registers
	y := r[:2] // the sum of all elements
	a, b := r[2:4], r[4:6]
	at := func(base reg.Register, part int) operand.Mem {
		return operand.Mem{Base: base, Disp: part * m.vector}
	}
	for part := range 2 {
		w.emit(m.move, at(src, part), y[part])
		w.emit(m.move, y[part], zeroth.Offset(part*m.vector))
	}
	ctx.TESTQ(q, q)
	ctx.JZ(label("plain"))
	fold := func(name string, twiddled bool) {
		ctx.Label(name)
		if twiddled {
			w.turned(up, low, a, r[6:10])
			w.turned(down, high, b, r[10:14])
		} else {
			for part := range 2 {
				w.emit(m.move, at(up, part), a[part])
				w.emit(m.move, at(down, part), b[part])
			}
		}
		for part := range 2 {
			s, d := r[6+part], r[8+part]
			w.emit(m.add, b[part], a[part], s)
			w.emit(m.sub, b[part], a[part], d)
			w.emit(m.add, s, y[part], y[part])
			w.emit(m.move, s, at(x, part))
			w.emit(m.move, d, at(x, 3-part)) // real outputs take up imaginary differences
		}
		ctx.ADDQ(stride, up)
		ctx.SUBQ(stride, down)
		if twiddled {
			ctx.ADDQ(operand.I8(int8(size)), low)
			ctx.SUBQ(operand.I8(int8(size)), high)
		}
		ctx.ADDQ(operand.I32(4*m.vector), x)
		ctx.DECQ(j)
		ctx.JNZ(label(name))
	}
	fold("twiddled", true)
	ctx.JMP(label("folded"))
	fold("plain", false)
	ctx.Label("folded")

	// The outputs: up and down now say where they go.
	for part := range 2 {
		w.emit(m.move, y[part], at(dst, part))
	}
	table, group, groups := w.gp(), w.gp(), w.gp()
	ctx.MOVQ(w.argument("radix"), down)
	ctx.DECQ(down)
	ctx.IMULQ(stride, down)
	ctx.ADDQ(dst, down)
	ctx.MOVQ(dst, up)
	ctx.ADDQ(stride, up)
	ctx.Load(ctx.Param("table").Base(), table)
	ctx.Load(ctx.Param("pairs").Base(), group)
	ctx.Load(ctx.Param("pairs").Len(), groups)

	ctx.Label("group")
	widths := m.outputPairs()
	for _, n := range widths[1:] {
		ctx.CMPQ(operand.Mem{Base: group}, operand.I8(int8(n)))
		ctx.JEQ(label(fmt.Sprint("pairs", n)))
	}
	for i, n := range widths {
		if i > 0 {
			ctx.Label(fmt.Sprint("pairs", n))
		}
		s := w.primeSums(n)
		left := w.gp()
		ctx.MOVQ(w.argument("radix"), left)
		ctx.SHRQ(operand.U8(1), left)
		ctx.LEAQ(pair, x)
		one := func(begin [2]bool) {
			s.add(operand.Mem{Base: x}, operand.Mem{Base: table}, begin)
			ctx.ADDQ(operand.I32(4*m.vector), x)
			ctx.ADDQ(operand.I32(2*n*m.size), table)
			ctx.DECQ(j)
		}
		sum := func(name string, begin [2]bool) {
			ctx.MOVQ(w.argument("chunk"), j)
			ctx.CMPQ(left, j)
			ctx.JGE(label("whole" + name))
			ctx.MOVQ(left, j)
			ctx.Label("whole" + name)
			ctx.SUBQ(j, left)
			one(begin)
			ctx.JZ(label("all" + name))
			ctx.Label(name)
			one([2]bool{})
			ctx.JNZ(label(name))
			ctx.Label("all" + name)
		}
		for part := range 2 {
			w.emit(m.move, zeroth.Offset(part*m.vector), s.even[part][0])
			for k := range n - 1 {
				w.emit(m.move, s.even[part][0], s.even[part][k+1])
			}
		}
		sum(fmt.Sprint("first", n), [2]bool{false, true})
		ctx.TESTQ(left, left)
		ctx.JZ(label(fmt.Sprint("summed", n)))
		ctx.Label(fmt.Sprint("chunk", n))
		for k, v := range s.all() {
			w.emit(m.move, v, partial.Offset(k*m.vector))
		}
		sum(fmt.Sprint("next", n), [2]bool{true, true})
		for k, v := range s.all() {
			w.emit(m.add, partial.Offset(k*m.vector), v, v)
		}
		ctx.TESTQ(left, left)
		ctx.JNZ(label(fmt.Sprint("chunk", n)))
		ctx.Label(fmt.Sprint("summed", n))
		for k := range n {
			for part, forms := range [2][2]form{{m.add, m.sub}, {m.sub, m.add}} {
				even, odd := s.even[part][k], s.odd[part][k]
				w.emit(forms[0], odd, even, s.x[0])
				w.emit(forms[1], odd, even, s.x[1])
				w.emit(m.move, s.x[0], at(up, part))
				w.emit(m.move, s.x[1], at(down, part))
			}
			ctx.ADDQ(stride, up)
			ctx.SUBQ(stride, down)
		}
		if i+1 < len(widths) {
			ctx.JMP(label("grouped"))
		}
	}
	ctx.Label("grouped")
	ctx.ADDQ(operand.I8(8), group)
	ctx.DECQ(groups)
	ctx.JNZ(label("group"))

	ctx.ADDQ(operand.I32(element), src)
	ctx.ADDQ(operand.I32(element), dst)
	ctx.INCQ(q)
	ctx.CMPQ(q, w.argument("to"))
	ctx.JLT(label("butterfly"))

	// To the first butterfly of the next block: radix·span elements on, to−from back.
	skip := w.gp()
	ctx.MOVQ(w.argument("from"), skip)
	ctx.SUBQ(w.argument("to"), skip)
	ctx.IMUL3Q(operand.I32(element), skip, skip)
	next := w.gp()
	ctx.MOVQ(w.argument("radix"), next)
	ctx.IMULQ(stride, next)
	ctx.ADDQ(next, skip)
	ctx.ADDQ(skip, src)
	ctx.ADDQ(skip, dst)
	ctx.DECQ(blocks)
	ctx.JNZ(label("block"))
	ctx.Label("done")
	ctx.VZEROUPPER()
	ctx.RET()
}

// turned brings the element at base times the factor at tw into z; it uses four registers more.
func (w *writer) turned(base, tw reg.Register, z, free []reg.VecPhysical) {
	m := w.m
	re, im, c, s := free[0], free[1], free[2], free[3]
	w.emit(m.move, operand.Mem{Base: base}, re)
	w.emit(m.move, operand.Mem{Base: base, Disp: m.vector}, im)
	w.emit(m.splat, operand.Mem{Base: tw}, c)
	w.emit(m.splat, operand.Mem{Base: tw, Disp: m.size}, s)
	w.emit(m.mul, c, re, z[0])
	w.emit(m.mul, s, re, z[1])
	w.emit(m.multiplyAdd[1][0], s, im, z[0])
	w.emit(m.multiplyAdd[0][0], c, im, z[1])
}
