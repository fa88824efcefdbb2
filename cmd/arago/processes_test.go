//go:build linux

package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// long is the coronagraph made a run that takes minutes: whoever is asked to end
// must do it in the middle of the work.
var long = strings.NewReplacer(
	"npix = 32\noversample = 2", "npix = 256\noversample = 4",
	"wavelengths = [1e-6, 1.2e-6, 1.1e-6]\nweights = [1, 2, 1]", "center = 1e-6\nbandwidth = 0.2\ncount = 400",
).Replace(coronagraph)

// started is the program, running in a folder of its own with an environment
// that its descendants can be told by.
type started struct {
	*exec.Cmd
	mark   string
	stderr *bytes.Buffer
}

// start runs the test program as arago, in the middle of its work when start
// returns: planes are being written.
func start(t *testing.T, arguments ...string) *started {
	t.Helper()
	inFolder(t, long)
	arago, err := exec.LookPath("arago")
	if err != nil {
		t.Fatal(err)
	}
	s := &started{Cmd: exec.Command(arago, append([]string{"psf", "system.toml", "--save-planes", "planes"}, arguments...)...)}
	s.mark = fmt.Sprintf("ARAGO_TEST_MARK=%d-%s", os.Getpid(), strings.ReplaceAll(t.Name(), "/", "-"))
	s.stderr = new(bytes.Buffer)
	s.Env, s.Stderr = append(os.Environ(), s.mark), s.stderr
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.Process.Kill()
		for _, pid := range s.family(t) {
			syscall.Kill(pid, syscall.SIGKILL)
		}
	})
	await(t, "the first plane", func() bool {
		files, _ := filepath.Glob("planes/.*")
		return len(files) > 2
	})
	return s
}

// await looks again and again until something has happened. Its pause is a
// courtesy to the machine: what is awaited happens or the test fails.
func await(t *testing.T, what string, happened func() bool) {
	t.Helper()
	for range 6000 {
		if happened() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("%s did not come", what)
}

// family lists the processes that carry the mark.
func (s *started) family(t *testing.T) []int {
	t.Helper()
	environments, err := filepath.Glob("/proc/[0-9]*/environ")
	if err != nil {
		t.Fatal(err)
	}
	var pids []int
	for _, file := range environments {
		text, err := os.ReadFile(file)
		if err == nil && slices.Contains(strings.Split(string(text), "\x00"), s.mark) {
			pid, err := strconv.Atoi(filepath.Base(filepath.Dir(file)))
			if err != nil {
				t.Fatal(err)
			}
			pids = append(pids, pid)
		}
	}
	return pids
}

func TestASignalLeavesNoProcessAndNoFile(t *testing.T) {
	for _, mode := range []string{"processes", "goroutines"} {
		for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
			t.Run(mode+" "+signal.String(), func(t *testing.T) {
				s := start(t, "--mode", mode, "--workers", "2")
				if n := len(s.family(t)); mode == "processes" && n < 3 {
					t.Errorf("%d processes are at work, want the program and 2 workers", n)
				}
				if err := s.Process.Signal(signal); err != nil {
					t.Fatal(err)
				}
				s.Wait()
				if code := s.ProcessState.ExitCode(); code != exitInterrupted {
					t.Errorf("exit code %d, want %d: %s", code, exitInterrupted, s.stderr)
				}
				if want := "arago: interrupted; nothing was written\n"; s.stderr.String() != want {
					t.Errorf("stderr %q, want %q", s.stderr, want)
				}
				if pids := s.family(t); len(pids) > 0 {
					t.Errorf("processes %v are left", pids)
				}
				if names := listing(t); !slices.Equal(names, []string{"system.toml"}) {
					t.Errorf("the run left %q", names)
				}
			})
		}
	}
}

// An interrupt from the terminal reaches the whole process group; the workers
// stand outside of it, so that only the program decides.
func TestAnInterruptFromTheTerminalEndsAll(t *testing.T) {
	s := start(t, "--mode", "processes", "--workers", "2")
	for _, pid := range s.family(t) {
		group, err := syscall.Getpgid(pid)
		if err != nil {
			t.Fatal(err)
		}
		own, err := syscall.Getpgid(s.Process.Pid)
		if err != nil {
			t.Fatal(err)
		}
		if pid != s.Process.Pid && group == own {
			t.Errorf("worker %d stands in the process group of the program", pid)
		}
	}
	s.Process.Signal(syscall.SIGINT)
	s.Wait()
	if pids := s.family(t); len(pids) > 0 {
		t.Errorf("processes %v are left", pids)
	}
}

func TestWorkersOfAKilledProgramExit(t *testing.T) {
	s := start(t, "--mode", "processes", "--workers", "2")
	if n := len(s.family(t)); n < 3 {
		t.Fatalf("%d processes are at work, want the program and 2 workers", n)
	}
	if err := s.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	s.Wait()
	await(t, "the end of the workers", func() bool { return len(s.family(t)) == 0 })
}

func TestAKilledWorkerIsToldAndReplaced(t *testing.T) {
	s := start(t, "--mode", "processes", "--workers", "2")
	workers := slices.DeleteFunc(s.family(t), func(pid int) bool { return pid == s.Process.Pid })
	if len(workers) == 0 {
		t.Fatal("there are no workers")
	}
	if err := syscall.Kill(workers[0], syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	await(t, "another worker", func() bool {
		return slices.ContainsFunc(s.family(t), func(pid int) bool { return pid != s.Process.Pid && !slices.Contains(workers, pid) })
	})
	s.Process.Signal(syscall.SIGINT)
	s.Wait()
	want := fmt.Sprintf("process %d", workers[0])
	if got := s.stderr.String(); !strings.Contains(got, "arago: warning: worker ") || !strings.Contains(got, want) || !strings.Contains(got, "signal 9") {
		t.Errorf("stderr %q does not tell the end of %s", got, want)
	}
}

// The second interrupt does not wait for the plane that is being computed, and
// leaves nothing either; nor does the end of the terminal.
func TestASecondInterruptAndAHangupLeaveNothing(t *testing.T) {
	for _, signals := range [][]syscall.Signal{{syscall.SIGINT, syscall.SIGINT}, {syscall.SIGHUP}, {syscall.SIGTERM, syscall.SIGINT}} {
		s := start(t, "--mode", "goroutines")
		for _, signal := range signals {
			s.Process.Signal(signal) // it may have ended by the first
		}
		s.Wait()
		if code := s.ProcessState.ExitCode(); code != exitInterrupted {
			t.Errorf("%v: exit code %d, want %d: %s", signals, code, exitInterrupted, s.stderr)
		}
		if names := listing(t); !slices.Equal(names, []string{"system.toml"}) {
			t.Errorf("%v: the run left %q", signals, names)
		}
	}
}
