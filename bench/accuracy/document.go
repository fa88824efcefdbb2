package main

import (
	_ "embed"
	"io"
	"text/template"

	"arago/internal/compare/report"
)

//go:embed accuracy.md.tmpl
var text string

// document is docs/accuracy.md.
type document struct {
	Machine    report.Machine
	Contenders []contender
	Missing    []string
	Goroutines []int
	Tolerance  float64 // per cent
	Elements   int     // of a large product

	Lines, Planes, Products, Phasors, Specials []*table
}

func newDocument(list []contender) *document {
	return &document{
		Machine: report.ThisMachine(), Contenders: list, Goroutines: goroutines, Tolerance: 100 * tolerance, Elements: elements,
	}
}

// Tables returns all tables in their order in the document.
func (d *document) Tables() []*table {
	var all []*table
	for _, tables := range [][]*table{d.Lines, d.Planes, d.Products, d.Phasors, d.Specials} {
		all = append(all, tables...)
	}
	return all
}

// Rows returns the number of rows of all tables.
func (d *document) Rows() (n int) {
	for _, t := range d.Tables() {
		n += t.Rows
	}
	return n
}

// Best returns Arago's best instruction set here.
func (d *document) Best() (name string) {
	for _, c := range d.Contenders {
		if c.own {
			name = c.Name
		}
	}
	return name
}

// Worse returns the number of rows in which Arago's best instruction set is worse.
func (d *document) Worse() (n int) {
	for _, t := range d.Tables() {
		n += len(t.Worse)
	}
	return n
}

// Good returns the number of the other rows.
func (d *document) Good() int { return d.Rows() - d.Worse() }

// Others returns the number of rows in which only other instruction sets are worse.
func (d *document) Others() (n int) {
	for _, t := range d.Tables() {
		n += t.Others
	}
	return n
}

func (d *document) write(w io.Writer) error {
	t, err := template.New("accuracy").Parse(text)
	if err != nil {
		return err
	}
	return t.Execute(w, d)
}
