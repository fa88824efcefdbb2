//go:build !unix

package detect

// kernel is not known here.
func kernel() string { return "" }
