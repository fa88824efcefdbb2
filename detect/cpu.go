package detect

import (
	"io/fs"
	"runtime"
	"strings"

	"github.com/klauspost/cpuid/v2"
)

// readCPU finds what this process may use of the machine's processors.
func readCPU() CPU {
	c := processor(&cpuid.CPU)
	c.Affinity = affinity()
	c.MaxProcs = runtime.GOMAXPROCS(0)
	c.limit(linux())
	return c
}

// vector are the instructions that numerical libraries choose their kernels by.
var vector = []cpuid.FeatureID{
	cpuid.SSE2, cpuid.SSE4, cpuid.AVX, cpuid.F16C, cpuid.FMA3, cpuid.FMA4, cpuid.AVX2, cpuid.AVXVNNI,
	cpuid.AVX512F, cpuid.AVX512CD, cpuid.AVX512DQ, cpuid.AVX512BW, cpuid.AVX512VL, cpuid.AVX512VNNI, cpuid.AVX512BF16, cpuid.AVX512FP16,
	cpuid.ASIMD, cpuid.ASIMDHP, cpuid.ASIMDRDM, cpuid.ASIMDDP, cpuid.FCMA, cpuid.SVE, cpuid.SVE2,
	cpuid.RV_V,
}

// processor translates what cpuid tells about the processor, where 0 and
// negative numbers both stand for what is not known.
func processor(info *cpuid.CPUInfo) CPU {
	c := CPU{
		Model:         strings.TrimSpace(info.BrandName),
		Features:      []string{},
		PhysicalCores: max(0, info.PhysicalCores),
		LogicalCores:  max(0, info.LogicalCores),
		L1D:           max(0, info.Cache.L1D), L2: max(0, info.Cache.L2), L3: max(0, info.Cache.L3),
	}
	for _, id := range vector {
		if info.Has(id) {
			c.Features = append(c.Features, id.String())
		}
	}
	return c
}

// limit takes the files of a Linux system into account and says what is usable
// of the affinity and of GOMAXPROCS.
func (c *CPU) limit(root fs.FS) {
	// The instruction cpuid tells of one socket only, and not on every
	// architecture.
	if physical, logical := cores(root); logical > 0 {
		c.PhysicalCores, c.LogicalCores = physical, logical
	}
	if n := smallestSet(root); n > 0 {
		c.Affinity = min(c.Affinity, n)
	}
	c.Quota, c.QuotaFrom = tightestQuota(root)
	c.Usable = c.usable()
}

// usable returns how many processors are worth using. A quota is rounded down:
// one caller too many would make all of them wait for the next period.
func (c *CPU) usable() int {
	n := min(c.Affinity, c.MaxProcs)
	if c.Quota > 0 && c.Quota < float64(n) {
		n = int(c.Quota)
	}
	return max(1, n)
}

// cores counts the cores of all sockets, and the processors that they appear
// as, by the lists that each processor has of those that share its core. Both
// are 0 if the system does not tell.
func cores(root fs.FS) (physical, logical int) {
	const cpus = "sys/devices/system/cpu/cpu[0-9]*/topology/"
	// The name since Linux 5.4, and the one before.
	for _, name := range []string{"core_cpus_list", "thread_siblings_list"} {
		files, err := fs.Glob(root, cpus+name)
		if err != nil || len(files) == 0 {
			continue
		}
		core := map[string]bool{}
		for _, file := range files {
			siblings, err := fs.ReadFile(root, file)
			if err != nil {
				return 0, 0
			}
			core[string(siblings)] = true
		}
		return len(core), len(files)
	}
	return 0, 0
}
