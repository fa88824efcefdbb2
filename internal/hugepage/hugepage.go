// Package hugepage makes large slices whose memory the operating system may map
// by large pages. Loops that go down the columns of a matrix touch another page
// for each row: with pages of 4 KiB the processor's table of addresses is soon
// too small for them.
//
// On Linux the advice, MADV_HUGEPAGE, belongs to the addresses and stays with them when
// the slice is garbage. It keeps nothing: four slices of 64 MiB freed and given back to the
// system left 3.2 MiB resident, as many as without advice, and making three of them
// again took 27 ms instead of 78 (Linux 6.18, transparent huge pages on madvise). But
// small objects that come to stand at such addresses may take whole large pages, and
// khugepaged fills up pages that were given back in between: 4 MiB of small objects
// left over from 64 took 14.3 MiB instead of 10.9, after it had passed. That is little beside
// fields, and they are what these addresses are used for again. MADV_COLLAPSE, which leaves
// nothing behind, has to touch every small page first: 150 ms instead of 27.
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
