package main

import (
	"fmt"
	"slices"
	"strings"
)

// table is a table of the document: rows of labels, one cell for each
// contender, and a verdict on Arago.
type table struct {
	Name string
	Rows int
	// Worse are the rows in which Arago's best instruction set is worse, with by
	// how much; Others is the number of rows in which only others are.
	Worse    []string
	Others   int
	columns  []column
	headings []string
	lines    [][]string
}

// column is a contender in a table.
type column struct {
	contender
	heading string
}

// newTable returns a table of Arago's instruction sets and of those peers that are there.
func newTable(list []contender, of []peer, labels ...string) *table {
	t := &table{headings: labels}
	for _, c := range list {
		if c.own {
			t.columns = append(t.columns, column{c, "Arago " + c.Name})
		}
	}
	for _, p := range of {
		if i := slices.IndexFunc(list, func(c contender) bool { return !c.own && c.Name == p.name }); i >= 0 {
			t.columns = append(t.columns, column{list[i], p.heading})
		}
	}
	for _, c := range t.columns {
		t.headings = append(t.headings, c.heading)
	}
	t.headings = append(t.headings, "verdict")
	return t
}

func (t *table) named(name string) *table {
	t.Name = name
	return t
}

func (t *table) libraries() []library {
	list := make([]library, len(t.columns))
	for i, c := range t.columns {
		list[i] = c.library
	}
	return list
}

// judge says what is wrong with an instruction set, "" if nothing is: mine are
// its errors, first those of the first peer (absent if it is not there).
type judge func(mine, first deviation) string

// tolerance is how much larger than the peer's an error may be that still
// counts as no larger: other random operands change the ratio by up to 4 %.
const tolerance = 0.05

// noWorse is the verdict on errors that should not exceed the first peer's in the root
// mean square.
func noWorse(mine, first deviation) string {
	if !first.absent && !(mine.rms <= (1+tolerance)*first.rms) {
		return fmt.Sprintf("×%.2f", mine.rms/first.rms)
	}
	return ""
}

// noWorseWithinBound is noWorse for errors that are parts of a bound.
func noWorseWithinBound(mine, first deviation) string {
	if !(mine.max <= 1) {
		return "beyond the bound"
	}
	return noWorse(mine, first)
}

// withinOne is the verdict on errors none of which should exceed one unit.
func withinOne(mine, _ deviation) string {
	if !(mine.max <= 1) {
		return fmt.Sprintf("%.3g ulp", mine.max)
	}
	return ""
}

// add adds a row. Errors are written by figure, first the root mean square, then
// the largest. name is how the row is called elsewhere.
func (t *table) add(name string, labels []string, errs []deviation, figure func(float64) string, verdict judge) {
	first := deviation{absent: true}
	if i := slices.IndexFunc(t.columns, func(c column) bool { return !c.own }); i >= 0 {
		first = errs[i]
	}
	cells := make([]string, len(errs))
	faults := make([]string, len(errs))
	for i, e := range errs {
		if e.absent {
			cells[i] = "–"
			continue
		}
		cells[i] = fmt.Sprintf("%s (%s)", figure(e.rms), figure(e.max))
		if t.columns[i].own {
			faults[i] = verdict(e, first)
		}
	}
	t.close(name, labels, cells, faults)
}

// hundredths writes an error of the order of 1, or one that is far off.
func hundredths(x float64) string {
	if x >= 1000 {
		return fmt.Sprintf("%.1e", x)
	}
	return fmt.Sprintf("%.2f", x)
}

// thousandths writes a part of a bound in thousandths of it.
func thousandths(x float64) string { return fmt.Sprintf("%.3g", 1000*x) }

// addWords adds a row of words.
func (t *table) addWords(name string, labels, words []string) {
	faults := make([]string, len(words))
	for i, w := range words {
		if t.columns[i].own && w != right {
			faults[i] = w
		}
	}
	t.close(name, labels, words, faults)
}

// close ends a row: faults are those of each column, "" if there is none.
func (t *table) close(name string, labels, cells, faults []string) {
	verdict := "good"
	var worse []string
	best := ""
	for i, fault := range faults {
		if t.columns[i].own {
			best = fault // Arago's columns come first, its best set last of them
		}
		if fault != "" {
			worse = append(worse, t.columns[i].Name+" "+fault)
		}
	}
	switch {
	case best != "":
		t.Worse = append(t.Worse, name+": "+best)
	case len(worse) > 0:
		t.Others++
	}
	if len(worse) > 0 {
		verdict = "**worse**: " + strings.Join(worse, ", ")
	}
	t.lines = append(t.lines, slices.Concat(labels, cells, []string{verdict}))
	t.Rows++
}

// String returns the table as Markdown.
func (t *table) String() string {
	var b strings.Builder
	line := func(cells []string) {
		fmt.Fprintf(&b, "| %s |\n", strings.Join(cells, " | "))
	}
	line(t.headings)
	line(slices.Repeat([]string{"---"}, len(t.headings)))
	for _, cells := range t.lines {
		line(cells)
	}
	return b.String()
}
