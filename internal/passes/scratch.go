package passes

import (
	"math/bits"
	"sync"

	"arago/backend"
	"arago/internal/hugepage"
)

// CacheLine is the alignment of scratch memory in bytes: more than any library
// asks for.
const CacheLine = 64

// Pool keeps slices of scratch memory between calls. What a slice holds when
// it is drawn is left over from its last use. Slices are kept apart by the power of two
// below their size: those who need little would else hold on to the largest ones
// for ever, and those who need much would not find them.
type Pool[T backend.Scalar] struct {
	slices [bits.UintSize + 1]sync.Pool
}

// Get returns a slice of n elements that begins on a cache line.
func (p *Pool[T]) Get(n int) *[]T {
	s, _ := p.slices[bits.Len(uint(n))].Get().(*[]T)
	if s == nil || cap(*s) < n {
		s = new(hugepage.Make[T](n, CacheLine))
	}
	*s = (*s)[:n]
	return s
}

// Put gives a slice back.
func (p *Pool[T]) Put(s *[]T) { p.slices[bits.Len(uint(cap(*s)))].Put(s) }

var (
	scratch32  Pool[float32]
	scratch64  Pool[float64]
	scratchC64 Pool[complex64]
	scratch128 Pool[complex128]
)

// Scratch returns the pool of a type that the whole process shares.
func Scratch[T backend.Scalar]() *Pool[T] {
	var t T
	var pool any
	switch any(t).(type) {
	case float32:
		pool = &scratch32
	case float64:
		pool = &scratch64
	case complex64:
		pool = &scratchC64
	default:
		pool = &scratch128
	}
	return pool.(*Pool[T])
}
