package detect

import (
	"fmt"
	"runtime"
	"strconv"
	"testing"
)

const (
	mib = 1 << 20
	gib = 1 << 30

	// meminfo has 8 GiB to spare.
	meminfo = "MemTotal:       16303428 kB\nMemFree:         1003428 kB\nMemAvailable:    8388608 kB\n"

	// procLimits is /proc/self/limits of Linux 6.1 with a soft and a hard limit
	// of the address space to be filled in.
	procLimits = "Limit                     Soft Limit           Hard Limit           Units     \n" +
		"Max cpu time              unlimited            unlimited            seconds   \n" +
		"Max stack size            8388608              unlimited            bytes     \n" +
		"Max address space         %-20s %-20s bytes     \n" +
		"Max file locks            unlimited            unlimited            locks     \n"

	// procStatus maps 1 GiB, of which little is resident.
	procStatus = "Name:\tarago\nVmPeak:\t 1150976 kB\nVmSize:\t 1048576 kB\nVmHWM:\t   20480 kB\nVmRSS:\t   10240 kB\n" +
		"RssAnon:\t    4096 kB\nRssFile:\t    5120 kB\nRssShmem:\t    1024 kB\n"
)

func TestTheSmallestOfMachineAndControlGroupsIsUsable(t *testing.T) {
	for _, c := range []struct {
		name      string
		files     map[string]string
		usable    int64
		limitedBy string
		from      string
	}{
		{"without control groups the machine decides", map[string]string{
			"proc/meminfo": meminfo,
		}, 8 * gib, "machine", ""},
		{"a group with more room than the machine is reported but does not decide", map[string]string{
			"proc/meminfo":             meminfo,
			"proc/self/cgroup":         "0::/\n",
			"proc/self/mountinfo":      mounts2,
			"sys/fs/cgroup/memory.max": strconv.Itoa(32*gib) + "\n",
		}, 8 * gib, "machine", "/sys/fs/cgroup"},
		{"version 2: limit minus use, files that can be dropped not counted as use", map[string]string{
			"proc/meminfo":                                meminfo,
			"proc/self/cgroup":                            "0::/user.slice/job\n",
			"proc/self/mountinfo":                         mounts2,
			"sys/fs/cgroup/user.slice/job/memory.max":     strconv.Itoa(4*gib) + "\n",
			"sys/fs/cgroup/user.slice/job/memory.high":    "max\n",
			"sys/fs/cgroup/user.slice/job/memory.current": strconv.Itoa(gib) + "\n",
			"sys/fs/cgroup/user.slice/job/memory.stat":    "anon 1000\ninactive_file " + strconv.Itoa(256*mib) + "\nactive_file 5\n",
		}, 3*gib + 256*mib, "control group", "/sys/fs/cgroup/user.slice/job"},
		{"version 2: an ancestor may be the narrowest", map[string]string{
			"proc/meminfo":                            meminfo,
			"proc/self/cgroup":                        "0::/user.slice/job\n",
			"proc/self/mountinfo":                     mounts2,
			"sys/fs/cgroup/user.slice/job/memory.max": "max\n",
			"sys/fs/cgroup/user.slice/memory.max":     strconv.Itoa(2*gib) + "\n",
			"sys/fs/cgroup/user.slice/memory.current": strconv.Itoa(gib) + "\n",
		}, gib, "control group", "/sys/fs/cgroup/user.slice"},
		{"version 2: memory.high throttles before memory.max kills", map[string]string{
			"proc/meminfo":              meminfo,
			"proc/self/cgroup":          "0::/\n",
			"proc/self/mountinfo":       mounts2,
			"sys/fs/cgroup/memory.max":  strconv.Itoa(4*gib) + "\n",
			"sys/fs/cgroup/memory.high": strconv.Itoa(3*gib) + "\n",
		}, 3 * gib, "control group", "/sys/fs/cgroup"},
		{"version 1, with its number for no limit in the leaf", map[string]string{
			"proc/meminfo":        meminfo,
			"proc/self/cgroup":    "9:cpu,cpuacct:/x\n8:memory:/batch/job\n",
			"proc/self/mountinfo": mounts1,
			"sys/fs/cgroup/memory/batch/job/memory.limit_in_bytes": "9223372036854771712\n",
			"sys/fs/cgroup/memory/batch/memory.limit_in_bytes":     strconv.Itoa(gib) + "\n",
			"sys/fs/cgroup/memory/batch/memory.usage_in_bytes":     strconv.Itoa(512*mib) + "\n",
			"sys/fs/cgroup/memory/batch/memory.stat":               "total_inactive_file " + strconv.Itoa(128*mib) + "\n",
		}, 640 * mib, "control group", "/sys/fs/cgroup/memory/batch"},
		{"hybrid: memory is counted in the tree of version 1, its path differs", map[string]string{
			"proc/meminfo":        meminfo,
			"proc/self/cgroup":    "8:memory:/batch\n0::/elsewhere\n",
			"proc/self/mountinfo": mountsHybrid,
			"sys/fs/cgroup/memory/batch/memory.limit_in_bytes": strconv.Itoa(gib) + "\n",
		}, gib, "control group", "/sys/fs/cgroup/memory/batch"},
		{"hybrid: memory is counted in the tree of version 2", map[string]string{
			"proc/meminfo":        meminfo,
			"proc/self/cgroup":    "9:cpu,cpuacct:/x\n0::/elsewhere\n",
			"proc/self/mountinfo": mountsHybrid,
			"sys/fs/cgroup/unified/elsewhere/memory.max": strconv.Itoa(gib) + "\n",
		}, gib, "control group", "/sys/fs/cgroup/unified/elsewhere"},
		{"the group alone, where the machine says nothing", map[string]string{
			"proc/self/cgroup":         "0::/\n",
			"proc/self/mountinfo":      mounts2,
			"sys/fs/cgroup/memory.max": strconv.Itoa(gib) + "\n",
		}, gib, "control group", "/sys/fs/cgroup"},
		{"more use than limit leaves nothing, not less than nothing", map[string]string{
			"proc/meminfo":                 meminfo,
			"proc/self/cgroup":             "0::/\n",
			"proc/self/mountinfo":          mounts2,
			"sys/fs/cgroup/memory.max":     "1000\n",
			"sys/fs/cgroup/memory.current": "4000\n",
		}, 0, "control group", "/sys/fs/cgroup"},
		{"damaged lines are passed over", map[string]string{
			"proc/meminfo":        "MemAvailable\n\n" + meminfo,
			"proc/self/cgroup":    "nonsense\n",
			"proc/self/mountinfo": "nonsense\n- - -\n" + mounts2,
			"proc/self/limits":    "nonsense\nMax address space\n",
		}, 8 * gib, "machine", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := memory(machine(c.files), 0)
			if m.Usable != c.usable || m.LimitedBy != c.limitedBy {
				t.Errorf("usable are %d, limited by %q; want %d by %q", m.Usable, m.LimitedBy, c.usable, c.limitedBy)
			}
			if m.GroupFrom != c.from {
				t.Errorf("the group is %q, want %q", m.GroupFrom, c.from)
			}
			if (m.Group < 0) != (c.from == "") {
				t.Errorf("the group leaves %d bytes and is %q", m.Group, m.GroupFrom)
			}
		})
	}
}

func TestTheLimitOfTheGroupIsReportedBesideItsRoom(t *testing.T) {
	m := memory(machine(map[string]string{
		"proc/meminfo":                 meminfo,
		"proc/self/cgroup":             "0::/\n",
		"proc/self/mountinfo":          mounts2,
		"sys/fs/cgroup/memory.max":     strconv.Itoa(4*gib) + "\n",
		"sys/fs/cgroup/memory.current": strconv.Itoa(3*gib) + "\n",
	}), 0)
	want := Memory{
		Total: 16303428 * 1024, Available: 8 * gib,
		Group: gib, GroupLimit: 4 * gib, GroupFrom: "/sys/fs/cgroup",
		AddressSpace: -1, Usable: gib, LimitedBy: "control group",
	}
	if m != want {
		t.Errorf("memory is %+v, want %+v", m, want)
	}
}

func TestUsableMemoryIsUnknownWithoutTheFilesOfLinux(t *testing.T) {
	for _, files := range []map[string]string{
		{},
		{"proc/meminfo": "MemTotal: 5 kB\n"},
		{"proc/meminfo": "MemAvailable: many kB\n"},
		{"proc/self/cgroup": "0::/\n"},
		{"proc/self/cgroup": "0::/\n", "proc/self/mountinfo": mounts2, "sys/fs/cgroup/memory.max": "max\n"},
	} {
		if m := memory(machine(files), 0); m.Usable != 0 || m.LimitedBy != "" || m.Group != -1 || m.AddressSpace != -1 {
			t.Errorf("memory is %+v; want nothing usable, limited by nothing", m)
		}
	}
}

func TestAddressSpaceIsWhatTheLimitLeavesOfWhatIsMapped(t *testing.T) {
	for _, c := range []struct {
		name, soft, hard string
		free, want       int64
	}{
		{"no limit", "unlimited", "unlimited", 0, -1},
		{"a hard limit does not bind before the soft one", "unlimited", "1073741824", 0, -1},
		{"no limit, written as a number", "9223372036854771712", "unlimited", 0, -1},
		{"3 GiB, of which 1 GiB is mapped", "3221225472", "unlimited", 0, 2 * gib},
		{"what is free of the heap can be used again", "3221225472", "unlimited", 100 * mib, 2*gib + 100*mib},
		{"a limit that was lowered below what is mapped", "1000", "1000", 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			files := map[string]string{
				"proc/meminfo":     meminfo,
				"proc/self/limits": fmt.Sprintf(procLimits, c.soft, c.hard),
				"proc/self/status": procStatus,
			}
			m := memory(machine(files), c.free)
			if m.AddressSpace != c.want {
				t.Errorf("the address space left is %d, want %d", m.AddressSpace, c.want)
			}
			usable, by := int64(8*gib), "machine"
			if c.want >= 0 {
				usable, by = c.want, "RLIMIT_AS"
			}
			if m.Usable != usable || m.LimitedBy != by {
				t.Errorf("usable are %d, limited by %q; want %d by %q", m.Usable, m.LimitedBy, usable, by)
			}
		})
	}
}

func TestResidentMemoryAsTheKernelCountsIt(t *testing.T) {
	root := machine(map[string]string{"proc/self/status": procStatus})
	if peak, ok := peakResident(root); !ok || peak != 20*mib {
		t.Errorf("the peak is %d, %v; want %d", peak, ok, 20*mib)
	}
	if shared := sharedResident(root); shared != mib {
		t.Errorf("shared are %d, want %d", shared, mib)
	}
	if peak, ok := peakResident(noFiles{}); ok {
		t.Errorf("the peak is %d without files, want unknown", peak)
	}
	if shared := sharedResident(noFiles{}); shared != 0 {
		t.Errorf("shared are %d without files, want 0", shared)
	}
}

func TestMemoryIsKnownOnLinuxOnly(t *testing.T) {
	bytes, ok := AvailableMemory()
	if runtime.GOOS == "linux" && (!ok || bytes <= 0) {
		t.Errorf("available memory is %d, %v; a running Linux has some", bytes, ok)
	}
	if runtime.GOOS != "linux" && ok {
		t.Errorf("available memory is %d on %s; it is known on Linux only", bytes, runtime.GOOS)
	}
}
