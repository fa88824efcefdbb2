package main

import (
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"time"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"arago/internal/atomicfile"
	"arago/internal/compare"
	"arago/internal/compare/report"
)

// opticsReport is a comparison with other optics packages. Times are in seconds.
type opticsReport struct {
	SchemaVersion int            `json:"schema_version"`
	Program       string         `json:"program"`
	Date          time.Time      `json:"date"`
	Machine       report.Machine `json:"machine"`
	Works         []opticsResult `json:"works"`
	Growth        []opticsGrowth `json:"growth,omitempty"`
}

// opticsResult is what all contenders did on a work.
type opticsResult struct {
	Key     string            `json:"key"`
	Rows    []opticsRow       `json:"rows"`
	Missing []compare.Missing `json:"missing,omitempty"`
}

// opticsRow is what one contender did on a work.
type opticsRow struct {
	Package string `json:"package"`
	Method  string `json:"method"`
	Version string `json:"version,omitempty"`
	Uses    string `json:"uses,omitempty"`
	// First is the time of the first call, Times are those of later turns, Seconds
	// their quantiles, or First where there was no later one.
	First   float64            `json:"first"`
	Times   []float64          `json:"times"`
	Seconds compare.Statistics `json:"seconds"`
	// Plan is the time that Arago took to choose and make ready, Process that of the
	// whole process of the program, Peak the memory of the process in bytes.
	Plan    float64  `json:"plan,omitempty"`
	Process float64  `json:"process,omitempty"`
	Peak    int64    `json:"peak,omitempty"`
	Recipes []string `json:"recipes,omitempty"`
	// Difference is the largest one to the image of the first row, relative to its
	// peak.
	Difference float64 `json:"difference"`
	Tolerance  float64 `json:"tolerance"`
}

func (r opticsRow) label() string { return r.Package + ", " + r.Method }

// settle computes the quantiles.
func (r *opticsRow) settle() {
	times := r.Times
	if len(times) == 0 {
		times = []float64{r.First}
	}
	r.Seconds = compare.StatisticsOf(times)
}

func median(times []float64) float64 { return compare.StatisticsOf(times).Median }

// put adds a result, in the place of an older one of the same work.
func (r *opticsReport) put(result opticsResult) {
	if i := slices.IndexFunc(r.Works, func(w opticsResult) bool { return w.Key == result.Key }); i >= 0 {
		r.Works[i] = result
		return
	}
	r.Works = append(r.Works, result)
	order := func(key string) int {
		return slices.IndexFunc(opticsWorks(), func(w opticsWork) bool { return w.Key == key })
	}
	slices.SortStableFunc(r.Works, func(a, b opticsResult) int { return order(a.Key) - order(b.Key) })
}

// work returns what is compared.
func (r opticsResult) work() opticsWork {
	works := opticsWorks()
	if i := slices.IndexFunc(works, func(w opticsWork) bool { return w.Key == r.Key }); i >= 0 {
		return works[i]
	}
	return opticsWork{Key: r.Key, Title: r.Key}
}

// wrong is the error of images that differ by more than their tolerance.
func (r *opticsReport) wrong() error {
	var all []error
	for _, w := range r.Works {
		for _, row := range w.Rows {
			if !(row.Difference <= row.Tolerance) {
				all = append(all, fmt.Errorf("%s: the image of %s differs by %.1e of the peak, and %.0e is allowed", w.work().Title, row.label(), row.Difference, row.Tolerance))
			}
		}
	}
	return errors.Join(all...)
}

// fastest returns the fastest row of the others.
func (r opticsResult) fastest() (opticsRow, bool) {
	var best opticsRow
	for _, row := range r.Rows {
		if row.Package != ours && (best.Package == "" || row.Seconds.Median < best.Seconds.Median) {
			best = row
		}
	}
	return best, best.Package != ""
}

func (r opticsResult) row(label string) (opticsRow, bool) {
	i := slices.IndexFunc(r.Rows, func(row opticsRow) bool { return row.label() == label })
	if i < 0 {
		return opticsRow{}, false
	}
	return r.Rows[i], true
}

// verdicts says, for each goal, what was reached.
func (r opticsResult) verdicts() []string {
	var list []string
	for _, g := range r.work().Goals {
		if g.Memory > 0 {
			if p, ok := r.row(ours + ", the program"); ok {
				list = append(list, fmt.Sprintf("%.0f MB, below %.0f wanted: %s", float64(p.Peak)/1e6, float64(g.Memory)/1e6, judged(p.Peak < g.Memory)))
			}
			continue
		}
		than, ok := r.fastest()
		if g.Than != "" {
			than, ok = r.row(g.Than)
		}
		if ok && len(r.Rows) > 0 {
			ratio := than.Seconds.Median / r.Rows[0].Seconds.Median
			list = append(list, fmt.Sprintf("%.3g× %s, %g wanted: %s", ratio, than.label(), g.AtLeast, judged(ratio >= g.AtLeast)))
		}
	}
	return list
}

// judged says in a word whether a goal was reached.
func judged(met bool) string {
	if met {
		return "met"
	}
	return "missed"
}

// seconds writes a time with its spread.
func seconds(s compare.Statistics) string {
	text := milliseconds(s.Median)
	if s.Q3 > s.Q1 {
		text += fmt.Sprintf(" ± %.0f %%", 100*(s.Q3-s.Q1)/2/s.Median)
	}
	return text
}

func milliseconds(s float64) string {
	if s >= 1 {
		return fmt.Sprintf("%.3g s", s)
	}
	return fmt.Sprintf("%.3g ms", 1e3*s)
}

// markdown is the report as tables for the README.
func (r *opticsReport) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s;\n%s. Medians of interleaved turns ± half the distance between the quartiles.\n", r.Machine, r.Date.Format("2 January 2006"))
	b.WriteString("\n| work | Arago, Go | plan | fastest other | POPPY | ratio to the fastest |\n|---|---|---|---|---|---|\n")
	for _, w := range r.Works {
		if w.work().File != "" || len(w.Rows) == 0 {
			continue
		}
		own := w.Rows[0]
		fast, _ := w.fastest()
		poppy, _ := w.row("POPPY, matrix DFT")
		ratio, wanted := fast.Seconds.Median/own.Seconds.Median, w.work().Goals[0].AtLeast
		fmt.Fprintf(&b, "| %s | %s, %s | %s | %s, %s | %s | %.3g×, %g wanted: %s |\n", w.work().Title, seconds(own.Seconds), strings.Join(own.Recipes, ", "), milliseconds(own.Plan),
			seconds(fast.Seconds), fast.label(), seconds(poppy.Seconds), ratio, wanted, judged(ratio >= wanted))
	}
	for _, w := range r.Works {
		if w.work().File == "" || len(w.Rows) == 0 {
			continue
		}
		fmt.Fprintf(&b, "\n%s (%s):\n\n", w.work().Title, strings.Join(w.verdicts(), "; "))
		b.WriteString("| | time | times Arago's | first call | plan | whole process | peak memory | image differs by |\n|---|---|---|---|---|---|---|---|\n")
		for _, row := range w.Rows {
			name := row.label()
			if row.Package == ours {
				name = "**" + name + "**"
			}
			if len(row.Recipes) > 0 {
				name += " (" + strings.Join(slices.Compact(slices.Clone(row.Recipes)), ", ") + ")"
			}
			fmt.Fprintf(&b, "| %s | %s | %.3g | %s | %s | %s | %s | %s |\n", name, seconds(row.Seconds), row.Seconds.Median/w.Rows[0].Seconds.Median,
				milliseconds(row.First), orDash(row.Plan > 0, milliseconds(row.Plan)), orDash(row.Process > 0, milliseconds(row.Process)),
				orDash(row.Peak > 0, fmt.Sprintf("%.0f MB", float64(row.Peak)/1e6)), orDash(row.Difference > 0, fmt.Sprintf("%.0e", row.Difference)))
		}
	}
	r.markdownGrowth(&b)
	fmt.Fprintf(&b, "\nVersions: %s.\n", strings.Join(r.versions(), "; "))
	for _, w := range r.Works {
		for _, m := range w.Missing {
			fmt.Fprintf(&b, "Not measured: %s, %s: %s.\n", w.work().Title, m.Name, m.Why)
		}
	}
	return b.String()
}

func orDash(there bool, text string) string {
	if there {
		return text
	}
	return "–"
}

func (r *opticsReport) versions() []string {
	var list []string
	uses := ""
	for _, w := range r.Works {
		for _, row := range w.Rows {
			if row.Version == "" {
				continue
			}
			uses = row.Uses
			if name := row.Package + " " + row.Version; !slices.Contains(list, name) {
				list = append(list, name)
			}
		}
	}
	if uses != "" {
		list = append(list, "with "+uses)
	}
	return list
}

// draw draws the times of all contenders, on a logarithmic scale, to a file.
func (r *opticsReport) draw(path string) error {
	var labels []string // of series
	axes := report.Axes{Title: "time of one call, ms; beside Arago, by how much the fastest other takes longer", Low: math.Inf(1), Label: func(v float64) string { return fmt.Sprintf("%g", v) }}
	for i, w := range r.Works {
		axes.Columns = append(axes.Columns, report.Column{Label: w.work().Title, At: (float64(i) + 0.5) / float64(len(r.Works))})
		for _, row := range w.Rows {
			if !slices.Contains(labels, row.label()) {
				labels = append(labels, row.label())
			}
			axes.Low, axes.High = min(axes.Low, 1e3*row.Seconds.Min), max(axes.High, 1e3*row.Seconds.Max)
		}
	}
	var legend report.Legend
	for i, label := range labels {
		legend = append(legend, report.Key{Name: label, Look: report.LookOf(i), Apart: true})
	}
	const width, panel vg.Length = 900, 400
	height := report.HeadHeight + legend.Height(width) + panel + 10
	p := report.Picture{Width: width, Height: height, Draw: func(c draw.Canvas) {
		report.Heading(c, "Arago and other optics packages, double precision",
			r.Machine.String(), strings.Join(r.versions(), "; "))
		legend.Draw(c, height-report.HeadHeight)
		f := axes.Draw(report.Panel(c, 0, height-report.HeadHeight-legend.Height(width)-6, width, panel))
		for i, label := range labels {
			for k, w := range r.Works {
				row, ok := w.row(label)
				if !ok {
					continue
				}
				s := row.Seconds
				if fast, others := w.fastest(); i == 0 && others {
					f.Note(report.LookOf(i), k, 1e3*s.Median, fmt.Sprintf("%.3g×", fast.Seconds.Median/s.Median))
				} else {
					f.Series(report.LookOf(i), 3*i, 3*len(labels), []report.Point{{Column: k, Low: 1e3 * s.Q1, Middle: 1e3 * s.Median, High: 1e3 * s.Q3}})
				}
			}
		}
	}}
	write := p.WritePNG
	if strings.HasSuffix(path, ".svg") {
		write = p.WriteSVG
	}
	if err := atomicfile.Replace(path, func(w io.Writer) error { return write(w) }); err != nil {
		return fmt.Errorf("%s cannot be written: %w", path, err)
	}
	return nil
}
