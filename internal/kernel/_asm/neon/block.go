package main

import "fmt"

// A value is a vector that an instruction of a block produces.
type value int

// A block is straight-line code on values without number: it knows which of
// them stand in registers only when it is written (see registers.go).
type block struct {
	t      *arrangement // of the instructions that follow
	code   []instruction
	fixed  map[value]int // values that the code around the block keeps in registers
	next   value
	stored bool
}

// An instruction of a block.
type instruction struct {
	dst value // 0 if there is none
	src []value
	// accumulates says that dst takes the register of src[0].
	accumulates bool
	// again says that the instruction can be repeated in place of keeping its
	// value: a load from memory that does not change.
	again bool
	// write writes the instruction, given the registers.
	write func(dst int, src []int) line
}

// A line is an instruction in its registers.
type line struct {
	text string
	// vector is the register that moves to or from memory at off(base), −1 if
	// the line is no such move of a whole vector.
	vector int
	store  bool
	base   string
	off    int
}

func plain(text string) line { return line{text: text, vector: -1} }

// word is an instruction that Go's assembler does not know.
func word(encoding uint32, text string) line {
	return plain(fmt.Sprintf("WORD $0x%08x // %s", encoding, text))
}

func load(r int, base string, off int) line { return line{vector: r, base: base, off: off} }

func store(r int, base string, off int) line {
	return line{vector: r, store: true, base: base, off: off}
}

// String returns the line in Go's assembly language.
func (l line) String() string {
	switch {
	case l.vector < 0:
		return l.text
	case l.store:
		return fmt.Sprintf("FMOVQ F%d, %d(%s)", l.vector, l.off, l.base)
	}
	return fmt.Sprintf("FMOVQ %d(%s), F%d", l.off, l.base, l.vector)
}

// join writes lines, two moves to or from neighbouring memory as one.
func join(lines []line) (text []string) {
	for i := 0; i < len(lines); i++ {
		l := lines[i]
		if i+1 < len(lines) && l.vector >= 0 {
			m := lines[i+1]
			if m.vector >= 0 && m.vector != l.vector && m.store == l.store && m.base == l.base && m.off == l.off+16 && l.off%16 == 0 && l.off < 1024 {
				if l.store {
					text = append(text, fmt.Sprintf("FSTPQ (F%d, F%d), %d(%s)", l.vector, m.vector, l.off, l.base))
				} else {
					text = append(text, fmt.Sprintf("FLDPQ %d(%s), (F%d, F%d)", l.off, l.base, l.vector, m.vector))
				}
				i++
				continue
			}
		}
		text = append(text, l.String())
	}
	return text
}

func newBlock(t *arrangement) *block { return &block{t: t, fixed: map[value]int{}} }

func (b *block) value() value {
	b.next++
	return b.next
}

// in returns the value that register r holds before the block and after it.
func (b *block) in(r int) value {
	v := b.value()
	b.fixed[v] = r
	return v
}

func (b *block) add(i instruction) { b.code = append(b.code, i) }

// load returns the vector at off(base).
func (b *block) load(base string, off int) value {
	if b.stored {
		panic("neon: a block that works in place loads after it has stored")
	}
	return b.read(false, func(r int) line { return load(r, base, off) })
}

// constant returns the vector at off(base), which does not change as long as
// the block runs.
func (b *block) constant(base string, off int) value {
	return b.read(true, func(r int) line { return load(r, base, off) })
}

// constantHalf returns a vector whose lower half stands at off(base) and does
// not change as long as the block runs.
func (b *block) constantHalf(base string, off int) value {
	return b.read(true, func(r int) line { return plain(fmt.Sprintf("FMOVD %d(%s), F%d", off, base, r)) })
}

func (b *block) read(again bool, write func(r int) line) value {
	v := b.value()
	b.add(instruction{dst: v, again: again, write: func(dst int, _ []int) line { return write(dst) }})
	return v
}

// store writes v to off(base).
func (b *block) store(v value, base string, off int) {
	b.stored = true
	b.add(instruction{src: []value{v}, write: func(_ int, src []int) line { return store(src[0], base, off) }})
}

// loadHalf returns a vector whose lower half stands at off(base).
func (b *block) loadHalf(base string, off int) value {
	return b.read(false, func(r int) line { return plain(fmt.Sprintf("FMOVD %d(%s), F%d", off, base, r)) })
}

// storeHalf writes the lower half of v to off(base).
func (b *block) storeHalf(v value, base string, off int) {
	b.stored = true
	b.add(instruction{src: []value{v}, write: func(_ int, src []int) line { return plain(fmt.Sprintf("FMOVD F%d, %d(%s)", src[0], off, base)) }})
}

// storeAt writes v to the sum of the registers R<base> and R<index>.
func (b *block) storeAt(v value, base, index int) {
	b.stored = true
	b.add(instruction{src: []value{v}, write: func(_ int, src []int) line { return word(encodeStore(src[0], base, index)) }})
}

// op3 returns op(x, y) of one of threeRegisters.
func (b *block) op3(op string, x, y value) value {
	t := b.t
	return b.binary(x, y, func(d, n, m int) line { return word(encode3(op, t, d, n, m)) })
}

func (b *block) plus(x, y value) value  { return b.op3("fadd", x, y) }
func (b *block) minus(x, y value) value { return b.op3("fsub", x, y) }

// op2 returns op(x) of one of twoRegisters.
func (b *block) op2(op string, x value) value {
	t := b.t
	return b.unary(x, func(d, n int) line { return word(encode2(op, t, d, n)) })
}

// unary returns what write makes of x.
func (b *block) unary(x value, write func(d, n int) line) value {
	v := b.value()
	b.add(instruction{dst: v, src: []value{x}, write: func(dst int, src []int) line { return write(dst, src[0]) }})
	return v
}

// binary returns what write makes of x and y.
func (b *block) binary(x, y value, write func(d, n, m int) line) value {
	v := b.value()
	b.add(instruction{dst: v, src: []value{x, y}, write: func(dst int, src []int) line { return write(dst, src[0], src[1]) }})
	return v
}

// onto returns what write makes of a in its place, with more operands.
func (b *block) onto(a value, operands []value, write func(d int, src []int) line) value {
	v := b.value()
	b.add(instruction{dst: v, src: append([]value{a}, operands...), accumulates: true,
		write: func(dst int, src []int) line { return write(dst, src[1:]) }})
	return v
}

// permuted returns op Vd, x, y of the instructions that choose lanes of t from
// two vectors, all of which Go's assembler knows.
func (b *block) permuted(op string, t *arrangement, x, y value) value {
	return b.binary(x, y, func(d, n, m int) line {
		return plain(fmt.Sprintf("%s V%d.%s, V%d.%s, V%d.%s", op, m, t.goAsm, n, t.goAsm, d, t.goAsm))
	})
}

// apart returns the lanes of x and y with even numbers, and those with odd ones.
func (b *block) apart(t *arrangement, x, y value) (even, odd value) {
	return b.permuted("VUZP1", t, x, y), b.permuted("VUZP2", t, x, y)
}

// merged returns the lanes of x and y in turn, those of the lower halves, then
// those of the upper ones.
func (b *block) merged(t *arrangement, x, y value) (lower, upper value) {
	return b.permuted("VZIP1", t, x, y), b.permuted("VZIP2", t, x, y)
}

// A scalar is one lane of a value.
type scalar struct {
	value
	lane int
}

// times returns x·s.
func (b *block) times(x value, s scalar) value {
	t := b.t
	return b.binary(x, s.value, func(d, n, m int) line { return word(encodeElement("fmul", t, d, n, m, s.lane)) })
}

// plusTimes returns a + x·s, rounded once.
func (b *block) plusTimes(a, x value, s scalar) value { return b.accumulate("fmla", a, x, s) }

// minusTimes returns a − x·s, rounded once.
func (b *block) minusTimes(a, x value, s scalar) value { return b.accumulate("fmls", a, x, s) }

func (b *block) accumulate(op string, a, x value, s scalar) value {
	t := b.t
	return b.onto(a, []value{x, s.value}, func(d int, src []int) line {
		return word(encodeElement(op, t, d, src[0], src[1], s.lane))
	})
}

// plusProductOf returns a + x·y, rounded once.
func (b *block) plusProductOf(a, x, y value) value {
	t := b.t
	return b.onto(a, []value{x, y}, func(d int, src []int) line { return word(encode3("fmla", t, d, src[0], src[1])) })
}
