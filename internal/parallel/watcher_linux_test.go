package parallel

import (
	"bytes"
	"os"
	"runtime"
	"strconv"
	"sync"
	"testing"

	"golang.org/x/sys/unix"
)

// watching returns the watcher, found while no helper is there.
func watching(t *testing.T) int {
	t.Helper()
	if !waitsAreTold(t) {
		t.Skip("it is not told where threads wait, as under an emulator and in some sandboxes")
	}
	for {
		watcher.Lock()
		busy := watcher.helpers > 0 // they end when they have looked out for work in vain
		watcher.Unlock()
		if thread := findWatcher(); thread != 0 && !busy {
			return thread
		}
		runtime.Gosched()
	}
}

// waitsAreTold says whether a thread that waits in a call of Linux from Go is known to.
func waitsAreTold(t *testing.T) bool {
	t.Helper()
	if _, err := os.ReadFile("/proc/self/task/" + strconv.Itoa(mainThread) + "/syscall"); err != nil {
		return false
	}
	var ends [2]int
	if err := unix.Pipe2(ends[:], unix.O_CLOEXEC); err != nil {
		t.Fatal(err)
	}
	defer unix.Close(ends[0])
	thread, done := make(chan int), make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		thread <- unix.Gettid()
		_, _ = unix.Read(ends[0], make([]byte, 1))
	}()
	defer func() { unix.Close(ends[1]); <-done }()
	for reader := <-thread; ; runtime.Gosched() {
		if ours, known := sleepsInGo(reader); known {
			return ours
		}
	}
}

func TestTheWatcherIsAThreadThatNoGoroutineRunsOn(t *testing.T) {
	found := watching(t)
	var group sync.WaitGroup
	begin := make(chan struct{})
	for range 20 { // each on a thread of its own
		group.Go(func() {
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			<-begin
			if unix.Gettid() == found {
				t.Error("a goroutine runs on the thread that was taken for the watcher")
			}
		})
	}
	close(begin)
	group.Wait()

	// What it does all the time is to sleep for a while, as no thread of goroutines does.
	const sleep = "runtime.usleep"
	for name := ""; name != sleep; runtime.Gosched() {
		text, err := os.ReadFile("/proc/self/task/" + strconv.Itoa(found) + "/syscall")
		words := bytes.Fields(text)
		if err != nil || len(words) < 3 {
			continue // it runs
		}
		counter, err := strconv.ParseUint(string(words[len(words)-1]), 0, 64)
		if err != nil {
			t.Fatal(err)
		}
		name = runtime.FuncForPC(uintptr(counter)).Name()
	}
}

func TestTheWatcherDoesNotInterruptWhileHelpersAreThere(t *testing.T) {
	thread := watching(t)
	before := policy(thread)
	if before != unix.SCHED_NORMAL {
		t.Skipf("the test runs under a scheduling policy of its own, %d", before)
	}
	if !setPolicy(thread, unix.SCHED_BATCH) {
		t.Skip("Linux does not allow this process to change how its threads are scheduled")
	}
	setPolicy(thread, before)

	watcher.Lock()
	watcher.thread = thread
	watcher.Unlock()
	for i, step := range []struct {
		do   func()
		want int
	}{
		{hush, unix.SCHED_BATCH}, {hush, unix.SCHED_BATCH}, {unhush, unix.SCHED_BATCH}, {unhush, unix.SCHED_NORMAL},
		{hush, unix.SCHED_BATCH}, {unhush, unix.SCHED_NORMAL},
	} {
		step.do()
		if got := policy(thread); got != step.want {
			t.Errorf("step %d: the policy of the watcher is %d, want %d", i, got, step.want)
		}
	}

	// One that somebody has made a batch thread stays one.
	setPolicy(thread, unix.SCHED_BATCH)
	defer setPolicy(thread, before)
	hush()
	unhush()
	if got := policy(thread); got != unix.SCHED_BATCH {
		t.Errorf("a watcher that was a batch thread before has the policy %d", got)
	}
}
