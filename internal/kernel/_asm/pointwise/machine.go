package main

import (
	"fmt"
	"log"
	"math"
	"slices"
	"strings"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// machine writes loops for one instruction set and precision.
//
// A unit of work is as many complex numbers as a vector holds float64s: two
// vectors of complex128, one of complex64. The loops do whole units; what is
// left over is the twins', which give the same bits.
type machine struct {
	*build.Context
	bytes  int // of a vector
	single bool

	constants map[string]operand.Mem
	labels    int            // of the function, so far
	one       reg.VecVirtual // AVX-512: ones, for product
}

func (m *machine) wide() bool { return m.bytes == 64 }

// unit is the number of complex numbers in a unit, of float64s in a vector.
func (m *machine) unit() int { return m.bytes / 8 }

// vectors is the number of vectors of complex numbers in a unit.
func (m *machine) vectors() int {
	if m.single {
		return 1
	}
	return 2
}

// real is the type of the parts of the complex numbers.
func (m *machine) real() string {
	if m.single {
		return "float32"
	}
	return "float64"
}

// function begins a function. Its signature may say R for the real type.
func (m *machine) function(name, parameters, result, doc string) {
	precision := "Double"
	if m.single {
		precision = "Single"
	}
	m.labels = 0
	m.Function(name + precision)
	m.SignatureExpr(fmt.Sprintf("func("+parameters+")"+result, m.real()))
	m.Doc(strings.Split(name+precision+" is pure."+doc, "\n")...)
	m.Pragma("noescape")
	m.Attributes(attr.NOSPLIT)
}

// pointer loads an argument of a function.
func (m *machine) pointer(name string) reg.Register {
	return m.Load(m.Param(name), m.GP64())
}

// scalar loads an argument of the real type into all lanes.
func (m *machine) scalar(name string) reg.VecVirtual {
	v := m.vector()
	m.op(m.VBROADCASTSD, m.VBROADCASTSS, m.argument(name), v)
	return v
}

// double loads a float64 argument into all lanes.
func (m *machine) double(name string) reg.VecVirtual {
	v := m.vector()
	m.VBROADCASTSD(m.argument(name), v)
	return v
}

// argument is where an argument stands in memory.
func (m *machine) argument(name string) operand.Mem {
	basic, err := m.Param(name).Resolve()
	if err != nil {
		log.Fatal(err)
	}
	return basic.Addr
}

func (m *machine) vector() reg.VecVirtual {
	if m.wide() {
		return m.ZMM()
	}
	return m.YMM()
}

// half is a vector of half the size.
func (m *machine) half() reg.VecVirtual {
	if m.wide() {
		return m.YMM()
	}
	return m.XMM()
}

// full is the vector whose lower half is h.
func (m *machine) full(h reg.VecVirtual) reg.Register {
	if m.wide() {
		return h.AsZ()
	}
	return h.AsY()
}

// op writes the instruction of the precision.
func (m *machine) op(double, single func(...operand.Op), ops ...operand.Op) {
	if m.single {
		single(ops...)
	} else {
		double(ops...)
	}
}

// at is vector i behind base.
func (m *machine) at(base reg.Register, i int) operand.Mem {
	return operand.Mem{Base: base, Disp: i * m.bytes}
}

func (m *machine) load(from operand.Mem) reg.VecVirtual {
	v := m.vector()
	m.VMOVUPD(from, v)
	return v
}

func (m *machine) store(v reg.Register, to operand.Mem) { m.VMOVUPD(v, to) }

// The arithmetic of the precision; the first argument may be memory.

func (m *machine) add(a operand.Op, b reg.Register) reg.VecVirtual {
	v := m.vector()
	m.op(m.VADDPD, m.VADDPS, a, b, v)
	return v
}

// sub returns b − a.
func (m *machine) sub(a operand.Op, b reg.Register) reg.VecVirtual {
	v := m.vector()
	m.op(m.VSUBPD, m.VSUBPS, a, b, v)
	return v
}

func (m *machine) mul(a operand.Op, b reg.Register) reg.VecVirtual {
	v := m.vector()
	m.op(m.VMULPD, m.VMULPS, a, b, v)
	return v
}

// swapped exchanges the real and the imaginary parts.
func (m *machine) swapped(a operand.Op) reg.VecVirtual {
	v := m.vector()
	if m.single {
		m.VPERMILPS(operand.U8(0xb1), a, v)
	} else {
		m.VPERMILPD(operand.U8(0x55), a, v)
	}
	return v
}

// reals and imaginaries put the part in the place of both.
func (m *machine) reals(a operand.Op) reg.VecVirtual {
	v := m.vector()
	m.op(m.VMOVDDUP, m.VMOVSLDUP, a, v)
	return v
}

func (m *machine) imaginaries(a reg.Register) reg.VecVirtual {
	v := m.vector()
	if m.single {
		m.VMOVSHDUP(a, v)
	} else {
		m.VPERMILPD(operand.U8(0xff), a, v)
	}
	return v
}

// product returns the plain product of the complex numbers of a and of those
// whose parts stand twice in re and im.
func (m *machine) product(a, re, im reg.Register) reg.VecVirtual {
	first, second := m.mul(re, a), m.mul(im, m.swapped(a))
	switch {
	case m.wide():
		// Times one is exact: it makes of the fused instruction a plain one.
		m.op(m.VFMADDSUB213PD, m.VFMADDSUB213PS, second, m.one, first)
	case m.single:
		m.VADDSUBPS(second, first, first)
	default:
		m.VADDSUBPD(second, first, first)
	}
	return first
}

// prepareProducts must come before the first product of a function.
func (m *machine) prepareProducts() {
	if m.wide() {
		m.one = m.load(m.ones())
	}
}

// stream writes a loop that does n complex numbers, a multiple of the unit, by
// rounds of several units and then of one. body does the vectors of a round;
// forward moves the pointers on.
func (m *machine) stream(n reg.Register, several int, body func(vectors int), forward func(units int)) {
	for _, units := range slices.Compact([]int{several, 1}) {
		count := operand.U32(units * m.unit())
		loop, done := m.label("loop"), m.label("done")
		m.CMPQ(n, count)
		m.JL(operand.LabelRef(done))
		m.Label(loop)
		body(units * m.vectors())
		forward(units)
		m.SUBQ(count, n)
		m.CMPQ(n, count)
		m.JGE(operand.LabelRef(loop))
		m.Label(done)
	}
	m.VZEROUPPER()
	m.RET()
}

// each does the vectors of a round one after the other.
func each(vector func(v int)) func(vectors int) {
	return func(vectors int) {
		for v := range vectors {
			vector(v)
		}
	}
}

// forward moves pointers to complex numbers on.
func (m *machine) forward(pointers ...reg.Register) func(units int) {
	return func(units int) {
		for _, p := range pointers {
			m.ADDQ(operand.U32(units*m.vectors()*m.bytes), p)
		}
	}
}

// words returns the address of 64-bit words that stand in memory beside the
// code under a name.
func (m *machine) words(name string, words ...uint64) operand.Mem {
	mem, ok := m.constants[name]
	if !ok {
		mem = m.StaticGlobal(name)
		m.DataAttributes(attr.RODATA | attr.NOPTR)
		for i, w := range words {
			m.AddDatum(8*i, operand.U64(w))
		}
		m.constants[name] = mem
	}
	return mem
}

// same returns a vector in memory, a word in all lanes.
func (m *machine) same(name string, word uint64) operand.Mem {
	words := make([]uint64, m.unit())
	for i := range words {
		words[i] = word
	}
	return m.words(name, words...)
}

// ones returns a vector of ones of the precision in memory.
func (m *machine) ones() operand.Mem {
	if m.single {
		one := uint64(math.Float32bits(1))
		return m.same("onesSingle", one<<32|one)
	}
	return m.same("ones", math.Float64bits(1))
}

// label returns a name that no other label of the function has.
func (m *machine) label(name string) string {
	m.labels++
	return fmt.Sprintf("%s%d", name, m.labels)
}
