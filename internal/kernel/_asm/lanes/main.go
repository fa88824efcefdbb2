// Command lanes writes the kernels of the Fourier transform for amd64: for
// every radix a pass over blocks of lines, with the codelet that makes its
// butterflies, and the loads and stores that bring lines into blocks and back.
package main

import (
	"bytes"
	"flag"
	"log"
	"os"
	"path/filepath"
	"strconv"

	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/pass"
	"github.com/mmcloughlin/avo/printer"
)

func itoa(n int) string { return strconv.Itoa(n) }

func main() {
	log.SetFlags(0)
	folder := flag.String("to", "..", "the folder of the package kernel")
	flag.Parse()
	for _, m := range machines() {
		w := &writer{m: m, ctx: build.NewContext()}
		w.begin()
		for _, r := range radices {
			w.pass(r)
		}
		for _, r := range naturalRadices {
			w.first(r)
			if m.broadcast {
				w.firstColumns(r)
			}
			w.natural(r)
		}
		w.passPrime()
		w.moves()
		w.end()
		if err := w.save(*folder); err != nil {
			log.Fatal(err)
		}
	}
}

// save writes the assembly and its Go declarations.
func (w *writer) save(folder string) error {
	f, err := w.ctx.Result()
	if err != nil {
		return err
	}
	if err := pass.Compile.Execute(f); err != nil {
		return err
	}
	config := printer.Config{Name: "go generate in internal/kernel (avo, module _asm, program lanes)", Pkg: w.m.pkg}
	for suffix, p := range map[string]printer.Printer{".s": printer.NewGoAsm(config), ".go": printer.NewStubs(config)} {
		text, err := p.Print(f)
		if err != nil {
			return err
		}
		text = append(bytes.TrimRight(text, "\n"), '\n')
		name := filepath.Join(folder, w.m.pkg, "lanes"+map[string]string{"Double": "double", "Single": "single"}[w.m.precision]+"_amd64"+suffix)
		if err := os.WriteFile(name, text, 0o644); err != nil {
			return err
		}
	}
	return nil
}
