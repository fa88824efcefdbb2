package parallel_test

import (
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"arago/internal/parallel"
)

func TestEveryJobIsDoneOnce(t *testing.T) {
	for _, n := range []int{0, 1, 2, 7, 1000} {
		expectAllJobs(t, n)
	}
}

func expectAllJobs(t *testing.T, n int) {
	t.Helper()
	done := make([]atomic.Int32, n)
	parallel.Jobs(n, func(next func() (int, bool)) {
		for job, ok := next(); ok; job, ok = next() {
			done[job].Add(1)
		}
	})
	for job := range done {
		if got := done[job].Load(); got != 1 {
			t.Errorf("of %d jobs, job %d was done %d times", n, job, got)
		}
	}
}

func TestBandsCoverAllRowsOnceInBandsOfTheHeight(t *testing.T) {
	for _, c := range []struct{ n, height int }{{0, 4}, {1, 4}, {4, 4}, {5, 4}, {103, 8}} {
		t.Run(fmt.Sprintf("%d rows by %d", c.n, c.height), func(t *testing.T) {
			rows := make([]atomic.Int32, c.n)
			parallel.Bands(c.n, c.height, func(from, to int) {
				if from%c.height != 0 || to-from > c.height || to <= from {
					t.Errorf("band %d … %d", from, to)
				}
				for i := from; i < to; i++ {
					rows[i].Add(1)
				}
			})
			for i := range rows {
				if got := rows[i].Load(); got != 1 {
					t.Errorf("row %d was done %d times", i, got)
				}
			}
		})
	}
}

func TestCallsInsideOneAnotherAndBesideOneAnotherEnd(t *testing.T) {
	// Helpers that finished one call serve the next one: of the same caller, of
	// another one at the same time, and of one of its own jobs.
	var done atomic.Int64
	count := func(inner int) func(next func() (int, bool)) {
		return func(next func() (int, bool)) {
			for _, ok := next(); ok; _, ok = next() {
				parallel.Bands(inner, 1, func(int, int) { done.Add(1) })
			}
		}
	}
	parallel.Jobs(20, func(next func() (int, bool)) {
		for _, ok := next(); ok; _, ok = next() {
			for range 50 {
				parallel.Jobs(3, count(4))
			}
		}
	})
	if got, want := done.Load(), int64(20*50*3*4); got != want {
		t.Errorf("%d pieces of work were done, want %d", got, want)
	}
}

// In a call of jobs for each worker, each job waits until all have one: so one of them
// is the caller's, and the others are helpers'.
func TestAPanicInAJobReachesTheCallerWhenAllAreDone(t *testing.T) {
	const workers = 4
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(workers))
	for bad := range workers {
		var running, begun atomic.Int64
		var got any
		func() {
			defer func() { got = recover() }()
			parallel.Jobs(workers, func(next func() (int, bool)) {
				running.Add(1)
				defer running.Add(-1)
				for job, ok := next(); ok; job, ok = next() {
					meet(&begun, workers)
					if job == bad {
						panic("bad job")
					}
				}
			})
		}()
		if got != "bad job" || running.Load() != 0 {
			t.Errorf("job %d panicked: the caller recovers %v while %d are at work", bad, got, running.Load())
		}
		expectAllJobs(t, 100)
	}
}

// So does a mistake that the Go runtime finds, with the stack on which it was made.
func TestAMistakeInAHelperComesWithItsStack(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(2))
	var begun atomic.Int64
	caller := goroutine()
	defer func() {
		if got := fmt.Sprint(recover()); !strings.Contains(got, "index out of range") || !strings.Contains(got, "parallel_test.overreach") {
			t.Errorf("the caller recovers %q", got)
		}
	}()
	parallel.Jobs(2, func(next func() (int, bool)) {
		for _, ok := next(); ok; _, ok = next() {
			meet(&begun, 2)
			if goroutine() != caller {
				overreach(make([]int, 1))
			}
		}
	})
}

//go:noinline
func overreach(x []int) { x[len(x)]++ }

// A job that ends its goroutine, as FailNow of package testing does, ends the caller's too,
// once the others have finished.
func TestAJobThatEndsItsGoroutineEndsTheCallers(t *testing.T) {
	const workers = 3
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(workers))
	for bad := range workers {
		var running, begun atomic.Int64
		returned, ended := false, make(chan struct{})
		go func() {
			defer close(ended)
			parallel.Jobs(workers, func(next func() (int, bool)) {
				running.Add(1)
				defer running.Add(-1)
				for job, ok := next(); ok; job, ok = next() {
					meet(&begun, workers)
					if job == bad {
						runtime.Goexit()
					}
				}
			})
			returned = true
		}()
		<-ended
		if returned || running.Load() != 0 {
			t.Errorf("job %d ended its goroutine: the call returned: %v, %d are at work", bad, returned, running.Load())
		}
		expectAllJobs(t, 100)
	}
}

// meet returns when it has been called by so many.
func meet(begun *atomic.Int64, workers int64) {
	for begun.Add(1); begun.Load() < workers; {
		runtime.Gosched()
	}
}

// goroutine names the goroutine that it is called on.
func goroutine() string {
	text := make([]byte, 64)
	name, _, _ := strings.Cut(string(text[:runtime.Stack(text, false)]), "[")
	return name
}

// Calls that end before their helpers wake take the order back, and the same helpers
// are to be had for the next call.
func TestShortCallsOneAfterAnotherDoEveryJobOnce(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(4))
	for call := range 3000 {
		var done, sum atomic.Int64
		parallel.Jobs(5, func(next func() (int, bool)) {
			for job, ok := next(); ok; job, ok = next() {
				done.Add(1)
				sum.Add(int64(job))
			}
		})
		if done.Load() != 5 || sum.Load() != 10 {
			t.Fatalf("call %d: %d jobs done, their sum is %d", call, done.Load(), sum.Load())
		}
	}
}
