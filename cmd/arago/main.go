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
	"os"

	"arago/detect"
	"arago/internal/settings"
	"arago/workers"
)

func main() {
	_, cpu, memory := detect.Limits()
	settings.BoundThreads(cpu)
	settings.BoundGarbage(memory)
	if workers.IsWorker() {
		os.Exit(workers.Serve(take))
	}
	os.Exit(run(context.Background(), os.Args[1:], os.Stdout, os.Stderr, os.Getenv))
}
