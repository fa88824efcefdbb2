package main

import (
	"fmt"
	"strings"

	"arago/backend"
	"arago/backend/fftw"
	"arago/detect"
	"arago/internal/about"
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
type doctorReport struct{ about.Doctor }

// Run prints the page.
func (c doctorCommand) Run(a *app) error {
	config, faulty := a.getenv.Config()
	w, err := a.wish(systemFlags{Mode: c.Mode, Workers: c.Workers}, config)
	if err != nil {
		return err
	}
	found, err := about.Examine(about.Question{
		Registry: a.registry, Config: config, ConfigError: faulty,
		Select: func(cpu detect.CPU) (backend.Selection, error) { return a.backendsFor(w, c.Backend, config, cpu) },
		Mode:   string(w.mode), Plan: w.plan, Modes: a.modes,
	})
	if err != nil {
		return err
	}
	r := doctorReport{found}
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

// modes lists the ways to share work.
func (a *app) modes(cpu detect.CPU) []about.ModeVerdicts {
	list := []about.ModeVerdicts{
		{Mode: string(workers.Goroutines), Plan: wish{mode: workers.Goroutines}.plan(cpu)},
		{Mode: string(workers.Processes), Plan: wish{mode: workers.Processes}.plan(cpu)},
		{Mode: string(workers.FFTWThreads), Plan: wish{mode: workers.FFTWThreads}.plan(cpu)},
		{Mode: "processes with fftw-threads", Plan: wish{mode: workers.Processes, both: true}.plan(cpu)},
		about.ForkWithoutExec(cpu),
	}
	for i := range list {
		list[i].Missing = a.missing(list[i].Plan)
	}
	return list
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
func (w wish) plan(cpu detect.CPU) detect.Plan {
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
		if e.Missing != "" && e.InBuild() {
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
