//go:build !unix

package guarded

import (
	"testing"
	"unsafe"
)

// pages returns at least size bytes. This system has no inaccessible pages to
// put beside them that package unix could ask for; Check sees what is written there.
func pages(_ testing.TB, size int) []byte {
	words := make([]uint64, (size+7)/8)
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(words))), 8*len(words))
}
