//go:build unix

package guarded

import (
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

// readable is the environment variable that leaves the pages on both sides
// readable, for an emulator that reads whole vectors where the instruction
// (VMASKMOV) reads parts of them.
const readable = "ARAGO_READABLE_GUARDS"

// pages returns at least size bytes, a whole number of pages between two
// inaccessible ones.
func pages(tb testing.TB, size int) []byte {
	tb.Helper()
	page := unix.Getpagesize()
	inside := (size + page - 1) / page * page
	memory, err := unix.Mmap(-1, 0, inside+2*page, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
	if err != nil {
		tb.Fatalf("guarded: %v", err)
	}
	tb.Cleanup(func() {
		if err := unix.Munmap(memory); err != nil {
			tb.Errorf("guarded: %v", err)
		}
	})
	protection := unix.PROT_NONE
	if os.Getenv(readable) != "" {
		refill(memory)
		protection = unix.PROT_READ
	}
	for _, guard := range [][]byte{memory[:page], memory[page+inside:]} {
		if err := unix.Mprotect(guard, protection); err != nil {
			tb.Fatalf("guarded: %v", err)
		}
	}
	return memory[page : page+inside : page+inside]
}
