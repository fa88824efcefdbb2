//go:build !linux

package hugepage

// advise does nothing: the system decides by itself.
func advise([]byte) {}
