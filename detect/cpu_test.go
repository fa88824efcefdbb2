package detect

import (
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/klauspost/cpuid/v2"
	"pgregory.net/rapid"
)

func TestQuotaIsTimeOverPeriod(t *testing.T) {
	for _, c := range []struct {
		name  string
		files map[string]string
		quota float64
		from  string
	}{
		{"version 2: none", map[string]string{
			"proc/self/cgroup":      "0::/\n",
			"proc/self/mountinfo":   mounts2,
			"sys/fs/cgroup/cpu.max": "max 100000\n",
		}, 0, ""},
		{"version 2: two and a half", map[string]string{
			"proc/self/cgroup":          "0::/job\n",
			"proc/self/mountinfo":       mounts2,
			"sys/fs/cgroup/job/cpu.max": "250000 100000\n",
		}, 2.5, "/sys/fs/cgroup/job"},
		{"version 2: an ancestor grants less", map[string]string{
			"proc/self/cgroup":            "0::/a/b\n",
			"proc/self/mountinfo":         mounts2,
			"sys/fs/cgroup/a/b/cpu.max":   "400000 100000\n",
			"sys/fs/cgroup/a/cpu.max":     "50000 100000\n",
			"sys/fs/cgroup/other/cpu.max": "1000 100000\n",
		}, 0.5, "/sys/fs/cgroup/a"},
		{"version 1: none", map[string]string{
			"proc/self/cgroup":                                "9:cpu,cpuacct:/\n",
			"proc/self/mountinfo":                             mounts1,
			"sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us":      "-1\n",
			"sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us":     "100000\n",
			"sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_quota_us":  "1000\n",
			"sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_period_us": "100000\n",
		}, 0, ""},
		{"version 1: three quarters of a short period, set by the parent", map[string]string{
			"proc/self/cgroup":                                  "9:cpu,cpuacct:/a/b\n",
			"proc/self/mountinfo":                               mounts1,
			"sys/fs/cgroup/cpu,cpuacct/a/b/cpu.cfs_quota_us":    "-1\n",
			"sys/fs/cgroup/cpu,cpuacct/a/b/cpu.cfs_period_us":   "100000\n",
			"sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_quota_us":      "7500\n",
			"sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_period_us":     "10000\n",
			"sys/fs/cgroup/cpu,cpuacct/other/cpu.cfs_quota_us":  "1000\n",
			"sys/fs/cgroup/cpu,cpuacct/other/cpu.cfs_period_us": "100000\n",
		}, 0.75, "/sys/fs/cgroup/cpu,cpuacct/a"},
		{"hybrid: version 1 has the controller", map[string]string{
			"proc/self/cgroup":                                "9:cpu,cpuacct:/job\n0::/elsewhere\n",
			"proc/self/mountinfo":                             mountsHybrid,
			"sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_quota_us":  "200000\n",
			"sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_period_us": "100000\n",
		}, 2, "/sys/fs/cgroup/cpu,cpuacct/job"},
		{"hybrid: version 2 has the controller", map[string]string{
			"proc/self/cgroup":                        "8:memory:/job\n0::/elsewhere\n",
			"proc/self/mountinfo":                     mountsHybrid,
			"sys/fs/cgroup/unified/elsewhere/cpu.max": "300000 100000\n",
		}, 3, "/sys/fs/cgroup/unified/elsewhere"},
		{"damaged files are passed over", map[string]string{
			"proc/self/cgroup":          "0::/job\n",
			"proc/self/mountinfo":       mounts2,
			"sys/fs/cgroup/job/cpu.max": "100000\n",
			"sys/fs/cgroup/cpu.max":     "100000 0\n",
		}, 0, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if q, from := tightestQuota(machine(c.files)); q != c.quota || from != c.from {
				t.Errorf("the quota is %v from %q, want %v from %q", q, from, c.quota, c.from)
			}
		})
	}
}

func TestUsableProcessorsAreWholeAndAtLeastOne(t *testing.T) {
	for _, c := range []struct {
		affinity, maxProcs int
		quota              float64
		want               int
	}{
		{8, 8, 0, 8},
		{8, 4, 0, 4},
		{2, 4, 0, 2},
		{8, 8, 0.5, 1},
		{8, 8, 1.5, 1},
		{8, 8, 2, 2},
		{8, 8, 2.5, 2},
		{8, 8, 1e9, 8},
		{1, 8, 4, 1},
		{0, 0, 0, 1},
	} {
		cpu := CPU{Affinity: c.affinity, MaxProcs: c.maxProcs, Quota: c.quota}
		if got := cpu.usable(); got != c.want {
			t.Errorf("of affinity %d, GOMAXPROCS %d and quota %v, %d are usable; want %d", c.affinity, c.maxProcs, c.quota, got, c.want)
		}
	}
}

func TestListsOfTheKernelAreCounted(t *testing.T) {
	for text, want := range map[string]int{
		"0-3,8\n": 5, "0\n": 1, "0-127\n": 128, "1,3,5\n": 3, "\n": 0, "": 0, "0-0": 1,
	} {
		if n, ok := countList(text); !ok || n != want {
			t.Errorf("the list %q holds %d, %v; want %d", text, n, ok, want)
		}
	}
	for _, text := range []string{"a", "3-1", "-1", "1,,2", "1-", "0-3:1/2"} {
		if n, ok := countList(text); ok {
			t.Errorf("the list %q holds %d; want an error", text, n)
		}
	}
}

func TestListsOfAnySetAreCounted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		set := rapid.SliceOfNDistinct(rapid.IntRange(0, 300), 0, 60, rapid.ID[int]).Draw(t, "set")
		slices.Sort(set)
		var parts []string
		for i := 0; i < len(set); {
			j := i
			for j+1 < len(set) && set[j+1] == set[j]+1 {
				j++
			}
			if i == j {
				parts = append(parts, strconv.Itoa(set[i]))
			} else {
				parts = append(parts, fmt.Sprintf("%d-%d", set[i], set[j]))
			}
			i = j + 1
		}
		text := strings.Join(parts, ",") + "\n"
		if n, ok := countList(text); !ok || n != len(set) {
			t.Errorf("the list %q holds %d, %v; want %d", text, n, ok, len(set))
		}
	})
}

func TestTheCpusetNarrowsTheAffinity(t *testing.T) {
	for _, c := range []struct {
		name  string
		files map[string]string
		want  int
	}{
		{"version 2", map[string]string{
			"proc/self/cgroup":                      "0::/a/b\n",
			"proc/self/mountinfo":                   mounts2,
			"sys/fs/cgroup/a/cpuset.cpus.effective": "0-3,8\n",
			"sys/fs/cgroup/cpuset.cpus.effective":   "0-15\n",
			"sys/fs/cgroup/elsewhere/cpuset.cpus":   "0\n",
		}, 5},
		{"version 1", map[string]string{
			"proc/self/cgroup":                           "7:cpuset:/job\n",
			"proc/self/mountinfo":                        mounts1,
			"sys/fs/cgroup/cpuset/job/cpuset.cpus":       "0-7\n",
			"sys/fs/cgroup/cpuset/cpuset.effective_cpus": "0-15\n",
			// Of those configured, only these are switched on.
			"sys/fs/cgroup/cpuset/job/cpuset.effective_cpus": "0-2\n",
		}, 3},
		{"a set that was never filled says nothing", map[string]string{
			"proc/self/cgroup":                               "7:cpuset:/job\n",
			"proc/self/mountinfo":                            mounts1,
			"sys/fs/cgroup/cpuset/job/cpuset.effective_cpus": "\n",
		}, 6},
		{"a wider set than the mask changes nothing", map[string]string{
			"proc/self/cgroup":                    "0::/\n",
			"proc/self/mountinfo":                 mounts2,
			"sys/fs/cgroup/cpuset.cpus.effective": "0-63\n",
		}, 6},
		{"no files", map[string]string{}, 6},
	} {
		t.Run(c.name, func(t *testing.T) {
			cpu := CPU{Affinity: 6, MaxProcs: 16}
			cpu.limit(machine(c.files))
			if cpu.Affinity != c.want || cpu.Usable != c.want {
				t.Errorf("affinity is %d, usable %d; want %d", cpu.Affinity, cpu.Usable, c.want)
			}
		})
	}
}

func TestCoresOfAllSocketsAreCounted(t *testing.T) {
	// Two sockets of two cores, two threads each: processor p shares its core
	// with p+4. The numbers of the cores repeat from socket to socket.
	files := map[string]string{
		"sys/devices/system/cpu/cpufreq/x/topology/core_cpus_list": "0\n",
		"sys/devices/system/cpu/cpu8/online":                       "0\n", // switched off: no topology
	}
	for p := range 8 {
		folder := fmt.Sprintf("sys/devices/system/cpu/cpu%d/topology/", p)
		files[folder+"core_id"] = fmt.Sprintf("%d\n", p%2)
		files[folder+"core_cpus_list"] = fmt.Sprintf("%d,%d\n", p%4, p%4+4)
	}
	old := map[string]string{}
	for name, text := range files {
		old[strings.Replace(name, "core_cpus_list", "thread_siblings_list", 1)] = text
	}
	for name, root := range map[string]fs.FS{"Linux 5.4 and later": machine(files), "before": machine(old)} {
		cpu := processor(&cpuid.CPUInfo{PhysicalCores: 2, LogicalCores: 4}) // one socket's
		cpu.limit(root)
		if cpu.PhysicalCores != 4 || cpu.LogicalCores != 8 {
			t.Errorf("%s: %d cores appear as %d processors; want 4 as 8", name, cpu.PhysicalCores, cpu.LogicalCores)
		}
	}
}

func TestWhatTheProcessorDoesNotTellIsZero(t *testing.T) {
	var info cpuid.CPUInfo
	info.PhysicalCores, info.LogicalCores = -1, 0
	info.Cache.L1D, info.Cache.L2, info.Cache.L3 = -1, 0, -1
	cpu := processor(&info)
	cpu.limit(noFiles{})
	if cpu.PhysicalCores != 0 || cpu.LogicalCores != 0 || cpu.L1D != 0 || cpu.L2 != 0 || cpu.L3 != 0 || cpu.Model != "" {
		t.Errorf("the processor is %+v; want zeros", cpu)
	}
	if cpu.Features == nil || len(cpu.Features) != 0 {
		t.Errorf("the features are %#v; want an empty list, which JSON writes as []", cpu.Features)
	}
	if cpu.Usable != 1 {
		t.Errorf("%d processors are usable, want 1", cpu.Usable)
	}
}

func TestProcessorIsDescribedInTheWordsOfCpuid(t *testing.T) {
	info := cpuid.CPUInfo{BrandName: " Some Processor  "}
	info.Cache.L1D, info.Cache.L2, info.Cache.L3 = 32<<10, 1<<20, 8<<20
	info.Enable(cpuid.FMA3, cpuid.AVX2, cpuid.RDRAND, cpuid.AVX512F)
	cpu := processor(&info)
	if cpu.Model != "Some Processor" || cpu.L1D != 32<<10 || cpu.L2 != 1<<20 || cpu.L3 != 8<<20 {
		t.Errorf("the processor is %+v", cpu)
	}
	if want := []string{"FMA3", "AVX2", "AVX512F"}; !slices.Equal(cpu.Features, want) {
		t.Errorf("the features are %q, want %q: the vector instructions only", cpu.Features, want)
	}
}
