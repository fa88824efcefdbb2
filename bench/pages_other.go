//go:build !linux

package main

// newPages returns zeroed memory; large blocks begin at a page.
func newPages(bytes int) []byte { return make([]byte, bytes) }

func freePages([]byte) {}
