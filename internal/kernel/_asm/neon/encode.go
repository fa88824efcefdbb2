package main

import (
	"fmt"
	"math/bits"
)

// An arrangement says what a 128-bit vector holds.
type arrangement struct {
	arm, goAsm string // the suffix as ARM and as Go write it
	lanes      int
	bytes      int    // of one lane
	bit        uint32 // the size field of floating-point instructions
	name       string // in the names of kernels
	goType     string // of one lane
}

var (
	double = &arrangement{arm: "2d", goAsm: "D2", lanes: 2, bytes: 8, bit: 1 << 22, name: "Double", goType: "float64"}
	single = &arrangement{arm: "4s", goAsm: "S4", lanes: 4, bytes: 4, name: "Single", goType: "float32"}
)

// shift returns log2 of the bytes of a lane.
func (t *arrangement) shift() int { return bits.TrailingZeros(uint(t.bytes)) }

// letter returns what Go appends to the names of moves of one lane.
func (t *arrangement) letter() byte { return t.goAsm[0] }

// Go's assembler lacks most vector instructions of floating point. Their
// encodings (Arm Architecture Reference Manual, C4.1 "Data Processing --
// Scalar Floating-Point and Advanced SIMD") are written as words; the tables
// hold those for four singles, to which an arrangement adds its size field.

// threeRegisters are the instructions op Vd, Vn, Vm.
var threeRegisters = map[string]uint32{
	"fadd":  0x4e20d400,
	"fsub":  0x4ea0d400,
	"fmul":  0x6e20dc00,
	"fdiv":  0x6e20fc00,
	"fmla":  0x4e20cc00,
	"fmls":  0x4ea0cc00,
	"faddp": 0x6e20d400,
	"fcmge": 0x6e20e400,
}

// byElement are the instructions op Vd, Vn, Vm[lane].
var byElement = map[string]uint32{
	"fmul": 0x4f809000,
	"fmla": 0x4f801000,
	"fmls": 0x4f805000,
}

// twoRegisters are the instructions op Vd, Vn.
var twoRegisters = map[string]uint32{
	"fneg": 0x6ea0f800,
	"fabs": 0x4ea0f800,
}

// conversions are the instructions between doubles and singles: the lower two
// singles of a vector, or, with a 2 in the name, the upper two.
var conversions = map[string]struct {
	word uint32
	text string
}{
	"fcvtl":  {0x0e617800, "fcvtl v%d.2d, v%d.2s"},
	"fcvtl2": {0x4e617800, "fcvtl2 v%d.2d, v%d.4s"},
	"fcvtn":  {0x0e616800, "fcvtn v%d.2s, v%d.2d"},
	"fcvtn2": {0x4e616800, "fcvtn2 v%d.4s, v%d.2d"},
}

// encode3 returns the encoding and the text of op Vd, Vn, Vm.
func encode3(op string, t *arrangement, d, n, m int) (uint32, string) {
	return entry(threeRegisters, op) | t.bit | reg(m)<<16 | reg(n)<<5 | reg(d),
		fmt.Sprintf("%s v%d.%s, v%d.%s, v%d.%s", op, d, t.arm, n, t.arm, m, t.arm)
}

// encodeElement returns the encoding and the text of op Vd, Vn, Vm[lane].
func encodeElement(op string, t *arrangement, d, n, m, lane int) (uint32, string) {
	if lane < 0 || lane >= t.lanes {
		panic("neon: lane out of range")
	}
	// The index stands in H (bit 11) for doubles, in H and L (bit 21) for singles.
	var index uint32
	if t == double {
		index = uint32(lane) << 11
	} else {
		index = uint32(lane>>1)<<11 | uint32(lane&1)<<21
	}
	return entry(byElement, op) | t.bit | index | reg(m)<<16 | reg(n)<<5 | reg(d),
		fmt.Sprintf("%s v%d.%s, v%d.%s, v%d.%c[%d]", op, d, t.arm, n, t.arm, m, t.arm[1], lane)
}

// encode2 returns the encoding and the text of op Vd, Vn.
func encode2(op string, t *arrangement, d, n int) (uint32, string) {
	return entry(twoRegisters, op) | t.bit | reg(n)<<5 | reg(d), fmt.Sprintf("%s v%d.%s, v%d.%s", op, d, t.arm, n, t.arm)
}

// encodeConversion returns the encoding and the text of op Vd, Vn.
func encodeConversion(op string, d, n int) (uint32, string) {
	c, ok := conversions[op]
	if !ok {
		panic("neon: no encoding of " + op)
	}
	return c.word | reg(n)<<5 | reg(d), fmt.Sprintf(c.text, d, n)
}

// encodeIsZero returns the encoding and the text of the mask of lanes that are 0.
func encodeIsZero(t *arrangement, d, n int) (uint32, string) {
	return 0x4ea0d800 | t.bit | reg(n)<<5 | reg(d), fmt.Sprintf("fcmeq v%d.%s, v%d.%s, #0.0", d, t.arm, n, t.arm)
}

// encodeWithout returns the encoding and the text of Vn with the bits of Vm cleared.
func encodeWithout(d, n, m int) (uint32, string) {
	return 0x4e601c00 | reg(m)<<16 | reg(n)<<5 | reg(d), fmt.Sprintf("bic v%d.16b, v%d.16b, v%d.16b", d, n, m)
}

// encodeStore returns the encoding and the text of a store of Vd to base + index.
func encodeStore(d, base, index int) (uint32, string) {
	return 0x3ca06800 | reg(index)<<16 | reg(base)<<5 | reg(d), fmt.Sprintf("str q%d, [x%d, x%d]", d, base, index)
}

func entry(table map[string]uint32, op string) uint32 {
	word, ok := table[op]
	if !ok {
		panic("neon: no encoding of " + op)
	}
	return word
}

func reg(v int) uint32 {
	if v < 0 || v > 31 {
		panic("neon: no such register")
	}
	return uint32(v)
}
