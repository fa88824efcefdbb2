package main

import (
	"math/bits"

	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/ir"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
	"github.com/mmcloughlin/avo/x86"
)

// program writes the instructions of a codelet. Values live in registers; where these
// do not suffice, the value whose next use is farthest goes to a slot of the stack
// (Belady 1966, IBM Syst. J. 5, 78).
type program struct {
	m     *machine
	ctx   *build.Context // nil to count only
	slots operand.Mem    // the stack, aligned
	table func(x int) operand.Mem
	fixed map[int]int // registers of constants, by their number in the table
	order []int       // of the codelet's constants in the table
	pool  int         // registers that values may use
	sets  map[kind]reg.VecPhysical

	c     *codelet
	uses  [][]int
	where []int // register of a value or -1
	slot  []int // slot of a value or -1
	owner []int // value in a register or -1
	free  []int // slots
	top   int   // slots used at most
	cost  int   // of moves between registers and memory that the codelet itself does not ask for
}

// run writes the instructions of c, or counts moves and slots if there is no context.
func (p *program) run(c *codelet) {
	p.c = c
	p.uses = make([][]int, len(c.nodes))
	p.where, p.slot = make([]int, len(c.nodes)), make([]int, len(c.nodes))
	p.owner = make([]int, p.pool)
	p.free, p.top, p.cost = nil, 0, 0
	for r := range p.owner {
		p.owner[r] = -1
	}
	for i, n := range c.nodes {
		p.where[i], p.slot[i] = -1, -1
		for _, a := range n.arguments() {
			p.uses[a] = append(p.uses[a], i)
		}
	}
	for i, n := range c.nodes {
		if n.kind != constant {
			p.instruction(i, n)
		}
	}
}

// arguments returns the values that a node reads.
func (n node) arguments() []int {
	switch n.kind {
	case load, split, twiddle, constant, offset:
		return nil
	case store, stream, unsplit:
		return []int{n.a}
	case multiplyAdd, negMultiplyAdd, multiplySub, negMultiplySub:
		return []int{n.a, n.b, n.c}
	}
	return []int{n.a, n.b}
}

// emit writes an instruction, unless the program only counts.
func (p *program) emit(f form, broadcast bool, ops ...operand.Op) {
	if p.ctx == nil {
		return
	}
	if broadcast {
		emit(p.ctx, f.broadcast, ops...)
	} else {
		emit(p.ctx, f.plain, ops...)
	}
}

func (p *program) register(v int) reg.VecPhysical {
	if n := p.c.nodes[v]; n.kind == constant {
		return p.m.registers[p.fixed[p.order[n.a]]]
	}
	return p.m.registers[p.where[v]]
}

func (p *program) inRegister(v int) bool {
	if n := p.c.nodes[v]; n.kind == constant {
		_, ok := p.fixed[p.order[n.a]]
		return ok
	}
	return p.where[v] >= 0
}

// memory returns where a value stands that is not in a register, whether it is a
// single real there, and whether arithmetic can read it there.
func (p *program) memory(v int) (m operand.Mem, broadcast, direct bool) {
	switch n := p.c.nodes[v]; {
	case n.kind == constant && p.m.broadcast:
		return p.table(p.order[n.a]), true, true
	case n.kind == constant:
		return p.table(p.order[n.a]), false, true
	case n.kind == twiddle:
		return n.mem, true, p.m.broadcast
	default:
		return p.slots.Offset(p.slot[v] * p.m.vector), false, true
	}
}

// next returns the next use of v after instruction i.
func (p *program) next(v, i int) int {
	for _, u := range p.uses[v] {
		if u > i {
			return u
		}
	}
	return len(p.c.nodes)
}

func (p *program) dying(v, i int) bool {
	return p.c.nodes[v].kind != constant && p.next(v, i) == len(p.c.nodes)
}

// take gives v a register, that of another value if none is free. kept values
// stay where they are.
func (p *program) take(v, i int, kept ...int) {
	best, farthest := -1, -1
	for r, o := range p.owner {
		if o < 0 {
			best = r
			break
		}
		keep := false
		for _, k := range kept {
			keep = keep || o == k
		}
		if u := p.next(o, i); !keep && u > farthest {
			best, farthest = r, u
		}
	}
	if o := p.owner[best]; o >= 0 {
		if p.c.nodes[o].kind != twiddle && p.slot[o] < 0 {
			p.slot[o] = p.newSlot()
			m, _, _ := p.memory(o)
			p.emit(p.m.move, false, p.m.registers[best], m)
			p.cost += 2
		}
		p.where[o] = -1
	}
	p.owner[best], p.where[v] = v, best
}

func (p *program) newSlot() int {
	if n := len(p.free); n > 0 {
		s := p.free[n-1]
		p.free = p.free[:n-1]
		return s
	}
	p.top++
	return p.top - 1
}

func (p *program) anyFree() bool {
	for _, o := range p.owner {
		if o < 0 {
			return true
		}
	}
	return false
}

// release frees what the values hold that instruction i is the last to use.
func (p *program) release(i int, values ...int) {
	for _, v := range values {
		if !p.dying(v, i) {
			continue
		}
		if r := p.where[v]; r >= 0 {
			p.owner[r], p.where[v] = -1, -1
		}
		if s := p.slot[v]; s >= 0 {
			p.free, p.slot[v] = append(p.free, s), -1
		}
	}
}

// bring loads v into a register.
func (p *program) bring(v, i int, kept ...int) reg.VecPhysical {
	if p.inRegister(v) {
		return p.register(v)
	}
	m, broadcast, _ := p.memory(v)
	p.take(v, i, kept...)
	p.cost++
	if broadcast {
		p.emit(p.m.splat, false, m, p.m.registers[p.where[v]])
	} else {
		p.emit(p.m.move, false, m, p.m.registers[p.where[v]])
	}
	return p.m.registers[p.where[v]]
}

// source returns v as the operand of an instruction that may stand in memory.
func (p *program) source(v, i int, kept ...int) (operand.Op, bool) {
	if p.inRegister(v) {
		return p.register(v), false
	}
	m, broadcast, direct := p.memory(v)
	again := p.c.nodes[v].kind != constant && !p.dying(v, i)
	if direct && !(again && p.anyFree()) {
		p.cost++
		return m, broadcast
	}
	return p.bring(v, i, kept...), false
}

func (p *program) instruction(i int, n node) {
	switch n.kind {
	case load:
		p.take(i, i)
		p.emit(p.m.move, false, n.mem, p.register(i))
	case split:
		p.take(i, i)
		r := p.where[i]
		p.emit(p.m.move, false, n.mem, p.m.halves[r])
		p.insert(n.far, r)
	case offset:
		if p.ctx != nil {
			p.ctx.MOVLQSX(n.mem, n.at)
			p.ctx.SHLQ(operand.U8(bits.TrailingZeros(uint(p.m.element()))), n.at)
		}
	case twiddle:
		p.take(i, i)
		p.emit(p.m.splat, false, n.mem, p.register(i))
	case store:
		p.emit(p.m.move, false, p.bring(n.a, i), n.mem)
		p.release(i, n.a)
	case stream:
		p.emit(p.m.nonTemporal, false, p.bring(n.a, i), n.mem)
		p.release(i, n.a)
	case unsplit:
		p.bring(n.a, i)
		r := p.where[n.a]
		p.emit(p.m.move, false, p.m.halves[r], n.mem)
		p.extract(r, n.far)
		p.release(i, n.a)
	case plus, times:
		a, b := n.a, n.b
		if !p.inRegister(a) {
			a, b = b, a
		}
		p.binary(i, map[kind]form{plus: p.m.add, times: p.m.mul}[n.kind], a, b)
	case minus:
		p.binary(i, p.m.sub, n.a, n.b)
	case unpackLow:
		p.binary(i, p.m.unpackLow, n.a, n.b)
	case unpackHigh:
		p.binary(i, p.m.unpackHigh, n.a, n.b)
	case pairsLow:
		p.binary(i, form{plain: x86.VUNPCKLPD}, n.a, n.b)
	case pairsHigh:
		p.binary(i, form{plain: x86.VUNPCKHPD}, n.a, n.b)
	case evensWithin:
		p.binary(i, p.m.evensWithin, n.a, n.b)
	case oddsWithin:
		p.binary(i, p.m.oddsWithin, n.a, n.b)
	case multiplyAdd, negMultiplyAdd, multiplySub, negMultiplySub:
		p.fused(i, n)
	default:
		p.shuffled(i, n)
	}
}

// binary writes f of a, in a register, and b, which may stand in memory.
func (p *program) binary(i int, f form, a, b int) {
	x := p.bring(a, i, b)
	y, broadcast := p.source(b, i, a)
	p.release(i, a)
	if p.inRegister(b) {
		p.release(i, b)
	}
	p.take(i, i)
	p.emit(f, broadcast, y, x, p.register(i))
	p.release(i, b) // its slot is free only after it is read
}

// fused writes a multiply-add in the form that overwrites a value which is not
// needed any more.
func (p *program) fused(i int, n node) {
	f := p.m.multiplyAdd[n.kind-multiplyAdd]
	// At most one of the three may stay in memory.
	outside := -1
	for _, v := range []int{n.a, n.b, n.c} {
		if p.inRegister(v) || v == outside {
			continue
		}
		if outside < 0 {
			outside = v
			continue
		}
		if p.c.nodes[v].kind == constant { // constants stay, what was first comes
			outside, v = v, outside
		}
		p.bring(v, i, n.a, n.b, n.c)
	}
	var mem operand.Op
	var broadcast bool
	if outside >= 0 {
		mem, broadcast = p.source(outside, i, n.a, n.b, n.c)
		if p.inRegister(outside) {
			outside = -1
		}
	}
	end := func(v int) bool { return v != outside && p.dying(v, i) && p.where[v] >= 0 }
	op := func(v int) operand.Op {
		if v == outside {
			return mem
		}
		return p.register(v)
	}
	become := func(v int) { // the result takes the register of v
		r := p.where[v]
		p.owner[r], p.where[v], p.where[i] = i, -1, r
		if s := p.slot[v]; s >= 0 {
			p.free, p.slot[v] = append(p.free, s), -1
		}
	}
	write := func(which int, first, second int, dst int) {
		x, y, d := op(first), op(second), p.register(dst)
		become(dst)
		p.emit(f[which], first == outside && broadcast, x, y, d)
		p.release(i, n.a, n.b, n.c)
	}
	a, b, c := n.a, n.b, n.c
	if b != outside && a == outside {
		a, b = b, a
	}
	switch { // b or c is what stands in memory
	case c != outside && end(c):
		write(0, b, a, c) // c = a·b + c
	case c == outside && end(a):
		write(1, c, b, a) // a = b·a + c
	case c == outside && end(b):
		write(1, c, a, b)
	case end(a) && a != b:
		write(2, b, c, a) // a = a·b + c
	case b != outside && end(b) && a != b:
		write(2, a, c, b)
	default: // nothing ends: a copy of c
		x, y := op(b), op(a)
		from := op(c)
		p.take(i, i, n.a, n.b, n.c)
		if c == outside && broadcast {
			p.emit(p.m.splat, false, from, p.register(i))
		} else {
			p.emit(p.m.move, false, from, p.register(i))
		}
		p.emit(f[0], b == outside && broadcast, x, y, p.register(i))
		p.release(i, n.a, n.b, n.c)
	}
}

// shuffled writes a permutation of the reals of two vectors, chosen by a register
// of indices (AVX-512).
func (p *program) shuffled(i int, n node) {
	f := x86.VPERMT2PD
	if p.m.size == 4 && n.kind != evenChunks && n.kind != oddChunks {
		f = x86.VPERMT2PS
	}
	x := p.bring(n.a, i, n.b)
	y := p.bring(n.b, i, n.a)
	if p.dying(n.a, i) {
		r := p.where[n.a]
		p.owner[r], p.where[n.a], p.where[i] = i, -1, r
		if s := p.slot[n.a]; s >= 0 {
			p.free, p.slot[n.a] = append(p.free, s), -1
		}
	} else {
		p.take(i, i, n.a, n.b)
		p.emit(p.m.move, false, x, p.register(i))
	}
	p.emit(form{plain: f}, false, y, p.sets[n.kind], p.register(i))
	p.release(i, n.a, n.b)
}

// insert brings memory into the upper half of a register.
func (p *program) insert(mem operand.Mem, r int) {
	whole := p.m.registers[r]
	if p.m.vector == 64 {
		p.emit(form{plain: x86.VINSERTF64X4}, false, operand.Imm(1), mem, whole, whole)
		return
	}
	p.emit(form{plain: insert128}, false, operand.Imm(1), mem, whole, whole)
}

// extract brings the upper half of a register into memory.
func (p *program) extract(r int, mem operand.Mem) {
	if p.m.vector == 64 {
		p.emit(form{plain: x86.VEXTRACTF64X4}, false, operand.Imm(1), p.m.registers[r], mem)
		return
	}
	p.emit(form{plain: extract128}, false, operand.Imm(1), p.m.registers[r], mem)
}

func insert128(o ...operand.Op) (*ir.Instruction, error) {
	return x86.VINSERTF128(o[0], o[1], o[2], o[3])
}

func extract128(o ...operand.Op) (*ir.Instruction, error) { return x86.VEXTRACTF128(o[0], o[1], o[2]) }

// splatInto loads constant x of the table into a register.
func (p *program) splatInto(x int, r reg.VecPhysical) {
	f := p.m.move
	if p.m.broadcast {
		f = p.m.splat
	}
	p.emit(f, false, p.table(x), r)
}
