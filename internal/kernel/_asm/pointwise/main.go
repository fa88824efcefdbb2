// The program pointwise writes the loops that go over memory once, AVX2 and
// AVX-512, into the packages of the instruction sets.
package main

import (
	"log"
	"os"

	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/pass"
	"github.com/mmcloughlin/avo/printer"
)

func main() {
	for folder, bytes := range map[string]int{"avx2": 32, "avx512": 64} {
		c := build.NewContext()
		c.ConstraintExpr("!race,!purego")
		constants := map[string]operand.Mem{}
		for _, single := range []bool{false, true} {
			m := &machine{Context: c, constants: constants, bytes: bytes, single: single}
			m.scale()
			m.scaleReal()
			m.multiplyIn()
			m.multiplyScaled()
			m.multiplyReal()
			m.intensity()
			m.squareSums()
			m.fold()
			m.foldMirrored()
			m.unfoldMirrored()
			m.phasor("MultiplyWave", true)
			m.phasor("WriteWave", false)
		}
		write(c, folder)
	}
}

// write prints the assembly and its stubs into the folder of an instruction set.
func write(c *build.Context, folder string) {
	file, err := c.Result()
	if err != nil {
		log.Fatal(err)
	}
	if err := pass.Compile.Execute(file); err != nil {
		log.Fatal(err)
	}
	cfg := printer.Config{Name: "_asm/pointwise", Pkg: folder}
	for name, p := range map[string]printer.Printer{
		"pointwise_amd64.s":  printer.NewGoAsm(cfg),
		"pointwise_amd64.go": printer.NewStubs(cfg),
	} {
		text, err := p.Print(file)
		if err != nil {
			log.Fatal(err)
		}
		if err := os.WriteFile("../"+folder+"/"+name, text, 0o644); err != nil {
			log.Fatal(err)
		}
	}
}
