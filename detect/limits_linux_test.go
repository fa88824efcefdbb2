package detect

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// The limits of this file are real ones, put on a child process: the test
// program itself, told by the environment what to report.
const childVariable = "ARAGO_TEST_LIMITS"

// report is what a child finds out about itself.
type report struct {
	Process      Process
	CPU          CPU
	Memory       Memory
	AddressSpace *addressSpaceReport `json:",omitempty"`
}

func init() {
	what, ok := os.LookupEnv(childVariable)
	if !ok {
		return
	}
	var r report
	if what == "address space" {
		r.AddressSpace = exploreAddressSpace()
	}
	r.Process, r.CPU, r.Memory = Limits()
	if err := json.NewEncoder(os.Stdout).Encode(r); err != nil {
		panic(err)
	}
	os.Exit(0)
}

// child runs a script of the shell that sets limits and replaces itself by the
// test program with exec "$@", and returns what the program reports.
func child(t *testing.T, what, script string) report {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("sh", "-e", "-c", script, "sh", self)
	cmd.Env = append(os.Environ(), childVariable+"="+what)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("the child ends with %v: %s", err, stderr.String())
	}
	var r report
	if err := json.Unmarshal(out, &r); err != nil {
		t.Fatalf("the child says %q: %v", out, err)
	}
	return r
}

// quote makes one word of the shell.
func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

// nested are two control groups, one within the other. Limits go to the outer
// one, processes into the inner one, so that the limits are those of an
// ancestor.
type nested struct {
	outer, inner string
	version      int
	top          string // the folder in which the tree is seen
}

// nest makes two control groups with the controller, where this machine lets
// it, and removes them when the test ends.
func nest(t *testing.T, controller string) nested {
	t.Helper()
	root := os.DirFS("/")
	all := groups(root, controller)
	// In version 1 a group goes below that of this process. In version 2 it
	// goes below an ancestor that hands the controller down.
	at := slices.IndexFunc(all, func(g group) bool {
		if g.version == 1 {
			return true
		}
		handed, _ := g.text(root, "cgroup.subtree_control")
		return slices.Contains(strings.Fields(handed), controller)
	})
	if at < 0 {
		t.Skipf("no control group that can be seen from here hands down the controller %s", controller)
	}
	n := nested{version: all[at].version}
	for _, g := range all {
		if g.version == n.version {
			n.top = g.name()
		}
	}
	n.outer = filepath.Join(all[at].name(), fmt.Sprintf("arago-test-%d-%s", os.Getpid(), controller))
	n.inner = filepath.Join(n.outer, "inner")
	for _, folder := range []string{n.outer, n.inner} {
		if err := os.Mkdir(folder, 0o755); err != nil {
			t.Skipf("control groups cannot be made here: %v", err)
		}
		t.Cleanup(func() {
			if err := unix.Rmdir(folder); err != nil {
				t.Errorf("the control group %s is left behind: %v", folder, err)
			}
		})
	}
	return n
}

// limit writes a limit into the outer group; its file is another in version 2.
func (n nested) limit(t *testing.T, file1, text1, file2, text2 string) {
	t.Helper()
	if n.version == 1 {
		write(t, n.outer, file1, text1)
	} else {
		write(t, n.outer, file2, text2)
	}
}

// write sets a file of a control group.
func write(t *testing.T, folder, file, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(folder, file), []byte(text), 0o600); err != nil {
		t.Skipf("control groups cannot be limited here: %v", err)
	}
}

// enter is the line of a script that moves the shell into the inner group.
func (n nested) enter() string {
	return "echo $$ > " + quote(filepath.Join(n.inner, "cgroup.procs")) + "\n"
}

func TestARealQuotaIsSeen(t *testing.T) {
	n := nest(t, "cpu")
	n.limit(t, "cpu.cfs_quota_us", "150000", "cpu.max", "150000 100000") // version 1 begins with a period of 100 ms
	r := child(t, "limits", n.enter()+`exec "$@"`)
	if r.CPU.Quota != 1.5 || r.CPU.QuotaFrom != n.outer {
		t.Errorf("the quota is %v from %q, want 1.5 from %q", r.CPU.Quota, r.CPU.QuotaFrom, n.outer)
	}
	if r.CPU.Usable != 1 {
		t.Errorf("%d processors are usable of a quota of 1.5, want 1", r.CPU.Usable)
	}
}

// A container sees its own group as the top of the tree, mounted over it.
func TestARealQuotaIsSeenFromWithinAMountOfTheGroup(t *testing.T) {
	n := nest(t, "cpu")
	n.limit(t, "cpu.cfs_quota_us", "150000", "cpu.max", "150000 100000")
	if out, err := exec.Command("unshare", "--mount", "true").CombinedOutput(); err != nil {
		t.Skipf("no namespace of mounts can be made here: %v: %s", err, out)
	}
	inside := fmt.Sprintf(`mount --bind %s %s && exec "$@"`, quote(n.outer), quote(n.top))
	r := child(t, "limits", n.enter()+"exec unshare --mount sh -e -c "+quote(inside)+` sh "$@"`)
	if r.CPU.Quota != 1.5 || r.CPU.QuotaFrom != n.top {
		t.Errorf("the quota is %v from %q, want 1.5 from %q", r.CPU.Quota, r.CPU.QuotaFrom, n.top)
	}
}

func TestARealMemoryLimitIsSeen(t *testing.T) {
	const limit = 512 * mib // far more than a test program takes, race detector included
	n := nest(t, "memory")
	n.limit(t, "memory.limit_in_bytes", fmt.Sprint(limit), "memory.max", fmt.Sprint(limit))
	r := child(t, "limits", n.enter()+`exec "$@"`)
	m := r.Memory
	if m.GroupLimit != limit || m.GroupFrom != n.outer {
		t.Errorf("the limit is %d from %q, want %d from %q", m.GroupLimit, m.GroupFrom, limit, n.outer)
	}
	// The child itself has taken something, but not as much as half.
	if m.Group >= limit || m.Group < limit/2 {
		t.Errorf("the group leaves %d of %d", m.Group, limit)
	}
	if m.Available > limit && (m.Usable != m.Group || m.LimitedBy != "control group") {
		t.Errorf("usable are %d, limited by %q; want the %d of the control group", m.Usable, m.LimitedBy, m.Group)
	}
}

func TestARealCpusetIsSeen(t *testing.T) {
	n := nest(t, "cpuset")
	one := fmt.Sprint(allowed(t)[0])
	write(t, n.outer, "cpuset.cpus", one)
	if n.version == 1 { // where a group begins empty, and has memory nodes as well
		write(t, n.outer, "cpuset.mems", "0")
		write(t, n.inner, "cpuset.cpus", one)
		write(t, n.inner, "cpuset.mems", "0")
	}
	if set := smallestSetOf(t, n); set != 1 {
		t.Errorf("the set of the group holds %d processors, want 1", set)
	}
	r := child(t, "limits", n.enter()+`exec "$@"`)
	if r.CPU.Affinity != 1 || r.CPU.Usable != 1 {
		t.Errorf("affinity is %d, usable %d; want 1", r.CPU.Affinity, r.CPU.Usable)
	}
}

// smallestSetOf reads the cpuset of a real group without the help of the
// affinity mask, which follows it.
func smallestSetOf(t *testing.T, n nested) int {
	t.Helper()
	name := strings.TrimPrefix(n.inner, n.top)
	kind := "1 1 0:1 / " + n.top + " rw - cgroup cgroup rw,cpuset\n"
	own := "1:cpuset:" + name + "\n"
	if n.version == 2 {
		kind, own = "1 1 0:1 / "+n.top+" rw - cgroup2 cgroup2 rw\n", "0::"+name+"\n"
	}
	files := map[string]string{"proc/self/cgroup": own, "proc/self/mountinfo": kind}
	for _, folder := range []string{n.outer, n.inner} {
		for _, file := range []string{"cpuset.cpus.effective", "cpuset.effective_cpus"} {
			if text, err := os.ReadFile(filepath.Join(folder, file)); err == nil {
				files[filepath.Join(folder, file)[1:]] = string(text)
			}
		}
	}
	return smallestSet(machine(files))
}

// allowed returns the processors that this thread may run on.
func allowed(t *testing.T) []int {
	t.Helper()
	var mask unix.CPUSet
	if err := unix.SchedGetaffinity(0, &mask); err != nil {
		t.Skipf("the affinity mask cannot be read: %v", err)
	}
	var cpus []int
	for cpu := range 64 * len(mask) {
		if mask.IsSet(cpu) {
			cpus = append(cpus, cpu)
		}
	}
	return cpus
}

func TestARealAffinityMaskIsSeen(t *testing.T) {
	cpus := allowed(t)
	for want := 1; want <= min(2, len(cpus)); want++ {
		var mask unix.CPUSet
		for _, cpu := range cpus[:want] {
			mask.Set(cpu)
		}
		t.Run(fmt.Sprint(want), func(t *testing.T) {
			// The child inherits the mask of the thread that starts it. The
			// thread is not given back, so it ends with this test.
			runtime.LockOSThread()
			if err := unix.SchedSetaffinity(0, &mask); err != nil {
				t.Skipf("the affinity mask cannot be set: %v", err)
			}
			if r := child(t, "limits", `exec "$@"`); r.CPU.Affinity != want || r.CPU.Usable > want {
				t.Errorf("affinity is %d, usable %d; want %d", r.CPU.Affinity, r.CPU.Usable, want)
			}
		})
	}
}

func TestNprocAgreesAboutTheAffinity(t *testing.T) {
	cmd := exec.Command("nproc")
	cmd.Env = []string{"PATH=" + os.Getenv("PATH")} // without OMP_NUM_THREADS, which it obeys
	out, err := cmd.Output()
	if err != nil {
		t.Skipf("nproc is not here: %v", err)
	}
	_, cpu, _ := Limits()
	if got, want := fmt.Sprint(cpu.Affinity), strings.TrimSpace(string(out)); got != want {
		t.Errorf("affinity is %s, nproc says %s", got, want)
	}
}

// addressSpaceReport is what a child finds that limits its own address space.
type addressSpaceReport struct {
	Before Memory // without a limit
	Left   Memory // with a limit gib above what was mapped
	// TooMuch and Fits are the answers of mmap when asked for slack more, and
	// slack less, than Left.AddressSpace.
	TooMuch, Fits string
	// Used is after half a GiB of the heap was taken and given up again: the
	// virtual size keeps it, and the heap can use it again.
	Used Memory
}

// slack covers what Go may map, or the heap free, between two questions: a few
// pieces of 64 MiB.
const slack = 192 * mib

func exploreAddressSpace() *addressSpaceReport {
	var r addressSpaceReport
	r.Before = readMemory()
	if r.Before.AddressSpace >= 0 {
		return &r
	}
	size, _ := status(os.DirFS("/"), "VmSize:")
	limit := unix.Rlimit{Cur: uint64(size + gib), Max: unix.RLIM_INFINITY}
	if err := unix.Setrlimit(unix.RLIMIT_AS, &limit); err != nil {
		panic(err)
	}
	r.Left = readMemory()
	try := func(bytes int64) string {
		b, err := unix.Mmap(-1, 0, int(bytes), unix.PROT_NONE, unix.MAP_PRIVATE|unix.MAP_ANONYMOUS|unix.MAP_NORESERVE)
		if err != nil {
			return err.Error()
		}
		if err := unix.Munmap(b); err != nil {
			return err.Error()
		}
		return ""
	}
	r.TooMuch = try(r.Left.AddressSpace + slack)
	r.Fits = try(r.Left.AddressSpace - slack)
	big := make([]byte, 512*mib)
	runtime.KeepAlive(big)
	big = nil
	debug.FreeOSMemory()
	r.Used = readMemory()
	return &r
}

func TestARealLimitOfTheAddressSpaceIsSeen(t *testing.T) {
	if info, ok := debug.ReadBuildInfo(); ok && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"}) {
		t.Skip("the race detector maps much for itself whenever the heap grows")
	}
	// One thread that computes and one arena of the C library, so that few
	// threads map little whatever the machine.
	r := child(t, "address space", `export GOMAXPROCS=1 MALLOC_ARENA_MAX=1; exec "$@"`).AddressSpace
	if r.Before.AddressSpace >= 0 {
		t.Skip("the tests already run with a limit of the address space")
	}
	if left := r.Left.AddressSpace; left < gib-slack || left > gib+slack {
		t.Errorf("of a GiB, %d bytes are left", left)
	}
	if m := r.Left; m.Available > 2*gib && (m.Group < 0 || m.Group > 2*gib) && (m.Usable != m.AddressSpace || m.LimitedBy != "RLIMIT_AS") {
		t.Errorf("usable are %d, limited by %q; want the %d that RLIMIT_AS leaves", m.Usable, m.LimitedBy, m.AddressSpace)
	}
	if r.TooMuch != unix.ENOMEM.Error() {
		t.Errorf("mapping more than is left: %q, want %q", r.TooMuch, unix.ENOMEM.Error())
	}
	if r.Fits != "" {
		t.Errorf("mapping less than is left: %s", r.Fits)
	}
	if used := r.Used.AddressSpace; used < r.Left.AddressSpace-slack {
		t.Errorf("%d bytes were left, but %d after memory was taken and given up", r.Left.AddressSpace, used)
	}
}

func TestTotalMemoryIsThatOfSysinfo(t *testing.T) {
	var info unix.Sysinfo_t
	if err := unix.Sysinfo(&info); err != nil {
		t.Fatal(err)
	}
	_, _, m := Limits()
	if want := int64(uint64(info.Totalram) * uint64(info.Unit)); m.Total != want {
		t.Errorf("the machine has %d bytes, sysinfo(2) says %d", m.Total, want)
	}
}

func TestResidentMemoryFollowsWhatIsTouched(t *testing.T) {
	const size = 32 * mib
	before := SharedResident()
	b, err := unix.Mmap(-1, 0, size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED|unix.MAP_ANONYMOUS)
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.Madvise(b, unix.MADV_NOHUGEPAGE); err != nil { // so that pages come when they are touched
		t.Logf("large pages cannot be switched off: %v", err)
	}
	untouched := SharedResident()
	for i := 0; i < size; i += os.Getpagesize() {
		b[i] = 1
	}
	touched := SharedResident()
	if err := unix.Munmap(b); err != nil {
		t.Fatal(err)
	}
	// The counters of the kernel lag behind by up to 64 pages per thread
	// (TASK_RSS_EVENTS_THRESH) or per processor.
	const lag = 4 * mib
	if grown := touched - untouched; grown < size-lag || grown > size+lag {
		t.Errorf("shared memory grew by %d bytes when %d were touched", grown, size)
	}
	if untouched > before+lag {
		t.Errorf("shared memory grew by %d bytes before anything was touched", untouched-before)
	}
	if after := SharedResident(); after > before+lag {
		t.Errorf("shared memory is %d bytes after unmapping, and was %d before", after, before)
	}
	if peak, ok := PeakResident(); !ok || peak < size {
		t.Errorf("the peak is %d, %v; want at least the %d that were touched", peak, ok, size)
	}
}
