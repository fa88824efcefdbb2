package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"arago/detect"
	"arago/internal/atomicfile"
	"arago/internal/compare"
	"arago/internal/compare/report"
	"arago/internal/kernel"
)

// targetOptions are those of the subcommand targets.
type targetOptions struct {
	quick        bool
	sets, only   []string
	from         []string // saved runs, which are taken together instead of measuring
	json, readme string
	python       string
	fftw, wisdom string
	cores, sizes []int // nil means one and all; all
	precision    string
	families     []family     // nil means those of a full or quick comparison
	pace         pace         // its zero means that of a full or quick comparison
	progress     func(string) // is told what is measured; nil where nobody listens
}

func targetsCommand(arguments []string) error {
	o := targetOptions{progress: tell}
	f := flag.NewFlagSet("targets", flag.ExitOnError)
	f.BoolVar(&o.quick, "quick", false, "few sizes and short times")
	list := func(to *[]string) func(string) error {
		return func(text string) error { *to = words(text); return nil }
	}
	f.Func("sets", "compare only with these `SETS` of kernels, separated by commas (default: those of the processor, best first)", list(&o.sets))
	f.Func("only", "compare only these `FAMILIES`: products, thin, folded, fft, window, phasor, growth", list(&o.only))
	numbers := func(to *[]int) func(string) error {
		return func(text string) error {
			*to = nil
			for _, word := range words(text) {
				n, err := strconv.Atoi(word)
				if err != nil || n < 1 {
					return fmt.Errorf("%q is not a positive number", word)
				}
				*to = append(*to, n)
			}
			return nil
		}
	}
	f.Func("sizes", "compare only works with these `NUMBERS` of complex columns", numbers(&o.sizes))
	f.Func("cores", "compare on these `NUMBERS` of cores (default: one and all)", numbers(&o.cores))
	f.StringVar(&o.precision, "precision", "", "compare only in `double` or single")
	f.Func("from", "measure nothing, take the numbers of saved runs (`FILES` of --json, separated by commas; what several have, the last one says)", list(&o.from))
	f.StringVar(&o.json, "json", "", "also write all numbers as JSON to `FILE`")
	f.StringVar(&o.readme, "readme", "", "also write the summary between its markers in `FILE`")
	f.StringVar(&o.python, "python", ".venv/bin/python", "the Python interpreter that has the libraries; sh setup.sh makes it")
	f.StringVar(&o.fftw, "fftw", ".fftw/lib", "the folder of FFTW, which sh fftw.sh makes; without it that of the system is taken")
	f.StringVar(&o.wisdom, "wisdom", ".venv/fftw-wisdom", "where measured plans of FFTW are kept between runs; empty means that they are not")
	_ = f.Parse(arguments) // it exits
	if f.NArg() > 0 {
		return fmt.Errorf("targets has no arguments; see --help")
	}
	return targets(interruptible(), o, os.Stdout)
}

// targets compares and writes what the options ask for.
func targets(ctx context.Context, o targetOptions, stdout io.Writer) error {
	o, err := o.complete()
	if err != nil {
		return err
	}
	var r targetReport
	if len(o.from) > 0 {
		if r, err = saved(o.from); err != nil {
			return err
		}
	} else {
		r = targetReport{SchemaVersion: 1, Program: "arago/bench targets", Date: time.Now().UTC(), Quick: o.quick, Machine: report.ThisMachine()}
		for _, set := range o.sets {
			if err := o.half(ctx, set, &r); err != nil {
				if ctx.Err() != nil { // what was measured before the interrupt is shown, but in no file
					r.judge(o.families)
					_ = r.writeTable(stdout)
				}
				return err
			}
		}
	}
	r.judge(o.families)
	if o.json != "" {
		encode := func(w io.Writer) error {
			e := json.NewEncoder(w)
			e.SetIndent("", " ")
			return e.Encode(r)
		}
		if err := atomicfile.Replace(o.json, encode); err != nil {
			return fmt.Errorf("%s cannot be written: %w", o.json, err)
		}
	}
	if o.readme != "" {
		if err := replaceBetween(o.readme, targetsMarker, r.summary()); err != nil {
			return err
		}
	}
	return r.writeTable(stdout)
}

// saved returns the numbers of saved runs as those of one. What a work took on a
// number of cores is from one run, the last one that has it, for Arago and its peers.
func saved(paths []string) (targetReport, error) {
	var all targetReport
	for i, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return all, err
		}
		var r targetReport
		if err := json.Unmarshal(text, &r); err != nil {
			return all, fmt.Errorf("%s: %w", path, err)
		}
		if i == 0 {
			all = r
			continue
		}
		if r.Machine != all.Machine || r.SchemaVersion != all.SchemaVersion {
			return all, fmt.Errorf("%s is of another machine, or another version of this program, than %s", path, paths[0])
		}
		all.Date, all.Quick = r.Date, all.Quick || r.Quick
		all.Peaks = r.Peaks
		all.Measurements = append(slices.DeleteFunc(all.Measurements, func(old measurement) bool {
			return slices.ContainsFunc(r.Measurements, func(m measurement) bool {
				return m.Set == old.Set && m.Work == old.Work && m.Cores == old.Cores
			})
		}), r.Measurements...)
		for _, l := range r.Libraries {
			if !slices.Contains(all.Libraries, l) {
				all.Libraries = append(all.Libraries, l)
			}
		}
		all.Failures = append(all.Failures, r.Failures...)
	}
	return all, nil
}

// complete fills in what was not said and refuses what is not known.
func (o targetOptions) complete() (targetOptions, error) {
	if o.families == nil {
		o.families = families(o.quick)
	}
	if len(o.only) > 0 {
		for _, word := range o.only {
			if !slices.ContainsFunc(families(false), func(f family) bool { return f.Choice == word }) {
				return o, fmt.Errorf("there is no family of works called %q", word)
			}
		}
		o.families = slices.DeleteFunc(o.families, func(f family) bool { return !slices.Contains(o.only, f.Choice) })
	}
	for i := range o.families {
		o.families[i].Works = slices.DeleteFunc(o.families[i].Works, func(w work) bool {
			return o.sizes != nil && !slices.Contains(o.sizes, w.Columns) || o.precision != "" && string(w.Precision) != o.precision
		})
	}
	if len(o.sets) == 0 {
		all := kernel.Sets() // the twins come first
		for _, s := range all[min(1, len(all)-1):] {
			o.sets = append([]string{string(s)}, o.sets...)
		}
	}
	if o.cores == nil {
		o.cores = []int{1}
		if all := runtime.GOMAXPROCS(0); all > 1 {
			o.cores = append(o.cores, all)
		}
	}
	if o.pace == (pace{}) {
		o.pace = fullPace
		if o.quick {
			o.pace = quickPace
		}
	}
	if o.progress == nil {
		o.progress = func(string) {}
	}
	for _, path := range []*string{&o.fftw, &o.wisdom} {
		if *path == "" {
			continue
		}
		absolute, err := filepath.Abs(*path)
		if err != nil {
			return o, err
		}
		*path = absolute
	}
	if _, err := os.Stat(o.fftw); err != nil {
		o.fftw = ""
	}
	return o, nil
}

// half compares one set of kernels with the libraries, held to the same
// instructions as far as they let themselves be.
func (o targetOptions) half(ctx context.Context, set string, r *targetReport) error {
	a := &arena{pace: o.pace, set: set, random: rand.New(rand.NewPCG(1, 2))}
	if free, known := detect.AvailableMemory(); known {
		a.memory = max(1, free*3/4)
	}
	if r.Peaks == nil {
		r.Peaks = peaks(o.cores)
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	// A process for each number of cores: what Arago keeps from call to call is
	// kept by processor, and would be lost if their number changed.
	for _, n := range o.cores {
		own, err := startProcess(exec.CommandContext(ctx, self, "serve"), []string{kernel.Variable + "=" + set, fmt.Sprintf("GOMAXPROCS=%d", n)})
		if err != nil {
			return fmt.Errorf("arago with %s: %w", set, err)
		}
		defer own.stop()
		a.contenders = append(a.contenders, contestant{own, "", []int{n}})
	}
	for _, library := range o.peers() {
		w, err := startWorker(ctx, o.python, library, o.settings(set)...)
		if err != nil {
			a.fail(nil, library, err)
			continue
		}
		defer w.stop()
		a.contenders = append(a.contenders, contestant{w, library, o.cores})
	}
	for _, c := range a.contenders[len(o.cores)-1:] { // the processes of Arago are alike
		r.Libraries = append(r.Libraries, restrictedLibrary{Set: set, Library: c.about})
	}
	for _, f := range o.families {
		for _, w := range f.Works {
			o.progress(fmt.Sprintf("%s: %s %s %s", set, f.Title, w.size(), w.Precision))
			if err := a.compete(ctx, w, f); err != nil {
				r.gather(a)
				return err
			}
		}
	}
	r.gather(a)
	return nil
}

// peaks measures three times, so that all numbers of cores have a moment at which the
// machine is at its speed.
func peaks(cores []int) []report.Peak {
	best := report.Peaks(cores)
	for range 2 {
		for i, p := range report.Peaks(cores) {
			best[i].GFLOPS = max(best[i].GFLOPS, p.GFLOPS)
		}
	}
	return best
}

func (r *targetReport) gather(a *arena) {
	r.Measurements = append(r.Measurements, a.measurements...)
	r.Failures = append(r.Failures, a.failures...)
}

// peers are the libraries that the goals name.
func (o targetOptions) peers() []string {
	var peers []string
	for _, f := range o.families {
		for _, g := range f.Goals {
			for _, key := range g.Against {
				if !slices.Contains(peers, key) {
					peers = append(peers, key)
				}
			}
		}
	}
	return peers
}

// avx2Settings hold libraries to AVX2. scipy's FFT and numexpr have no AVX-512
// that could be taken from them.
var avx2Settings = []string{
	"OPENBLAS_CORETYPE=Haswell", "MKL_ENABLE_INSTRUCTIONS=AVX2", "BENCH_BLIS=haswell", "DUCC0_MAX_PSABI_LEVEL=3",
	"NPY_DISABLE_CPU_FEATURES=X86_V4 AVX512F AVX512CD AVX512_SKX AVX512_CLX AVX512_CNL AVX512_ICL AVX512_SPR",
	"BENCH_FFTW_AVX512=0",
}

// settings are the environment of the libraries beside a set of kernels.
func (o targetOptions) settings(set string) []string {
	settings := []string{"BENCH_FFTW=" + o.fftw}
	if o.wisdom != "" {
		settings = append(settings, "BENCH_WISDOM="+o.wisdom+"-"+set)
	}
	switch kernel.Set(set) {
	case kernel.AVX2:
		settings = append(settings, avx2Settings...)
	case kernel.AVX512:
		// BLIS 0.9 takes newer processors for one without AVX-512.
		settings = append(settings, "BENCH_BLIS=skx")
	}
	return settings
}

// restrictedLibrary is a library in one half of a comparison.
type restrictedLibrary struct {
	Set string `json:"set"`
	compare.Library
}

// describe names the library with its version, and where it says so the
// instructions that it uses.
func (l restrictedLibrary) describe() string {
	words := l.Name + " " + l.Version
	if l.Architecture != "" && !strings.Contains(l.Name, l.Architecture) {
		words += " (" + l.Architecture + ")"
	}
	return words
}
