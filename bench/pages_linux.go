package main

import "golang.org/x/sys/unix"

// newPages returns zeroed memory at the beginning of a page, advised to lie in
// huge pages, as numpy does for large arrays.
func newPages(bytes int) []byte {
	block, err := unix.Mmap(-1, 0, bytes, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON)
	if err != nil {
		panic(err) // the machine has no memory for the work
	}
	_ = unix.Madvise(block, unix.MADV_HUGEPAGE) // a kernel without them has small pages for all
	return block
}

func freePages(block []byte) { _ = unix.Munmap(block) }
