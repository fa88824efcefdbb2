package detect

import (
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

// A process on Linux stands in control groups that may limit its memory.
// Version 2 has one tree for all resources, version 1 a tree per resource; a
// machine may have both, with the memory in either (cgroups(7)).

// group is the folder of one control group that counts memory.
type group struct {
	folder  string // relative to the root of the file system
	version int
}

// memoryGroups returns the memory control groups of this process and their
// ancestors, as far as they can be seen from here.
func memoryGroups(root fs.FS) []group {
	own, err := fs.ReadFile(root, "proc/self/cgroup")
	if err != nil {
		return nil
	}
	mountinfo, err := fs.ReadFile(root, "proc/self/mountinfo")
	if err != nil {
		return nil
	}
	var groups []group
	for _, m := range parseMounts(string(mountinfo)) {
		membership, ok := parseMembership(string(own), m.version)
		if !ok {
			continue
		}
		for _, folder := range m.folders(membership) {
			groups = append(groups, group{folder, m.version})
		}
	}
	return groups
}

// parseMembership returns the path of the process in the tree of version 2, or
// in the tree of version 1 that counts memory, from /proc/self/cgroup: lines
// "number:resources:path", version 2 with number 0 and no resources.
func parseMembership(text string, version int) (string, bool) {
	for line := range strings.Lines(text) {
		part := strings.SplitN(strings.TrimSuffix(line, "\n"), ":", 3)
		if len(part) != 3 {
			continue
		}
		if version == 2 && part[0] == "0" && part[1] == "" {
			return part[2], true
		}
		if version == 1 && slices.Contains(strings.Split(part[1], ","), "memory") {
			return part[2], true
		}
	}
	return "", false
}

// mount is where a tree of control groups is seen.
type mount struct {
	root    string // the group that is the top of what is seen
	point   string // the folder in which it is seen
	version int
}

// parseMounts finds the trees that may count memory in /proc/self/mountinfo,
// whose lines are (proc_pid_mountinfo(5))
//
//	id parent device root point options [tags …] - type source superoptions
func parseMounts(text string) []mount {
	var mounts []mount
	for line := range strings.Lines(text) {
		before, after, ok := strings.Cut(line, " - ")
		left, right := strings.Fields(before), strings.Fields(after)
		if !ok || len(left) < 5 || len(right) < 3 {
			continue
		}
		m := mount{root: unescape(left[3]), point: unescape(left[4])}
		switch {
		case right[0] == "cgroup2":
			m.version = 2
		case right[0] == "cgroup" && slices.Contains(strings.Split(right[2], ","), "memory"):
			m.version = 1
		default:
			continue
		}
		mounts = append(mounts, m)
	}
	return mounts
}

// unescape undoes the octal escapes, such as \040 for a blank, of mountinfo.
func unescape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+3 < len(s) {
			if v, err := strconv.ParseUint(s[i+1:i+4], 8, 8); err == nil {
				b.WriteByte(byte(v))
				i += 3
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// folders returns the folders of the group at path membership and of its
// ancestors, up to the top of the mount. A membership outside of what the
// mount shows (as in some containers) leaves only the top.
func (m mount) folders(membership string) []string {
	top := strings.TrimPrefix(path.Clean(m.point), "/")
	inside, ok := membership, true
	if m.root != "/" {
		inside, ok = strings.CutPrefix(membership, m.root)
		ok = ok && (inside == "" || inside[0] == '/')
	}
	if !ok || strings.HasPrefix(inside, "/..") {
		return []string{top}
	}
	var folders []string
	for p := path.Clean("/" + inside); p != "/"; p = path.Dir(p) {
		folders = append(folders, top+p)
	}
	return append(folders, top)
}

// room returns how much memory a group still allows; limited is false if it
// sets no limit. Files that were read lately and can be dropped at once
// (inactive_file) count as free although the group counts them as used.
func (g group) room(root fs.FS) (bytes int64, limited bool) {
	limits, usage, droppable := []string{"memory.max", "memory.high"}, "memory.current", "inactive_file"
	if g.version == 1 {
		limits, usage, droppable = []string{"memory.limit_in_bytes"}, "memory.usage_in_bytes", "total_inactive_file"
	}
	var limit int64
	for _, name := range limits {
		// Version 2 writes "max" where there is no limit; version 1 a number
		// beyond any memory, which does no harm.
		if v, ok := g.number(root, name); ok && (!limited || v < limit) {
			limit, limited = v, true
		}
	}
	if !limited {
		return 0, false
	}
	used, _ := g.number(root, usage)
	if stat, err := fs.ReadFile(root, path.Join(g.folder, "memory.stat")); err == nil {
		if cached, ok := field(string(stat), droppable); ok {
			used -= cached
		}
	}
	return max(0, limit-max(0, used)), true
}

// number returns the number that a file of the group holds, if it holds one.
func (g group) number(root fs.FS, file string) (int64, bool) {
	text, err := fs.ReadFile(root, path.Join(g.folder, file))
	if err != nil {
		return 0, false
	}
	v, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64)
	return v, err == nil
}
