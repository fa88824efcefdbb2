//go:build !race && !purego

package kernel

func detected() []Set { return []Set{NEON} }
