package fft

import (
	"sync"

	"arago/internal/kernel"
)

// cache keeps the axes in use, up to maxAxes of them with together up to
// maxElements elements, or one that is longer; beyond that those that were not asked for
// the longest are forgotten. Axes of the same recipe share their line.
type cache[R float32 | float64] struct {
	set   kernel.Set
	mutex sync.Mutex
	axes  map[axisKey]*cached[R]
	clock int
	// elements is the sum of the lengths of the axes.
	elements int
}

type cached[R float32 | float64] struct {
	recipe string
	line   func() *line[R]
	axis   func() *axis[R]
	used   int
}

const (
	maxAxes = 48
	// Tables take 70 to 130 bytes per element (see the package comment): with this
	// many they stay below half a gigabyte.
	maxElements = 1 << 22
)

// get returns the axis for lines of n elements, of which inputs in succession from from on
// (modulo n) may differ from zero and outputs from to on are wanted. Recipes are chosen and
// tables made outside the lock: those of large ones do not keep others waiting.
func (c *cache[R]) get(n, from, inputs, to, outputs int) *axis[R] {
	key := axisKey{n, modulo(from, n), inputs, modulo(to, n), outputs}
	c.mutex.Lock()
	e := c.axes[key]
	c.use(e)
	c.mutex.Unlock()
	if e == nil {
		e = c.enter(key, Choose(CostsOf[R](c.set), n, max(1, inputs), max(1, outputs)))
	}
	return e.axis()
}

func (c *cache[R]) use(e *cached[R]) {
	c.clock++
	if e != nil {
		e.used = c.clock
	}
}

// enter returns the entry of key, by now there or new.
func (c *cache[R]) enter(key axisKey, recipe Recipe) *cached[R] {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	e := c.axes[key]
	if e == nil {
		for len(c.axes) > 0 && (len(c.axes) >= maxAxes || c.elements+key.n > maxElements) {
			c.forgetOldest()
		}
		c.elements += key.n
		e = c.entry(key, recipe)
		c.axes[key] = e
	}
	c.use(e)
	return e
}

// entry returns a new entry, with the line of another one where that has the recipe.
func (c *cache[R]) entry(key axisKey, recipe Recipe) *cached[R] {
	e := &cached[R]{recipe: recipe.String()}
	for _, other := range c.axes {
		if other.recipe == e.recipe {
			e.line = other.line
		}
	}
	if e.line == nil {
		near := CostsOf[R](c.set).Near
		e.line = sync.OnceValue(func() *line[R] { return newLine(&kernel.Of[R](c.set).Lanes, near, recipe) })
	}
	e.axis = sync.OnceValue(func() *axis[R] { return newAxis(e.line(), key, recipe.Cost) })
	return e
}

func (c *cache[R]) forgetOldest() {
	var oldest axisKey
	first := true
	for key, e := range c.axes {
		if first || e.used < c.axes[oldest].used {
			oldest, first = key, false
		}
	}
	delete(c.axes, oldest)
	c.elements -= oldest.n
}

// The caches of the process.
var (
	cacheDouble = caches[float64]()
	cacheSingle = caches[float32]()
)

func caches[R float32 | float64]() map[kernel.Set]*cache[R] {
	m := map[kernel.Set]*cache[R]{}
	for _, set := range kernel.Sets() {
		m[set] = &cache[R]{set: set, axes: map[axisKey]*cached[R]{}}
	}
	return m
}

func cacheOf[R float32 | float64](set kernel.Set) *cache[R] {
	var r R
	if _, ok := any(r).(float32); ok {
		return any(cacheSingle[set]).(*cache[R])
	}
	return any(cacheDouble[set]).(*cache[R])
}
