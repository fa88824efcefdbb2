//go:build race

package propagate_test

// Under the race detector sums take up to a hundred times as long: fewer systems show
// what goroutines share.
const (
	raceEnabled   = true
	randomSystems = 4 // of each seed
)
