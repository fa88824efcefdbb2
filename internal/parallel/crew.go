package parallel

import (
	"math"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// linger is how long a helper that has nothing left to do looks out for the
// next call before it ends, and how long a caller looks out for its helpers
// before it sleeps. To wake a sleeping processor takes about 100 µs on a virtual machine
// (two cores of a Xeon, Go 1.26; a helper that looks out answers in 1 µs), as
// long as a transform of 256²: one that waits no longer than twice the time that
// it saves wastes little (ski rental: Karlin et al. 1988, Algorithmica 3, 79).
const linger = 200 * time.Microsecond

// A helper is a goroutine that works for callers of Jobs. It either has an order or is
// in the crew, or it carries out what it has taken.
type helper struct{ orders atomic.Pointer[order] }

// An order is one call of Jobs.
type order struct {
	work    func()
	helpers []*helper    // to whom it was given
	caller  int          // the processor that the caller runs on
	begun   atomic.Bool  // a helper is or was at work
	state   atomic.Int64 // helpers at work, and closed once the caller has nothing left for others
	done    chan struct{}
	panics  Panics      // of helpers
	exited  atomic.Bool // a helper's goroutine was ended by the work
}

// closed is less than any number of helpers.
const closed = math.MinInt64

// enter says whether a helper may begin.
func (o *order) enter() bool {
	for {
		n := o.state.Load()
		if n < 0 {
			return false
		}
		if o.state.CompareAndSwap(n, n+1) {
			o.begun.Store(true)
			return true
		}
	}
}

// leave ends the work of a helper that entered.
func (o *order) leave() {
	if o.state.Add(-1) == closed {
		close(o.done)
	}
}

// crew holds the helpers that look out for work.
var crew struct {
	sync.Mutex
	idle []*helper
}

// enlist gives the order to n helpers: those that look out, and new ones.
func enlist(o *order, n int) {
	o.helpers = make([]*helper, n)
	crew.Lock()
	ready := min(n, len(crew.idle))
	from := len(crew.idle) - ready
	copy(o.helpers, crew.idle[from:])
	clear(crew.idle[from:])
	crew.idle = crew.idle[:from]
	for _, h := range o.helpers[:ready] {
		h.orders.Store(o)
	}
	crew.Unlock()
	for i := ready; i < n; i++ {
		h := new(helper)
		h.orders.Store(o)
		o.helpers[i] = h
		go h.serve()
	}
	if ready < n {
		// Go keeps the youngest goroutine for the processor that made it, and lets another
		// one take it only after a sleep of 3 µs, which is some 60 by the clock of Linux (Go
		// 1.26, runtime.runqgrab). So the youngest is one that does nothing: in products of
		// 512² and 1024², between turns of other processes, the helper then began after 61
		// and 101 µs (medians of 130 and 25 calls) in place of 134 and 239.
		go func() {}()
	}
}

// serve carries out orders as long as there are any.
func (h *helper) serve() {
	hush()
	defer unhush()
	for lookOut(runtime.Gosched, func() bool { return h.orders.Load() != nil }) || !h.leave() {
		if o := h.orders.Swap(nil); o != nil { // otherwise it was withdrawn
			h.carryOut(o)
		}
	}
}

// carryOut does the work of an order, unless the caller has finished it.
func (h *helper) carryOut(o *order) {
	o.moveAway()
	if !o.enter() {
		h.stand()
		return
	}
	alive := false
	defer func() { // also when the work ends this goroutine, as a test that fails does
		if alive {
			h.stand() // from the moment the caller may return, this helper is to be had
		} else {
			o.exited.Store(true)
		}
		o.leave()
	}()
	o.run()
	alive = true
}

// stand puts the helper into the crew.
func (h *helper) stand() {
	crew.Lock()
	defer crew.Unlock()
	crew.idle = append(crew.idle, h)
}

// withdraw takes the order back from those who have not taken it, mostly because
// they are being woken. They are to be had for the next one.
func (o *order) withdraw() {
	crew.Lock()
	defer crew.Unlock()
	for _, h := range o.helpers {
		if h.orders.CompareAndSwap(o, nil) {
			crew.idle = append(crew.idle, h)
		}
	}
}

// moveAway leaves the caller's processor to it. Linux may put a helper that it wakes
// beside its caller and leave it there for many calls, another processor idle: two cores of a
// virtual machine then made a transform of 512² at half the rate of one.
func (o *order) moveAway() {
	if n := processor(); n >= 0 && n == o.caller {
		moveFrom(n)
	}
}

// A helper that was woken on the caller's processor waits for it and cannot move away
// before it has it: in 10 of 32 products of 512² after a sleep that took 0.5 to 5 ms, and where every job
// gave way in 1 of 34 (two cores of a virtual machine, Linux 6.18). On a machine where others
// are at work the processor goes to them, for a millisecond each time (a tenth of the rate
// where every job of 10 µs gave way): then there is no giving way for a while.
const (
	patience = 50 * time.Microsecond
	pause    = 100 * time.Millisecond
)

// inVain is until when giving way is not worth while, in nanoseconds since start.
var (
	inVain atomic.Int64
	start  = time.Now()
)

// letBegin gives way to a helper that has not begun.
func letBegin(begun *atomic.Bool) {
	now := time.Since(start)
	if int64(now) < inVain.Load() {
		return
	}
	giveWay()
	if after := time.Since(start); after-now > patience && !begun.Load() {
		inVain.Store(int64(after + pause))
	}
}

// run does the work. What it panics with is kept for the caller.
func (o *order) run() {
	_ = o.panics.Call(func() error { o.work(); return nil }) // wait raises it
}

// leave takes the helper from the crew, unless it has just been given an order.
func (h *helper) leave() bool {
	crew.Lock()
	defer crew.Unlock()
	for i, other := range crew.idle {
		if other == h {
			last := len(crew.idle) - 1
			crew.idle[i], crew.idle[last] = crew.idle[last], nil
			crew.idle = crew.idle[:last]
			return true
		}
	}
	return false
}

// wait returns when all helpers that began have finished. Those that did not begin
// find the order closed: to wait until they wake took longer than a product of 128²
// by 128².
func (o *order) wait() {
	o.withdraw()
	if o.state.Add(closed) != closed && !lookOut(stay, func() bool { return o.state.Load() == closed }) {
		<-o.done
	}
}

// passOn lets what befell a helper befall the caller: a panic, or the end of its goroutine.
func (o *order) passOn() {
	o.panics.Raise()
	if o.exited.Load() {
		runtime.Goexit()
	}
}

// Await returns when something has come that others bring who are at work: in some
// microseconds, if nobody takes their processors.
func Await(come func() bool) {
	if !lookOut(stay, come) {
		for !come() {
			runtime.Gosched()
		}
	}
}

// stay keeps the processor while the caller waits for those who are at work: they have
// processors of their own. The goroutine of a call from C is bound to its thread; to give way puts that
// to sleep and wakes it, each time, so that a transform of 256² samples to 128²
// took 252 µs in place of 131, and one of 1024² to 512² 2.2 ms in place of 1.8 (two cores of a Xeon, Go 1.26).
func stay() {}

// lookOut waits up to linger for something, calling between now and then, and says whether
// it came.
func lookOut(between func(), come func() bool) bool {
	for begin := time.Now(); ; {
		for range 64 {
			if come() {
				return true
			}
		}
		if time.Since(begin) > linger {
			return false
		}
		between()
	}
}
