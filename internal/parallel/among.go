package parallel

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// callers is the number of callers that share the processors, of all calls of Among.
var callers atomic.Int64

// Among says that so many goroutines have work for a processor each and will go on
// calling Jobs: until release is called, each of them gets its part of the processors,
// and at least the one it runs on. Helpers beyond that would only be in each other's
// way. Those of several calls add up, whichever is released first. What comes out is the
// same.
func Among(goroutines int) (release func()) {
	n := int64(max(1, goroutines))
	callers.Add(n)
	return sync.OnceFunc(func() { callers.Add(-n) })
}

// share is the number of goroutines that one call of Jobs may use.
func share() int { return max(1, runtime.GOMAXPROCS(0)/int(max(1, callers.Load()))) }
