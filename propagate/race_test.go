//go:build race

package propagate_test

// Under the race detector sums take up to a hundred times as long: fewer systems show
// what goroutines share.
const (
	raceEnabled   = true
	randomSystems = 2 // of each seed
	recipesNpix   = 64
)

// some returns the first n of what a test goes through.
func some[T any](n int, all []T) []T { return all[:n] }
