package modes

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// answer is what the program prints: of a run that is done, or of one that is
// refused.
type answer struct {
	Mode       string  `json:"mode"`
	Workers    int     `json:"workers"`
	Seconds    float64 `json:"seconds"`
	PeakMemory float64 `json:"peak_memory"`
	Backend    string  `json:"backend"`
	Threads    int     `json:"fftw_threads"`

	Error string `json:"error"`
}

// leftOut is why a run did not come about although the comparison goes on.
type leftOut struct{ reason string }

func (e *leftOut) Error() string { return e.reason }

// interruptedCode is the exit code of a program that an interrupt ended.
const interruptedCode = 130

// grace is how long an interrupted program has to end its workers and remove its
// files before it is killed.
const grace = 10 * time.Second

// run runs the program once on the system file, beside which it writes. Its error
// is that of ctx, a *leftOut, or tells that the program did not do what it should.
func (o Options) run(ctx context.Context, v Variant, file string) (answer, error) {
	limited, stop := context.WithTimeout(ctx, o.RunLimit)
	defer stop()
	cmd := exec.CommandContext(limited, o.Program, v.arguments(file, file+".fits", o.Backend)...)
	// Where --workers leaves the choice to the program, it shall be its own.
	cmd.Env = append(append(os.Environ(), "ARAGO_WORKERS="), v.Environment...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	cmd.Cancel = func() error {
		if err := cmd.Process.Signal(os.Interrupt); err == nil || errors.Is(err, os.ErrProcessDone) {
			return err
		}
		return cmd.Process.Kill() // Windows has no interrupt for one process
	}
	cmd.WaitDelay = grace
	err := cmd.Run()
	switch {
	case ctx.Err() != nil:
		return answer{}, ctx.Err()
	case limited.Err() != nil:
		return answer{}, &leftOut{fmt.Sprintf("there was no result after %v", o.RunLimit)}
	}
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return answer{}, fmt.Errorf("%s cannot be run: %w", o.Program, err)
	}
	switch cmd.ProcessState.ExitCode() {
	case interruptedCode:
		// The same interrupt is on its way to this process.
		return answer{}, context.Canceled
	case -1:
		return answer{}, &leftOut{fmt.Sprintf("the program was ended from outside (%v)", exit)}
	}
	var a answer
	wrong := func(what string) error {
		said := lastLine(stderr.String())
		if said == "" {
			said = "nothing"
		}
		return fmt.Errorf("%s psf --mode %s on %s (exit code %d) %s; on standard error it said: %s",
			o.Program, v.Mode, filepath.Base(file), cmd.ProcessState.ExitCode(), what, said)
	}
	if json.Unmarshal(stdout.Bytes(), &a) != nil {
		return answer{}, wrong("gave no JSON object")
	}
	switch {
	case err != nil && a.Error == "":
		return answer{}, wrong("gave no reason for its failure")
	case err != nil:
		return answer{}, &leftOut{strings.TrimPrefix(a.Error, file+": ")}
	case a.Mode != v.Mode:
		return answer{}, wrong(fmt.Sprintf("answered that its mode was %q", a.Mode))
	case a.Seconds <= 0:
		return answer{}, wrong("did not say how long it took")
	}
	return a, nil
}

func lastLine(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return lines[len(lines)-1]
}
