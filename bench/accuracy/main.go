// Accuracy measures the rounding errors of Arago's transforms, products and phasors, with
// the kernels of each instruction set that this processor has, beside those of FFTW,
// ducc0, MKL, numpy, OpenBLAS and BLIS on the same operands, and writes the tables
// of docs/accuracy.md.
//
//	sh setup.sh
//	go run ./accuracy --out ../docs/accuracy.md
//
// The truth is computed in double-double precision (package truth). Arago and
// every other library run in a process of their own (protocol.go, peers.py). The
// same machine and the same libraries give the same file.
package main

import (
	_ "embed"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"

	"arago/internal/atomicfile"
	"arago/internal/kernel"
)

//go:embed peers.py
var peersSource string

// peers are the libraries that peers.py knows.
var peers = []string{"fftw", "ducc0", "numpy", "openblas", "mkl", "blis"}

// serveVariable is the environment variable that makes this program serve
// tasks in place of measuring.
const serveVariable = "ARAGO_ACCURACY_SERVE"

func main() {
	if os.Getenv(serveVariable) != "" {
		serveArago()
		return
	}
	out := flag.String("out", "", "write the tables to `FILE` (default: standard output)")
	python := flag.String("python", ".venv/bin/python", "the Python interpreter that has the other libraries; sh setup.sh makes it")
	flag.Parse()
	if flag.NArg() > 0 {
		fmt.Fprintln(os.Stderr, "accuracy: there are no arguments; see --help")
		os.Exit(2)
	}
	if err := run(full, *out, *python, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "accuracy:", err)
		os.Exit(1)
	}
}

// serveArago serves the tasks that come on standard input with Arago.
func serveArago() {
	a, err := newArago()
	if err == nil {
		err = serve(a, os.Stdin, os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "accuracy:", err)
		os.Exit(1)
	}
}

// contender is a library that takes part.
type contender struct {
	library
	// Name is the instruction set of Arago, or a name that peers.py knows.
	Name, About string
	own         bool
}

// contenders starts a process for every instruction set and every other library. stop ends
// them; missing says which are not there, and why.
func contenders(python string) (list []contender, missing []string, stop func(), err error) {
	stop = func() {
		for _, c := range list {
			c.library.(*process).stop()
		}
	}
	program, err := os.Executable()
	if err != nil {
		return nil, nil, stop, err
	}
	for _, set := range kernel.Sets() {
		c := exec.Command(program)
		c.Env = append(os.Environ(), serveVariable+"=1", kernel.Variable+"="+string(set))
		p, about, err := start(c)
		if err != nil {
			return list, nil, stop, err
		}
		list = append(list, contender{p, string(set), about, true})
	}
	for _, name := range peers {
		p, about, err := start(exec.Command(python, "-c", peersSource, name))
		if err != nil {
			missing = append(missing, fmt.Sprintf("%s: %v", name, err))
			continue
		}
		list = append(list, contender{p, name, about, false})
	}
	return list, missing, stop, nil
}

// run measures and writes the tables to out, or to standard output.
func run(s survey, out, python string, progress io.Writer) error {
	list, missing, stop, err := contenders(python)
	defer stop()
	if err != nil {
		return err
	}
	for _, sentence := range missing {
		fmt.Fprintln(progress, "not there:", sentence)
	}
	d, err := s.measure(list, progress)
	if err != nil {
		return err
	}
	d.Missing = missing
	if out == "" {
		return d.write(os.Stdout)
	}
	return atomicfile.Replace(out, d.write)
}
