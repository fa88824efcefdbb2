// The program tiles writes the loops of the packed matrix product, AVX2 and
// AVX-512, into the packages of the instruction sets.
package main

import (
	"log"
	"os"

	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/pass"
	"github.com/mmcloughlin/avo/printer"
)

func main() {
	for _, set := range []isa{avx2, avx512} {
		c := build.NewContext()
		c.ConstraintExpr("!race,!purego")
		if set.bytes == avx2.bytes {
			(&generator{Context: c, isa: set}).declareLaneMasks()
		}
		for _, single := range []bool{false, true} {
			g := &generator{Context: c, isa: set, single: single}
			g.multiply(false)
			g.multiply(true)
			g.multiplyPacking(false, false)
			g.multiplyPacking(true, false)
			g.multiplyPacking(false, true)
			g.packRows(false)
			g.packRows(true)
			g.packColumns(false)
			g.packColumns(true)
		}
		write(c, "../"+set.folder, set.folder)
	}
}

// write prints the assembly and its stubs into a folder.
func write(c *build.Context, folder, pkg string) {
	file, err := c.Result()
	if err != nil {
		log.Fatal(err)
	}
	if err := pass.Compile.Execute(file); err != nil {
		log.Fatal(err)
	}
	cfg := printer.Config{Name: "_asm/tiles", Pkg: pkg}
	for name, p := range map[string]printer.Printer{
		"tiles_amd64.s":  printer.NewGoAsm(cfg),
		"tiles_amd64.go": printer.NewStubs(cfg),
	} {
		text, err := p.Print(file)
		if err != nil {
			log.Fatal(err)
		}
		if err := os.WriteFile(folder+"/"+name, text, 0o644); err != nil {
			log.Fatal(err)
		}
	}
}
