package guarded

import (
	"bytes"
	"fmt"
	"testing"
	"unsafe"
)

// Place says where a slice stands between the two inaccessible pages. Numbers
// from 0 are its distance from the page before it, in elements.
type Place int

const (
	// AtEnd puts the last element against the page behind.
	AtEnd Place = -1
	// AtStart puts the first element against the page before.
	AtStart Place = 0
)

func (p Place) String() string {
	switch p {
	case AtEnd:
		return "at the end of a page"
	case AtStart:
		return "at the start of a page"
	}
	return fmt.Sprintf("%d elements into a page", int(p))
}

// cacheLine is the size of a cache line in bytes, and of the widest vectors.
const cacheLine = 64

// Places returns the places of a slice of T that differ for vectors: against
// the page behind, and at every distance from the page before up to a cache line.
func Places[T any]() []Place {
	var t T
	places := []Place{AtEnd}
	for p := range cacheLine / int(unsafe.Sizeof(t)) {
		places = append(places, Place(p))
	}
	return places
}

// Memory is a room for one slice after the other. The pages on both sides of it
// cannot be accessed, on systems that have such pages.
type Memory struct {
	tb     testing.TB
	inside []byte
	// from and to are the bytes of the slice that is in use.
	from, to int
}

// fill is what the memory holds: as reals of either precision it is NaN, as
// signed integers −1.
const fill = 0xff

// New returns room for a slice of up to size bytes at any of its Places. It is
// given back when the test ends.
func New(tb testing.TB, size int) *Memory {
	tb.Helper()
	m := &Memory{tb: tb, inside: pages(tb, size+cacheLine)}
	refill(m.inside)
	tb.Cleanup(m.Check)
	return m
}

// In returns n elements, all of them NaN, in place of the slice that was in m
// before. T must be made of numbers.
func In[T any](m *Memory, n int, at Place) []T {
	m.tb.Helper()
	m.Check()
	refill(m.inside[m.from:m.to])
	var t T
	element := int(unsafe.Sizeof(t))
	m.from = int(at) * element
	if at == AtEnd {
		m.from = len(m.inside) - n*element
	}
	m.to = m.from + n*element
	if m.from < 0 || m.to > len(m.inside) {
		m.tb.Fatalf("guarded: %d elements %v do not fit into %d bytes", n, at, len(m.inside))
	}
	if n == 0 {
		return []T{}
	}
	return unsafe.Slice((*T)(unsafe.Pointer(&m.inside[m.from])), n)
}

// Slice returns n elements, all of them NaN, in pages of their own.
func Slice[T any](tb testing.TB, n int, at Place) []T {
	tb.Helper()
	var t T
	return In[T](New(tb, n*int(unsafe.Sizeof(t))), n, at)
}

// Check fails the test if something was written beside the slice in m. The end
// of the test and the next slice check as well.
func (m *Memory) Check() {
	m.tb.Helper()
	for side, outside := range map[string][]byte{"before": m.inside[:m.from], "behind": m.inside[m.to:]} {
		if written := len(outside) - bytes.Count(outside, []byte{fill}); written > 0 {
			m.tb.Errorf("guarded: %d bytes %s a slice of %d bytes were written", written, side, m.to-m.from)
			refill(outside)
		}
	}
}

func refill(memory []byte) {
	for i := range memory {
		memory[i] = fill
	}
}
