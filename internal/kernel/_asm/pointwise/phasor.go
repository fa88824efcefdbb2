package main

import (
	"math"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// Comparisons, by their number in the instruction set; with NaN both are true.
const (
	notEqual       = operand.U8(4)
	notLessOrEqual = operand.U8(6)
)

// wave holds the numbers of pure.Wave in all lanes, and where the coefficients
// of the polynomials stand.
type wave struct {
	perQuarter, quarter, high, low, limit reg.VecVirtual
	sin, cos                              reg.Register
}

// phasor writes MultiplyWave or WriteWave of package pure. The function stops in
// front of the first vector that holds an OPD beyond the limit, with an amplitude
// that is not zero, and returns how many numbers are done.
func (m *machine) phasor(name string, multiply bool) {
	m.function(name, "dst *%s, amplitude, opd *float64, n int, sin, cos *float64, perQuarter, quarter, high, low, limit float64", " (done int)",
		name+` for n complex numbers. amplitude may be nil; sin and cos
are the coefficients of the precision, the other arguments the fields of pure.Wave.
It stops before numbers of which one has an OPD beyond the limit, and a multiple
of the number of float64s in a vector are done.`)
	dst, amplitude, opd, n := m.pointer("dst"), m.pointer("amplitude"), m.pointer("opd"), m.pointer("n")
	w := wave{sin: m.pointer("sin"), cos: m.pointer("cos")}
	w.perQuarter, w.quarter, w.high = m.double("perQuarter"), m.double("quarter"), m.double("high")
	if !m.single {
		w.low = m.double("low")
	}
	w.limit = m.double("limit")
	k := m.preparePhasor(multiply)

	done := m.GP64()
	m.XORQ(done, done)
	unit := operand.U32(m.unit())
	for _, withAmplitude := range []bool{true, false} {
		loop, rest, end := m.label("loop"), m.label("rest"), m.label("end")
		other := m.label("plain")
		if withAmplitude {
			m.TESTQ(amplitude, amplitude)
			m.JZ(operand.LabelRef(other))
		}
		m.CMPQ(n, unit)
		m.JL(operand.LabelRef(rest))
		m.Label(loop)
		u := phasorUnit{machine: m, wave: w, k: k, dst: dst, opd: opd, multiply: multiply, stop: end}
		if withAmplitude {
			u.amplitude = amplitude
		}
		u.write()
		m.ADDQ(operand.U32(m.vectors()*m.bytes), dst)
		m.ADDQ(operand.U32(m.bytes), opd)
		if withAmplitude {
			m.ADDQ(operand.U32(m.bytes), amplitude)
		}
		m.ADDQ(unit, done)
		m.SUBQ(unit, n)
		m.CMPQ(n, unit)
		m.JGE(operand.LabelRef(loop))
		m.Label(rest)
		m.Label(end)
		m.Store(done, m.ReturnIndex(0))
		m.VZEROUPPER()
		m.RET()
		if withAmplitude {
			m.Label(other)
		}
	}
}

// phasorUnit writes the phasors of one vector of OPDs.
type phasorUnit struct {
	*machine
	wave
	k                   phasorConstants
	dst, amplitude, opd reg.Register // amplitude may be nil
	multiply            bool
	stop                string // where to go in front of an OPD beyond the limit
}

// phasorConstants are in registers where there are 32 of them, in memory
// otherwise.
type phasorConstants struct {
	roundToWhole, magnitude, one, minusHalf, sign, bit operand.Op
	zero                                               reg.VecVirtual

	// AVX-512: the orders in which two vectors make interleaved complex numbers,
	// and interleaved ones two vectors.
	low, high, even, odd reg.VecVirtual
}

func (m *machine) preparePhasor(multiply bool) phasorConstants {
	in := func(name string, word uint64) operand.Op {
		mem := m.same(name, word)
		if m.wide() {
			return m.load(mem)
		}
		return mem
	}
	k := phasorConstants{
		roundToWhole: in("roundToWhole", math.Float64bits(0x1.8p52)),
		magnitude:    in("magnitude", 1<<63-1),
		one:          in("ones", math.Float64bits(1)),
		minusHalf:    in("minusHalf", math.Float64bits(-0.5)),
		sign:         in("sign", 1<<63),
		bit:          in("bit", 1),
		zero:         m.vector(),
	}
	m.VXORPD(k.zero, k.zero, k.zero)
	if !m.wide() {
		return k
	}
	if m.single {
		k.low = m.load(m.words("interleaveSingle", 16<<32, 17<<32|1, 18<<32|2, 19<<32|3, 20<<32|4, 21<<32|5, 22<<32|6, 23<<32|7))
		m.prepareProducts()
		return k
	}
	k.low = m.load(m.words("interleaveLow", 0, 8, 1, 9, 2, 10, 3, 11))
	k.high = m.load(m.words("interleaveHigh", 4, 12, 5, 13, 6, 14, 7, 15))
	if multiply {
		k.even, k.odd = m.load(m.words("reals", 0, 2, 4, 6, 8, 10, 12, 14)), m.load(m.words("imaginaries", 1, 3, 5, 7, 9, 11, 13, 15))
	}
	return k
}

func (u *phasorUnit) write() {
	d := u.float64s(u.opd)
	q, count, n := u.vector(), u.vector(), u.vector()
	u.VMULPD(u.perQuarter, d, q)
	u.VADDPD(u.k.roundToWhole, q, count)
	u.VSUBPD(u.k.roundToWhole, count, n)

	var a reg.VecVirtual
	if u.amplitude != nil {
		a = u.float64s(u.amplitude)
	}
	silence := u.check(q, a)

	// The rest r of whole quarters, and the phase x + low.
	u.VFNMADD213PD(d, u.quarter, n)
	r, x := n, u.vector()
	u.VMULPD(u.wave.high, r, x)
	var low reg.VecVirtual
	if !u.single {
		low = u.vector()
		u.VMOVAPD(r, low)
		u.VFMSUB213PD(x, u.wave.high, low)
		u.VFMADD231PD(u.wave.low, r, low)
	}
	cos, sin := u.polynomials(x, low)
	cos, sin = u.turned(cos, sin, count)
	if a != nil {
		silence(a, cos)
		silence(a, sin)
	}
	if u.single {
		u.finishSingle(cos, sin)
	} else {
		u.finishDouble(cos, sin)
	}
}

// float64s loads a vector, with AVX2 in the order 0, 2, 1, 3 if the results are
// of double precision: the order in which they are interleaved.
func (u *phasorUnit) float64s(from reg.Register) reg.VecVirtual {
	v := u.vector()
	if u.wide() || u.single {
		u.VMOVUPD(u.at(from, 0), v)
	} else {
		u.VPERMPD(operand.U8(0xd8), u.at(from, 0), v)
	}
	return v
}

// check goes to stop if there are more quarters than can be counted where the
// amplitude a, if there is one, is not zero. It returns what multiplies by the
// amplitude where that is not zero, and makes zeros where it is.
func (u *phasorUnit) check(q, a reg.VecVirtual) func(a, v reg.VecVirtual) {
	magnitude := u.vector()
	u.VANDPD(u.k.magnitude, q, magnitude)
	if u.wide() {
		beyond := u.K()
		if a == nil {
			u.VCMPPD(notLessOrEqual, u.limit, magnitude, beyond)
			u.KORTESTB(beyond, beyond)
			u.JNE(operand.LabelRef(u.stop))
			return nil
		}
		light := u.K()
		u.VCMPPD(notEqual, u.k.zero, a, light)
		u.VCMPPD(notLessOrEqual, u.limit, magnitude, light, beyond)
		u.KORTESTB(beyond, beyond)
		u.JNE(operand.LabelRef(u.stop))
		return func(a, v reg.VecVirtual) { u.VMULPD_Z(a, v, light, v) }
	}
	beyond, mask := magnitude, u.GP32()
	u.VCMPPD(notLessOrEqual, u.limit, magnitude, beyond)
	var light reg.VecVirtual
	if a != nil {
		light = u.vector()
		u.VCMPPD(notEqual, u.k.zero, a, light)
		u.VANDPD(light, beyond, beyond)
	}
	u.VMOVMSKPD(beyond, mask)
	u.TESTL(mask, mask)
	u.JNE(operand.LabelRef(u.stop))
	return func(a, v reg.VecVirtual) {
		u.VMULPD(a, v, v)
		u.VANDPD(light, v, v)
	}
}

// polynomials returns the cosine and the sine of x + low, as Wave.double and
// Wave.single of package pure do.
func (u *phasorUnit) polynomials(x, low reg.VecVirtual) (cos, sin reg.VecVirtual) {
	terms := 6
	if u.single {
		terms = 3
	}
	z := u.vector()
	u.VMULPD(x, x, z)
	cos, sin = u.horner(u.cos, terms, z), u.horner(u.sin, terms, z)
	cube := u.vector()
	u.VMULPD(x, z, cube)
	u.VFMADD213PD(u.k.minusHalf, z, cos)
	if u.single {
		u.VFMADD213PD(u.k.one, z, cos)
		u.VFMADD213PD(x, cube, sin)
		return cos, sin
	}
	u.VFMADD213PD(low, cube, sin)
	u.VADDPD(x, sin, sin)
	u.VMULPD(x, low, low)
	u.VFMSUB213PD(low, z, cos)
	u.VADDPD(u.k.one, cos, cos)
	return cos, sin
}

// horner returns the polynomial of z whose coefficients stand at an address.
func (u *phasorUnit) horner(coefficients reg.Register, terms int, z reg.VecVirtual) reg.VecVirtual {
	sum := u.vector()
	u.VBROADCASTSD(operand.Mem{Base: coefficients, Disp: 8 * (terms - 1)}, sum)
	for i := terms - 2; i >= 0; i-- {
		next := operand.Mem{Base: coefficients, Disp: 8 * i}
		if u.wide() {
			u.VFMADD213PD_BCST(next, z, sum)
			continue
		}
		c := u.vector()
		u.VBROADCASTSD(next, c)
		u.VFMADD213PD(c, z, sum)
	}
	return sum
}

// turned turns by as many quarters as the lowest bits of count say: odd ones
// exchange cosine and sine; then bit 1 of count is the sign of the sine, and bit 1
// of count + 1 that of the cosine.
func (u *phasorUnit) turned(cos, sin, count reg.VecVirtual) (c, s reg.VecVirtual) {
	c, s = u.vector(), u.vector()
	if u.wide() {
		odd := u.K()
		u.VPTESTMQ(u.k.bit, count, odd)
		u.VBLENDMPD(sin, cos, odd, c)
		u.VBLENDMPD(cos, sin, odd, s)
	} else {
		odd := u.vector()
		u.VPSLLQ(operand.U8(63), count, odd)
		u.VBLENDVPD(odd, sin, cos, c)
		u.VBLENDVPD(odd, cos, sin, s)
	}
	next, bits := u.vector(), u.vector()
	u.VPADDQ(u.k.bit, count, next)
	for _, part := range []struct{ count, value reg.VecVirtual }{{count, s}, {next, c}} {
		u.VPSLLQ(operand.U8(62), part.count, bits)
		if u.wide() {
			const exclusiveOrOfAnd = 0x78 // value ⊕ (bits ∧ sign)
			u.VPTERNLOGQ(operand.U8(exclusiveOrOfAnd), u.k.sign, bits, part.value)
		} else {
			u.VANDPD(u.k.sign, bits, bits)
			u.VXORPD(bits, part.value, part.value)
		}
	}
	return c, s
}

// finishDouble writes cos + i·sin, or multiplies it in.
func (u *phasorUnit) finishDouble(cos, sin reg.VecVirtual) {
	first, second := u.vector(), u.vector()
	if u.multiply {
		re, im := u.vector(), u.vector()
		u.VMOVUPD(u.at(u.dst, 0), first)
		u.VMOVUPD(u.at(u.dst, 1), second)
		if u.wide() {
			u.VMOVAPD(first, re)
			u.VPERMT2PD(second, u.k.even, re)
			u.VMOVAPD(first, im)
			u.VPERMT2PD(second, u.k.odd, im)
		} else {
			u.VUNPCKLPD(second, first, re)
			u.VUNPCKHPD(second, first, im)
		}
		u.VMULPD(re, cos, first)
		u.VMULPD(im, sin, second)
		u.VMULPD(re, sin, sin)
		u.VMULPD(im, cos, cos)
		u.VADDPD(cos, sin, sin)
		u.VSUBPD(second, first, cos)
	}
	if u.wide() {
		u.VMOVAPD(cos, first)
		u.VPERMT2PD(sin, u.k.low, first)
		u.VPERMT2PD(sin, u.k.high, cos)
		second = cos
	} else {
		u.VUNPCKLPD(sin, cos, first)
		u.VUNPCKHPD(sin, cos, second)
	}
	u.VMOVUPD(first, u.at(u.dst, 0))
	u.VMOVUPD(second, u.at(u.dst, 1))
}

// finishSingle is finishDouble in single precision.
func (u *phasorUnit) finishSingle(cos, sin reg.VecVirtual) {
	c, s := u.half(), u.half()
	u.round(cos, c)
	u.round(sin, s)
	var factor reg.VecVirtual
	if u.wide() {
		factor = u.vector()
		u.VMOVAPS(u.full(c), factor)
		u.VPERMT2PS(u.full(s), u.k.low, factor)
	} else {
		factor = u.vector()
		first, second := u.half(), u.half()
		u.VUNPCKLPS(s, c, first)
		u.VUNPCKHPS(s, c, second)
		u.VINSERTF128(operand.U8(1), second, u.full(first), factor)
	}
	if u.multiply {
		factor = u.product(u.load(u.at(u.dst, 0)), u.reals(factor), u.imaginaries(factor))
	}
	u.store(factor, u.at(u.dst, 0))
}
