package main

import (
	"fmt"
	"strings"

	"arago/detect"
)

// columns writes text in two columns: names, and what is said of them.
type columns struct {
	b     *strings.Builder
	width int
}

func (s columns) line(name, format string, args ...any) {
	fmt.Fprintf(s.b, "%-*s %s\n", s.width, name, fmt.Sprintf(format, args...))
}

// verdicts writes what is refused and what is warned of.
func (s columns) verdicts(list []detect.Verdict) {
	if len(list) == 0 {
		s.line("safety", "nothing is refused, nothing to warn of")
	}
	for _, v := range list {
		name := "warning"
		if v.Refused {
			name = "REFUSED"
		}
		s.line(name, "%s", v)
	}
}

// once returns name for the first of several lines.
func once(name string, i int) string {
	if i > 0 {
		return ""
	}
	return name
}
