// Arago computes what a telescope or an optical bench does to light: it reads
// the description of an optical system, propagates light through it, and writes
// the image of a star as FITS and as a picture.
//
//	arago init telescope.toml
//	arago psf telescope.toml
//
// Each command has a file of its own, with its flags in a structure that kong
// fills from the command line and a Run method. app.go holds what they share;
// exit.go says with which code the program ends and how errors are told. There
// are no numerics here: they are in the packages next to cmd.
package main

import (
	"context"
	"math"
	"os"
	"runtime/debug"

	"arago/detect"
)

func main() {
	collectBeforeTheLimit()
	os.Exit(run(context.Background(), os.Args[1:], os.Stdout, os.Stderr, os.Getenv))
}

// collectBeforeTheLimit makes the garbage collector work harder as memory runs
// out. By itself it lets the heap grow to twice what is in use, and a run that
// was found to fit would be killed for its garbage.
func collectBeforeTheLimit() {
	free, known := detect.AvailableMemory()
	if known && debug.SetMemoryLimit(-1) == math.MaxInt64 { // GOMEMLIMIT is not set
		debug.SetMemoryLimit(free)
	}
}
