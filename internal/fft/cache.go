package fft

import (
	"sync"

	"arago/internal/kernel"
)

// cache keeps the lines in use, up to maxLines of them with together up to
// maxElements elements, or one that is longer; beyond that those that were not asked for
// the longest are forgotten.
type cache[R float32 | float64] struct {
	set   kernel.Set
	mutex sync.Mutex
	lines map[lineKey]*cached[R]
	clock int
	// elements is the sum of the lengths of the lines.
	elements int
}

// lineKey is what a line is made for: see Choose.
type lineKey struct{ n, inputs, outputs int }

type cached[R float32 | float64] struct {
	make func() *line[R]
	used int
}

const (
	maxLines = 48
	// Tables take 24 to 110 bytes per element (see the package comment): with this
	// many they stay below half a gigabyte.
	maxElements = 1 << 22
)

// get returns the line for n elements, of which inputs in succession may differ from
// zero and outputs in succession are wanted. Lines are made outside the lock: a
// large one does not keep others waiting.
func (c *cache[R]) get(n, inputs, outputs int) *line[R] {
	inputs, outputs = max(1, inputs), max(1, outputs)
	// From half of the elements on no recipe makes use of a window.
	if 2*inputs > n {
		inputs = n
	}
	if 2*outputs > n {
		outputs = n
	}
	key := lineKey{n, inputs, outputs}
	c.mutex.Lock()
	e := c.lines[key]
	if e == nil {
		for len(c.lines) > 0 && (len(c.lines) >= maxLines || c.elements+n > maxElements) {
			c.forgetOldest()
		}
		c.elements += n
		e = &cached[R]{make: sync.OnceValue(func() *line[R] {
			costs := CostsOf[R](c.set)
			return newLine(&kernel.Of[R](c.set).Lanes, costs.Near, Choose(costs, n, inputs, outputs))
		})}
		c.lines[key] = e
	}
	c.clock++
	e.used = c.clock
	c.mutex.Unlock()
	return e.make()
}

func (c *cache[R]) forgetOldest() {
	var oldest lineKey
	first := true
	for key, e := range c.lines {
		if first || e.used < c.lines[oldest].used {
			oldest, first = key, false
		}
	}
	delete(c.lines, oldest)
	c.elements -= oldest.n
}

// The caches of the process.
var (
	linesDouble = caches[float64]()
	linesSingle = caches[float32]()
)

func caches[R float32 | float64]() map[kernel.Set]*cache[R] {
	m := map[kernel.Set]*cache[R]{}
	for _, set := range kernel.Sets() {
		m[set] = &cache[R]{set: set, lines: map[lineKey]*cached[R]{}}
	}
	return m
}

func cacheOf[R float32 | float64](set kernel.Set) *cache[R] {
	var r R
	if _, ok := any(r).(float32); ok {
		return any(linesSingle[set]).(*cache[R])
	}
	return any(linesDouble[set]).(*cache[R])
}
