package main

import "fmt"

// The registers of what is the same for all numbers of a wave, and the slots of
// the stack of what is read again and again.
const (
	waveReduce = 31 // PerQuarter, Quarter
	wavePhase  = 30 // High, Low
	waveLimit  = 29
	waveRound  = 28 // pure.RoundToWhole
	waveFirst  = 27 // the whole number 1: the lowest bit
	waveSign   = 26 // the sign bit
	waveOne    = 25

	waveHalf   = 0 // −1/2
	waveCoeffs = 1 // coefficients of the sine, then of the cosine
)

// slot is where a slot stands on the stack.
func slot(i int) int { return 16 + 16*i }

// waves writes MultiplyWave and WriteWave.
func (f *file) waves(t *arrangement) {
	f.wave(t, "MultiplyWave", true)
	f.wave(t, "WriteWave", false)
}

// wave writes a loop of the phasor; see pure.MultiplyWave and pure.WriteWave. It
// stops before a round in which a phase is to be reduced by the slow way and
// returns how many complex numbers it has done.
func (f *file) wave(t *arrangement, name string, multiply bool) {
	terms := map[*arrangement]int{double: 6, single: 3}[t]
	p := newParameters(
		t.pointers("dst")[0], parameter{"amplitude", "*float64"}, parameter{"opd", "*float64"}, count,
		parameter{"sin", "*float64"}, parameter{"cos", "*float64"},
		parameter{"perQuarter", "float64"}, parameter{"quarter", "float64"},
		parameter{"high", "float64"}, parameter{"low", "float64"}, parameter{"limit", "float64"})
	f.functionReturning("(done int)", name+t.name, p.String(), p.bytes+8, fmt.Sprintf(
		"%s%s does n complex numbers, or those before the first %d of which one has more than limit quarters of a wave; amplitude may be nil. See pure.%[1]s.",
		name, t.name, pointwiseUnit), 1+2*terms)
	const dst, amplitude, opd, left, sin, cos, scratch = "R0", "R1", "R2", "R3", "R4", "R5", "R6"
	for _, x := range [][2]string{{"dst", dst}, {"amplitude", amplitude}, {"opd", opd}, {"n", left}, {"sin", sin}, {"cos", cos}} {
		f.line("MOVD %s, %s", p.at(x[0]), x[1])
	}
	for i, x := range []string{"perQuarter", "high"} {
		// The next parameter stands behind it.
		f.line("MOVD $%s, %s", p.at(x), scratch)
		f.line("FMOVQ (%s), F%d", scratch, []int{waveReduce, wavePhase}[i])
	}
	f.line("FMOVD %s, F%d", p.at("limit"), waveLimit)
	f.line("VDUP V%d.D[0], V%[1]d.D2", waveLimit)
	for _, c := range []struct {
		register int
		bits     string
	}{{waveRound, "$0x4338000000000000"}, {waveFirst, "$1"}, {waveSign, "$0x8000000000000000"}, {waveOne, "$0x3ff0000000000000"}, {0, "$0xbfe0000000000000"}} {
		f.line("MOVD %s, %s", c.bits, scratch)
		f.line("VDUP %s, V%d.D2", scratch, c.register)
	}
	f.line("FMOVQ F0, %d(RSP)", slot(waveHalf))
	for i := range terms {
		for j, x := range []string{sin, cos} {
			f.line("VLD1R.P 8(%s), [V0.D2]", x)
			f.line("FMOVQ F0, %d(RSP)", slot(waveCoeffs+terms*j+i))
		}
	}
	f.line("CBZ %s, plain", amplitude)
	for _, hasAmplitude := range []bool{true, false} {
		label := "round"
		if !hasAmplitude {
			label = "plain"
		}
		f.loop(label, left, pointwiseUnit, func() {
			b := newBlock(double)
			b.wave(t, terms, multiply, hasAmplitude)
			f.body(b)
			f.line("ADD $%d, %s", 2*pointwiseUnit*t.bytes, dst)
			f.line("ADD $%d, %s", 8*pointwiseUnit, opd)
			if hasAmplitude {
				f.line("ADD $%d, %s", 8*pointwiseUnit, amplitude)
			}
		})
		f.line("B end")
	}
	f.label("slow")
	f.line("ADD $%d, %s", pointwiseUnit, left)
	f.label("end")
	f.line("MOVD %s, %s", p.at("n"), scratch)
	f.line("SUB %s, %s", left, scratch)
	f.line("MOVD %s, done+%d(FP)", scratch, p.bytes)
	f.line("RET")
}

// wave writes a round of the phasor: the steps of pure.Wave on two vectors of
// two numbers, in the same order, rounded alike.
func (b *block) wave(t *arrangement, terms int, multiply, hasAmplitude bool) {
	const dst, amplitude, opd = "R0", "R1", "R2"
	limit, round, first, sign, one := b.in(waveLimit), b.in(waveRound), b.in(waveFirst), b.in(waveSign), b.in(waveOne)
	reduce, phase := b.in(waveReduce), b.in(wavePhase)
	stack := func(i int) value { return b.constant("RSP", slot(i)) }
	const n = 2
	var d, q, inside [n]value
	for i := range n {
		d[i] = b.load(opd, 16*i)
		q[i] = b.times(d[i], scalar{reduce, 0})
		inside[i] = b.op3("fcmge", limit, b.op2("fabs", q[i]))
	}
	b.unlessAll(b.bits("VAND", inside[0], inside[1]), "slow")

	var cos, sin [n]value
	for i := range n {
		whole := b.plus(q[i], round) // the lowest bits count quarters
		r := b.minusTimes(d[i], b.minus(whole, round), scalar{reduce, 1})
		x := b.times(r, scalar{phase, 0})
		var minus, low value
		if t == double {
			minus = b.op2("fneg", x)
			low = b.plusTimes(b.plusTimes(minus, r, scalar{phase, 0}), r, scalar{phase, 1})
		}
		z := b.op3("fmul", x, x)
		s, c := stack(waveCoeffs+terms-1), stack(waveCoeffs+2*terms-1)
		for k := terms - 2; k >= 0; k-- {
			s = b.plusProductOf(stack(waveCoeffs+k), s, z)
			c = b.plusProductOf(stack(waveCoeffs+terms+k), c, z)
		}
		c = b.plusProductOf(stack(waveHalf), c, z)
		xz := b.op3("fmul", x, z)
		if t == double {
			s = b.plus(x, b.plusProductOf(low, s, xz))
			c = b.plus(one, b.plusProductOf(b.op3("fmul", minus, low), c, z))
		} else {
			s = b.plusProductOf(x, s, xz)
			c = b.plusProductOf(one, c, z)
		}
		cos[i], sin[i] = b.quarterTurns(c, s, whole, first, sign)
	}
	if hasAmplitude {
		for i := range n {
			a := b.load(amplitude, 16*i)
			dark := b.unary(a, func(d, n int) line { return word(encodeIsZero(double, d, n)) })
			part := func(x value) value {
				return b.binary(b.op3("fmul", a, x), dark, func(d, n, m int) line { return word(encodeWithout(d, n, m)) })
			}
			cos[i], sin[i] = part(cos[i]), part(sin[i])
		}
	}
	b.t = t
	factors := []point{{re: cos[0], im: sin[0]}, {re: cos[1], im: sin[1]}}
	if t == single {
		factors = []point{{re: b.narrowed(cos[0], cos[1]), im: b.narrowed(sin[0], sin[1])}}
	}
	for i, x := range factors {
		b.stored = false
		if multiply {
			x = b.product(b.separate(dst, 32*i), x)
		}
		b.together(x, dst, 32*i)
	}
}

// quarterTurns turns cos + i·sin by the quarters that the lowest bits of whole count.
func (b *block) quarterTurns(cos, sin, whole, first, sign value) (re, im value) {
	odd := b.binary(whole, first, func(d, n, m int) line { return plain(fmt.Sprintf("VCMTST V%d.D2, V%d.D2, V%d.D2", m, n, d)) })
	exchange := func(x, y value) value {
		return b.onto(x, []value{y, odd}, func(d int, src []int) line {
			return plain(fmt.Sprintf("VBIT V%d.B16, V%d.B16, V%d.B16", src[1], src[0], d))
		})
	}
	flip := func(x, quarters value) value {
		moved := b.unary(quarters, func(d, n int) line { return plain(fmt.Sprintf("VSHL $62, V%d.D2, V%d.D2", n, d)) })
		return b.bits("VEOR", x, b.bits("VAND", moved, sign))
	}
	next := b.binary(whole, first, func(d, n, m int) line { return plain(fmt.Sprintf("VADD V%d.D2, V%d.D2, V%d.D2", m, n, d)) })
	return flip(exchange(cos, sin), next), flip(exchange(sin, cos), whole)
}

// bits returns what a logical instruction makes of x and y.
func (b *block) bits(op string, x, y value) value {
	return b.binary(x, y, func(d, n, m int) line { return plain(fmt.Sprintf("%s V%d.B16, V%d.B16, V%d.B16", op, m, n, d)) })
}

// unlessAll branches unless all bits of mask are set.
func (b *block) unlessAll(mask value, label string) {
	const low, high = "R20", "R21"
	b.add(instruction{src: []value{mask}, write: func(_ int, src []int) line { return plain(fmt.Sprintf("VMOV V%d.D[0], %s", src[0], low)) }})
	b.add(instruction{src: []value{mask}, write: func(_ int, src []int) line { return plain(fmt.Sprintf("VMOV V%d.D[1], %s", src[0], high)) }})
	for _, l := range []string{"AND " + high + ", " + low, "CMN $1, " + low, "BNE " + label} {
		b.add(instruction{write: func(int, []int) line { return plain(l) }})
	}
}
