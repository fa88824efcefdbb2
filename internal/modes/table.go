package modes

import (
	"fmt"
	"io"
	"strings"

	"arago/internal/compare/report"
)

// WriteTable writes the report for a terminal of 88 columns.
func (r *Report) WriteTable(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%s\n", r.Machine, r.about())
	for _, v := range r.measured() {
		fmt.Fprintf(&b, "%-16s  by %s: %s\n", v.Title, r.backends(v.Name), v.command())
	}
	for _, c := range Cases() {
		rows := r.of(c)
		if len(rows) == 0 {
			continue
		}
		fmt.Fprintf(&b, "\n%s\n", c.Title())
		fmt.Fprintf(&b, "%4s  %-16s  %9s  %-19s  %6s  %11s  %9s\n", "over", "by", "median", "spread", "speed", "peak memory", "workers")
		over := 0
		for _, row := range rows {
			label := ""
			if row.Oversample != over {
				over, label = row.Oversample, fmt.Sprint(row.Oversample)
			}
			fmt.Fprintf(&b, "%4s  %-16s  %9s  %-19s  %6s  %11s  %9s\n", label, r.title(row.Variant),
				report.Duration(row.Seconds.Median), report.Spread(row.Seconds), ratio(row.Speed), mebibytes(row.PeakMemory), row.sharers())
		}
	}
	b.WriteString("\n" + report.Wrapped("", r.notes()))
	if omitted := r.omitted(); len(omitted) > 0 {
		fmt.Fprint(&b, "\nNot measured:\n")
		for _, line := range omitted {
			b.WriteString(report.Wrapped("  ", line))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}
