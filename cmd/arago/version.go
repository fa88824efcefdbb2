package main

import (
	"fmt"
	"maps"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
)

// version of the program; the only place where it stands.
const version = "0.1.0-dev"

// creator is how files name the program that wrote them.
const creator = "arago " + version

type versionCommand struct {
	JSON bool `name:"json" help:"Print a JSON object."`
}

// Help implements kong.HelpProvider.
func (versionCommand) Help() string {
	return `The first line is the version; the others say what a report of a fault should say too: the revision, the compiler, the platform, the back ends, and the versions of gonum.

    arago version
    arago version --json`
}

type versionReport struct {
	Version string `json:"version"`
	// Revision of the source, with a plus sign if it had been changed; empty
	// where the build does not know it.
	Revision string            `json:"revision,omitempty"`
	Go       string            `json:"go"`
	Platform string            `json:"platform"`
	Backends []string          `json:"backends"`
	Modules  map[string]string `json:"modules"`
}

// Run prints the version.
func (c versionCommand) Run(a *app) error {
	r := versionReport{
		Version: version, Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH,
		Modules: map[string]string{},
	}
	for _, b := range a.backends() {
		if b.inBuild() {
			r.Backends = append(r.Backends, b.Name)
		}
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		r.Revision = revision(info)
		for _, m := range info.Deps {
			if strings.HasPrefix(m.Path, "gonum.org/") {
				r.Modules[m.Path] = m.Version
			}
		}
	}
	if c.JSON {
		return a.printJSON(r)
	}
	var b strings.Builder
	fmt.Fprintln(&b, creator)
	if r.Revision != "" {
		fmt.Fprintln(&b, "revision ", r.Revision)
	}
	fmt.Fprintln(&b, "go       ", r.Go)
	fmt.Fprintln(&b, "platform ", r.Platform)
	fmt.Fprintln(&b, "back ends", strings.Join(r.Backends, ", "))
	for _, path := range slices.Sorted(maps.Keys(r.Modules)) {
		fmt.Fprintln(&b, "module   ", path, r.Modules[path])
	}
	return a.print(b.String())
}

func revision(info *debug.BuildInfo) string {
	var revision, changed string
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			revision = s.Value
		case s.Key == "vcs.modified" && s.Value == "true":
			changed = "+"
		}
	}
	if revision == "" {
		return ""
	}
	return revision + changed
}
