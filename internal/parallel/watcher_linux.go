package parallel

import (
	"bytes"
	"os"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The Go runtime has a thread that watches the others (sysmon in runtime/proc.go). When a
// program goes on after a rest it looks 50 times every 20 µs, which is some 80 by the clock
// of Linux, and where all processors are at work it takes one from them each time. On a virtual
// machine, where timers are dear, that was some 15 µs: one of two cores made four fifths of its
// rate for the first 4 ms, and a product of two complex matrices of 512² in double
// precision, after a rest of 30 ms, 177 GFLOP/s in place of 198 (medians of 337 calls in
// turn, a Xeon of the Sapphire Rapids generation, Go 1.26, Linux 6.18).
//
// So while there are helpers it is a batch thread: one that gets its share of the
// processors, but does not interrupt others. Threads that it starts meanwhile stay
// batch threads, which does them as little harm.
var watcher struct {
	sync.Mutex
	thread   int // 0: not known
	searches int
	helpers  int
	hushed   bool
}

// mostSearches is how often the watcher is looked for: one that runs is not recognized.
const mostSearches = 16

// mainThread is the one that initializes packages. The Go runtime starts the
// watcher from it, before any other thread.
var mainThread = unix.Gettid()

// hush is called when a helper begins, unhush when it ends.
func hush() {
	watcher.Lock()
	defer watcher.Unlock()
	if watcher.helpers++; watcher.helpers > 1 {
		return
	}
	if watcher.thread == 0 && watcher.searches < mostSearches {
		watcher.searches++
		watcher.thread = findWatcher()
	}
	if watcher.thread != 0 && policy(watcher.thread) == unix.SCHED_NORMAL {
		watcher.hushed = setPolicy(watcher.thread, unix.SCHED_BATCH)
	}
}

func unhush() {
	watcher.Lock()
	defer watcher.Unlock()
	if watcher.helpers--; watcher.helpers == 0 && watcher.hushed {
		watcher.hushed = false
		setPolicy(watcher.thread, unix.SCHED_NORMAL)
	}
}

// findWatcher returns the oldest thread of the Go runtime but the main one, 0 if it is not
// known. Threads are numbered in the order in which they come, but for a wrap.
func findWatcher() int {
	entries, err := os.ReadDir("/proc/self/task")
	if err != nil {
		return 0
	}
	var younger, wrapped []int
	for _, e := range entries {
		switch thread, err := strconv.Atoi(e.Name()); {
		case err != nil:
		case thread > mainThread:
			younger = append(younger, thread)
		case thread < mainThread:
			wrapped = append(wrapped, thread)
		}
	}
	slices.Sort(younger)
	slices.Sort(wrapped)
	for _, thread := range append(younger, wrapped...) {
		switch ours, known := sleepsInGo(thread); {
		case !known:
			return 0
		case ours:
			return thread
		}
	}
	return 0
}

// sleepsInGo says whether a thread waits in a function of the Go runtime, which those of
// C libraries do not. It is not known of a thread that runs.
func sleepsInGo(thread int) (ours, known bool) {
	// The number of a system call, its arguments, the stack pointer and the program counter.
	text, err := os.ReadFile("/proc/self/task/" + strconv.Itoa(thread) + "/syscall")
	words := bytes.Fields(text)
	if err != nil || len(words) < 3 {
		return false, false
	}
	counter, err := strconv.ParseUint(string(words[len(words)-1]), 0, 64)
	return runtime.FuncForPC(uintptr(counter)) != nil, err == nil
}

// policy returns how Linux schedules a thread, −1 if it does not say.
func policy(thread int) int {
	p, _, errno := unix.RawSyscall(unix.SYS_SCHED_GETSCHEDULER, uintptr(thread), 0, 0)
	if errno != 0 {
		return -1
	}
	return int(p)
}

// setPolicy says whether Linux allowed it.
func setPolicy(thread, policy int) bool {
	var priority int32 // that of all threads that are not for real time
	_, _, errno := unix.RawSyscall(unix.SYS_SCHED_SETSCHEDULER, uintptr(thread), uintptr(policy), uintptr(unsafe.Pointer(&priority)))
	return errno == 0
}
