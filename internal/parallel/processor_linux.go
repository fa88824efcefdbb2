package parallel

import (
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"
)

// processor returns the number of the processor that the caller runs on, −1 if
// it is not known.
func processor() int {
	var n uint32
	if _, _, errno := unix.RawSyscall(unix.SYS_GETCPU, uintptr(unsafe.Pointer(&n)), 0, 0); errno != 0 {
		return -1
	}
	return int(n)
}

// moveFrom moves the caller to another processor than n, if there is one that it may
// run on. Afterwards it may run where it might before; what that is has been said for its
// thread then, and a control group that is given more processors later does not change it.
func moveFrom(n int) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var allowed unix.CPUSet
	if unix.SchedGetaffinity(0, &allowed) != nil {
		return
	}
	others := allowed
	others.Clear(n)
	if others.Count() == 0 || unix.SchedSetaffinity(0, &others) != nil {
		return
	}
	_ = unix.SchedSetaffinity(0, &allowed) // it was so before
}

// giveWay lets another thread that waits for the caller's processor have it.
func giveWay() { _, _, _ = unix.RawSyscall(unix.SYS_SCHED_YIELD, 0, 0, 0) }
