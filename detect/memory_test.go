package detect

import (
	"runtime"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
)

const (
	mib = 1 << 20
	gib = 1 << 30

	// meminfo has 8 GiB to spare.
	meminfo = "MemTotal:       16303428 kB\nMemFree:         1003428 kB\nMemAvailable:    8388608 kB\n"

	// Lines as Linux 6.1 writes them: a machine with version 2 only, one with
	// version 1, and a hybrid one whose version 2 tree is empty.
	mounts2 = "22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw\n" +
		"25 24 0:22 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate,memory_recursiveprot\n"
	mounts1 = "30 25 0:26 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid shared:11 - cgroup cgroup rw,cpu,cpuacct\n" +
		"31 25 0:27 / /sys/fs/cgroup/memory rw,nosuid shared:12 - cgroup cgroup rw,memory\n"
	mountsHybrid = mounts1 + "32 25 0:28 / /sys/fs/cgroup/unified rw,nosuid shared:13 - cgroup2 cgroup2 rw,nsdelegate\n"
)

// machine builds the file system of a machine from names and contents.
func machine(files map[string]string) fstest.MapFS {
	root := fstest.MapFS{}
	for name, text := range files {
		root[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return root
}

func TestAvailableMemoryIsTheSmallestOfMachineAndControlGroups(t *testing.T) {
	for _, c := range []struct {
		name  string
		files map[string]string
		want  int64
	}{
		{"without control groups the machine decides", map[string]string{
			"proc/meminfo": meminfo,
		}, 8 * gib},
		{"version 2: limit minus use, files that can be dropped not counted as use", map[string]string{
			"proc/meminfo":                                meminfo,
			"proc/self/cgroup":                            "0::/user.slice/job\n",
			"proc/self/mountinfo":                         mounts2,
			"sys/fs/cgroup/user.slice/job/memory.max":     strconv.Itoa(4*gib) + "\n",
			"sys/fs/cgroup/user.slice/job/memory.high":    "max\n",
			"sys/fs/cgroup/user.slice/job/memory.current": strconv.Itoa(gib) + "\n",
			"sys/fs/cgroup/user.slice/job/memory.stat":    "anon 1000\ninactive_file " + strconv.Itoa(256*mib) + "\nactive_file 5\n",
		}, 3*gib + 256*mib},
		{"version 2: an ancestor may be the narrowest", map[string]string{
			"proc/meminfo":                            meminfo,
			"proc/self/cgroup":                        "0::/user.slice/job\n",
			"proc/self/mountinfo":                     mounts2,
			"sys/fs/cgroup/user.slice/job/memory.max": "max\n",
			"sys/fs/cgroup/user.slice/memory.max":     strconv.Itoa(2*gib) + "\n",
			"sys/fs/cgroup/user.slice/memory.current": strconv.Itoa(gib) + "\n",
		}, gib},
		{"version 2: memory.high throttles before memory.max kills", map[string]string{
			"proc/meminfo":              meminfo,
			"proc/self/cgroup":          "0::/\n",
			"proc/self/mountinfo":       mounts2,
			"sys/fs/cgroup/memory.max":  strconv.Itoa(4*gib) + "\n",
			"sys/fs/cgroup/memory.high": strconv.Itoa(3*gib) + "\n",
		}, 3 * gib},
		{"version 1, with its number for no limit in the leaf", map[string]string{
			"proc/meminfo":        meminfo,
			"proc/self/cgroup":    "9:cpu,cpuacct:/x\n8:memory:/batch/job\n",
			"proc/self/mountinfo": mounts1,
			"sys/fs/cgroup/memory/batch/job/memory.limit_in_bytes": "9223372036854771712\n",
			"sys/fs/cgroup/memory/batch/memory.limit_in_bytes":     strconv.Itoa(gib) + "\n",
			"sys/fs/cgroup/memory/batch/memory.usage_in_bytes":     strconv.Itoa(512*mib) + "\n",
			"sys/fs/cgroup/memory/batch/memory.stat":               "total_inactive_file " + strconv.Itoa(128*mib) + "\n",
		}, 640 * mib},
		{"hybrid: memory is counted in the tree of version 1, its path differs", map[string]string{
			"proc/meminfo":        meminfo,
			"proc/self/cgroup":    "8:memory:/batch\n0::/elsewhere\n",
			"proc/self/mountinfo": mountsHybrid,
			"sys/fs/cgroup/memory/batch/memory.limit_in_bytes": strconv.Itoa(gib) + "\n",
		}, gib},
		{"a container whose own group is the top of what it sees", map[string]string{
			"proc/meminfo":             meminfo,
			"proc/self/cgroup":         "0::/docker/abc\n",
			"proc/self/mountinfo":      strings.Replace(mounts2, "0:22 / ", "0:22 /docker/abc ", 1),
			"sys/fs/cgroup/memory.max": strconv.Itoa(gib) + "\n",
		}, gib},
		{"a container that is told a path it cannot see", map[string]string{
			"proc/meminfo":             meminfo,
			"proc/self/cgroup":         "0::/../../outside\n",
			"proc/self/mountinfo":      mounts2,
			"sys/fs/cgroup/memory.max": strconv.Itoa(gib) + "\n",
		}, gib},
		{"a mount point with a blank in its name", map[string]string{
			"proc/self/cgroup":     "0::/\n",
			"proc/self/mountinfo":  strings.Replace(mounts2, "/sys/fs/cgroup", `/my\040groups`, 1),
			"my groups/memory.max": strconv.Itoa(gib) + "\n",
		}, gib},
		{"more use than limit leaves nothing, not less than nothing", map[string]string{
			"proc/meminfo":                 meminfo,
			"proc/self/cgroup":             "0::/\n",
			"proc/self/mountinfo":          mounts2,
			"sys/fs/cgroup/memory.max":     "1000\n",
			"sys/fs/cgroup/memory.current": "4000\n",
		}, 0},
		{"damaged lines are passed over", map[string]string{
			"proc/meminfo":        "MemAvailable\n\n" + meminfo,
			"proc/self/cgroup":    "nonsense\n",
			"proc/self/mountinfo": "nonsense\n- - -\n" + mounts2,
		}, 8 * gib},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, ok := availableMemory(machine(c.files))
			if !ok || got != c.want {
				t.Errorf("available memory is %d, %v; want %d, true", got, ok, c.want)
			}
		})
	}
}

func TestAvailableMemoryIsUnknownWithoutTheFilesOfLinux(t *testing.T) {
	for _, files := range []map[string]string{
		{},
		{"proc/meminfo": "MemTotal: 5 kB\n"},
		{"proc/meminfo": "MemAvailable: many kB\n"},
		{"proc/self/cgroup": "0::/\n"},
		{"proc/self/cgroup": "0::/\n", "proc/self/mountinfo": mounts2, "sys/fs/cgroup/memory.max": "max\n"},
	} {
		if got, ok := availableMemory(machine(files)); ok || got != 0 {
			t.Errorf("available memory is %d, %v; want 0, false", got, ok)
		}
	}
}

func TestThisMachineAnswers(t *testing.T) {
	bytes, ok := AvailableMemory()
	if runtime.GOOS == "linux" && (!ok || bytes <= 0) {
		t.Errorf("available memory is %d, %v; a running Linux has some", bytes, ok)
	}
	if runtime.GOOS != "linux" && ok {
		t.Errorf("available memory is %d on %s; it is known on Linux only", bytes, runtime.GOOS)
	}
}
