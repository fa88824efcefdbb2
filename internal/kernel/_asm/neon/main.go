// Command neon writes the kernels of arm64. avo knows x86 only; this program
// brings what the kernels need: the encodings of the vector instructions that
// Go's assembler lacks, and registers for straight-line code.
//
// It is run from the folder of the module, as go generate does.
package main

import (
	"fmt"
	"os"
)

func main() {
	if err := generate("../neon"); err != nil {
		fmt.Fprintln(os.Stderr, "neon:", err)
		os.Exit(1)
	}
}

// kernels returns all files.
func kernels() []*file { return []*file{lanes(), tiles(), pointwise()} }

// generate writes all files into a folder.
func generate(folder string) error {
	for _, f := range kernels() {
		if err := f.write(folder); err != nil {
			return err
		}
	}
	return nil
}
