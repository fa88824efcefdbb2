package main

import (
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"arago/internal/failure"
	"arago/system"
)

type elementsCommand struct {
	Type string `arg:"" optional:"" help:"The type of element to explain: circular_aperture, or CircularAperture as POPPY calls it."`
	JSON bool   `name:"json" help:"Print a JSON object."`
}

// Help implements kong.HelpProvider.
func (elementsCommand) Help() string {
	return `Without an argument it lists all types of elements and where they stand; with one, the parameters of that type: their units, their defaults and what they mean. Types and parameters have the names that they have in POPPY, in snake case.

    arago elements
    arago elements circular_aperture`
}

// elementReport is an element for scripts.
type elementReport struct {
	Type       string            `json:"type"`
	Alias      string            `json:"alias,omitempty"`
	Planes     string            `json:"planes"`
	Doc        string            `json:"doc"`
	Parameters []parameterReport `json:"parameters"`
}

type parameterReport struct {
	Name    string `json:"name"`
	Kind    string `json:"kind"`
	Default string `json:"default"`
	Unit    string `json:"unit,omitempty"`
	Doc     string `json:"doc"`
}

// Run prints the elements.
func (c elementsCommand) Run(a *app) error {
	elements := system.Elements()
	if c.Type == "" {
		if c.JSON {
			return a.printJSON(struct {
				Elements []elementReport `json:"elements"`
			}{elementReports(elements)})
		}
		return a.print(listElements(elements))
	}
	wanted := bareName(c.Type)
	i := slices.IndexFunc(elements, func(e system.ElementInfo) bool {
		return bareName(e.Type) == wanted || e.Alias != "" && bareName(e.Alias) == wanted
	})
	if i < 0 {
		return failure.Misuse("no element has the type %q; arago elements lists all types", c.Type)
	}
	if c.JSON {
		return a.printJSON(elementReports(elements[i : i+1])[0])
	}
	return a.print(describeElement(elements[i]))
}

// bareName drops what distinguishes POPPY's name of a class from the same name
// in snake case.
func bareName(s string) string { return strings.ReplaceAll(strings.ToLower(s), "_", "") }

func elementReports(elements []system.ElementInfo) []elementReport {
	reports := make([]elementReport, len(elements))
	for i, e := range elements {
		reports[i] = elementReport{Type: e.Type, Alias: e.Alias, Planes: e.Planes, Doc: e.Doc, Parameters: []parameterReport{}}
		for _, p := range e.Parameters {
			reports[i].Parameters = append(reports[i].Parameters, parameterReport(p))
		}
	}
	return reports
}

func listElements(elements []system.ElementInfo) string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "TYPE\tPLANE\tWHAT IT IS")
	for _, e := range elements {
		fmt.Fprintf(w, "%s\t%s\t%s\n", e.Type, e.Planes, e.Doc)
	}
	w.Flush()
	b.WriteString("\n\"arago elements TYPE\" lists the parameters of a type.\n")
	return b.String()
}

func describeElement(e system.ElementInfo) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s\n", e.Type, e.Doc)
	fmt.Fprintf(&b, "stands in planes of kind %s", e.Planes)
	if e.Alias != "" {
		fmt.Fprintf(&b, "; may also be called %s", e.Alias)
	}
	b.WriteString("\n")
	if len(e.Parameters) == 0 {
		b.WriteString("It has no parameters.\n")
		return b.String()
	}
	b.WriteString("\n")
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "PARAMETER\tDEFAULT\tUNIT\tKIND\tMEANING")
	for _, p := range e.Parameters {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", p.Name, dash(p.Default), dash(p.Unit), p.Kind, p.Doc)
	}
	w.Flush()
	return b.String()
}

func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}
