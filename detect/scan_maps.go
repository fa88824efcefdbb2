//go:build !cgo && linux

package detect

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Without cgo nobody can be asked; the kernel tells which files are mapped.

// mapping is a part of the memory of the process that a file is mapped to.
type mapping struct {
	from, to uintptr
	path     string
}

// parseMaps reads /proc/self/maps, whose lines are (proc_pid_maps(5))
//
//	from-to permissions offset device inode path
//
// and leaves out what has no file. The kernel adds " (deleted)" to the path of
// a file that is gone, and writes a line feed in it as \012.
func parseMaps(text string) []mapping {
	var all []mapping
	for line := range strings.Lines(text) {
		part := strings.Fields(line)
		if len(part) < 6 || !strings.HasPrefix(part[5], "/") {
			continue
		}
		first, last, _ := strings.Cut(part[0], "-")
		from, err := strconv.ParseUint(first, 16, 64)
		if err != nil {
			continue
		}
		to, err := strconv.ParseUint(last, 16, 64)
		if err != nil {
			continue
		}
		path := strings.TrimSpace(line[strings.Index(line, "/"):])
		path = strings.TrimSuffix(path, " (deleted)")
		all = append(all, mapping{uintptr(from), uintptr(to), path})
	}
	return all
}

// libraries returns the shared libraries among what is mapped, in the order of
// their addresses. Programs, fonts and data files are mapped too.
func libraries(maps []mapping) []string {
	var all []string
	seen := map[string]bool{}
	for _, m := range maps {
		base := filepath.Base(m.path)
		if !seen[m.path] && (strings.HasSuffix(base, ".so") || strings.Contains(base, ".so.")) {
			seen[m.path] = true
			all = append(all, m.path)
		}
	}
	return all
}

func readMaps() []mapping {
	text, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		return nil
	}
	return parseMaps(string(text))
}

func objects() []string { return libraries(readMaps()) }

func opened(name string) (image, bool) { return &file{name: realPath(name)}, true }

func holder(address uintptr) (image, bool) {
	program, _ := os.Executable()
	for _, m := range readMaps() {
		if address >= m.from && address < m.to {
			return &file{name: realPath(m.path), own: m.path == program}, true
		}
	}
	return nil, false
}
