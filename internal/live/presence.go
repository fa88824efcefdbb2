package live

import (
	"context"
	"sync"
	"time"
)

// reloadTime is how long one who has left may stay away and still count as
// present: a page that is loaded again is away for a moment.
const reloadTime = 2 * time.Second

// presence knows who watches, and when nobody does any more.
type presence struct {
	reload time.Duration // reloadTime, but for tests

	mutex    sync.Mutex
	finished bool
	here     int
	came     bool
	left     time.Time // when the last one left, while nobody is here
	changed  chan struct{}
}

func newPresence() *presence { return &presence{reload: reloadTime, changed: make(chan struct{})} }

// change calls f and wakes those who wait.
func (p *presence) change(f func()) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	f()
	close(p.changed)
	p.changed = make(chan struct{})
}

func (p *presence) finish() { p.change(func() { p.finished = true }) }

func (p *presence) enter() { p.change(func() { p.here, p.came = p.here+1, true }) }

func (p *presence) leave() { p.change(func() { p.here, p.left = p.here-1, time.Now() }) }

// wait returns when the run has finished and all who came have left, or when
// ctx ends.
func (p *presence) wait(ctx context.Context) {
	for {
		p.mutex.Lock()
		alone := p.finished && p.came && p.here == 0
		left, changed := p.left, p.changed
		p.mutex.Unlock()

		var over <-chan time.Time
		if alone {
			over = time.After(time.Until(left.Add(p.reload)))
		}
		select {
		case <-ctx.Done():
			return
		case <-over:
			return
		case <-changed:
		}
	}
}
