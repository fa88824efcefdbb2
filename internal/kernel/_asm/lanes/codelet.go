package main

import (
	"math/big"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// A codelet is a straight program whose every value is set once. The order of
// its nodes is the order of the instructions; allocate.go gives them registers.
type codelet struct {
	nodes     []node
	constants []*big.Float
	atConst   []int // node of each constant
}

type kind int

const (
	load     kind = iota // a vector in memory
	split                // a vector in two halves in memory
	twiddle              // a real in memory, in all lanes
	constant             // a number, in all lanes
	plus                 // a+b
	minus                // a−b
	times                // a·b
	multiplyAdd
	negMultiplyAdd // c−a·b
	multiplySub    // a·b−c
	negMultiplySub // −a·b−c
	unpackLow      // of each 16 bytes the reals of the lower halves of a and b interleaved
	unpackHigh     // those of the upper halves
	pairsLow       // of each 16 bytes the lower 8 of a and b
	pairsHigh      // the upper 8
	evensWithin    // of each 16 bytes of a and b the reals of even number, a's first
	oddsWithin     // those of odd number
	evens          // of a and b one after the other the reals of even number
	odds           // those of odd number
	lower          // a and b interleaved: the first half
	upper          // the second half
	evenChunks     // the 16 bytes of even number of a and b interleaved
	oddChunks      // those of odd number
	evensOfHalves  // the reals of even number of the halves of a and b interleaved
	oddsOfHalves   // those of odd number
	store          // a to memory
	stream         // a to memory, past the caches
	unsplit        // the reverse of split
	offset         // a position in a table, made an offset in a block, to register at
)

type node struct {
	kind    kind
	a, b, c int
	mem     operand.Mem
	far     operand.Mem // of the upper half
	at      reg.Register
}

func (c *codelet) put(n node) int {
	c.nodes = append(c.nodes, n)
	return len(c.nodes) - 1
}

func (c *codelet) constant(x *big.Float) int {
	for i, y := range c.constants {
		if alike(x, y) {
			return c.atConst[i]
		}
	}
	c.constants = append(c.constants, x)
	c.atConst = append(c.atConst, c.put(node{kind: constant, a: len(c.constants) - 1}))
	return c.atConst[len(c.atConst)-1]
}

// scaled is the real number scale·value whose product is put off until a sum
// takes it up in a multiply-add.
type scaled struct {
	value int
	scale *big.Float
}

func plain(value int) scaled { return scaled{value, number(1)} }

func (x scaled) times(f *big.Float) scaled { return scaled{x.value, product(x.scale, f)} }

func (x scaled) negative() scaled { return scaled{x.value, negative(x.scale)} }

func magnitude(x *big.Float) *big.Float { return new(big.Float).Abs(x) }

// sum returns x+y by one instruction.
func (c *codelet) sum(x, y scaled) scaled {
	size := magnitude(x.scale)
	if alike(size, magnitude(y.scale)) {
		switch nx, ny := x.scale.Signbit(), y.scale.Signbit(); {
		case nx == ny:
			return scaled{c.put(node{kind: plus, a: x.value, b: y.value}), x.scale}
		case ny:
			return scaled{c.put(node{kind: minus, a: x.value, b: y.value}), size}
		default:
			return scaled{c.put(node{kind: minus, a: y.value, b: x.value}), size}
		}
	}
	if alike(magnitude(y.scale), number(1)) {
		x, y = y, x
	}
	q := ratio(y.scale, x.scale)
	n := node{a: y.value, b: c.constant(magnitude(q)), c: x.value}
	switch {
	case x.scale.Signbit() && q.Signbit(): // −x−qy = |q|y−x
		n.kind, x.scale = multiplySub, negative(x.scale)
	case x.scale.Signbit():
		n.kind, x.scale = negMultiplySub, negative(x.scale)
	case q.Signbit():
		n.kind = negMultiplyAdd
	default:
		n.kind = multiplyAdd
	}
	return scaled{c.put(n), x.scale}
}

func (c *codelet) difference(x, y scaled) scaled { return c.sum(x, y.negative()) }

// value returns the number itself.
func (c *codelet) value(x scaled) int {
	if alike(x.scale, number(1)) {
		return x.value
	}
	return c.put(node{kind: times, a: x.value, b: c.constant(x.scale)})
}

// complexNumber is a complex number of a codelet.
type complexNumber struct{ re, im scaled }

func (c *codelet) csum(x, y complexNumber) complexNumber {
	return complexNumber{c.sum(x.re, y.re), c.sum(x.im, y.im)}
}

func (c *codelet) cdifference(x, y complexNumber) complexNumber {
	return complexNumber{c.difference(x.re, y.re), c.difference(x.im, y.im)}
}

// quarter returns −i·x, at no cost.
func (x complexNumber) quarter() complexNumber { return complexNumber{x.im, x.re.negative()} }

// turned returns x·exp(−2πi·num/den).
func (c *codelet) turned(x complexNumber, num, den int) complexNumber {
	num %= den
	for 4*num >= den { // a quarter of a turn
		x, num, den = x.quarter(), 4*num-den, 4*den
		for num%2 == 0 && den%2 == 0 && den > 0 {
			num, den = num/2, den/2
		}
	}
	switch {
	case num == 0:
		return x
	case 8*num <= den:
		return c.rotated(x, cosine(num, den), sine(num, den))
	default: // past the eighth: of the rest to the quarter, with the parts exchanged
		return c.rotated(x, sine(den-4*num, 4*den), cosine(den-4*num, 4*den))
	}
}

// rotated returns x·(cos − i·sin), all multiplications by the larger of the two put off.
func (c *codelet) rotated(x complexNumber, cos, sin *big.Float) complexNumber {
	if cos.Cmp(sin) >= 0 {
		return complexNumber{
			c.sum(x.re.times(cos), x.im.times(sin)),
			c.difference(x.im.times(cos), x.re.times(sin)),
		}
	}
	return complexNumber{
		c.sum(x.im.times(sin), x.re.times(cos)),
		c.sum(x.re.times(sin).negative(), x.im.times(cos)),
	}
}

// multiplied returns x·w of two values known at run time.
func (c *codelet) multiplied(x complexNumber, wr, wi int) complexNumber {
	re, im := c.value(x.re), c.value(x.im)
	r := c.put(node{kind: times, a: re, b: wr})
	r = c.put(node{kind: negMultiplyAdd, a: im, b: wi, c: r})
	i := c.put(node{kind: times, a: re, b: wi})
	i = c.put(node{kind: multiplyAdd, a: im, b: wr, c: i})
	return complexNumber{plain(r), plain(i)}
}
