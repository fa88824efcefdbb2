//go:build !race

package backendtest

// How often callers meet in testConcurrent, and the largest products with their definition.
const (
	callers, rounds = 8, 10
	largestProduct  = 256 * 512 * 200
)
