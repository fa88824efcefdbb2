package provoke

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// AR105: threads without processors. They are slow and nothing else, so there
// is nothing to provoke but the refusal, in a process that has one processor.

func TestMoreThreadsThanProcessorsAreRefused(t *testing.T) {
	arago := "arago=" + library(t)
	host(t, nil, "one_processor", arago, `ask={"start":"exec","processes":4,"threads":1}`).
		expect(t, refused, "refused AR105", "1 usable processor", "affinity 1")
	host(t, nil, "one_processor", arago, `ask={"start":"exec","processes":2,"threads":1}`).expect(t, 0, "warning AR105")
	host(t, nil, "one_processor", arago, `ask={"start":"exec","processes":1,"threads":1}`).expectNot(t, "AR105")
}

// AR112: memory that is not there.

func TestGoEndsWithoutAddressSpaceAndThePlanIsRefusedInstead(t *testing.T) {
	steps := []string{"arago=" + library(t), "sum", "address_space=1024"}
	host(t, nil, append(steps, "take=16")...).expect(t, 0, "done")
	host(t, nil, append(steps, "take=4096")...).expectSignal(t, syscall.SIGABRT, "out of memory")

	host(t, nil, append(steps, bytes(4096), "take=4096")...).expect(t, refused, "refused AR112", "RLIMIT_AS")
	host(t, nil, append(steps, bytes(16), "take=16")...).expectNot(t, "AR112")
}

// bytes is a plan of so many MiB.
func bytes(mebibytes int) string { return fmt.Sprintf(`ask={"bytes":%d}`, mebibytes<<20) }

func TestTheKernelEndsWhatOutgrowsItsControlGroupAndThePlanIsRefusedInstead(t *testing.T) {
	group := "control_group=" + memoryGroup(t, 128<<20)
	steps := []string{group, "arago=" + library(t), "sum"}
	host(t, nil, append(steps, "take=16")...).expect(t, 0, "done")
	host(t, nil, append(steps, "take=512")...).expectSignal(t, syscall.SIGKILL)

	host(t, nil, append(steps, bytes(512), "take=512")...).expect(t, refused, "refused AR112", "control group")
	host(t, nil, append(steps, bytes(16), "take=16")...).expectNot(t, "AR112")
}

// memoryGroup makes a control group with a limit, below that of this process.
func memoryGroup(t *testing.T, limit int) string {
	t.Helper()
	text, err := os.ReadFile("/proc/self/cgroup")
	if err != nil {
		t.Skipf("no control groups here: %v", err)
	}
	var parent, name string
	for line := range strings.Lines(string(text)) {
		// "8:memory:/path" in version 1, "0::/path" in version 2.
		f := strings.SplitN(strings.TrimSpace(line), ":", 3)
		switch {
		case len(f) == 3 && f[1] == "memory":
			parent, name = filepath.Join("/sys/fs/cgroup/memory", f[2]), "memory.limit_in_bytes"
		case len(f) == 3 && f[1] == "" && parent == "":
			parent, name = filepath.Join("/sys/fs/cgroup", f[2]), "memory.max"
		}
	}
	group := filepath.Join(parent, fmt.Sprintf("arago-provoke-%d", os.Getpid()))
	if err := os.Mkdir(group, 0o755); err != nil {
		t.Skipf("this process may make no control group: %v", err)
	}
	t.Cleanup(func() {
		if err := os.Remove(group); err != nil {
			t.Error(err)
		}
	})
	if err := os.WriteFile(filepath.Join(group, name), []byte(fmt.Sprint(limit)), 0o644); err != nil {
		t.Skipf("this process may limit no memory: %v", err)
	}
	// Swapped out is not ended.
	if name == "memory.max" {
		_ = os.WriteFile(filepath.Join(group, "memory.swap.max"), []byte("0"), 0o644)
	} else {
		_ = os.WriteFile(filepath.Join(group, "memory.swappiness"), []byte("0"), 0o644)
	}
	return group
}
