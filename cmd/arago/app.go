package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"arago/backend"
	"arago/backend/all"
	"arago/fourier"
	"arago/internal/about"
	"arago/internal/atomicfile"
	"arago/internal/failure"
	"arago/internal/settings"
	"arago/tune"
)

// app is what the commands work with: where they write, what surrounds them.
type app struct {
	stdout, stderr io.Writer
	getenv         settings.Environment
	registry       *backend.Registry
	// measure is tune.Measure, and clock the clock of other comparisons or nil for the
	// usual one, but in tests.
	measure func(context.Context, backend.Selection, tune.Options) (*fourier.Machine, error)
	clock   func(work func()) float64
}

// commands is the command line. The text of a command's help stands above its
// Run method.
type commands struct {
	Help helpFlag `short:"h" help:"Explain the program, or the command before it."`

	Psf      psfCommand      `cmd:"" help:"Compute the image of a star: FITS and a picture."`
	Plan     planCommand     `cmd:"" help:"Say how a system would run: steps, recipes, memory, workers."`
	Sweep    sweepCommand    `cmd:"" help:"Compute many images: parameters that change from case to case."`
	Merge    mergeCommand    `cmd:"" help:"Join what the tasks of a sweep have computed."`
	Submit   submitCommand   `cmd:"" help:"Write the array job that computes a study on a cluster, and hand it over."`
	Tune     tuneCommand     `cmd:"" help:"Measure this machine, for the choice of recipes and predicted times."`
	Doctor   doctorCommand   `cmd:"" help:"Say which libraries and limits there are, and what is refused as unsafe."`
	Init     initCommand     `cmd:"" help:"Write a commented system file to start from."`
	Elements elementsCommand `cmd:"" help:"List what can stand in the beam, with all parameters."`
	Measure  measureCommand  `cmd:"" help:"Measure an image: flux, width, encircled energy, position, Strehl ratio."`
	Backends backendsCommand `cmd:"" help:"List the libraries that this program can compute with."`
	Bench    benchCommand    `cmd:"" help:"Measure: compare the libraries that this program can compute with."`
	Version  versionCommand  `cmd:"" help:"Print the version of the program and of what it is made of."`
}

const description = `Arago computes what a telescope or an optical bench does to light.

Two lines to start with: the first writes a system file with comments, the second makes telescope.fits and telescope.png from it.

    arago init telescope.toml
    arago psf telescope.toml

"arago COMMAND --help" explains a command and shows examples. A command ends with one of these codes:

    0    done
    1    failed: a file is missing, wrong or cannot be written
    2    wrong use: an unknown command, flag or value, or a missing one
    3    refused, because it would be unsafe
    4    would not fit in memory
    5    some cases of a sweep cannot be computed, all others are done
    75   not now: the same command may be run again as it is
    130  interrupted

Errors are told on standard error, in one sentence each. With --json the answer on standard output, an error too, is one JSON object.

The environment may say what flags and files say elsewhere; a flag goes before it:

    ARAGO_BACKEND  the library that computes, as --backend
    ARAGO_MODE     how the work is shared, as --mode
    ARAGO_WORKERS  how many wavelengths are computed at once, as --workers
    ARAGO_CONFIG   the configuration file instead of arago.toml in your folder
    ARAGO_CACHE    the folder of what arago tune measures, instead of arago in your folder for caches
    ARAGO_KERNELS  the inner loops of back end gonum: pure, avx2, avx512 or neon`

// run is the program but for its surroundings: it returns the exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer, getenv settings.Environment) int {
	a := &app{stdout: stdout, stderr: stderr, getenv: getenv, registry: all.Registry(), measure: tune.Measure}
	return a.run(ctx, args)
}

func (a *app) run(ctx context.Context, args []string) int {
	err := a.execute(ctx, args)
	if err == nil || errors.Is(err, errHelpShown) {
		return exitDone
	}
	return a.tell(err, wantsJSON(args))
}

func (a *app) execute(ctx context.Context, args []string) error {
	parser, err := kong.New(new(commands),
		kong.Name("arago"), kong.Description(description),
		kong.Writers(a.stdout, a.stderr),
		kong.NoDefaultHelp(), kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 88}))
	if err != nil {
		return err
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	parsed, err := parser.Parse(args)
	if errors.Is(err, errHelpShown) {
		return err
	}
	if err != nil {
		return wrongLine(err)
	}
	parsed.BindTo(ctx, (*context.Context)(nil))
	return parsed.Run(a)
}

// interruptible returns a context that an interrupt cancels, or the end of the
// terminal. The second ends the program at once, and what it has begun to write.
func interruptible(ctx context.Context) (interrupted context.Context, release func()) {
	ctx, cancel := context.WithCancel(ctx)
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	go func() {
		select {
		case <-signals:
			cancel()
		case <-ctx.Done():
			return
		}
		<-signals
		atomicfile.Abandon()
		fmt.Fprintln(os.Stderr, "arago: "+nothingWritten)
		os.Exit(exitInterrupted)
	}()
	return ctx, func() {
		signal.Stop(signals)
		cancel()
	}
}

// wrongLine says what is wrong with a command line and where to read more.
func wrongLine(err error) error {
	see, selected := "arago --help", ""
	var parse *kong.ParseError
	if errors.As(err, &parse) && parse.Context != nil && parse.Context.Selected() != nil {
		selected = parse.Context.Selected().Name
		see = parse.Context.Selected().FullPath() + " --help"
	}
	words := err.Error()
	if command, rest, ok := strings.Cut(words, ": "); ok && command == selected {
		words = rest
	}
	// Kong speaks of what its parser met: expected "<file>", and
	// --output: expected string value but got "EOL" (<EOL>).
	if name, ok := strings.CutPrefix(words, `expected "<`); ok {
		name, _, _ = strings.Cut(name, ">")
		words = "the argument <" + name + "> is missing"
	}
	if flag, rest, ok := strings.Cut(words, ": expected "); ok && strings.HasSuffix(rest, "(<EOL>)") {
		words = flag + " needs a value"
	}
	return failure.Misuse("%s; see %s", words, see)
}

// wantsJSON looks for --json in a command line, which may be too wrong to be
// parsed.
func wantsJSON(args []string) bool {
	if i := slices.Index(args, "--"); i >= 0 {
		args = args[:i]
	}
	// In a comparison, --json names a file.
	return slices.Contains(args, "--json") && args[0] != "bench"
}

// helpFlag prints the help of what stands on the command line so far. Kong's own
// help flag ends the process, which tests could not outlive.
type helpFlag bool

var errHelpShown = errors.New("help has been shown")

// BeforeReset is called by kong before it looks for what is missing.
func (helpFlag) BeforeReset(ctx *kong.Context) error {
	if err := ctx.PrintUsage(false); err != nil {
		return err
	}
	return errHelpShown
}

// print writes text to standard output.
func (a *app) print(text string) error {
	if _, err := io.WriteString(a.stdout, text); err != nil {
		return fmt.Errorf("standard output cannot be written: %w", failure.Cause(err))
	}
	return nil
}

// printJSON writes a value as one JSON object to standard output.
func (a *app) printJSON(v any) error {
	text, err := about.JSON(v)
	if err != nil {
		return err
	}
	return a.print(text)
}

// choose selects the back ends; argument is the value of --backend.
func (a *app) choose(argument string) (backend.Selection, error) {
	c, err := a.getenv.Config()
	if err != nil {
		return backend.Selection{}, err
	}
	return settings.Backends(a.registry, a.getenv.Choice(argument, c))
}
