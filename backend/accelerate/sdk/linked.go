//go:build ignore

// Linked checks that programs built for macOS ask for Accelerate: for each
// file named on the command line that its Mach-O image loads the framework and
// wants the functions of BLAS and vDSP from outside. It prints one line for
// each file.
package main

import (
	"debug/macho"
	"fmt"
	"os"
	"slices"
	"strings"
)

const framework = "/System/Library/Frameworks/Accelerate.framework/Versions/A/Accelerate"

var functions = []string{
	"_cblas_zgemm$NEWLAPACK", "_cblas_cgemm$NEWLAPACK", "_cblas_dgemm$NEWLAPACK", "_cblas_sgemm$NEWLAPACK",
	"_vDSP_DFT_zop_CreateSetupD", "_vDSP_DFT_zop_CreateSetup", "_vDSP_DFT_ExecuteD", "_vDSP_DFT_Execute",
}

func main() {
	failed := len(os.Args) < 2
	if failed {
		fmt.Fprintln(os.Stderr, "linked: no file is named")
	}
	for _, path := range os.Args[1:] {
		if err := check(path); err != nil {
			fmt.Fprintf(os.Stderr, "linked: %s: %v\n", path, err)
			failed = true
		}
	}
	if failed {
		os.Exit(1)
	}
}

func check(path string) error {
	image, err := macho.Open(path)
	if err != nil {
		return err
	}
	defer image.Close()
	libraries, err := image.ImportedLibraries()
	if err != nil {
		return err
	}
	if !slices.Contains(libraries, framework) {
		return fmt.Errorf("does not load %s, only %s", framework, strings.Join(libraries, ", "))
	}
	symbols, err := image.ImportedSymbols()
	if err != nil {
		return err
	}
	for _, name := range functions {
		if !slices.Contains(symbols, name) {
			return fmt.Errorf("does not want %s from outside", name)
		}
	}
	fmt.Printf("%s: %v %v, loads %s\n", path, image.Type, image.Cpu, strings.Join(libraries, ", "))
	return nil
}
