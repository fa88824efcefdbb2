package main

import "fmt"

// A block of lines holds width lines, one in each lane of two vectors: element
// e stands at 64·e bytes, two vectors of real parts, then two of imaginary ones.
// The width is that of AVX2, 4 in double and 8 in single precision: an element
// is a cache line, and small butterflies have two independent chains to run.
const (
	elementBytes = 64
	elementShift = "6"
	imaginary    = 32 // where the imaginary parts stand in an element
	half         = 16 // where the second vector of a part stands
)

// radices are those that have a pass.
var radices = []int{2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}

// The registers of a pass; element j of a butterfly is read at R<j>.
const (
	passTwiddles  = "R16" // those of the present q
	passLeft      = "R17" // values of q still to come
	passJump      = "R19" // bytes from the last q of a block to the first of the next
	passBlocks    = "R20" // blocks still to come
	passConstants = "R21"
	passCount     = "R26" // values of q in a block

	// R22 to R25 are the distances from where an element is read to where the
	// four vectors of the result are written.
	passDistance = 22
)

// A choice is what can be done in one way or another in a pass.
type choice struct {
	pins int // vectors of constants kept in registers

	// paired says that both vectors of a part are loaded and stored together;
	// element j is then written at R<r+j>.
	paired bool
}

// An element of a butterfly, one of its two vectors.
type place struct{ j, half int }

// element writes the butterflies of one q of a pass of radix r, both vectors.
func element(t *arrangement, r int, twiddled bool, c choice, k *constants) (text []string, slots int) {
	b := &butterfly{block: newBlock(t), constants: k, base: passConstants, loaded: map[int]value{}}
	for i := range c.pins {
		b.pinned = append(b.pinned, b.in(31-i))
	}
	factors := map[int]value{}
	factor := func(j int) (re, im scalar) {
		i := 2 * (j - 1)
		v, lane := i/t.lanes, i%t.lanes
		if _, ok := factors[v]; !ok {
			if off := 16 * v; off+16 <= 2*(r-1)*t.bytes {
				factors[v] = b.constant(passTwiddles, off)
			} else {
				factors[v] = b.constantHalf(passTwiddles, off)
			}
		}
		return scalar{factors[v], lane}, scalar{factors[v], lane + 1}
	}
	loads, results := map[place]point{}, map[place]point{}
	for h := range 2 {
		b.stored = false // the halves do not overlap
		b.transform(r, func(j int) point {
			x, ok := loads[place{j, h}]
			base := fmt.Sprintf("R%d", j)
			switch {
			case !c.paired:
				x = point{re: b.load(base, half*h), im: b.load(base, half*h+imaginary)}
			case !ok:
				x.re = b.load(base, 0)
				re := b.load(base, half)
				x.im = b.load(base, imaginary)
				loads[place{j, 1}] = point{re: re, im: b.load(base, imaginary+half)}
			}
			if twiddled && j > 0 {
				re, im := factor(j)
				x = b.twiddled(x, re, im)
			}
			return x
		}, func(j int, x point) {
			x = b.done(x)
			if !c.paired {
				b.storeAt(x.re, j, passDistance+h)
				b.storeAt(x.im, j, passDistance+2+h)
				return
			}
			results[place{j, h}] = x
			if y := results[place{j, 0}]; h == 1 {
				base := fmt.Sprintf("R%d", r+j)
				b.store(y.re, base, 0)
				b.store(x.re, base, half)
				b.store(y.im, base, imaginary)
				b.store(x.im, base, imaginary+half)
			}
		})
	}
	lines, slots := b.write()
	return join(lines), slots
}

// best returns the choice with the fewest instructions; what is spilled counts
// twice, since it is waited for.
func best(t *arrangement, r int) (best choice) {
	k := &constants{t: t}
	element(t, r, true, choice{}, k)
	vectors := (len(k.values) + t.lanes - 1) / t.lanes
	fewest := 0
	for _, paired := range []bool{false, true} {
		if paired && 2*r > 16 {
			continue // there are not as many addresses
		}
		for pins := range min(vectors, 8) + 1 {
			c := choice{pins, paired}
			text, slots := element(t, r, true, c, &constants{t: t})
			if n := len(text) + 2*slots; fewest == 0 || n < fewest {
				best, fewest = c, n
			}
		}
	}
	return best
}

// pass writes the pass of radix r; see pure.Pass.
func (f *file) pass(t *arrangement, r int) {
	name := fmt.Sprintf("pass%s%d", t.name, r)
	c := best(t, r)
	k := &constants{t: t}
	plain, slots := element(t, r, false, c, k)
	twiddled, more := element(t, r, true, c, k)
	pointers := r
	if c.paired {
		pointers = 2 * r
	}
	advance := func(by string) {
		for j := range pointers {
			f.line("ADD %s, R%d", by, j)
		}
	}
	loadConstants := func() {
		if len(k.values) > 0 {
			f.line("MOVD $%s<>(SB), %s", f.symbol(name), passConstants)
		}
	}
	group := 2 * (r - 1) * t.bytes // the twiddle factors of one q

	f.function(name, fmt.Sprintf("dst, src, tw []%s, blocks, span, from, to int", t.goType), 104,
		fmt.Sprintf("%s is the pass of radix %d; see pure.Pass.", name, r), max(slots, more))
	f.line("MOVD dst_base+0(FP), R22")
	f.line("MOVD src_base+24(FP), R0")
	f.line("MOVD blocks+72(FP), %s", passBlocks)
	f.line("MOVD span+80(FP), R23")
	f.line("MOVD from+88(FP), R24")
	f.line("MOVD to+96(FP), %s", passCount)
	f.line("SUBS R24, %s, %s", passCount, passCount)
	f.line("BLE done")
	f.line("CMP $1, %s", passBlocks)
	f.line("BLT done")
	f.line("SUB R0, R22, R22")
	f.line("ADD R24<<%s, R0", elementShift)
	f.line("LSL $%s, R23, R23", elementShift)
	for j := 1; j < r; j++ {
		f.line("ADD R23, R%d, R%d", j-1, j)
	}
	f.line("MOVD $%d, %s", r, passJump)
	f.line("MUL R23, %s, %s", passJump, passJump)
	f.line("SUB %s<<%s, %s", passCount, elementShift, passJump)
	if c.paired {
		for j := range r {
			f.line("ADD R22, R%d, R%d", j, r+j)
		}
	} else {
		for i := 1; i < 4; i++ {
			f.line("ADD $16, R%d, R%d", passDistance+i-1, passDistance+i)
		}
	}
	loadConstants()
	for i := range c.pins {
		f.line("FMOVQ %d(%s), F%d", 16*i, passConstants, 31-i)
	}

	f.label("block")
	f.line("MOVD from+88(FP), %s", passLeft)
	f.line("MOVD tw_base+48(FP), %s", passTwiddles)
	f.line("CBNZ %s, middle", passLeft)
	f.lines(plain)
	advance(fmt.Sprintf("$%d", elementBytes))
	f.line("ADD $%d, %s", group, passTwiddles)
	f.line("SUBS $1, %s, %s", passCount, passLeft)
	f.line("BEQ next")
	f.label("factor")
	f.lines(twiddled)
	advance(fmt.Sprintf("$%d", elementBytes))
	f.line("ADD $%d, %s", group, passTwiddles)
	f.line("SUBS $1, %s", passLeft)
	f.line("BNE factor")
	f.label("next")
	advance(passJump)
	f.line("SUBS $1, %s", passBlocks)
	f.line("BNE block")
	f.label("done")
	f.line("RET")

	f.label("middle") // a block that begins with q > 0
	f.line("MOVD $%d, %s", group, passConstants)
	f.line("MADD %s, %s, %s, %s", passConstants, passTwiddles, passLeft, passTwiddles)
	f.line("MOVD %s, %s", passCount, passLeft)
	loadConstants()
	f.line("B factor")
	f.data(k, f.symbol(name))
}

// lanes writes the loops of kernel.Lanes.
func lanes() *file {
	f := newFile("lanes")
	for _, t := range []*arrangement{double, single} {
		f.declare("\n// Pass%s are the passes by radix; see kernel.Lanes.\n", t.name)
		f.declare("var Pass%s = [%d]func(dst, src, tw []%s, blocks, span, from, to int){", t.name, longestPrime+1, t.goType)
		for i, r := range radices {
			if i > 0 {
				f.declare(", ")
			}
			f.declare("%d: pass%s%d", r, t.name, r)
		}
		f.declare("}\n")
		for _, r := range radices {
			f.pass(t, r)
		}
		f.passPrime(t)
		f.columns(t, true)
		f.columns(t, false)
		f.rows(t, true)
		f.rows(t, false)
		f.tiles(t)
		f.products(t, true)
		f.products(t, false)
	}
	return f
}
