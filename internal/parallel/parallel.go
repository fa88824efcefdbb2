// Package parallel shares work among goroutines. It decides who does a piece of
// work, never what the piece is: callers cut their work into the same pieces
// whatever the number of goroutines, so that results do not depend on it.
package parallel

import "sync/atomic"

// Jobs calls body from up to GOMAXPROCS goroutines, the caller's among them, and returns
// when all have returned. Each call of body asks next for the jobs 0 … n−1 one after the other
// until next returns false; every job is handed out once. What body sets up before
// its first job is its own: scratch memory, say.
//
// Where body panics or ends its goroutine (runtime.Goexit, as a test that fails does), so
// does the call of Jobs, when the others have returned: some jobs may not have been done.
func Jobs(n int, body func(next func() (job int, ok bool))) {
	var counter atomic.Int64
	next := func() (int, bool) {
		job := int(counter.Add(1)) - 1
		return job, job < n
	}
	helpers := min(share(), n) - 1
	if helpers <= 0 {
		if n > 0 {
			body(next)
		}
		return
	}
	o := &order{work: func() { body(next) }, caller: processor(), done: make(chan struct{})}
	enlist(o, helpers)
	func() {
		defer o.wait() // also when body panics: helpers use what the caller may give away
		asked := 0
		body(func() (int, bool) {
			// One job is done and there are more, but no helper has begun.
			if asked++; asked == 2 && !o.begun.Load() && int(counter.Load()) < n {
				letBegin(&o.begun)
			}
			return next()
		})
	}()
	o.passOn()
}

// Alone is Jobs by the caller's goroutine alone.
func Alone(n int, body func(next func() (job int, ok bool))) {
	job := -1
	body(func() (int, bool) {
		job++
		return job, job < n
	})
}

// Bands cuts 0 … n−1 into bands of height rows (the last may be lower) and
// calls body once for each.
func Bands(n, height int, body func(from, to int)) {
	Jobs((n+height-1)/height, func(next func() (int, bool)) {
		for job, ok := next(); ok; job, ok = next() {
			body(job*height, min(n, (job+1)*height))
		}
	})
}
