package main

import (
	"errors"
	"fmt"
	"strings"

	"arago/backend"
	"arago/backend/fftw"
	"arago/detect"
	"arago/internal/bytesize"
	"arago/internal/kernel"
	"arago/workers"
)

type doctorCommand struct {
	Backend string `placeholder:"CHOICE" help:"Look at this choice of back ends: a name, or dot=NAME,fft=NAME."`
	Mode    string `placeholder:"WORD" help:"Judge this mode: auto, goroutines, processes or fftw-threads."`
	Workers int    `placeholder:"N" help:"Judge so many worker processes, or threads of FFTW."`
	JSON    bool   `name:"json" help:"Print a JSON object."`
}

// Help implements kong.HelpProvider.
func (doctorCommand) Help() string {
	return `One page about this program on this machine: the libraries that its calls really reach, whatever other numerical library is in the process, the processors and the memory that it may use and what limits them, and, for each way to share work, what would be refused as unsafe and what to do instead. The codes (AR101 …) are explained in docs/parallel-safety.md. It is what a bug report should contain.

    arago doctor
    arago doctor --mode processes --workers 8
    ARAGO_BACKEND=openblas arago doctor --json | jq .verdicts

The exit code is 0, or 3 if what is set, by flags, environment or arago.toml, would be refused.`
}

// Validate is called by kong.
func (c doctorCommand) Validate() error { return systemFlags{Workers: c.Workers}.Validate() }

// doctorReport is what arago doctor says.
type doctorReport struct {
	Program string `json:"program"`
	// Config is the configuration file that was read, "" if there is none.
	Config string `json:"config,omitempty"`
	// ConfigError says what is wrong with it; then it plays no part here.
	ConfigError string `json:"config_error,omitempty"`
	detect.Report
	// Kernels is the instruction set of the program's own inner loops,
	// KernelSets those that ARAGO_KERNELS can choose.
	Kernels    kernel.Set   `json:"kernels"`
	KernelSets []kernel.Set `json:"kernel_sets"`
	// Backend is the choice that was looked at, Backends all of this program.
	Backend  string          `json:"backend"`
	Backends []backendReport `json:"backends"`
	// Mode is what is set.
	Mode string `json:"mode"`
	// Verdicts is what is to be said of it, Modes of every way to share work.
	Verdicts []detect.Verdict `json:"verdicts"`
	Modes    []modeVerdicts   `json:"modes"`
	// Refused says that what is set would be refused.
	Refused bool `json:"refused"`
}

type modeVerdicts struct {
	Mode string `json:"mode"`
	// Missing says what this build or system lacks for the mode, "" if nothing.
	Missing  string           `json:"missing,omitempty"`
	Plan     detect.Plan      `json:"plan"`
	Verdicts []detect.Verdict `json:"verdicts"`
}

// Run prints the page.
func (c doctorCommand) Run(a *app) error {
	settings, faulty := a.config()
	w, err := a.wish(systemFlags{Mode: c.Mode, Workers: c.Workers}, settings)
	if err != nil {
		return err
	}
	r := doctorReport{
		Program: creator, Config: settings.file, Report: surroundings(), Mode: string(w.mode),
		Verdicts: []detect.Verdict{}, Modes: []modeVerdicts{},
		KernelSets: kernel.Sets(),
	}
	r.Kernels, _ = kernel.Selected() // its error is that of the choice of back ends below
	if faulty != nil {
		r.ConfigError = oneLine(faulty.Error())
	}
	s, err := a.backendsFor(w, c.Backend, settings, r.CPU)
	var refusal *detect.Refusal
	switch {
	case errors.As(err, &refusal):
		// The library itself is refused: there is no more to look at.
		r.Libraries = detect.Scan(nil)
		r.Verdicts = refusal.Verdicts
	case err != nil:
		return err
	default:
		r.Backend = s.Name()
		r.Libraries = detect.Scan(served(s))
		r.Verdicts = append(r.Verdicts, detect.Check(r.Report, w.plan(r.CPU, s))...)
		for _, ask := range []struct {
			mode string
			plan detect.Plan
		}{
			{string(workers.Goroutines), wish{mode: workers.Goroutines}.plan(r.CPU, s)},
			{string(workers.Processes), wish{mode: workers.Processes}.plan(r.CPU, s)},
			{string(workers.FFTWThreads), wish{mode: workers.FFTWThreads}.plan(r.CPU, s)},
			{"processes with fftw-threads", wish{mode: workers.Processes, both: true}.plan(r.CPU, s)},
			{"fork without exec", detect.Plan{Start: detect.StartFork, Processes: max(2, r.CPU.Usable), UsedBefore: true}},
		} {
			r.Modes = append(r.Modes, modeVerdicts{
				ask.mode, a.missing(ask.plan), ask.plan, append([]detect.Verdict{}, detect.Check(r.Report, ask.plan)...),
			})
		}
	}
	r.Backends = a.backends()
	r.Refused = detect.Refused(r.Verdicts) != nil
	if c.JSON {
		err = a.printJSON(r)
	} else {
		err = a.print(r.text())
	}
	if err == nil && r.Refused {
		err = alreadyPrinted{detect.Refused(r.Verdicts)}
	}
	return err
}

// missing says what this build or system lacks for a plan, "" if nothing.
func (a *app) missing(p detect.Plan) string {
	if p.FFTWThreads > 1 {
		if _, err := a.registry.Open(fftw.Name); err != nil {
			return err.Error()
		}
	}
	if p.Start == detect.StartExec && !workers.Supported() {
		return "worker processes need a Unix system"
	}
	return ""
}

// plan returns what a wish amounts to where the system is not known: as many
// workers as processors.
func (w wish) plan(cpu detect.CPU, s backend.Selection) detect.Plan {
	p := detect.Plan{Threads: cpu.MaxProcs}
	switch w.mode {
	case workers.Processes:
		p.Start, p.Processes = detect.StartExec, w.workers
		if p.Processes == 0 {
			p.Processes = max(2, cpu.Usable)
		}
		p.Threads = workers.Room{CPUs: cpu.Usable}.Each(p.Processes)
		if w.both {
			p.FFTWThreads = w.fftwThreads(cpu)
		}
	case workers.FFTWThreads:
		p.Threads, p.FFTWThreads = 1, w.fftwThreads(cpu)
	}
	return p
}

func (r doctorReport) text() string {
	var b strings.Builder
	s := columns{&b, 12}
	s.line("program", "%s, %s, %s/%s", r.Program, r.Process.Go, r.Process.OS, r.Process.Arch)
	if r.Process.Kernel != "" {
		s.line("system", "%s", r.Process.Kernel)
	}
	switch {
	case r.ConfigError != "":
		s.line("settings", "NOT READ: %s", r.ConfigError)
	case r.Config != "":
		s.line("settings", "%s", r.Config)
	}
	r.limits(s)

	fmt.Fprintln(&b)
	s.line("kernels", "%s (%s); %s can be %s", r.Kernels.Name(), r.Kernels, kernel.Variable, strings.Join(setNames(r.KernelSets), ", "))
	for _, l := range r.Libraries {
		library(s, l)
	}
	if len(r.Libraries) == 0 {
		s.line("libraries", "none: all is done by this program itself")
	}
	s.line("back end", "%s", orDash(r.Backend))
	for _, e := range r.Backends {
		if e.Missing != "" && e.inBuild() {
			s.line("", "%s cannot be used: %s", e.Name, e.Missing)
		}
	}

	fmt.Fprintln(&b)
	s.line("mode", "%s", r.Mode)
	s.verdicts(r.Verdicts)
	fmt.Fprintln(&b)
	for _, m := range r.Modes {
		answer := "allowed"
		switch {
		case detect.Refused(m.Verdicts) != nil:
			answer = "refused"
		case m.Missing != "":
			answer = "not available: " + m.Missing
		case len(m.Verdicts) > 0:
			answer = "allowed, with a warning"
		}
		s.line("", "%s: %s", m.Mode, answer)
		for _, v := range m.Verdicts {
			s.line("", "    %s", v)
		}
	}
	return b.String()
}

func setNames(sets []kernel.Set) []string {
	list := make([]string, len(sets))
	for i, s := range sets {
		list[i] = string(s)
	}
	return list
}

// limits writes processors and memory.
func (r doctorReport) limits(s columns) {
	c, m := r.CPU, r.Memory
	s.line("processor", "%s; %d cores, %d threads; caches %s, %s, %s; %s", orDash(c.Model), c.PhysicalCores, c.LogicalCores,
		bytesize.Text(int64(c.L1D)), bytesize.Text(int64(c.L2)), bytesize.Text(int64(c.L3)), strings.Join(c.Features, " "))
	quota := "no quota"
	if c.Quota > 0 {
		quota = fmt.Sprintf("quota %.3g (%s)", c.Quota, c.QuotaFrom)
	}
	s.line("", "%d usable: affinity %d, %s, GOMAXPROCS %d", c.Usable, c.Affinity, quota, c.MaxProcs)
	if m.Usable == 0 {
		s.line("memory", "how much is free is not known on this system")
		return
	}
	s.line("memory", "%s usable, limited by the %s; the machine has %s, %s of it available", bytesize.Text(m.Usable), m.LimitedBy, bytesize.Text(m.Total), bytesize.Text(m.Available))
	if m.Group >= 0 {
		s.line("", "control group %s: %s left of %s", m.GroupFrom, bytesize.Text(m.Group), bytesize.Text(m.GroupLimit))
	}
	if m.AddressSpace >= 0 {
		s.line("", "RLIMIT_AS leaves %s of address space", bytesize.Text(m.AddressSpace))
	}
}

// library writes what is known about a library.
func library(s columns, l detect.Library) {
	who := "also loaded"
	if len(l.Serves) > 0 {
		who = strings.Join(l.Serves, ", ")
	}
	s.line(who, "%s %s", l.Kind, orDash(l.Version))
	where := l.Path
	if l.Static {
		where += " (static)"
	}
	s.line("", "%s", where)
	var facts []string
	add := func(ok bool, format string, args ...any) {
		if ok {
			facts = append(facts, fmt.Sprintf(format, args...))
		}
	}
	add(l.Layer != detect.LayerUnknown, "threads by %s", l.Layer)
	add(l.Threads > 0, "%d set", l.Threads)
	add(l.Architecture != "", "kernels %s", l.Architecture)
	add(l.IntegerBits > 0, "integers of %d bits", l.IntegerBits)
	add(len(l.Serves) > 0, "concurrent calls: %s", l.ConcurrentCalls)
	add(l.Capacity > 0, "room for %d callers", l.Capacity)
	add(l.Admits > 0, "%d let in at once", l.Admits)
	if len(facts) > 0 {
		s.line("", "%s", strings.Join(facts, ", "))
	}
	const most = 4
	switch n := len(l.Symbols); {
	case n > most:
		s.line("", "by %s and %d more", strings.Join(l.Symbols[:most], ", "), n-most)
	case n > 0:
		s.line("", "by %s", strings.Join(l.Symbols, ", "))
	}
}
