//go:build linux

package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// An interrupt keeps what was computed, says so, and has the code that a scheduler may
// take for "again"; the same command then goes on.
func TestAnInterruptedSweepGoesOn(t *testing.T) {
	inFolder(t, strings.Replace(coronagraph, "[1e-6, 1.2e-6, 1.1e-6]\nweights = [1, 2, 1]", "[1e-6]", 1))
	const cases = interruptedCases
	study := fmt.Sprintf("system = \"system.toml\"\n[[axis]]\npath = \"source.offset_r\"\nuniform = { from = 0.0, to = 0.1, count = %d }\n[measures]\ntake = [\"flux\"]\n", cases)
	if err := os.WriteFile("study.toml", []byte(study), 0o666); err != nil {
		t.Fatal(err)
	}
	arago, err := exec.LookPath("arago")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(arago, "sweep", "study.toml", "-q")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill() })
	await(t, "the first cases", func() bool {
		info, err := os.Stat("study.fits.journal")
		return err == nil && info.Size() > 5000
	})
	cmd.Process.Signal(syscall.SIGTERM)
	cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != exitInterrupted {
		t.Fatalf("exit code %d, want %d: %s", code, exitInterrupted, &stderr)
	}
	said := regexp.MustCompile(fmt.Sprintf(`^arago: interrupted; ([1-9][0-9]*) of %d cases are kept, and the same command goes on from there`, cases)).FindStringSubmatch(stderr.String())
	if said == nil {
		t.Fatalf("stderr %q", &stderr)
	}
	if names := listing(t); strings.Join(names, " ") != "study.fits.journal study.fits.part study.toml system.toml" {
		t.Errorf("the interrupted sweep left %q", names)
	}
	var stdout, problems bytes.Buffer
	if code := run(t.Context(), []string{"sweep", "study.toml", "--no-picture"}, &stdout, &problems, noEnvironment); code != exitDone {
		t.Fatalf("exit code %d: %s", code, &problems)
	}
	if want := fmt.Sprintf(", %s were there, in ", said[1]); !strings.Contains(stdout.String(), want) {
		t.Errorf("the next run says %q, want %q", &stdout, want)
	}
	if names := listing(t); strings.Join(names, " ") != "study.fits study.toml system.toml" {
		t.Errorf("the sweep left %q", names)
	}
}
