package report

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"arago/internal/compare"
)

// WriteTable writes the report for a terminal of 88 columns.
func (r *Report) WriteTable(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintln(&b, r.Machine)
	for _, p := range r.Peaks {
		fmt.Fprintf(&b, "peak, %s precision, %s: %.4g GFLOP/s (%s)\n", p.Precision, cores(p.Cores), p.GFLOPS, p.Set)
	}
	if len(r.Peaks) == 0 {
		fmt.Fprintln(&b, "the peak of this machine is not known")
	}
	for _, l := range r.Libraries {
		fmt.Fprintf(&b, "%-*s  %s\n", r.nameWidth(), l.Name, about(l))
	}
	for _, m := range r.Missing {
		fmt.Fprintf(&b, "%-*s  not measured: %s\n", r.nameWidth(), m.Name, m.Why)
	}
	for _, g := range r.groups() {
		fmt.Fprintf(&b, "\n%s, %s precision, %s\n", g.Title(), g.Precision, cores(g.Cores))
		fmt.Fprintf(&b, "%6s  %-*s  %9s  %-19s  %7s  %7s  %7s\n", "size", r.nameWidth(), "by", "median", "spread", "GFLOP/s", "of peak", "error")
		size := 0
		for _, row := range g.Rows {
			label := ""
			if row.Size != size {
				size, label = row.Size, fmt.Sprint(row.Size)
			}
			fmt.Fprintf(&b, "%6s  %-*s  %9s  %-19s  %7s  %7s  %7.1e\n", label, r.nameWidth(), row.Contender,
				Duration(row.Seconds.Median), Spread(row.Seconds), speed(row.GFLOPS), share(row.ShareOfPeak), row.RelativeError)
		}
	}
	fmt.Fprint(&b, "\nTime by that of the fastest, geometric mean over sizes, precisions and cores:\n")
	for _, o := range compare.Operations() {
		var list []string
		for _, s := range r.standings(o) {
			list = append(list, fmt.Sprintf("%s %.2f", s.Contender, s.Ratio))
		}
		if len(list) > 0 {
			b.WriteString(Wrapped(fmt.Sprintf("  %-25s  ", o.Title()), strings.Join(list, ", ")))
		}
	}
	fmt.Fprint(&b, "\n", notes, "\n")
	if omitted := r.omitted(); len(omitted) > 0 {
		fmt.Fprint(&b, "\nNot measured:\n")
		for _, line := range omitted {
			b.WriteString(Wrapped("  ", line))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

const notes = `Spread is from the fastest turn to the slowest. GFLOP/s follow the customary counts; the
windowed FFT2 is counted as the padded transform that it replaces, so that it may exceed the
peak. Error is the relative error of a sample of the result in the 2-norm, against sums in
twice the precision.`

// nameWidth is that of the longest name.
func (r *Report) nameWidth() int {
	n := 2
	for _, l := range r.Libraries {
		n = max(n, utf8.RuneCountInString(l.Name))
	}
	for _, m := range r.Missing {
		n = max(n, utf8.RuneCountInString(m.Name))
	}
	return n
}

func about(l compare.Library) string {
	s := l.Library + " " + l.Version
	if l.Architecture != "" {
		s += ", kernels " + l.Architecture
	}
	if l.Path != "" {
		s += ", " + l.Path
	}
	return s
}

// omitted returns lines about what was left out, one for each reason and
// contender.
func (r *Report) omitted() []string {
	type key struct{ contender, reason string }
	var keys []key
	tasks := map[key][]string{}
	for _, o := range r.Omissions {
		reason, _, _ := strings.Cut(o.Reason, ";") // behind it stand figures
		k := key{o.Contender, reason}
		if strings.HasPrefix(reason, "a call would take") {
			k.reason = "a call would take too long"
		}
		if tasks[k] == nil {
			keys = append(keys, k)
		}
		tasks[k] = append(tasks[k], fmt.Sprintf("%s %d %s on %s", o.Operation, o.Size, o.Precision, cores(o.Cores)))
	}
	var lines []string
	for _, k := range keys {
		who := k.contender
		if who == "" {
			who = "all"
		}
		list := tasks[k]
		const shown = 3
		if len(list) > shown {
			list = append(list[:shown:shown], fmt.Sprintf("and %d more", len(list)-shown))
		}
		lines = append(lines, fmt.Sprintf("%s: %s (%s)", who, k.reason, strings.Join(list, ", ")))
	}
	return lines
}

// Duration returns seconds with three digits and a unit.
func Duration(s float64) string { v, unit := inUnit(s, s); return v + " " + unit }

// Spread returns the range from the fastest to the slowest time.
func Spread(s compare.Statistics) string {
	low, unit := inUnit(s.Min, s.Median)
	high, _ := inUnit(s.Max, s.Median)
	return low + " … " + high + " " + unit
}

// inUnit returns s seconds in the unit that suits like.
func inUnit(s, like float64) (value, unit string) {
	factor := 1.0
	switch unit = "s"; {
	case like < 1e-3:
		factor, unit = 1e6, "µs"
	case like < 1:
		factor, unit = 1e3, "ms"
	}
	switch v := s * factor; {
	case v < 10:
		value = fmt.Sprintf("%.2f", v)
	case v < 100:
		value = fmt.Sprintf("%.1f", v)
	default:
		value = fmt.Sprintf("%.0f", v)
	}
	return value, unit
}

func speed(gflops float64) string {
	if gflops < 100 {
		return fmt.Sprintf("%.1f", gflops)
	}
	return fmt.Sprintf("%.0f", gflops)
}

func share(s *float64) string {
	if s == nil {
		return "?"
	}
	return fmt.Sprintf("%.0f %%", 100**s)
}

// Wrapped breaks words behind a head into lines of 88 columns.
func Wrapped(head, words string) string {
	const width = 88
	indent := utf8.RuneCountInString(head)
	var b strings.Builder
	b.WriteString(head)
	at := indent
	for i, word := range strings.Fields(words) {
		n := utf8.RuneCountInString(word)
		if i > 0 && at+1+n > width {
			b.WriteString("\n" + strings.Repeat(" ", indent))
			at = indent
		} else if i > 0 {
			b.WriteByte(' ')
			at++
		}
		b.WriteString(word)
		at += n
	}
	return b.String() + "\n"
}
