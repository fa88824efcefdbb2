package detect

import (
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

// A process on Linux stands in control groups that may limit what it uses.
// Version 2 has one tree for all controllers (memory, cpu, cpuset), version 1 a
// tree per controller or pair of them; a machine may have both, and then a
// controller is in one of them and the path of the process differs from tree to
// tree (cgroups(7)). So everything here is asked per controller.

// group is the folder of one control group.
type group struct {
	folder  string // relative to the root of the file system
	version int
}

// groups returns the control groups of this process that may hold the
// controller, and their ancestors, as far as they can be seen from here; a
// group stands before its ancestors. A group of version 2 whose controller is
// elsewhere has none of the controller's files.
func groups(root fs.FS, controller string) []group {
	own, err := fs.ReadFile(root, "proc/self/cgroup")
	if err != nil {
		return nil
	}
	mountinfo, err := fs.ReadFile(root, "proc/self/mountinfo")
	if err != nil {
		return nil
	}
	mounts := parseMounts(string(mountinfo), controller)
	var found []group
	for _, version := range []int{1, 2} {
		membership, ok := parseMembership(string(own), version, controller)
		if !ok {
			continue
		}
		var holding, tops []group
		for _, m := range mounts {
			if m.version != version {
				continue
			}
			tops = append(tops, group{m.top(), version})
			for _, folder := range m.folders(membership) {
				holding = append(holding, group{folder, version})
			}
		}
		// Some containers are told a path that they cannot see; what they do
		// see is then a group of theirs. But where one mount holds the path,
		// another that does not is about other processes.
		if holding == nil {
			holding = tops
		}
		found = append(found, holding...)
	}
	return found
}

// parseMembership returns the path of the process in the tree of version 2, or
// in the tree of version 1 with the controller, from /proc/self/cgroup: lines
// "number:controllers:path", version 2 with number 0 and no controllers.
func parseMembership(text string, version int, controller string) (string, bool) {
	for line := range strings.Lines(text) {
		part := strings.SplitN(strings.TrimSuffix(line, "\n"), ":", 3)
		if len(part) != 3 {
			continue
		}
		if version == 2 && part[0] == "0" && part[1] == "" {
			return part[2], true
		}
		if version == 1 && slices.Contains(strings.Split(part[1], ","), controller) {
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

// parseMounts finds the trees that may hold the controller in
// /proc/self/mountinfo, whose lines are (proc_pid_mountinfo(5))
//
//	id parent device root point options [tags …] - type source superoptions
func parseMounts(text, controller string) []mount {
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
		case right[0] == "cgroup" && slices.Contains(strings.Split(right[2], ","), controller):
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

// top is the folder of the topmost group that the mount shows.
func (m mount) top() string {
	return path.Clean("/" + m.point)[1:]
}

// folders returns the folders of the group at path membership and of its
// ancestors, up to the top of the mount, or none if the mount does not show
// that group.
func (m mount) folders(membership string) []string {
	inside := membership
	if m.root != "/" {
		var ok bool
		inside, ok = strings.CutPrefix(membership, m.root)
		if !ok || inside != "" && inside[0] != '/' {
			return nil
		}
	}
	// A path that begins with ".." lies above the root of the namespace.
	if strings.HasPrefix(inside, "/..") {
		return nil
	}
	var folders []string
	for p := path.Clean("/" + inside); p != "/"; p = path.Dir(p) {
		folders = append(folders, m.top()+p)
	}
	return append(folders, m.top())
}

// text returns the contents of a file of the group.
func (g group) text(root fs.FS, file string) (string, bool) {
	text, err := fs.ReadFile(root, path.Join(g.folder, file))
	return string(text), err == nil
}

// number returns the number that a file of the group holds, if it holds one.
func (g group) number(root fs.FS, file string) (int64, bool) {
	text, ok := g.text(root, file)
	if !ok {
		return 0, false
	}
	v, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	return v, err == nil
}

// name is the folder of the group as a person would type it.
func (g group) name() string { return "/" + g.folder }
