package detect

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"
)

// Lines as Linux 6.1 writes them: a machine with version 2 only, one with
// version 1, and a hybrid one whose version 2 tree is empty.
const (
	mounts2 = "22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw\n" +
		"25 24 0:22 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate,memory_recursiveprot\n"
	mounts1 = "30 25 0:26 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid shared:11 - cgroup cgroup rw,cpu,cpuacct\n" +
		"31 25 0:27 / /sys/fs/cgroup/memory rw,nosuid shared:12 - cgroup cgroup rw,memory\n" +
		"33 25 0:29 / /sys/fs/cgroup/cpuset rw,nosuid shared:14 - cgroup cgroup rw,cpuset\n"
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

func TestGroupsAreThoseOfTheController(t *testing.T) {
	for _, c := range []struct {
		name, own, mountinfo, controller string
		want                             []string
	}{
		{"version 2: the group, its ancestors, the top", "0::/user.slice/job\n", mounts2, "memory",
			[]string{"/sys/fs/cgroup/user.slice/job", "/sys/fs/cgroup/user.slice", "/sys/fs/cgroup"}},
		{"version 1: the path may differ between controllers", "9:cpu,cpuacct:/x\n8:memory:/batch/job\n", mounts1, "cpu",
			[]string{"/sys/fs/cgroup/cpu,cpuacct/x", "/sys/fs/cgroup/cpu,cpuacct"}},
		{"hybrid: both trees may hold the controller", "8:memory:/batch\n0::/elsewhere\n", mountsHybrid, "memory",
			[]string{
				"/sys/fs/cgroup/memory/batch", "/sys/fs/cgroup/memory",
				"/sys/fs/cgroup/unified/elsewhere", "/sys/fs/cgroup/unified",
			}},
		{"a container that sees itself as the top", "0::/docker/abc\n", strings.Replace(mounts2, "0:22 / ", "0:22 /docker/abc ", 1), "cpu",
			[]string{"/sys/fs/cgroup"}},
		{"a group within the container", "0::/docker/abc/job\n", strings.Replace(mounts2, "0:22 / ", "0:22 /docker/abc ", 1), "cpu",
			[]string{"/sys/fs/cgroup/job", "/sys/fs/cgroup"}},
		{"a container that is told a path above its namespace", "0::/../../outside\n", mounts2, "cpu",
			[]string{"/sys/fs/cgroup"}},
		{"a container that sees a group with a similar name", "0::/docker/abcd\n", strings.Replace(mounts2, "0:22 / ", "0:22 /docker/abc ", 1), "cpu",
			[]string{"/sys/fs/cgroup"}},
		{"a mount of another group, where one holds this process", "0::/job\n",
			mounts2 + "40 1 0:22 /docker/abc /mnt/abc rw - cgroup2 cgroup2 rw\n", "cpu",
			[]string{"/sys/fs/cgroup/job", "/sys/fs/cgroup"}},
		{"a mount point with a blank in its name", "0::/\n", strings.Replace(mounts2, "/sys/fs/cgroup", `/my\040groups`, 1), "cpu",
			[]string{"/my groups"}},
		{"a path with a colon in it", "0::/a:b\n", mounts2, "cpu",
			[]string{"/sys/fs/cgroup/a:b", "/sys/fs/cgroup"}},
		{"a process in no group of the controller", "9:cpu,cpuacct:/x\n", mounts1, "memory", nil},
		{"damaged lines", "nonsense\n", "nonsense\n- - -\n" + mounts2, "memory", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			root := machine(map[string]string{"proc/self/cgroup": c.own, "proc/self/mountinfo": c.mountinfo})
			var got []string
			for _, g := range groups(root, c.controller) {
				got = append(got, g.name())
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("the groups are %q, want %q", got, c.want)
			}
		})
	}
}

func TestNoGroupsWithoutTheFilesOfLinux(t *testing.T) {
	for _, files := range []map[string]string{
		{},
		{"proc/self/cgroup": "0::/\n"},
		{"proc/self/mountinfo": mounts2},
	} {
		if got := groups(machine(files), "memory"); got != nil {
			t.Errorf("groups are %v, want none", got)
		}
	}
}

// A nesting is a path of control groups with a quota and a memory limit at some
// of its levels, drawn at random and written down as Linux does.
type nesting struct {
	files  map[string]string
	quota  float64 // the smallest, 0 if none was drawn
	room   int64   // the smallest limit minus use, −1 if none was drawn
	quotaA string  // the folder of the innermost group with that quota
	roomA  string
}

func drawNesting(t *rapid.T, version int) nesting {
	n := nesting{room: -1, files: map[string]string{"proc/self/mountinfo": mounts2}}
	cpu, memory := "/sys/fs/cgroup", "/sys/fs/cgroup"
	if version == 1 {
		cpu, memory = "/sys/fs/cgroup/cpu,cpuacct", "/sys/fs/cgroup/memory"
		n.files["proc/self/mountinfo"] = mountsHybrid
	}
	put := func(folder, name, text string) { n.files[path.Join(folder, name)[1:]] = text + "\n" }
	names := rapid.SliceOfN(rapid.StringMatching(`[a-z][a-z0-9.\-]{0,8}`), 0, 6).Draw(t, "path")
	own := "/" + strings.Join(names, "/")
	n.files["proc/self/cgroup"] = "0::" + own + "\n"
	if version == 1 {
		n.files["proc/self/cgroup"] = "4:memory:" + own + "\n3:cpu,cpuacct:" + own + "\n0::/\n"
	}
	for level := len(names); level >= 0; level-- { // from the inside
		at := "/" + strings.Join(names[:level], "/")
		label := fmt.Sprint(" at level ", level)
		time, period := rapid.IntRange(1000, 1e7).Draw(t, "time"+label), rapid.IntRange(1000, 1e6).Draw(t, "period"+label)
		if rapid.Bool().Draw(t, "quota"+label) {
			if q := float64(time) / float64(period); n.quota == 0 || q < n.quota {
				n.quota, n.quotaA = q, path.Join(cpu, at)
			}
		} else {
			time = -1
		}
		if version == 1 {
			put(cpu+at, "cpu.cfs_quota_us", strconv.Itoa(time))
			put(cpu+at, "cpu.cfs_period_us", strconv.Itoa(period))
		} else {
			put(cpu+at, "cpu.max", strings.Replace(fmt.Sprint(time, period), "-1", "max", 1))
		}
		limit, used := rapid.Int64Range(0, 1<<45).Draw(t, "limit"+label), rapid.Int64Range(0, 1<<45).Draw(t, "used"+label)
		text := strconv.FormatInt(limit, 10)
		if rapid.Bool().Draw(t, "memory"+label) {
			if room := max(0, limit-used); n.room < 0 || room < n.room {
				n.room, n.roomA = room, path.Join(memory, at)
			}
		} else if text = "max"; version == 1 {
			text = "9223372036854771712"
		}
		if version == 1 {
			put(memory+at, "memory.limit_in_bytes", text)
			put(memory+at, "memory.usage_in_bytes", strconv.FormatInt(used, 10))
		} else {
			put(memory+at, "memory.max", text)
			put(memory+at, "memory.current", strconv.FormatInt(used, 10))
		}
	}
	return n
}

func TestTheTightestOfAllAncestorsLimits(t *testing.T) {
	for _, version := range []int{1, 2} {
		t.Run(fmt.Sprint("version ", version), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				n := drawNesting(t, version)
				root := machine(n.files)
				if q, from := tightestQuota(root); q != n.quota || from != n.quotaA {
					t.Errorf("the quota is %v from %q, want %v from %q", q, from, n.quota, n.quotaA)
				}
				if m := memory(root, 0); m.Group != n.room || m.GroupFrom != n.roomA {
					t.Errorf("the groups leave %d by %q, want %d by %q", m.Group, m.GroupFrom, n.room, n.roomA)
				}
			})
		})
	}
}

func FuzzGroups(f *testing.F) {
	f.Add("0::/user.slice/job\n", mounts2)
	f.Add("8:memory:/batch\n0::/../x\n", mountsHybrid)
	f.Add("0::/a\n", `25 24 0:22 /\040\1 /sys\134 rw - cgroup2 cgroup2 rw`)
	f.Fuzz(func(t *testing.T, own, mountinfo string) {
		root := machine(map[string]string{"proc/self/cgroup": own, "proc/self/mountinfo": mountinfo})
		for _, g := range groups(root, "memory") {
			if slices.Contains(strings.Split(g.folder, "/"), "..") {
				t.Errorf("the folder %q leads out of the tree", g.folder)
			}
		}
	})
}
