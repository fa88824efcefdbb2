//go:build (!amd64 && !arm64) || race || purego

package kernel

// The race detector sees no assembly: with it the twins run, which it checks.
func detected() []Set { return nil }
