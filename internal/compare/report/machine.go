package report

import (
	"fmt"
	"runtime"
	"strings"

	"github.com/klauspost/cpuid/v2"
)

// Machine describes where a comparison ran. Numbers that are not known are 0.
type Machine struct {
	CPU   string `json:"cpu"`
	Level int    `json:"x86_64_level,omitempty"`
	// Physical is the number of cores of the processor, Cores that which this
	// process may use.
	Physical int    `json:"physical_cores"`
	Cores    int    `json:"cores"`
	L1       int    `json:"l1_data_bytes"`
	L2       int    `json:"l2_bytes"`
	L3       int    `json:"l3_bytes"`
	OS       string `json:"os"`
	Arch     string `json:"arch"`
	Go       string `json:"go"`
}

// ThisMachine describes the machine of this process.
func ThisMachine() Machine {
	c := cpuid.CPU
	name := strings.TrimSpace(c.BrandName)
	if name == "" {
		name = "processor of unknown name"
	}
	return Machine{
		CPU: name, Level: c.X64Level(), Physical: max(0, c.PhysicalCores), Cores: runtime.GOMAXPROCS(0),
		L1: max(0, c.Cache.L1D), L2: max(0, c.Cache.L2), L3: max(0, c.Cache.L3),
		OS: runtime.GOOS, Arch: runtime.GOARCH, Go: runtime.Version(),
	}
}

func (m Machine) String() string {
	s := fmt.Sprintf("%s, %s", m.CPU, cores(m.Cores))
	var caches []string
	for i, bytes := range []int{m.L1, m.L2, m.L3} {
		switch {
		case bytes >= 1<<20:
			caches = append(caches, fmt.Sprintf("L%d %d MiB", i+1, bytes>>20))
		case bytes > 0:
			caches = append(caches, fmt.Sprintf("L%d %d KiB", i+1, bytes>>10))
		}
	}
	if len(caches) > 0 {
		s += " (" + strings.Join(caches, ", ") + ")"
	}
	return fmt.Sprintf("%s, %s/%s, %s", s, m.OS, m.Arch, m.Go)
}

func cores(n int) string {
	if n == 1 {
		return "1 core"
	}
	return fmt.Sprintf("%d cores", n)
}
