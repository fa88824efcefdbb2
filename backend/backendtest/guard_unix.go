//go:build unix

package backendtest

import (
	"syscall"
	"testing"
	"unsafe"

	"arago/backend"
)

// guarded returns n elements between two inaccessible pages, touching the one
// behind them (atEnd) or the one before them (atStart).
func guarded[T backend.Scalar](tb testing.TB, n int, where edge) []T {
	tb.Helper()
	if n == 0 {
		return nil
	}
	var t T
	page := syscall.Getpagesize()
	size := n * int(unsafe.Sizeof(t))
	inside := (size + page - 1) / page * page
	memory, err := syscall.Mmap(-1, 0, inside+2*page, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		tb.Fatalf("guarded memory: %v", err)
	}
	tb.Cleanup(func() {
		if err := syscall.Munmap(memory); err != nil {
			tb.Errorf("guarded memory: %v", err)
		}
	})
	for _, guard := range [][]byte{memory[:page], memory[page+inside:]} {
		if err := syscall.Mprotect(guard, syscall.PROT_NONE); err != nil {
			tb.Fatalf("guarded memory: %v", err)
		}
	}
	from := page
	if where == atEnd {
		from += inside - size
	}
	return unsafe.Slice((*T)(unsafe.Pointer(&memory[from])), n)
}
