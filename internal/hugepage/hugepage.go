// Package hugepage makes large slices whose memory the operating system may map
// by large pages. Loops that go down the columns of a matrix touch another page
// for each row: with pages of 4 KiB the processor's table of addresses is soon
// too small for them.
package hugepage

import "unsafe"

// Size is that of a large page of most processors.
const Size = 2 << 20

// smallest is the number of bytes from which on large pages are asked for:
// several of them, as less would mostly be lost to alignment.
const smallest = 2 * Size

// Make returns a slice of n zeros that begins on a multiple of align bytes, a power
// of two that is a multiple of T's size. It is on large pages if it is large and the
// operating system has them.
func Make[T float32 | float64 | complex64 | complex128](n, align int) []T {
	var t T
	size := int(unsafe.Sizeof(t))
	large := n*size >= smallest
	if large {
		align = Size
	}
	s := make([]T, n+align/size)
	skip := 0
	if past := int(uintptr(unsafe.Pointer(unsafe.SliceData(s))) % uintptr(align)); past > 0 {
		skip = (align - past) / size
	}
	s = s[skip : skip+n : skip+n]
	if large {
		advise(unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(s))), n*size&^(Size-1)))
	}
	return s
}
