package gonum

import (
	"sync"

	"arago/backend"
)

// plans keeps the lines in use, at most maxPlans of them; beyond that the one
// that was not asked for the longest is forgotten.
type plans[R backend.Real] struct {
	mutex sync.Mutex
	lines map[int]*planned[R]
	clock int
}

type planned[R backend.Real] struct {
	make func() *line[R]
	used int
}

const maxPlans = 32

var (
	plansDouble plans[float64]
	plansSingle plans[float32]
)

// get returns the line of length n. Lines are made outside the lock: a large
// one does not keep others waiting.
func (p *plans[R]) get(n int) *line[R] {
	p.mutex.Lock()
	if p.lines == nil {
		p.lines = map[int]*planned[R]{}
	}
	e := p.lines[n]
	if e == nil {
		if len(p.lines) >= maxPlans {
			p.forgetOldest()
		}
		e = &planned[R]{make: sync.OnceValue(func() *line[R] { return newLine[R](n) })}
		p.lines[n] = e
	}
	p.clock++
	e.used = p.clock
	p.mutex.Unlock()
	return e.make()
}

func (p *plans[R]) forgetOldest() {
	oldest := -1
	for n, e := range p.lines {
		if oldest < 0 || e.used < p.lines[oldest].used {
			oldest = n
		}
	}
	delete(p.lines, oldest)
}
