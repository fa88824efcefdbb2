package main

import (
	"cmp"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"arago/internal/atomicfile"
	"arago/internal/compare"
	"arago/internal/compare/report"
	"arago/internal/kernel"
)

// kernelCase is a loop of an instruction set and its twin on the same operands. A
// group is a row of the summary.
type kernelCase struct {
	group, name, size string
	handed            bool // the table hands so little to the twin
	own, twin         func()
}

// kernelMeasurement is the median time of one call, in seconds.
type kernelMeasurement struct {
	Set       kernel.Set        `json:"set"`
	Precision compare.Precision `json:"precision"`
	Group     string            `json:"group"`
	Kernel    string            `json:"kernel"`
	Size      string            `json:"size"`
	Handed    bool              `json:"handed_to_twin,omitempty"`
	Seconds   float64           `json:"seconds"`
	Twin      float64           `json:"twin_seconds"`
	Ratio     float64           `json:"ratio"` // of the twin's time by its own
}

// kernelReport is what kernels writes as JSON.
type kernelReport struct {
	SchemaVersion int                 `json:"schema_version"`
	Program       string              `json:"program"`
	Date          time.Time           `json:"date"`
	Machine       report.Machine      `json:"machine"`
	Measurements  []kernelMeasurement `json:"measurements"`
}

// A loop counts as slower than its twin if the ratio of the times is less than slower,
// which noise of medians is not, and the difference more than deciding seconds, what the
// call of a function in a table takes.
const (
	slower   = 0.95
	deciding = 3e-9
)

func (m kernelMeasurement) loses() bool {
	return !m.Handed && m.Ratio < slower && m.Seconds-m.Twin > deciding
}

func kernelsCommand(arguments []string) error {
	f := flag.NewFlagSet("kernels", flag.ExitOnError)
	var sets, only, from []string
	list := func(to *[]string) func(string) error {
		return func(text string) error { *to = words(text); return nil }
	}
	f.Func("sets", "compare only these `SETS` of kernels, separated by commas (default: all of the processor)", list(&sets))
	f.Func("only", "compare only these parts of the `TABLES`: tiles, lanes, pointwise", list(&only))
	f.Func("from", "measure nothing, take the numbers of saved runs (`FILES` of --json, separated by commas; what several have, the last one says)", list(&from))
	precision := f.String("precision", "", "compare only in `double` or single")
	turn := f.Duration("turn", 100*time.Microsecond, "the `TIME` of a turn of each")
	path := f.String("json", "", "also write all numbers as JSON to `FILE`")
	doc := f.String("doc", "", "also write the summary between its markers in `FILE`")
	_ = f.Parse(arguments) // it exits
	if f.NArg() > 0 {
		return fmt.Errorf("kernels has no arguments; see --help")
	}
	r := kernelReport{SchemaVersion: 1, Program: "arago/bench kernels", Date: time.Now().UTC(), Machine: report.ThisMachine()}
	if len(from) > 0 {
		var err error
		if r, err = savedKernels(from); err != nil {
			return err
		}
	} else {
		for _, set := range kernel.Sets() {
			if set == kernel.Pure || sets != nil && !slices.Contains(sets, string(set)) {
				continue
			}
			wanted := func(part string) bool { return only == nil || slices.Contains(only, part) }
			ctx := interruptible()
			if *precision != string(compare.Single) {
				r.Measurements = append(r.Measurements, againstTwins(ctx, set, compare.Double, kernelCases[float64](set, wanted), *turn)...)
			}
			if *precision != string(compare.Double) {
				r.Measurements = append(r.Measurements, againstTwins(ctx, set, compare.Single, kernelCases[float32](set, wanted), *turn)...)
			}
			if err := ctx.Err(); err != nil {
				return err
			}
		}
	}
	if *path != "" {
		encode := func(w io.Writer) error {
			e := json.NewEncoder(w)
			e.SetIndent("", " ")
			return e.Encode(r)
		}
		if err := atomicfile.Replace(*path, encode); err != nil {
			return fmt.Errorf("%s cannot be written: %w", *path, err)
		}
	}
	if *doc != "" {
		if err := replaceBetween(*doc, "kernels", r.summary()); err != nil {
			return err
		}
	}
	return r.writeTable(os.Stdout)
}

// savedKernels returns the numbers of saved runs as those of one.
func savedKernels(paths []string) (kernelReport, error) {
	var all kernelReport
	for i, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return all, err
		}
		var r kernelReport
		if err := json.Unmarshal(text, &r); err != nil {
			return all, fmt.Errorf("%s: %w", path, err)
		}
		if i > 0 && r.Machine != all.Machine {
			return all, fmt.Errorf("%s is of another machine than %s", path, paths[0])
		}
		old := slices.DeleteFunc(all.Measurements, func(old kernelMeasurement) bool {
			return slices.ContainsFunc(r.Measurements, func(m kernelMeasurement) bool {
				return m.Set == old.Set && m.Precision == old.Precision && m.Kernel == old.Kernel && m.Size == old.Size
			})
		})
		r.Measurements = append(old, r.Measurements...)
		all = r
	}
	return all, nil
}

// againstTwins measures cases. One in which a loop is slower is measured three times,
// and the ratio in the middle counts: somebody may have disturbed it.
func againstTwins(ctx context.Context, set kernel.Set, p compare.Precision, cases []kernelCase, turn time.Duration) []kernelMeasurement {
	var all []kernelMeasurement
	for _, c := range cases {
		if ctx.Err() != nil {
			break
		}
		m := c.measure(set, p, turn)
		if m.loses() {
			three := []kernelMeasurement{m, c.measure(set, p, turn), c.measure(set, p, turn)}
			slices.SortFunc(three, func(a, b kernelMeasurement) int { return cmp.Compare(a.Ratio, b.Ratio) })
			m = three[1]
		}
		all = append(all, m)
	}
	return all
}

// measure lets the loop and its twin take turns of about the given time.
func (c kernelCase) measure(set kernel.Set, p compare.Precision, turn time.Duration) kernelMeasurement {
	const rounds = 11
	sides := [2]func(){c.own, c.twin}
	var calls [2]int
	var times [2][]float64
	for i, call := range sides {
		call() // caches fill
		for calls[i] = 1; ; calls[i] *= 2 {
			if took := timeOf(call, calls[i]); took >= turn/2 || calls[i] >= 1<<20 {
				break
			}
		}
	}
	for round := range rounds {
		for k := range sides {
			i := (round + k) % 2
			times[i] = append(times[i], timeOf(sides[i], calls[i]).Seconds()/float64(calls[i]))
		}
	}
	own, twin := compare.StatisticsOf(times[0]).Median, compare.StatisticsOf(times[1]).Median
	return kernelMeasurement{set, p, c.group, c.name, c.size, c.handed, own, twin, twin / own}
}

func timeOf(call func(), calls int) time.Duration {
	began := time.Now()
	for range calls {
		call()
	}
	return time.Since(began)
}

// writeTable writes all measurements.
func (r kernelReport) writeTable(out io.Writer) error {
	fmt.Fprintf(out, "%s\n%s\n", r.Machine, r.Date.Format("2006-01-02 15:04 MST"))
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "set\tprecision\tloop\tsize\tns\ttwin, ns\tratio\t")
	for _, m := range r.Measurements {
		mark := ""
		switch {
		case m.Handed:
			mark = "twin"
		case m.loses():
			mark = "slower"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%.2f\t%s\n", m.Set, m.Precision, m.Kernel, m.Size, threeDigits(1e9*m.Seconds), threeDigits(1e9*m.Twin), m.Ratio, mark)
	}
	return table.Flush()
}

// summary is what the documentation shows, in Markdown: for each group the least ratio,
// the median and the greatest, and all cases in which a loop is slower than its twin.
func (r kernelReport) summary() string {
	type column struct {
		set       kernel.Set
		precision compare.Precision
	}
	var columns []column
	var groups []string
	cells := map[string]map[column][]kernelMeasurement{}
	var losses []kernelMeasurement
	var handed []float64 // what deciding takes, in ns
	for _, m := range r.Measurements {
		if m.Handed {
			handed = append(handed, 1e9*(m.Seconds-m.Twin))
			continue
		}
		c := column{m.Set, m.Precision}
		if !slices.Contains(columns, c) {
			columns = append(columns, c)
		}
		if cells[m.Group] == nil {
			cells[m.Group] = map[column][]kernelMeasurement{}
			groups = append(groups, m.Group)
		}
		cells[m.Group][c] = append(cells[m.Group][c], m)
		if m.loses() {
			losses = append(losses, m)
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s;\n%s.\n\n| loop |", r.Machine, r.Date.Format("2 January 2006"))
	for _, c := range columns {
		fmt.Fprintf(&b, " %s, %s |", c.set, c.precision)
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", len(columns)) + "\n")
	for _, g := range groups {
		fmt.Fprintf(&b, "| %s |", g)
		for _, c := range columns {
			all := slices.Clone(cells[g][c])
			if len(all) == 0 {
				b.WriteString(" – |")
				continue
			}
			slices.SortStableFunc(all, func(a, b kernelMeasurement) int { return cmp.Compare(a.Ratio, b.Ratio) })
			least, where := all[0], all[0].Size
			if least.Kernel != g {
				where = least.Kernel + " " + where
			}
			fmt.Fprintf(&b, " %.2f at %s; %.1f; %.1f |", least.Ratio, where, all[len(all)/2].Ratio, all[len(all)-1].Ratio)
		}
		b.WriteString("\n")
	}
	if len(handed) > 0 {
		s := compare.StatisticsOf(handed)
		fmt.Fprintf(&b, "\nIn %d more cases, of less than a vector or a panel, the table hands over to the twin, which takes %.1f ns (quartiles %.1f and %.1f).\n", len(handed), s.Median, s.Q1, s.Q3)
	}
	total := len(r.Measurements) - len(handed)
	if len(losses) == 0 {
		fmt.Fprintf(&b, "\nOf %d cases no loop takes longer than its twin by more than 5 %% and 3 ns.\n", total)
		return b.String()
	}
	fmt.Fprintf(&b, "\nOf %d cases these take longer than the twin by more than 5 %% and 3 ns:\n\n", total)
	b.WriteString("| set | precision | loop | size | ns | twin, ns |\n|---|---|---|---|---|---|\n")
	for _, m := range losses {
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s |\n", m.Set, m.Precision, m.Kernel, m.Size, threeDigits(1e9*m.Seconds), threeDigits(1e9*m.Twin))
	}
	return b.String()
}
