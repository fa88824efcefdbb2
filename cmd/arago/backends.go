package main

import (
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"arago/internal/about"
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
	Backends []about.Backend `json:"backends"`
	Selected struct {
		Choice string `json:"choice"`
		Dot    string `json:"dot"`
		FFT    string `json:"fft"`
		// By is "--backend", "ARAGO_BACKEND", the configuration file or "auto".
		By string `json:"by"`
	} `json:"selected"`
}

// Run prints the back ends.
func (c backendsCommand) Run(a *app) error {
	config, err := a.getenv.Config()
	if err != nil {
		return err
	}
	selection, err := a.choose(c.Backend)
	if err != nil {
		return err
	}
	r := backendsReport{Backends: about.Backends(a.registry)}
	r.Selected.Choice = selection.Name()
	r.Selected.Dot, r.Selected.FFT = selection.Linear.Name, selection.Fourier.Name
	switch {
	case c.Backend != "":
		r.Selected.By = "--backend"
	case a.getenv("ARAGO_BACKEND") != "":
		r.Selected.By = "ARAGO_BACKEND"
	case config.Backend != "":
		r.Selected.By = config.File
	default:
		r.Selected.By = "auto"
	}
	if c.JSON {
		return a.printJSON(r)
	}
	return a.print(r.text())
}

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
		case e.Missing != "" && e.InBuild():
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
	if slices.ContainsFunc(r.Backends, func(e about.Backend) bool { return !e.InBuild() }) {
		fmt.Fprintln(&b, "\nNot in this build; a build tag adds each (build-tags.md):")
		w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
		for _, e := range r.Backends {
			if !e.InBuild() {
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
