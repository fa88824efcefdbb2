package forkguard

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// killAfter ends a child that hangs. Nothing is measured by it.
const killAfter = 20 * time.Second

// detectors builds the C program that asks each detector.
func detectors(t *testing.T) string {
	t.Helper()
	cc, err := exec.LookPath("cc")
	if err != nil {
		t.Skip("no C compiler called cc here (Debian: gcc)")
	}
	program := filepath.Join(t.TempDir(), "detectors")
	build := exec.Command(cc, "-O2", "-Wall", "-Wextra", "-Werror", "-pthread", "-o", program, filepath.Join("testdata", "detectors.c"))
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", build, err, out)
	}
	return program
}

// ask runs the program under the time limit.
func ask(t *testing.T, program, how string) (string, error) {
	t.Helper()
	return run(t, program, how, &syscall.SysProcAttr{})
}

func run(t *testing.T, program, how string, attributes *syscall.SysProcAttr) (string, error) {
	t.Helper()
	limit, cancel := context.WithTimeout(t.Context(), killAfter)
	defer cancel()
	c := exec.CommandContext(limit, program, how)
	c.SysProcAttr = attributes
	out, err := c.Output()
	return string(out), err
}

func TestEachDetectorSeesTheChildrenThatItCan(t *testing.T) {
	program := detectors(t)
	for _, c := range []struct{ how, want string }{
		{"none", "handler=0 page=0 pid=0 forked=0"},
		{"thread", "handler=0 page=0 pid=0 forked=0"},
		{"exec", "handler=0 page=0 pid=0 forked=0"},
		{"fork", "handler=1 page=1 pid=1 forked=1"},
		{"grandchild", "handler=1 page=1 pid=1 forked=1"},
		// No C library between the call and the kernel: no handler.
		{"clone", "handler=0 page=1 pid=1 forked=1"},
		// The memory is the parent's, with all that stands in it.
		{"vfork", "handler=0 page=0 pid=1 forked=1"},
	} {
		got, err := ask(t, program, c.how)
		if err != nil || strings.TrimSpace(got) != c.want {
			t.Errorf("%s: %q (%v), want %q", c.how, got, err, c.want)
		}
	}
}

// Parent and child are both process 1, each in its own namespace, as when a
// container's first process starts a container.
func TestThePageSeesAChildWithThePIDOfItsParent(t *testing.T) {
	program := detectors(t)
	// The first process of a namespace, and root in it.
	alone := &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWPID,
		UidMappings: []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}},
	}
	if out, err := run(t, program, "none", alone); err != nil {
		t.Skipf("this system lets nobody make a namespace of processes: %v %s", err, out)
	}
	got, err := run(t, program, "namespace", alone)
	const want = "handler=0 page=1 pid=0 forked=1"
	if err != nil || strings.TrimSpace(got) != want {
		t.Errorf("%q (%v), want %q", got, err, want)
	}
}

func TestTheSentenceNamesBothProcessesAndTheWayOut(t *testing.T) {
	out, err := ask(t, detectors(t), "sentence")
	if err != nil {
		t.Fatalf("%v (99: the guard takes memory): %s", err, out)
	}
	lines := strings.Split(out, "\n")
	var child, parent, lengths int
	if _, err := fmt.Sscan(lines[0], &child, &parent, &lengths); err != nil || child == parent || lengths != 1 {
		t.Fatalf("child, parent and whether the lengths are right: %q (%v)", lines[0], err)
	}
	// detect.Check says the same of a report; detect/provoke compares the two.
	where := fmt.Sprintf("(process %d, loaded in process %d)", child, parent)
	for _, part := range []string{"AR101: ", where, "Go runtime", "spawn", "forkserver", "inside the worker"} {
		if !strings.Contains(lines[1], part) {
			t.Errorf("the sentence lacks %q: %s", part, lines[1])
		}
	}
	if lines[2] != lines[1][:7] || lines[3] != "########" {
		t.Errorf("a buffer of 8 holds %q, and behind it %q", lines[2], lines[3])
	}
}
