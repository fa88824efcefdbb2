package workers

import (
	"fmt"
	"strings"
)

// Death is the unexpected end of a worker process. It is an ErrWorker.
type Death struct {
	// Worker counts workers from 1; PID is the process.
	Worker, PID int
	// Line is the index of the wavelength that it had been given, −1 before it
	// was ready for its first; Wavelength is in metres.
	Line       int
	Wavelength float64
	// Cause says what ended it: "ended with exit status 2".
	Cause string
	// Output is the end of what it wrote to standard output and standard error.
	Output string
}

// Error tells of the death in one sentence, with the line of the output that
// tells most.
func (d *Death) Error() string {
	var s strings.Builder
	fmt.Fprintf(&s, "worker %d (process %d) %s", d.Worker, d.PID, d.Cause)
	if d.Line < 0 {
		s.WriteString(" before it was ready")
	} else {
		fmt.Fprintf(&s, " at wavelength %d (%g m)", d.Line+1, d.Wavelength)
	}
	if text := telling(d.Output); text != "" {
		fmt.Fprintf(&s, "; it wrote: %s", text)
	}
	return s.String()
}

// Unwrap returns ErrWorker.
func (d *Death) Unwrap() error { return ErrWorker }
