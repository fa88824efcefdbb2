package parallel

import (
	"runtime"
	"testing"

	"golang.org/x/sys/unix"
)

func TestAMovedThreadMayRunWhereItMight(t *testing.T) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var before, after unix.CPUSet
	if err := unix.SchedGetaffinity(0, &before); err != nil {
		t.Fatal(err)
	}
	n := processor()
	if !before.IsSet(n) {
		t.Errorf("the thread runs on processor %d, which it may not", n)
	}
	moveFrom(n)
	if err := unix.SchedGetaffinity(0, &after); err != nil {
		t.Fatal(err)
	}
	if after != before {
		t.Errorf("it might run on %v and may now on %v", before, after)
	}
}
