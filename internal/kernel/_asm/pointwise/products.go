package main

import (
	"log"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

const unitsOf = "; n counts complex numbers,\na multiple of the number of float64s in a vector."

// atOnce is how many units a round of a loop does: four vectors hide the
// latency of the products.
func (m *machine) atOnce() int { return 4 / m.vectors() }

func (m *machine) scale() {
	m.function("Scale", "dst, src *%s, n int, re, im %[1]s", "", "Scale"+unitsOf)
	dst, src, n := m.pointer("dst"), m.pointer("src"), m.pointer("n")
	re, im := m.scalar("re"), m.scalar("im")
	m.prepareProducts()
	m.stream(n, m.atOnce(), each(func(v int) {
		m.store(m.product(m.load(m.at(src, v)), re, im), m.at(dst, v))
	}), m.forward(dst, src))
}

func (m *machine) scaleReal() {
	m.function("ScaleReal", "x *%s, n int, by %[1]s", "", "ScaleReal"+unitsOf)
	x, n := m.pointer("x"), m.pointer("n")
	by := m.scalar("by")
	m.stream(n, m.atOnce(), each(func(v int) {
		m.store(m.mul(m.at(x, v), by), m.at(x, v))
	}), m.forward(x))
}

func (m *machine) multiplyIn() {
	m.function("MultiplyIn", "dst, factor *%s, n int", "", "MultiplyIn"+unitsOf)
	dst, factor, n := m.pointer("dst"), m.pointer("factor"), m.pointer("n")
	m.prepareProducts()
	m.stream(n, m.atOnce(), each(func(v int) {
		f := m.load(m.at(factor, v))
		m.store(m.product(m.load(m.at(dst, v)), m.reals(f), m.imaginaries(f)), m.at(dst, v))
	}), m.forward(dst, factor))
}

func (m *machine) multiplyScaled() {
	m.function("MultiplyScaled", "dst, factor *%s, n int, re, im %[1]s", "", "MultiplyScaled"+unitsOf)
	dst, factor, n := m.pointer("dst"), m.pointer("factor"), m.pointer("n")
	re, im := m.scalar("re"), m.scalar("im")
	m.prepareProducts()
	m.stream(n, m.atOnce(), each(func(v int) {
		f := m.product(m.load(m.at(factor, v)), re, im)
		m.store(m.product(m.load(m.at(dst, v)), m.reals(f), m.imaginaries(f)), m.at(dst, v))
	}), m.forward(dst, factor))
}

func (m *machine) multiplyReal() {
	m.function("MultiplyReal", "dst *%s, factor *float64, n int", "", "MultiplyReal"+unitsOf)
	dst, factor, n := m.pointer("dst"), m.pointer("factor"), m.pointer("n")
	var twice []reg.VecVirtual
	if m.single && m.wide() {
		twice = append(twice, m.load(m.words("twiceSingle", 0, 1<<32|1, 2<<32|2, 3<<32|3, 4<<32|4, 5<<32|5, 6<<32|6, 7<<32|7)))
	} else if m.single {
		twice = append(twice, m.load(m.words("twiceSingle", 0, 1<<32|1, 2<<32|2, 3<<32|3)))
	} else if m.wide() {
		twice = append(twice, m.load(m.words("twiceFirst", 0, 0, 1, 1, 2, 2, 3, 3)), m.load(m.words("twiceLast", 4, 4, 5, 5, 6, 6, 7, 7)))
	}
	m.stream(n, 1, each(func(v int) {
		f := m.vector()
		switch {
		case m.single:
			rounded := m.half()
			m.round(m.at(factor, 0), rounded)
			m.VPERMPS(m.full(rounded), twice[0], f)
		case m.wide():
			m.VPERMPD(m.at(factor, 0), twice[v], f)
		default:
			m.VPERMPD(operand.U8([]byte{0x50, 0xfa}[v]), m.at(factor, 0), f)
		}
		m.store(m.mul(m.at(dst, v), f), m.at(dst, v))
	}), func(units int) {
		m.forward(dst)(units)
		m.ADDQ(operand.U32(units*m.bytes), factor)
	})
}

// round brings a vector of float64s to single precision.
func (m *machine) round(from operand.Op, to reg.VecVirtual) {
	if m.wide() {
		m.VCVTPD2PS(from, to)
	} else {
		m.VCVTPD2PSY(from, to)
	}
}

// squares returns a vector of the squares of float64s, or of float32s in double
// precision. i counts vectors of the result.
func (m *machine) squares(from reg.Register, i int) reg.VecVirtual {
	v := m.vector()
	if m.single {
		m.VCVTPS2PD(operand.Mem{Base: from, Disp: i * m.bytes / 2}, v)
	} else {
		m.VMOVUPD(m.at(from, i), v)
	}
	m.VMULPD(v, v, v)
	return v
}

func (m *machine) intensity() {
	m.function("Intensity", "image *float64, field *%s, n int, weight float64", "", "Intensity"+unitsOf)
	image, field, n := m.pointer("image"), m.pointer("field"), m.pointer("n")
	weight := m.double("weight")
	var reals, imaginaries reg.VecVirtual
	if m.wide() {
		reals, imaginaries = m.load(m.words("reals", 0, 2, 4, 6, 8, 10, 12, 14)), m.load(m.words("imaginaries", 1, 3, 5, 7, 9, 11, 13, 15))
	}
	unit := func(i int) {
		first, second, sum := m.squares(field, 2*i), m.squares(field, 2*i+1), m.vector()
		if m.wide() {
			m.VMOVAPD(first, sum)
			m.VPERMT2PD(second, reals, sum)
			m.VPERMT2PD(second, imaginaries, first)
			m.VADDPD(first, sum, sum)
		} else {
			m.VHADDPD(second, first, sum)
			m.VPERMPD(operand.U8(0xd8), sum, sum)
		}
		m.VMULPD(weight, sum, sum)
		m.VADDPD(m.at(image, i), sum, sum)
		m.VMOVUPD(sum, m.at(image, i))
	}
	m.stream(n, 2, func(vectors int) {
		for i := range vectors / m.vectors() {
			unit(i)
		}
	}, func(units int) {
		m.forward(field)(units)
		m.ADDQ(operand.U32(units*m.bytes), image)
	})
}

// squareSums adds squares to the partial sums, of which there are 32. They are
// returned by value: nothing escapes.
func (m *machine) squareSums() {
	m.function("SquareSums", "x *%s, blocks int", " (sums [32]float64)", `Power for so many blocks of 32 numbers of a stretch,
as far as the partial sums.`)
	x, blocks := m.pointer("x"), m.pointer("blocks")
	partial := make([]reg.VecVirtual, 32/m.unit())
	for i := range partial {
		partial[i] = m.vector()
		m.VXORPD(partial[i], partial[i], partial[i])
	}
	loop, done := m.label("loop"), m.label("done")
	m.TESTQ(blocks, blocks)
	m.JZ(operand.LabelRef(done))
	m.Label(loop)
	for i, sum := range partial {
		m.VADDPD(m.squares(x, i), sum, sum)
	}
	size := 8
	if m.single {
		size = 4
	}
	m.ADDQ(operand.U32(32*size), x)
	m.DECQ(blocks)
	m.JNZ(operand.LabelRef(loop))
	m.Label(done)
	first, err := m.ReturnIndex(0).Index(0).Resolve()
	if err != nil {
		log.Fatal(err)
	}
	at := m.GP64()
	m.LEAQ(first.Addr, at)
	for i, sum := range partial {
		m.VMOVUPD(sum, m.at(at, i))
	}
	m.VZEROUPPER()
	m.RET()
}
