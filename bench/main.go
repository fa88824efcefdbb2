// Bench compares Arago's back ends with other libraries on the same work, in
// one session: gonum's own BLAS and FFT, OpenBLAS called straight by netlib (tag
// openblas), go-fftw (tag gofftw, needs libfftw3), and, each in a Python
// process of its own, numpy, scipy's pocketfft, ducc0, MKL and BLIS. The table,
// the JSON and the chart are those of arago bench backends.
//
//	sh setup.sh
//	go run . --quick
//	go run -tags openblas,fftw,gofftw . --json all.json --plot all.html
//
// The subcommand targets holds the pure Go back end against the best of these
// and of FFTW, work by work, with the ratio that each should reach:
//
//	go run . targets --quick
//	go run . targets --only products,fft --sets avx512 --json targets.json
//	go run . targets --readme ../README.md
//
// The subcommand kernels holds each loop of package kernel against its twin in plain Go:
//
//	go run . kernels --doc ../docs/kernels.md
//
// The subcommand planner holds whole transforms and runs against prysm, HCIPy and POPPY:
//
//	sh optics.sh
//	go run . planner --json planner.json --readme ../README.md --picture ../docs/images/planner.png
//
// It is a module of its own, so that what it needs stays out of Arago's.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"arago/backend/all"
	"arago/detect"
	"arago/internal/atomicfile"
	"arago/internal/compare"
	"arago/internal/compare/report"
)

// local makes the contenders that run in this process beside Arago's; files
// with build tags add to it.
var local = []func() (compare.Contender, error){
	func() (compare.Contender, error) { return ownGonum(), nil },
}

type options struct {
	quick               bool
	patience            time.Duration // that of report.Run
	json, plot          string
	backends, libraries string
	python              string
	sizes               []int // nil means those of a full or quick comparison
	precision           string
	cores               int // 0: on one and on all
	progress            func(done, total int)
}

func main() {
	if len(os.Args) > 1 {
		switch os.Args[1] {
		case "serve": // what targets starts
			if err := serve(os.Stdin, os.Stdout); err != nil {
				fmt.Fprintln(os.Stderr, "bench serve:", err)
				os.Exit(1)
			}
			return
		case "targets":
			finish(targetsCommand(os.Args[2:]))
			return
		case "planner":
			finish(plannerCommand(os.Args[2:]))
			return
		case "kernels":
			finish(kernelsCommand(os.Args[2:]))
			return
		}
	}
	o := options{progress: func(done, total int) { tell(fmt.Sprintf("%d of %d tasks done", done, total)) }}
	flag.BoolVar(&o.quick, "quick", false, "few sizes and short times")
	flag.StringVar(&o.json, "json", "", "also write all numbers as JSON to `FILE`")
	flag.StringVar(&o.plot, "plot", "", "also draw a chart to `FILE`, .svg, .png or .html")
	flag.StringVar(&o.backends, "backend", "", "compare only these back ends of Arago, separated by commas")
	flag.StringVar(&o.libraries, "python-libraries", strings.Join(pythonLibraries, ","), "compare these libraries, each in a Python process")
	flag.StringVar(&o.python, "python", ".venv/bin/python", "the Python interpreter that has them; sh setup.sh makes it")
	flag.Func("sizes", "compare only these `SIZES`, separated by commas (default: those of a full or quick comparison)", func(list string) error {
		for word := range strings.SplitSeq(list, ",") {
			n, err := strconv.Atoi(word)
			if err != nil || n < 4 {
				return fmt.Errorf("%q is not a size of 4 or more", word)
			}
			o.sizes = append(o.sizes, n)
		}
		return nil
	})
	flag.StringVar(&o.precision, "precision", "", "compare only in `double` or single")
	flag.IntVar(&o.cores, "cores", 0, "compare only on this `NUMBER` of cores, one or all (default: both)")
	flag.Parse()
	if flag.NArg() > 0 || o.plot != "" && report.Plotter(o.plot) == nil {
		fmt.Fprintln(os.Stderr, "bench: there are no arguments, and --plot must end in .svg, .png or .html; see --help")
		os.Exit(2)
	}
	finish(run(interruptible(), o, os.Stdout))
}

// interruptible returns a context that the first signal cancels; a second one
// ends the program at once.
func interruptible() context.Context {
	ctx, release := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, release)
	return ctx
}

// finish ends the program if there was an error.
func finish(err error) {
	switch {
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(os.Stderr, "bench: interrupted; no file was written")
		os.Exit(130)
	case err != nil:
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options, stdout io.Writer) error {
	contenders, missing, err := compare.Backends(all.Registry(), words(o.backends))
	if err != nil {
		return err
	}
	for _, open := range local {
		k, err := open()
		if err != nil {
			missing = append(missing, compare.Missing{Name: "in this process", Why: err.Error()})
			continue
		}
		contenders = append(contenders, k)
	}
	for _, library := range words(o.libraries) {
		w, err := startWorker(ctx, o.python, library)
		if err != nil {
			missing = append(missing, compare.Missing{Name: library, Why: err.Error()})
			continue
		}
		defer w.stop()
		contenders = append(contenders, w)
	}
	if err := unique(contenders); err != nil {
		return err
	}
	what := report.Run{
		Program: "arago/bench", Date: time.Now().UTC(), Quick: o.quick,
		Contenders: contenders, Missing: missing, Sizes: o.sizes, Patience: o.patience,
		Progress: o.progress,
		Only: func(t compare.Task) bool {
			return (o.precision == "" || string(t.Precision) == o.precision) && (o.cores == 0 || t.Cores == o.cores)
		},
	}
	if free, known := detect.AvailableMemory(); known {
		what.Memory = max(1, free/2)
	}
	r, err := report.Compare(ctx, what)
	if err != nil {
		return err
	}
	if o.json != "" {
		if err := atomicfile.Replace(o.json, r.WriteJSON); err != nil {
			return fmt.Errorf("%s cannot be written: %w", o.json, err)
		}
	}
	if o.plot != "" {
		if err := atomicfile.Replace(o.plot, func(w io.Writer) error { return report.Plotter(o.plot)(r, w) }); err != nil {
			return fmt.Errorf("%s cannot be written: %w", o.plot, err)
		}
	}
	return r.WriteTable(stdout)
}

// tell writes to standard error, with the time, how far the program is.
func tell(what string) { fmt.Fprintf(os.Stderr, "%s %s\n", time.Now().Format(time.TimeOnly), what) }

// words splits a list at commas.
func words(list string) []string {
	var out []string
	for word := range strings.SplitSeq(list, ",") {
		if word = strings.TrimSpace(word); word != "" && !slices.Contains(out, word) {
			out = append(out, word)
		}
	}
	return out
}

// unique refuses two contenders of one name, whose rows could not be told apart.
func unique(contenders []compare.Contender) error {
	seen := map[string]bool{}
	for _, k := range contenders {
		name := k.Library().Name
		if seen[name] {
			return fmt.Errorf("two contenders are called %q", name)
		}
		seen[name] = true
	}
	return nil
}
