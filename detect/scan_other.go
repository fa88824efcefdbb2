//go:build !linux && !(cgo && darwin)

package detect

// Back ends that call libraries exist on Linux and macOS, with cgo.

func objects() []string { return nil }

func opened(string) (image, bool) { return nil, false }

func holder(uintptr) (image, bool) { return nil, false }
