package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/ir"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
	"github.com/mmcloughlin/avo/x86"
)

// machine is an instruction set in one precision.
type machine struct {
	pkg       string
	precision string // "Double" or "Single", the end of each function's name
	real      string // Go's type of a real
	size      int    // bytes of a real
	vector    int    // bytes of a vector
	broadcast bool   // arithmetic can broadcast a real in memory (AVX-512)
	registers []reg.VecPhysical
	halves    []reg.VecPhysical // of half the length, of the same registers

	add, sub, mul, unpackLow, unpackHigh form
	evensWithin, oddsWithin              form
	move, splat, nonTemporal             form
	// multiplyAdd has the forms 231, 213, 132 of a·b+c, c−a·b, a·b−c, −a·b−c.
	multiplyAdd [4][3]form
}

// form makes an instruction; the second one reads a broadcast real as its first
// operand.
type form struct {
	plain, broadcast func(...operand.Op) (*ir.Instruction, error)
}

func (m *machine) lanes() int { return m.vector / m.size }

// element is the size of a complex element of a block in bytes: a vector of
// real parts and one of imaginary parts.
func (m *machine) element() int { return 2 * m.vector }

func machines() []*machine {
	zmm := []reg.VecPhysical{reg.Z0, reg.Z1, reg.Z2, reg.Z3, reg.Z4, reg.Z5, reg.Z6, reg.Z7, reg.Z8, reg.Z9, reg.Z10, reg.Z11, reg.Z12, reg.Z13, reg.Z14, reg.Z15, reg.Z16, reg.Z17, reg.Z18, reg.Z19, reg.Z20, reg.Z21, reg.Z22, reg.Z23, reg.Z24, reg.Z25, reg.Z26, reg.Z27, reg.Z28, reg.Z29, reg.Z30, reg.Z31}
	var ymm, xmm []reg.VecPhysical
	for _, z := range zmm {
		ymm = append(ymm, z.AsY().(reg.VecPhysical))
		xmm = append(xmm, z.AsX().(reg.VecPhysical))
	}
	var all []*machine
	for _, m := range []*machine{
		{pkg: "avx2", vector: 32, registers: ymm[:16], halves: xmm[:16]},
		{pkg: "avx512", vector: 64, registers: zmm, halves: ymm, broadcast: true},
	} {
		double, single := *m, *m
		double.precision, double.real, double.size = "Double", "float64", 8
		double.add, double.sub, double.mul = form{x86.VADDPD, x86.VADDPD_BCST}, form{x86.VSUBPD, x86.VSUBPD_BCST}, form{x86.VMULPD, x86.VMULPD_BCST}
		double.unpackLow, double.unpackHigh = form{plain: x86.VUNPCKLPD}, form{plain: x86.VUNPCKHPD}
		double.evensWithin, double.oddsWithin = double.unpackLow, double.unpackHigh
		double.move, double.splat = form{plain: x86.VMOVUPD}, form{plain: x86.VBROADCASTSD}
		double.nonTemporal = form{plain: func(ops ...operand.Op) (*ir.Instruction, error) { return x86.VMOVNTPD(ops[0], ops[1]) }}
		double.multiplyAdd = [4][3]form{
			{{x86.VFMADD231PD, x86.VFMADD231PD_BCST}, {x86.VFMADD213PD, x86.VFMADD213PD_BCST}, {x86.VFMADD132PD, x86.VFMADD132PD_BCST}},
			{{x86.VFNMADD231PD, x86.VFNMADD231PD_BCST}, {x86.VFNMADD213PD, x86.VFNMADD213PD_BCST}, {x86.VFNMADD132PD, x86.VFNMADD132PD_BCST}},
			{{x86.VFMSUB231PD, x86.VFMSUB231PD_BCST}, {x86.VFMSUB213PD, x86.VFMSUB213PD_BCST}, {x86.VFMSUB132PD, x86.VFMSUB132PD_BCST}},
			{{x86.VFNMSUB231PD, x86.VFNMSUB231PD_BCST}, {x86.VFNMSUB213PD, x86.VFNMSUB213PD_BCST}, {x86.VFNMSUB132PD, x86.VFNMSUB132PD_BCST}},
		}
		single.precision, single.real, single.size = "Single", "float32", 4
		single.add, single.sub, single.mul = form{x86.VADDPS, x86.VADDPS_BCST}, form{x86.VSUBPS, x86.VSUBPS_BCST}, form{x86.VMULPS, x86.VMULPS_BCST}
		single.unpackLow, single.unpackHigh = form{plain: x86.VUNPCKLPS}, form{plain: x86.VUNPCKHPS}
		single.evensWithin, single.oddsWithin = chosen(0x88), chosen(0xdd)
		single.move, single.splat = form{plain: x86.VMOVUPS}, form{plain: x86.VBROADCASTSS}
		single.nonTemporal = form{plain: func(ops ...operand.Op) (*ir.Instruction, error) { return x86.VMOVNTPS(ops[0], ops[1]) }}
		single.multiplyAdd = [4][3]form{
			{{x86.VFMADD231PS, x86.VFMADD231PS_BCST}, {x86.VFMADD213PS, x86.VFMADD213PS_BCST}, {x86.VFMADD132PS, x86.VFMADD132PS_BCST}},
			{{x86.VFNMADD231PS, x86.VFNMADD231PS_BCST}, {x86.VFNMADD213PS, x86.VFNMADD213PS_BCST}, {x86.VFNMADD132PS, x86.VFNMADD132PS_BCST}},
			{{x86.VFMSUB231PS, x86.VFMSUB231PS_BCST}, {x86.VFMSUB213PS, x86.VFMSUB213PS_BCST}, {x86.VFMSUB132PS, x86.VFMSUB132PS_BCST}},
			{{x86.VFNMSUB231PS, x86.VFNMSUB231PS_BCST}, {x86.VFNMSUB213PS, x86.VFNMSUB213PS_BCST}, {x86.VFNMSUB132PS, x86.VFNMSUB132PS_BCST}},
		}
		all = append(all, &double, &single)
	}
	return all
}

// emit appends an instruction to the function at hand.
func emit(ctx *build.Context, f func(...operand.Op) (*ir.Instruction, error), ops ...operand.Op) {
	i, err := f(ops...)
	if err != nil {
		s := ""
		for _, o := range ops {
			s += " " + o.Asm()
		}
		panic(fmt.Sprint(err, s))
	}
	ctx.Instruction(i)
}

// chosen is VSHUFPS: of each 16 bytes two reals of one vector and two of another.
func chosen(which uint8) form {
	return form{plain: func(ops ...operand.Op) (*ir.Instruction, error) {
		return x86.VSHUFPS(append([]operand.Op{operand.U8(which)}, ops...)...)
	}}
}
