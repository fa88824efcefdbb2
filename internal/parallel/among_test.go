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

func TestAllProcessorsAreThereAgainInWhateverOrderCallersLeave(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(4))
	for _, last := range []int{0, 1} {
		releases := []func(){parallel.Among(2), parallel.Among(2)}
		releases[1-last]()
		releases[1-last]() // a second time does nothing
		if n := goroutines(); n > 2 {
			t.Errorf("one of 2 callers that are left on 4 processors has %d goroutines, want 2 at most", n)
		}
		releases[last]()
		// Jobs that wait for each other end only if there is a goroutine for each.
		var begun atomic.Int64
		parallel.Jobs(4, func(next func() (int, bool)) {
			for _, ok := next(); ok; _, ok = next() {
				meet(&begun, 4)
			}
		})
	}
}
