package detect

import (
	"bufio"
	"io/fs"
	"math"
	"runtime/metrics"
	"strconv"
	"strings"
)

// AvailableMemory returns how many bytes this process may still take without
// swapping and without being killed or refused for it: Memory.Usable of
// [Limits]. On Linux that is the smallest of what the machine has to spare
// (MemAvailable), what the control groups of the process and all their
// ancestors leave it, and what RLIMIT_AS leaves of address space. On other
// systems ok is false: it is not known.
//
// RLIMIT_AS bounds from above only. Beyond it an allocation surely fails; but a
// program may fail before, because Go takes address space in pieces of 64 MiB,
// and thread stacks, the C library and OpenBLAS (128 MiB for each caller) map
// far more than they touch.
func AvailableMemory() (bytes int64, ok bool) {
	m := readMemory()
	return m.Usable, m.LimitedBy != ""
}

// readMemory finds what this process may still take.
func readMemory() Memory {
	m := memory(linux(), freeHeap())
	if m.Total == 0 {
		m.Total = totalMemory()
	}
	return m
}

// memory answers from the files of a Linux system whose root is root. Free is
// the part of this process's heap that is mapped but holds nothing.
func memory(root fs.FS, free int64) Memory {
	m := Memory{Group: -1, AddressSpace: addressSpace(root, free)}
	available := int64(-1)
	if meminfo, err := fs.ReadFile(root, "proc/meminfo"); err == nil {
		// The file counts in KiB.
		if v, ok := field(string(meminfo), "MemTotal:"); ok {
			m.Total = v * 1024
		}
		if v, ok := field(string(meminfo), "MemAvailable:"); ok {
			m.Available = v * 1024
			available = m.Available
		}
	}
	for _, g := range groups(root, "memory") {
		if room, limit, limited := g.room(root); limited && (m.Group < 0 || room < m.Group) {
			m.Group, m.GroupLimit, m.GroupFrom = room, limit, g.name()
		}
	}
	m.Usable = math.MaxInt64
	for _, bound := range []struct {
		bytes int64
		name  string
	}{{available, "machine"}, {m.Group, "control group"}, {m.AddressSpace, "RLIMIT_AS"}} {
		if bound.bytes >= 0 && bound.bytes < m.Usable {
			m.Usable, m.LimitedBy = bound.bytes, bound.name
		}
	}
	if m.LimitedBy == "" {
		m.Usable = 0
	}
	return m
}

// addressSpace returns how much memory the process can still take before its
// virtual size reaches RLIMIT_AS, −1 without that limit: what can still be
// mapped, and free of the heap, which takes no further address space to use
// again.
func addressSpace(root fs.FS, free int64) int64 {
	limits, err := fs.ReadFile(root, "proc/self/limits")
	if err != nil {
		return -1
	}
	for line := range strings.Lines(string(limits)) {
		rest, ok := strings.CutPrefix(line, "Max address space")
		if !ok {
			continue
		}
		// The soft limit, the hard one, the unit.
		f := strings.Fields(rest)
		if len(f) == 0 {
			return -1
		}
		limit, err := strconv.ParseInt(f[0], 10, 64)
		if err != nil || limit >= unlimited { // "unlimited"
			return -1
		}
		mapped, _ := status(root, "VmSize:")
		return max(0, limit-mapped+free)
	}
	return -1
}

// freeHeap returns how much of Go's heap is mapped, and counted as the virtual
// size of the process, while it holds nothing.
func freeHeap() int64 {
	samples := []metrics.Sample{
		{Name: "/memory/classes/heap/free:bytes"},
		{Name: "/memory/classes/heap/released:bytes"},
	}
	metrics.Read(samples)
	var bytes int64
	for _, s := range samples {
		if s.Value.Kind() == metrics.KindUint64 {
			bytes += int64(s.Value.Uint64())
		}
	}
	return bytes
}

// status returns an amount of memory, in bytes, from /proc/self/status.
func status(root fs.FS, key string) (bytes int64, ok bool) {
	text, err := fs.ReadFile(root, "proc/self/status")
	if err != nil {
		return 0, false
	}
	v, ok := field(string(text), key)
	return v * 1024, ok // the file counts in KiB
}

// field returns the number that follows key at the beginning of a line.
func field(text, key string) (value int64, ok bool) {
	lines := bufio.NewScanner(strings.NewReader(text))
	for lines.Scan() {
		f := strings.Fields(lines.Text())
		if len(f) >= 2 && f[0] == key {
			v, err := strconv.ParseInt(f[1], 10, 64)
			return v, err == nil
		}
	}
	return 0, false
}
