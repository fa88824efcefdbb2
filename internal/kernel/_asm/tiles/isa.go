package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// isa is what the loops need to know of an instruction set.
type isa struct {
	folder string
	// bytes is the size of a vector.
	bytes int
	// rows and vectors are the size of a tile: rows times vectors accumulators,
	// and a register for each vector of b and for a broadcast element of a.
	rows, vectors int
	// low are the numbers of rows of the tiles below the full one.
	low []int
	// unroll is how many steps along k the loop of a full tile makes.
	unroll int
}

var (
	avx2   = isa{folder: "avx2", bytes: 32, rows: 4, vectors: 3, low: []int{2}, unroll: 4}
	avx512 = isa{folder: "avx512", bytes: 64, rows: 8, vectors: 3, low: []int{4, 2}, unroll: 4}
)

var (
	ymm = []reg.VecPhysical{reg.Y0, reg.Y1, reg.Y2, reg.Y3, reg.Y4, reg.Y5, reg.Y6, reg.Y7,
		reg.Y8, reg.Y9, reg.Y10, reg.Y11, reg.Y12, reg.Y13, reg.Y14, reg.Y15}
	zmm = []reg.VecPhysical{reg.Z0, reg.Z1, reg.Z2, reg.Z3, reg.Z4, reg.Z5, reg.Z6, reg.Z7,
		reg.Z8, reg.Z9, reg.Z10, reg.Z11, reg.Z12, reg.Z13, reg.Z14, reg.Z15,
		reg.Z16, reg.Z17, reg.Z18, reg.Z19, reg.Z20, reg.Z21, reg.Z22, reg.Z23,
		reg.Z24, reg.Z25, reg.Z26, reg.Z27, reg.Z28, reg.Z29, reg.Z30, reg.Z31}
)

// generator writes the loops of one instruction set in one precision.
type generator struct {
	*build.Context
	isa
	single bool
	labels int
	// packing is what the tile packs on the way, or nil.
	packing *packing
}

func (g *generator) wide() bool { return g.bytes == 64 }

func (g *generator) vec(i int) reg.VecPhysical {
	if g.wide() {
		return zmm[i]
	}
	return ymm[i]
}

// size is the size of a real in bytes.
func (g *generator) size() int {
	if g.single {
		return 4
	}
	return 8
}

// lanes is the number of reals in a vector.
func (g *generator) lanes() int { return g.bytes / g.size() }

// columns is the number of reals in a row of a panel of b.
func (g *generator) columns() int { return g.vectors * g.lanes() }

// op writes the instruction of the precision.
func (g *generator) op(double, single func(...operand.Op), ops ...operand.Op) {
	if g.single {
		single(ops...)
	} else {
		double(ops...)
	}
}

// name appends the precision to the name of a function.
func (g *generator) name(s string) (name, real string) {
	if g.single {
		return s + "Single", "float32"
	}
	return s + "Double", "float64"
}

// label returns a label that no other place in the function has.
func (g *generator) label(s string) string {
	g.labels++
	return fmt.Sprintf("%s%d", s, g.labels)
}

func (g *generator) zero(v reg.VecPhysical) {
	if g.wide() {
		g.VPXORQ(v, v, v)
	} else {
		g.VXORPS(v, v, v)
	}
}

func at(base reg.Register, offset int) operand.Mem { return operand.Mem{Base: base, Disp: offset} }
