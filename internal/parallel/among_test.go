package parallel_test

import (
	"runtime"
	"sync/atomic"
	"testing"

	"arago/internal/parallel"
)

// goroutines counts how many goroutines a call of Jobs has at work at once.
func goroutines() int64 {
	var at, most atomic.Int64
	parallel.Jobs(64, func(next func() (int, bool)) {
		n := at.Add(1)
		defer at.Add(-1)
		for old := most.Load(); n > old && !most.CompareAndSwap(old, n); old = most.Load() {
		}
		for _, ok := next(); ok; _, ok = next() {
			runtime.Gosched()
		}
	})
	return most.Load()
}

func TestCallersThatShareTheProcessorsGetTheirPartOfThem(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(4))
	for _, c := range []struct{ callers, most int64 }{{4, 1}, {9, 1}, {2, 2}, {3, 1}} {
		release := parallel.Among(int(c.callers))
		if n := goroutines(); n > c.most {
			t.Errorf("one of %d callers on 4 processors has %d goroutines, want %d at most", c.callers, n, c.most)
		}
		release()
	}
}
