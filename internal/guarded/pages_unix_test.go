//go:build unix

package guarded_test

import (
	"runtime/debug"
	"testing"
	"unsafe"

	"arago/internal/guarded"
)

func TestTouchingTheNextPageFaults(t *testing.T) {
	faults := func(at *float64) (fault bool) {
		defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
		defer func() { fault = recover() != nil }()
		*at = 1
		return false
	}
	x := guarded.Slice[float64](t, 5, guarded.AtEnd)
	if !faults((*float64)(unsafe.Add(unsafe.Pointer(&x[4]), 8))) {
		t.Error("what lies behind a slice at the end can be written")
	}
	x = guarded.Slice[float64](t, 5, guarded.AtStart)
	if !faults((*float64)(unsafe.Add(unsafe.Pointer(&x[0]), -8))) {
		t.Error("what lies before a slice at the start can be written")
	}
}
