package main

import (
	"fmt"
	"math/big"
	"sort"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// writer writes the functions of one machine.
type writer struct {
	m       *machine
	ctx     *build.Context
	table   []*big.Float // constants of all codelets
	base    operand.Mem
	indices map[kind]operand.Mem
	sets    map[kind]reg.VecPhysical // where the function at hand has vectors of indices
}

func (w *writer) name(of string) string { return of + w.m.precision }

// function begins a function of one of the signatures below.
func (w *writer) function(name, signature string, doc ...string) {
	w.ctx.Function(w.name(name))
	w.ctx.Pragma("noescape")
	w.ctx.Doc(append([]string{fmt.Sprintf(doc[0], w.name(name))}, doc[1:]...)...)
	w.ctx.SignatureExpr(signature)
}

func (w *writer) gp() reg.GPVirtual { return w.ctx.GP64() }

// slice loads the address of a slice's first element.
func (w *writer) slice(name string) reg.Register {
	return w.ctx.Load(w.ctx.Param(name).Base(), w.gp())
}

func (w *writer) param(name string) reg.Register { return w.ctx.Load(w.ctx.Param(name), w.gp()) }

// argument returns a parameter where the caller put it.
func (w *writer) argument(name string) operand.Mem {
	b, err := w.ctx.Param(name).Resolve()
	if err != nil {
		panic(err)
	}
	return b.Addr
}

// number returns the place of a constant in the table.
func (w *writer) number(x *big.Float) int {
	for i, y := range w.table {
		if alike(x, y) {
			return i
		}
	}
	w.table = append(w.table, x)
	return len(w.table) - 1
}

// at returns the place of a constant in memory: once where arithmetic can
// broadcast it, in each lane where it cannot.
func (w *writer) at(i int) operand.Mem {
	if w.m.broadcast {
		return w.base.Offset(i * w.m.size)
	}
	return w.base.Offset(i * w.m.vector)
}

// plan prepares the codelets of one function, which share registers for
// constants and the stack: it loads the constants that are worth a register and
// returns what writes each codelet.
func (w *writer) plan(codelets ...*codelet) func(*codelet) {
	count := map[int]int{}
	shuffles := map[kind]bool{}
	orders := map[*codelet][]int{}
	for _, c := range codelets {
		var order []int
		for _, x := range c.constants {
			order = append(order, w.number(x))
		}
		orders[c] = order
		for _, n := range c.nodes {
			for _, a := range n.arguments() {
				if x := c.nodes[a]; x.kind == constant {
					count[order[x.a]]++
				}
			}
			if n.kind >= evens && n.kind <= oddsOfHalves {
				shuffles[n.kind] = true
			}
		}
	}
	var favourites []int
	for i := range count {
		favourites = append(favourites, i)
	}
	sort.Slice(favourites, func(i, j int) bool {
		a, b := favourites[i], favourites[j]
		return count[a] > count[b] || count[a] == count[b] && a < b
	})
	last := len(w.m.registers)
	sets := map[kind]reg.VecPhysical{}
	w.sets = sets
	for k := evens; k <= oddsOfHalves; k++ {
		if shuffles[k] {
			last--
			sets[k] = w.m.registers[last]
		}
	}

	// The number of constants in registers with the fewest moves.
	var best *program
	for fixed := 0; fixed <= len(favourites) && last-fixed >= 8; fixed++ {
		p := &program{m: w.m, table: w.at, fixed: map[int]int{}, pool: last - fixed, sets: sets}
		for i, f := range favourites[:fixed] {
			p.fixed[f] = last - 1 - i
		}
		total, top := 0, 0
		for _, c := range codelets {
			p.order = orders[c]
			p.run(c)
			total, top = total+p.cost, max(top, p.top)
		}
		if p.cost, p.top = total, top; best == nil || p.cost < best.cost {
			best = p
		}
	}
	best.ctx = w.ctx
	if best.top > 0 {
		best.slots = w.aligned(best.top * w.m.vector)
	} else {
		w.ctx.Attributes(attr.NOSPLIT)
	}
	for _, f := range favourites {
		if r, ok := best.fixed[f]; ok {
			best.splatInto(f, w.m.registers[r])
		}
	}
	for k := evens; k <= oddsOfHalves; k++ {
		if r, ok := sets[k]; ok {
			w.emit(w.m.move, w.indices[k], r)
		}
	}
	return func(c *codelet) {
		best.order = orders[c]
		best.run(c)
	}
}

func (w *writer) emit(f form, ops ...operand.Op) { emit(w.ctx, f.plain, ops...) }

// aligned returns n bytes of the stack at a multiple of the vector's length.
func (w *writer) aligned(n int) operand.Mem {
	frame := w.ctx.AllocLocal(n + w.m.vector)
	r := w.gp()
	w.ctx.LEAQ(frame.Offset(w.m.vector-1), r)
	w.ctx.ANDQ(operand.I8(-int8(w.m.vector)), r)
	return operand.Mem{Base: r}
}

// begin declares the tables, which the functions refer to before they are known.
func (w *writer) begin() {
	w.base = operand.NewDataAddr(operand.Symbol{Name: "lanes" + w.m.precision, Static: true}, 0)
	w.indices = map[kind]operand.Mem{}
	for k := evens; k <= oddsOfHalves; k++ {
		w.indices[k] = operand.NewDataAddr(operand.Symbol{Name: fmt.Sprintf("permutation%d%s", k-evens, w.m.precision), Static: true}, 0)
	}
}

// end writes the tables.
func (w *writer) end() {
	w.ctx.StaticGlobal("lanes" + w.m.precision)
	w.ctx.DataAttributes(attr.RODATA | attr.NOPTR)
	copies := 1
	if !w.m.broadcast {
		copies = w.m.lanes()
	}
	for _, x := range w.table {
		for range copies {
			if w.m.size == 8 {
				f, _ := x.Float64()
				w.ctx.AppendDatum(operand.F64(f))
			} else {
				f, _ := x.Float32()
				w.ctx.AppendDatum(operand.F32(f))
			}
		}
	}
	if !w.m.broadcast {
		return
	}
	n := w.m.lanes()
	for k := evens; k <= oddsOfHalves; k++ {
		w.ctx.StaticGlobal(fmt.Sprintf("permutation%d%s", k-evens, w.m.precision))
		w.ctx.DataAttributes(attr.RODATA | attr.NOPTR)
		if k == evenChunks || k == oddChunks {
			for i := range 8 { // reals of 8 bytes: two of a, two of b
				w.ctx.AppendDatum(operand.U64(i/4*4 + i/2%2*8 + int(k-evenChunks)*2 + i%2))
			}
			continue
		}
		for i := range n {
			x := 0
			switch k {
			case evens, odds:
				x = 2*i + int(k-evens)
			case lower, upper:
				x = int(k-lower)*n/2 + i/2 + i%2*n
			case evensOfHalves, oddsOfHalves:
				x = i/(n/2)*(n/2) + i/(n/4)%2*n + i%(n/4)*2 + int(k-evensOfHalves)
			}
			if w.m.size == 8 {
				w.ctx.AppendDatum(operand.U64(x))
			} else {
				w.ctx.AppendDatum(operand.U32(x))
			}
		}
	}
}
