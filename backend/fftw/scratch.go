//go:build fftw && cgo && (linux || darwin)

package fftw

import (
	"sync"
	"unsafe"

	"arago/backend"
)

// cacheLine is the alignment of scratch memory in bytes: more than any plan asks for.
const cacheLine = 64

// pool keeps slices of scratch memory between calls. What a slice holds when
// it is drawn is left over from its last use.
type pool[C backend.Complex] struct{ slices sync.Pool }

// get returns a slice of n elements that begins on a cache line.
func (p *pool[C]) get(n int) *[]C {
	s, _ := p.slices.Get().(*[]C)
	if s == nil || cap(*s) < n {
		s = new(alignedSlice[C](n))
	}
	*s = (*s)[:n]
	return s
}

func (p *pool[C]) put(s *[]C) { p.slices.Put(s) }

func alignedSlice[C backend.Complex](n int) []C {
	var c C
	perLine := cacheLine / int(unsafe.Sizeof(c))
	s := make([]C, n+perLine)
	skip := 0
	if past := int(uintptr(unsafe.Pointer(&s[0])) % cacheLine); past > 0 {
		skip = (cacheLine - past) / int(unsafe.Sizeof(c))
	}
	return s[skip : skip+n]
}
