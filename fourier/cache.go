package fourier

import "sync"

// Cache keeps what plans are made of and what does not depend on the field, for all
// plans that are made with it: kernels and their bases, kernels cut to what is lit,
// chirps and their spectra, phases. Each is computed once however many planes, wavelengths,
// runs and goroutines need it. When it would grow beyond its limit it forgets what was not
// asked for the longest; plans that hold it keep it alive. All plans of a cache compute by
// the same back ends.
type Cache struct {
	limit int64

	mutex   sync.Mutex
	entries map[cacheKey]*cacheEntry
	bytes   int64
	clock   int
}

// cacheKey is a comparable description of a value, of a type of its own, and a
// nil pointer to the value's type: the same kernel may be kept in two precisions.
type cacheKey struct{ of, kind any }

type cacheEntry struct {
	value any // func() T
	bytes int64
	used  int
}

// NewCache returns a cache that keeps up to limit bytes.
func NewCache(limit int64) *Cache {
	return &Cache{limit: limit, entries: map[cacheKey]*cacheEntry{}}
}

// cached returns the value that key describes, of so many bytes, which build
// computes if it is not there: outside the lock, by the first who asks.
func cached[T any](c *Cache, key any, bytes int64, build func() T) T {
	k := cacheKey{key, (*T)(nil)}
	c.mutex.Lock()
	e := c.entries[k]
	if e == nil {
		e = &cacheEntry{bytes: bytes, value: sync.OnceValue(build)}
		if bytes <= c.limit {
			c.makeRoom(bytes)
			c.entries[k] = e
			c.bytes += bytes
		}
	}
	c.clock++
	e.used = c.clock
	c.mutex.Unlock()
	return e.value.(func() T)()
}

func (c *Cache) makeRoom(bytes int64) {
	for c.bytes+bytes > c.limit {
		var oldest cacheKey
		used := c.clock + 1
		for key, e := range c.entries {
			if e.used < used {
				oldest, used = key, e.used
			}
		}
		c.bytes -= c.entries[oldest].bytes
		delete(c.entries, oldest)
	}
}
