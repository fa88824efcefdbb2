package main

import (
	"fmt"
	"slices"
	"strings"
)

// The pointwise loops do n complex numbers, a multiple of pointwiseUnit; what is
// left, and what may not be done in one call, the caller sees to. They round as
// their twins do, so that nothing is fused that they do not fuse.
const pointwiseUnit = 4

// A parameter of a function, in Go.
type parameter struct{ name, goType string }

// parameters are those of a function and where they stand.
type parameters struct {
	list    []parameter
	offsets map[string]int
	bytes   int
}

func newParameters(list ...parameter) parameters {
	p := parameters{list: list, offsets: map[string]int{}}
	for _, x := range list {
		size := 8
		if x.goType == "float32" {
			size = 4
		}
		p.bytes = (p.bytes + size - 1) / size * size
		p.offsets[x.name] = p.bytes
		p.bytes += size
	}
	return p
}

// String returns the parameters as Go declares them.
func (p parameters) String() string {
	var s []string
	for i, x := range p.list {
		if i+1 < len(p.list) && p.list[i+1].goType == x.goType {
			s = append(s, x.name)
		} else {
			s = append(s, x.name+" "+x.goType)
		}
	}
	return strings.Join(s, ", ")
}

// at returns where a parameter stands, as the assembler writes it.
func (p parameters) at(name string) string { return fmt.Sprintf("%s+%d(FP)", name, p.offsets[name]) }

// pointers returns parameters that point to numbers of t.
func (t *arrangement) pointers(names ...string) (list []parameter) {
	for _, n := range names {
		list = append(list, parameter{n, "*" + t.goType})
	}
	return list
}

func (t *arrangement) scalars(names ...string) (list []parameter) {
	for _, n := range names {
		list = append(list, parameter{n, t.goType})
	}
	return list
}

var count = parameter{"n", "int"}

// pointwiseLoop writes a loop over n complex numbers: body writes one round
// of pointwiseUnit, in which operand i stands at R<i>; step[i] is how many bytes
// operand i moves on.
func (f *file) pointwiseLoop(name string, t *arrangement, p parameters, comment string, step []int, body func(b *block)) {
	f.function(name+t.name, p.String(), p.bytes, comment, 0)
	for i := range step {
		f.line("MOVD %s, R%d", p.at(p.list[i].name), i)
	}
	const left = "R8"
	f.line("MOVD %s, %s", p.at(count.name), left)
	fixed := 31
	b := newBlock(t)
	for _, x := range p.list {
		if x.goType == t.goType || x.goType == "float64" {
			letter := byte('D')
			if x.goType == "float32" {
				letter = 'S'
			}
			f.line("FMOV%c %s, F%d", letter, p.at(x.name), fixed)
			b.in(fixed)
			fixed--
		}
	}
	f.loop("round", left, pointwiseUnit, func() {
		body(b)
		f.body(b)
		for i, s := range step {
			f.line("ADD $%d, R%d", s, i)
		}
	})
	f.line("RET")
}

// fixedScalar returns the i-th scalar parameter.
func fixedScalar(i int) scalar { return scalar{value(i + 1), 0} }

// separate loads complex numbers as vectors of parts.
func (b *block) separate(base string, off int) point {
	re, im := b.apart(b.t, b.load(base, off), b.load(base, off+16))
	return point{re: re, im: im}
}

// together stores a vector of complex numbers.
func (b *block) together(x point, base string, off int) {
	lower, upper := b.merged(b.t, x.re, x.im)
	b.store(lower, base, off)
	b.store(upper, base, off+16)
}

// product returns x·y, each part two rounded products and a rounded sum.
func (b *block) product(x, y point) point {
	return point{
		re: b.minus(b.op3("fmul", x.re, y.re), b.op3("fmul", x.im, y.im)),
		im: b.plus(b.op3("fmul", x.re, y.im), b.op3("fmul", x.im, y.re)),
	}
}

// timesScalars returns x·(re + i·im), rounded likewise.
func (b *block) timesScalars(x point, re, im scalar) point {
	return point{
		re: b.minus(b.times(x.re, re), b.times(x.im, im)),
		im: b.plus(b.times(x.re, im), b.times(x.im, re)),
	}
}

// vectors calls body for each n vectors of a round of complex numbers, which
// are read before they are written.
func (b *block) vectors(n int, body func(off int)) {
	for off := 0; off < 2*pointwiseUnit*b.t.bytes; off += 16 * n {
		b.stored = false
		body(off)
	}
}

// complexProducts writes the loops that multiply complex numbers.
func (f *file) complexProducts(t *arrangement) {
	round := 2 * pointwiseUnit * t.bytes
	is := func(name, what string) string { return fmt.Sprintf("%s%s %s; see pure.%[1]s.", name, t.name, what) }

	p := newParameters(slices.Concat(t.pointers("dst", "src"), []parameter{count}, t.scalars("re", "im"))...)
	f.pointwiseLoop("Scale", t, p, is("Scale", "writes n complex numbers times re + i·im"), []int{round, round}, func(b *block) {
		b.vectors(2, func(off int) {
			b.together(b.timesScalars(b.separate("R1", off), fixedScalar(0), fixedScalar(1)), "R0", off)
		})
	})

	p = newParameters(slices.Concat(t.pointers("x"), []parameter{count}, t.scalars("by"))...)
	f.pointwiseLoop("ScaleReal", t, p, is("ScaleReal", "multiplies n complex numbers by a real one"), []int{round}, func(b *block) {
		b.vectors(1, func(off int) { b.store(b.times(b.load("R0", off), fixedScalar(0)), "R0", off) })
	})

	p = newParameters(append(t.pointers("dst", "factor"), count)...)
	f.pointwiseLoop("MultiplyIn", t, p, is("MultiplyIn", "multiplies n complex numbers"), []int{round, round}, func(b *block) {
		b.vectors(2, func(off int) {
			b.together(b.product(b.separate("R0", off), b.separate("R1", off)), "R0", off)
		})
	})

	p = newParameters(slices.Concat(t.pointers("dst", "factor"), []parameter{count}, t.scalars("re", "im"))...)
	f.pointwiseLoop("MultiplyScaled", t, p, is("MultiplyScaled", "multiplies n complex numbers"), []int{round, round}, func(b *block) {
		b.vectors(2, func(off int) {
			factor := b.timesScalars(b.separate("R1", off), fixedScalar(0), fixedScalar(1))
			b.together(b.product(b.separate("R0", off), factor), "R0", off)
		})
	})

	p = newParameters(append(t.pointers("dst"), parameter{"factor", "*float64"}, count)...)
	f.pointwiseLoop("MultiplyReal", t, p, is("MultiplyReal", "multiplies n complex numbers by real ones"), []int{round, 8 * pointwiseUnit}, func(b *block) {
		b.vectors(2, func(off int) {
			factor := b.load("R1", 8*off/t.bytes/2)
			x := b.loadPart("R0", off)
			if t == double {
				for h := range x {
					x[h] = b.times(x[h], scalar{factor, h})
				}
			} else {
				lower, upper := b.twice(b.narrowed(factor, b.load("R1", 16)))
				x = [2]value{b.op3("fmul", x[0], lower), b.op3("fmul", x[1], upper)}
			}
			b.storePart(x, "R0", off)
		})
	})
}

// twice returns the lanes of x each two times.
func (b *block) twice(x value) (lower, upper value) { return b.merged(b.t, x, x) }

// narrowed returns two vectors of doubles as one of singles.
func (b *block) narrowed(x, y value) value {
	return b.onto(b.unary(x, func(d, n int) line { return word(encodeConversion("fcvtn", d, n)) }), []value{y},
		func(d int, src []int) line { return word(encodeConversion("fcvtn2", d, src[0])) })
}

// widened returns a vector of singles as two of doubles.
func (b *block) widened(x value) (lower, upper value) {
	return b.unary(x, func(d, n int) line { return word(encodeConversion("fcvtl", d, n)) }),
		b.unary(x, func(d, n int) line { return word(encodeConversion("fcvtl2", d, n)) })
}

// inDoubles returns n vectors at off(base) in double precision, of the precision t.
func (b *block) inDoubles(t *arrangement, base string, off, n int) (x []value) {
	for i := range n {
		v := b.load(base, off+16*i)
		if t == double {
			x = append(x, v)
			continue
		}
		lower, upper := b.widened(v)
		x = append(x, lower, upper)
	}
	return x
}

// squares writes the loops that square: Intensity and SquareSums.
func (f *file) squares(t *arrangement) {
	p := newParameters(parameter{"image", "*float64"}, t.pointers("field")[0], count, parameter{"weight", "float64"})
	f.pointwiseLoop("Intensity", t, p, fmt.Sprintf("Intensity%s adds to n pixels; see pure.Intensity.", t.name),
		[]int{8 * pointwiseUnit, 2 * pointwiseUnit * t.bytes}, func(b *block) {
			b.t = double
			x := b.inDoubles(t, "R1", 0, 2*pointwiseUnit*t.bytes/16)
			for i, v := range x {
				x[i] = b.op3("fmul", v, v)
			}
			for i := 0; i < len(x); i += 2 {
				b.stored = false
				sum := b.times(b.op3("faddp", x[i], x[i+1]), fixedScalar(0))
				b.store(b.plus(b.load("R0", 8*i), sum), "R0", 8*i)
			}
		})

	// The partial sums of pure.Power stand in the lower half of the registers.
	name, partial := "SquareSums"+t.name, 16
	p = newParameters(t.pointers("x")[0], parameter{"blocks", "int"})
	f.functionReturning("(sums [32]float64)", name, p.String(), p.bytes+32*8,
		name+" returns the partial sums of the squares of so many blocks of 32 numbers; see pure.Power.", 0)
	f.line("MOVD %s, R1", p.at("x"))
	f.line("MOVD %s, R2", p.at("blocks"))
	f.line("MOVD $sums+%d(FP), R0", p.bytes)
	var stores []line
	for i := range partial {
		f.line("VEOR V%d.B16, V%[1]d.B16, V%[1]d.B16", i)
		stores = append(stores, store(i, "R0", 16*i))
	}
	f.loop("block", "R2", 1, func() {
		b := newBlock(double)
		sums := make([]value, partial)
		for i := range sums {
			sums[i] = b.in(i)
		}
		for i := range sums {
			if t == single && i%2 == 1 {
				continue
			}
			for j, v := range b.inDoubles(t, "R1", 32*t.bytes/partial*i, 1) {
				b.into(sums[i+j], b.op3("fmul", v, v))
			}
		}
		f.body(b)
		f.line("ADD $%d, R1", 32*t.bytes)
	})
	f.lines(join(stores))
	f.line("RET")
}

// into adds x to a value in a fixed register.
func (b *block) into(sum, x value) {
	t := b.t
	b.add(instruction{src: []value{sum, x}, write: func(_ int, src []int) line {
		return word(encode3("fadd", t, src[0], src[0], src[1]))
	}})
}

// folds writes Fold, FoldMirrored and UnfoldMirrored.
func (f *file) folds(t *arrangement) {
	round := 2 * pointwiseUnit * t.bytes
	is := func(name, what string) string { return fmt.Sprintf("%s%s %s; see pure.%[1]s.", name, t.name, what) }
	p := newParameters(append(t.pointers("sum", "diff", "a", "b"), count)...)
	f.pointwiseLoop("Fold", t, p, is("Fold", "folds n complex numbers"), []int{round, round, round, round}, func(b *block) {
		b.vectors(2, func(off int) {
			x, y := b.loadPart("R2", off), b.loadPart("R3", off)
			b.storePart([2]value{b.plus(x[0], y[0]), b.plus(x[1], y[1])}, "R0", off)
			b.storePart([2]value{b.minus(x[0], y[0]), b.minus(x[1], y[1])}, "R1", off)
		})
	})

	// What is taken from the end is at R<i> plus n complex numbers in the first
	// round.
	mirrored := func(name, comment string, p parameters, from int, body func(b *block, off int)) {
		f.function(name+t.name, p.String(), p.bytes, comment, 0)
		for i := range 4 {
			f.line("MOVD %s, R%d", p.at(p.list[i].name), i)
		}
		f.line("MOVD %s, R8", p.at(count.name))
		f.line("ADD R8<<%d, R%d", t.shift()+1, from)
		f.loop("round", "R8", pointwiseUnit, func() {
			f.line("SUB $%d, R%d", round, from)
			b := newBlock(t)
			b.vectors(2, func(off int) { body(b, off) })
			f.body(b)
			for i := range 4 {
				if i != from {
					f.line("ADD $%d, R%d", round, i)
				}
			}
		})
		f.line("RET")
	}
	mirrored("FoldMirrored", is("FoldMirrored", "folds n complex numbers"), p, 3, func(b *block, off int) {
		x, y := b.loadPart("R2", off), b.turned(b.loadPart("R3", round-32-off))
		b.storePart([2]value{b.plus(x[0], y[0]), b.plus(x[1], y[1])}, "R0", off)
		b.storePart([2]value{b.minus(x[0], y[0]), b.minus(x[1], y[1])}, "R1", off)
	})
	p = newParameters(append(t.pointers("a", "b", "even", "odd"), count)...)
	mirrored("UnfoldMirrored", is("UnfoldMirrored", "unfolds n complex numbers"), p, 1, func(b *block, off int) {
		x, y := b.loadPart("R2", off), b.loadPart("R3", off)
		b.storePart([2]value{b.plus(x[0], y[0]), b.plus(x[1], y[1])}, "R0", off)
		b.storePart(b.turned([2]value{b.minus(x[0], y[0]), b.minus(x[1], y[1])}), "R1", round-32-off)
	})
}

// turned returns the complex numbers of two vectors in the reverse order.
func (b *block) turned(x [2]value) [2]value {
	if b.t == double {
		return [2]value{x[1], x[0]}
	}
	for h, v := range x {
		x[h] = b.unary(v, func(d, n int) line { return plain(fmt.Sprintf("VEXT $8, V%d.B16, V%[1]d.B16, V%d.B16", n, d)) })
	}
	return [2]value{x[1], x[0]}
}

// pointwise writes the loops of kernel.Pointwise.
func pointwise() *file {
	f := newFile("pointwise")
	f.declare("\n// Unit is the number of complex numbers of which the pointwise loops do a multiple.\nconst Unit = %d\n", pointwiseUnit)
	for _, t := range []*arrangement{double, single} {
		f.complexProducts(t)
		f.squares(t)
		f.folds(t)
		f.waves(t)
	}
	return f
}
