package main

import "fmt"

// The registers of passPrime.
const (
	primeDst, primeSrc = "R0", "R1" // of the butterfly
	primeBlocks        = "R2"
	primeStride        = "R3"         // bytes between elements of a butterfly
	primeQ, primeHalf  = "R4", "R5"   // half of the radix
	primeUp, primeDown = "R6", "R7"   // elements j and radix−j
	primeLow, primeTop = "R8", "R9"   // their twiddle factors
	primeLeft, primeAt = "R10", "R11" // values of j to go; the sum and the difference
	primeTable         = "R12"
	primeGroup         = "R13" // how many pairs are next
	primeGroups        = "R14"
	primeBehind        = "R15" // values of j behind this part of the sums
	primeSpill         = "R16" // the stack
	primeAny           = "R17"
)

// What passPrime keeps on the stack: a_0, for every j the sum s_j and the difference
// d_j with its parts exchanged, and the sums of what is summed up so far.
const (
	longestPrime  = 61
	primePairAt   = elementBytes
	primePartAt   = primePairAt + longestPrime/2*2*elementBytes
	primeStack    = primePartAt + 8*mostPairs*16
	primeOperand  = 24 // the first of four registers
	primeConstant = 28
)

// primePairs are the numbers of pairs of outputs k, radix−k that are made together: each has
// eight sums, over cosines and over sines, of two parts and two vectors.
var primePairs = []int{2, mostPairs}

const mostPairs = 3

// primeSum returns the register of the sum of pair k of n over cosines or sines.
func primeSum(n, k int, sine bool, part, vector int) int {
	r := (2*part+vector)*n + k
	if sine {
		r += 4 * n
	}
	return r
}

// passPrime writes the passes of the odd radices up to longestPrime for which there is no
// block of straight code: see passPrime of _asm/lanes, which has the same arguments and does the
// same.
func (f *file) passPrime(t *arrangement) {
	name := "PassPrime" + t.name
	f.function(name, fmt.Sprintf("dst, src, tw, table []%s, pairs []int, radix, chunk, blocks, span, from, to int", t.goType), 168,
		name+fmt.Sprintf(` is pure.Pass of an odd radix up to %d. Half of the radix is the sum of pairs, each of
// them one of %v. For each of these, table has for every j from 1 to half of the radix first the cosines,
// then the sines of jk/radix turns for as many k in succession. Sums are made of parts of at most chunk
// summands.`, longestPrime, primePairs), primeStack/16)
	f.line("MOVD dst_base+0(FP), %s", primeDst)
	f.line("MOVD src_base+24(FP), %s", primeSrc)
	f.line("MOVD blocks+136(FP), %s", primeBlocks)
	f.line("MOVD span+144(FP), %s", primeStride)
	f.line("MOVD from+152(FP), %s", primeQ)
	f.line("MOVD to+160(FP), %s", primeAny)
	f.line("MOVD radix+120(FP), %s", primeHalf)
	f.line("CMP %s, %s", primeAny, primeQ)
	f.line("BGE done")
	f.line("CMP $1, %s", primeBlocks)
	f.line("BLT done")
	f.line("LSR $1, %s", primeHalf)
	f.line("LSL $%s, %s", elementShift, primeStride)
	f.line("ADD %s<<%s, %s", primeQ, elementShift, primeSrc)
	f.line("ADD %s<<%s, %s", primeQ, elementShift, primeDst)
	f.line("MOVD RSP, %s", primeSpill)
	f.line("ADD $16, %s", primeSpill)

	f.label("block")
	f.line("MOVD from+152(FP), %s", primeQ)
	f.label("butterfly")
	f.ends(primeSrc)
	f.line("ADD $%d, %s, %s", primePairAt, primeSpill, primeAt)
	f.line("MOVD %s, %s", primeHalf, primeLeft)
	const total = 28 // the sum of all elements
	var lines []line
	for v := range 4 {
		lines = append(lines, load(total+v, primeSrc, 16*v))
	}
	for v := range 4 {
		lines = append(lines, store(total+v, primeSpill, 16*v))
	}
	f.lines(join(lines))
	f.line("CBZ %s, plain", primeQ)
	// There are 2·half factors for each q.
	f.line("MOVD tw_base+48(FP), %s", primeLow)
	f.line("MUL %s, %s, %s", primeHalf, primeQ, primeAny)
	f.line("ADD %s<<%d, %s", primeAny, t.shift()+2, primeLow)
	f.line("ADD %s<<%d, %s, %s", primeHalf, t.shift()+2, primeLow, primeTop)
	f.line("SUB $%d, %s", 2*t.bytes, primeTop)
	f.fold(t, "twiddled", true)
	f.line("B folded")
	f.fold(t, "plain", false)
	f.label("folded")

	f.ends(primeDst)
	lines = nil
	for v := range 4 {
		lines = append(lines, store(total+v, primeDst, 16*v))
	}
	f.lines(join(lines))
	f.line("MOVD table_base+72(FP), %s", primeTable)
	f.line("MOVD pairs_base+96(FP), %s", primeGroup)
	f.line("MOVD pairs_len+104(FP), %s", primeGroups)
	f.label("group")
	f.line("MOVD.P 8(%s), %s", primeGroup, primeAny)
	f.line("CMP $%d, %s", mostPairs, primeAny)
	f.line("BEQ sums%d", mostPairs)
	for _, n := range primePairs {
		f.sums(t, n)
		if n < mostPairs {
			f.line("B grouped")
		}
	}
	f.label("grouped")
	f.line("SUBS $1, %s", primeGroups)
	f.line("BNE group")

	f.line("ADD $%d, %s", elementBytes, primeSrc)
	f.line("ADD $%d, %s", elementBytes, primeDst)
	f.line("ADD $1, %s", primeQ)
	f.line("MOVD to+160(FP), %s", primeAny)
	f.line("CMP %s, %s", primeAny, primeQ)
	f.line("BLT butterfly")
	// To the first butterfly of the next block: radix·span elements on, to−from back.
	f.line("MOVD from+152(FP), %s", primeLow)
	f.line("SUB %s, %s", primeAny, primeLow)
	f.line("MOVD radix+120(FP), %s", primeTop)
	f.line("MUL %s, %s, %s", primeStride, primeTop, primeTop)
	f.line("ADD %s<<%s, %s", primeLow, elementShift, primeTop)
	f.line("ADD %s, %s", primeTop, primeSrc)
	f.line("ADD %s, %s", primeTop, primeDst)
	f.line("SUBS $1, %s", primeBlocks)
	f.line("BNE block")
	f.label("done")
	f.line("RET")
}

// ends makes primeUp and primeDown those of elements 1 and radix−1.
func (f *file) ends(base string) {
	f.line("ADD %s, %s, %s", primeStride, base, primeUp)
	f.line("LSL $1, %s, %s", primeHalf, primeAny)
	f.line("MADD %s, %s, %s, %s", primeStride, base, primeAny, primeDown)
}

// fold writes the loop that makes sums and differences of the elements j and radix−j.
func (f *file) fold(t *arrangement, name string, twiddled bool) {
	f.label(name)
	var lines []line
	for i, base := range []string{primeUp, primeDown} {
		x := 4 * i
		if twiddled {
			x = 16 + 4*i
		}
		for v := range 4 {
			lines = append(lines, load(x+v, base, 16*v))
		}
	}
	if twiddled {
		for i, base := range []string{primeLow, primeTop} {
			w := 24 + i
			if t == double {
				lines = append(lines, load(w, base, 0))
			} else {
				lines = append(lines, plain(fmt.Sprintf("FMOVD (%s), F%d", base, w)))
			}
			for v := range 2 {
				re, im := 16+4*i+v, 18+4*i+v
				lines = append(lines,
					word(encodeElement("fmul", t, 4*i+v, re, w, 0)), word(encodeElement("fmul", t, 4*i+2+v, im, w, 0)),
					word(encodeElement("fmls", t, 4*i+v, im, w, 1)), word(encodeElement("fmla", t, 4*i+2+v, re, w, 1)))
			}
		}
	}
	for v := range 4 {
		lines = append(lines, word(encode3("fadd", t, 8+v, v, 4+v)), word(encode3("fsub", t, 12+(v+2)%4, v, 4+v)))
	}
	for v := range 8 {
		lines = append(lines, store(8+v, primeAt, 16*v))
	}
	for v := range 4 {
		lines = append(lines, word(encode3("fadd", t, 28+v, 28+v, 8+v)))
	}
	f.lines(join(lines))
	f.line("ADD %s, %s", primeStride, primeUp)
	f.line("SUB %s, %s", primeStride, primeDown)
	if twiddled {
		f.line("ADD $%d, %s", 2*t.bytes, primeLow)
		f.line("SUB $%d, %s", 2*t.bytes, primeTop)
	}
	f.line("ADD $%d, %s", 2*elementBytes, primeAt)
	f.line("SUBS $1, %s", primeLeft)
	f.line("BNE %s", name)
}

// sums writes the sums and the outputs of n pairs.
func (f *file) sums(t *arrangement, n int) {
	f.label(fmt.Sprintf("sums%d", n))
	f.line("ADD $%d, %s, %s", primePairAt, primeSpill, primeAt)
	f.line("MOVD %s, %s", primeHalf, primeBehind)
	var lines []line
	for k := range n {
		for v := range 4 {
			lines = append(lines, load(primeSum(n, k, false, v/2, v%2), primeSpill, 16*v))
		}
	}
	f.lines(join(lines))
	f.part(t, n, fmt.Sprintf("first%d", n), false)
	f.line("CBZ %s, summed%d", primeBehind, n)
	f.label(fmt.Sprintf("chunk%d", n))
	f.line("ADD $%d, %s, %s", primePartAt, primeSpill, primeAny)
	lines = nil
	for r := range 8 * n {
		lines = append(lines, store(r, primeAny, 16*r))
	}
	f.lines(join(lines))
	f.part(t, n, fmt.Sprintf("next%d", n), true)
	f.line("ADD $%d, %s, %s", primePartAt, primeSpill, primeAny)
	for r := 0; r < 8*n; r += 8 {
		lines = nil
		for v := range 8 {
			lines = append(lines, load(24+v, primeAny, 16*(r+v)))
		}
		for v := range 8 {
			lines = append(lines, word(encode3("fadd", t, r+v, r+v, 24+v)))
		}
		f.lines(join(lines))
	}
	f.line("CBNZ %s, chunk%d", primeBehind, n)
	f.label(fmt.Sprintf("summed%d", n))
	for k := range n {
		lines = nil
		for v := range 4 {
			even, odd := primeSum(n, k, false, v/2, v%2), primeSum(n, k, true, v/2, v%2)
			up, down := 24+v, 28+v
			if v/2 == 1 {
				up, down = down, up
			}
			lines = append(lines, word(encode3("fadd", t, up, even, odd)), word(encode3("fsub", t, down, even, odd)))
		}
		for v := range 4 {
			lines = append(lines, store(24+v, primeUp, 16*v))
		}
		for v := range 4 {
			lines = append(lines, store(28+v, primeDown, 16*v))
		}
		f.lines(join(lines))
		f.line("ADD %s, %s", primeStride, primeUp)
		f.line("SUB %s, %s", primeStride, primeDown)
	}
}

// part writes the loop over the next chunk of j: it adds to the sums over cosines, or makes
// them with anew, and makes those over sines.
func (f *file) part(t *arrangement, n int, name string, anew bool) {
	f.line("MOVD chunk+128(FP), %s", primeLeft)
	f.line("CMP %s, %s", primeLeft, primeBehind)
	f.line("CSEL LT, %s, %s, %[2]s", primeBehind, primeLeft)
	f.line("SUB %s, %s", primeLeft, primeBehind)
	f.turns(t, n, anew, true)
	f.line("BEQ %sEnd", name)
	f.label(name)
	f.turns(t, n, false, false)
	f.line("BNE %s", name)
	f.label(name + "End")
}

// turns multiplies one s_j and d_j by their cosines and sines: they are added to
// the sums, or begin them.
func (f *file) turns(t *arrangement, n int, beginCosines, beginSines bool) {
	var lines []line
	bytes := 2 * n * t.bytes
	for at := 0; at < bytes; at += 16 {
		r := primeConstant + at/16
		if bytes-at < 16 {
			lines = append(lines, plain(fmt.Sprintf("FMOVD %d(%s), F%d", at, primeTable, r)))
		} else {
			lines = append(lines, load(r, primeTable, at))
		}
	}
	for half, sine := range []bool{false, true} {
		op := "fmla"
		if beginCosines && !sine || beginSines && sine {
			op = "fmul"
		}
		for v := range 4 {
			lines = append(lines, load(primeOperand+v, primeAt, elementBytes*half+16*v))
		}
		for k := range n {
			i := half*n + k
			for v := range 4 {
				lines = append(lines, word(encodeElement(op, t, primeSum(n, k, sine, v/2, v%2), primeOperand+v, primeConstant+i/t.lanes, i%t.lanes)))
			}
		}
	}
	f.lines(join(lines))
	f.line("ADD $%d, %s", 2*elementBytes, primeAt)
	f.line("ADD $%d, %s", bytes, primeTable)
	f.line("SUBS $1, %s", primeLeft)
}
