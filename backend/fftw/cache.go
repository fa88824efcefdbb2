//go:build fftw && cgo && (linux || darwin)

package fftw

import "sync"

// maxPlans bounds the plans that an implementation keeps in one precision.
// Bench and coronagraph models use a handful of sizes, each with two signs.
const maxPlans = 32

// cache keeps the plans in use and those asked for last. A plan that drops out
// is destroyed when its last user is done.
type cache struct {
	bound   int
	make    func(shape) plan
	destroy func(plan)

	mutex   sync.Mutex
	entries map[shape]*entry
	clock   int
}

type entry struct {
	plan    func() plan // makes it at the first call
	users   int
	used    int
	dropped bool
}

// acquire returns the plan for a shape, and what says that its user is done.
// Plans are made outside the cache's lock: who has a plan does not wait for
// who needs a new one.
func (c *cache) acquire(s shape) (p plan, release func()) {
	c.mutex.Lock()
	e := c.entries[s]
	var stale []*entry
	if e == nil {
		e = &entry{plan: sync.OnceValue(func() plan { return c.make(s) })}
		if c.entries == nil {
			c.entries = map[shape]*entry{}
		}
		if len(c.entries) >= c.bound {
			stale = c.drop(c.oldest())
		}
		c.entries[s] = e
	}
	c.clock++
	e.used = c.clock
	e.users++
	c.mutex.Unlock()
	c.destroyAll(stale)

	p = e.plan()
	return p, func() {
		c.mutex.Lock()
		e.users--
		var stale []*entry
		if p.pointer == nil && c.entries[s] == e {
			// A failure is not remembered: memory may be free next time.
			delete(c.entries, s)
		} else if e.dropped && e.users == 0 {
			stale = []*entry{e}
		}
		c.mutex.Unlock()
		c.destroyAll(stale)
	}
}

func (c *cache) oldest() shape {
	var oldest shape
	found := false
	for s, e := range c.entries {
		if !found || e.used < c.entries[oldest].used {
			oldest, found = s, true
		}
	}
	return oldest
}

// drop takes a plan out and returns it if nobody uses it.
func (c *cache) drop(s shape) []*entry {
	e := c.entries[s]
	delete(c.entries, s)
	e.dropped = true
	if e.users > 0 {
		return nil
	}
	return []*entry{e}
}

func (c *cache) destroyAll(entries []*entry) {
	for _, e := range entries {
		c.destroy(e.plan())
	}
}
