package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"arago/internal/about"
)

type versionCommand struct {
	JSON bool `name:"json" help:"Print a JSON object."`
}

// Help implements kong.HelpProvider.
func (versionCommand) Help() string {
	return `The first line is the version; the others say what a report of a fault should say too: the revision, the compiler, the platform, the back ends, and the versions of gonum.

    arago version
    arago version --json`
}

// Run prints the version.
func (c versionCommand) Run(a *app) error {
	r := about.BuildOf(a.registry)
	if c.JSON {
		return a.printJSON(r)
	}
	var b strings.Builder
	fmt.Fprintln(&b, about.Creator)
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
