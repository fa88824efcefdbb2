package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"arago/backend"
	"arago/detect"
)

type backendsCommand struct {
	Backend string `placeholder:"CHOICE" help:"Show what this choice selects: a name, or dot=NAME,fft=NAME."`
	JSON    bool   `name:"json" help:"Print a JSON object."`
}

// Help implements kong.HelpProvider.
func (backendsCommand) Help() string {
	return `A back end is the library that does the arithmetic: matrix products (Dot, Outer) and Fourier transforms (FFT2). The list is in the order in which "auto" prefers them; the last lines say which of them serve here, and what decided it: the flag --backend, the environment variable ARAGO_BACKEND, or, without these, "auto". The inner loops of gonum, which is always there, are the best that the processor can run; the environment variable ARAGO_KERNELS chooses others ("arago doctor" says which).

    arago backends
    ARAGO_BACKEND=gonum arago backends --json`
}

type backendsReport struct {
	Backends []backendReport `json:"backends"`
	Selected struct {
		Choice string `json:"choice"`
		Dot    string `json:"dot"`
		FFT    string `json:"fft"`
		// By is "--backend", "ARAGO_BACKEND", the configuration file or "auto".
		By string `json:"by"`
	} `json:"selected"`
}

type backendReport struct {
	Name         string `json:"name"`
	Library      string `json:"library,omitempty"`
	Version      string `json:"version,omitempty"`
	Path         string `json:"path,omitempty"`
	Architecture string `json:"architecture,omitempty"`
	License      string `json:"license,omitempty"`
	Dot          bool   `json:"dot"`
	FFT          bool   `json:"fft"`
	Threads      int    `json:"threads,omitempty"`

	ConcurrentCalls bool `json:"concurrent_calls"`
	WorkerProcesses bool `json:"worker_processes"`
	Reproducible    bool `json:"reproducible"`
	// Missing says why the back end cannot be used. Tag is the build tag that
	// would put it into the program, and Adds what the program would gain;
	// both are empty if it is in.
	Missing string `json:"missing,omitempty"`
	Tag     string `json:"tag,omitempty"`
	Adds    string `json:"adds,omitempty"`
	// Refused says why the back end may not be used here.
	Refused []detect.Verdict `json:"refused,omitempty"`
}

// Run prints the back ends.
func (c backendsCommand) Run(a *app) error {
	settings, err := a.config()
	if err != nil {
		return err
	}
	selection, err := a.choose(c.Backend)
	if err != nil {
		return err
	}
	r := backendsReport{Backends: a.backends()}
	r.Selected.Choice = selection.Name()
	r.Selected.Dot, r.Selected.FFT = selection.Linear.Name, selection.Fourier.Name
	switch {
	case c.Backend != "":
		r.Selected.By = "--backend"
	case a.getenv("ARAGO_BACKEND") != "":
		r.Selected.By = "ARAGO_BACKEND"
	case settings.Backend != "":
		r.Selected.By = settings.file
	default:
		r.Selected.By = "auto"
	}
	if c.JSON {
		return a.printJSON(r)
	}
	return a.print(r.text())
}

func (a *app) backends() []backendReport {
	var list []backendReport
	for _, name := range a.registry.Names() {
		impl, err := a.registry.Open(name)
		if err != nil {
			r := backendReport{Name: name, Missing: err.Error()}
			if missing, ok := errors.AsType[*backend.NotBuiltError](err); ok {
				r.Tag, r.Adds = missing.Tag, missing.Adds
			}
			if refusal, ok := errors.AsType[*detect.Refusal](err); ok {
				r.Refused = refusal.Verdicts
			}
			list = append(list, r)
			continue
		}
		p := impl.Properties
		list = append(list, backendReport{
			Name: name, Library: p.Library, Version: p.Version, Path: p.Path, Architecture: p.Architecture, License: p.License,
			Dot:     impl.LinearDouble != nil && impl.LinearSingle != nil,
			FFT:     impl.FourierDouble != nil && impl.FourierSingle != nil,
			Threads: p.Threads, ConcurrentCalls: p.ConcurrentCalls,
			WorkerProcesses: p.WorkerProcesses, Reproducible: p.Reproducible,
		})
	}
	return list
}

// inBuild says whether a back end is part of the program, whether or not it
// can be used on this machine.
func (e backendReport) inBuild() bool { return e.Tag == "" }

func (r backendsReport) text() string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "NAME\tDOT, OUTER\tFFT2\tLIBRARY\tKERNELS\tTHREADS\tCONCURRENT\tPROCESSES\tSAME BITS\tLICENCE")
	for _, e := range r.Backends {
		if e.Missing == "" {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s %s\t%s\t%d\t%s\t%s\t%s\t%s\n", e.Name, yes(e.Dot), yes(e.FFT), e.Library, e.Version, orDash(e.Architecture),
				e.Threads, yes(e.ConcurrentCalls), yes(e.WorkerProcesses), yes(e.Reproducible), e.License)
		}
	}
	w.Flush()
	for _, e := range r.Backends {
		switch {
		case e.Path != "":
			fmt.Fprintf(&b, "%s is served by %s\n", e.Name, e.Path)
		case e.Missing != "" && e.inBuild():
			fmt.Fprintf(&b, "%s cannot be used: %s\n", e.Name, e.Missing)
		}
	}
	reason, ok := map[string]string{
		"--backend":     "because --backend says so",
		"ARAGO_BACKEND": "because the environment variable ARAGO_BACKEND says so",
		"auto":          "by auto: the first in the list that works; --backend or ARAGO_BACKEND choose another",
	}[r.Selected.By]
	if !ok {
		reason = "because " + r.Selected.By + " says so"
	}
	fmt.Fprintf(&b, "\nDot and Outer by %s, FFT2 by %s, %s.\n", r.Selected.Dot, r.Selected.FFT, reason)
	if slices.ContainsFunc(r.Backends, func(e backendReport) bool { return !e.inBuild() }) {
		fmt.Fprintln(&b, "\nNot in this build; a build tag adds each (build-tags.md):")
		w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
		for _, e := range r.Backends {
			if !e.inBuild() {
				fmt.Fprintf(w, "  -tags %s\t%s\n", e.Tag, e.Adds)
			}
		}
		w.Flush()
	}
	return b.String()
}

func orDash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}
