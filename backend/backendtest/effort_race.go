//go:build race

package backendtest

// The race detector sees what two calls share when they meet once, not by luck; loops take it
// up to a hundred times as long. The products of testConcurrent are cut into pieces, too.
const (
	callers, rounds = 4, 2
	largestProduct  = 200 * 200 * 200
)
