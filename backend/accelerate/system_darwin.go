//go:build cgo && accelerate && !accelerate_standin

package accelerate

import "syscall"

const libraryName = "Accelerate"

// systemVersion returns the version of macOS, whose part Accelerate is.
func systemVersion() (string, error) { return syscall.Sysctl("kern.osproductversion") }
