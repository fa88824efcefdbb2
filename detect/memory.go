package detect

import (
	"bufio"
	"io/fs"
	"math"
	"os"
	"runtime"
	"strconv"
	"strings"
)

// AvailableMemory returns how many bytes this process may still take without
// swapping and without being killed for it. On Linux that is the smallest of
// what the machine has to spare (MemAvailable) and what the control groups of
// the process and all their ancestors leave it. On other systems ok is false:
// it is not known.
func AvailableMemory() (bytes int64, ok bool) {
	if runtime.GOOS != "linux" {
		return 0, false
	}
	return availableMemory(os.DirFS("/"))
}

// availableMemory answers from the files of a Linux system whose root is root.
func availableMemory(root fs.FS) (bytes int64, ok bool) {
	bytes = math.MaxInt64
	if meminfo, err := fs.ReadFile(root, "proc/meminfo"); err == nil {
		if free, found := field(string(meminfo), "MemAvailable:"); found {
			bytes, ok = free*1024, true // the file counts in KiB
		}
	}
	for _, c := range memoryGroups(root) {
		if room, limited := c.room(root); limited {
			bytes, ok = min(bytes, room), true
		}
	}
	if !ok {
		return 0, false
	}
	return bytes, true
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
