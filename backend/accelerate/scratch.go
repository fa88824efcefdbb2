//go:build cgo && ((accelerate && darwin) || accelerate_standin)

package accelerate

import (
	"sync"

	"arago/backend"
)

// pool keeps slices of scratch memory between calls. What a slice holds when
// it is drawn is left over from its last use.
type pool[R backend.Real] struct{ slices sync.Pool }

// get returns a slice of n elements.
func (p *pool[R]) get(n int) *[]R {
	s, _ := p.slices.Get().(*[]R)
	if s == nil || cap(*s) < n {
		s = new(make([]R, n))
	}
	*s = (*s)[:n]
	return s
}

func (p *pool[R]) put(s *[]R) { p.slices.Put(s) }

var (
	scratchDouble pool[float64]
	scratchSingle pool[float32]
)

// scratch returns the pool of a precision.
func scratch[R backend.Real]() *pool[R] {
	var r R
	switch any(r).(type) {
	case float64:
		return any(&scratchDouble).(*pool[R])
	default:
		return any(&scratchSingle).(*pool[R])
	}
}
