//go:build !race

package propagate_test

const (
	raceEnabled   = false
	randomSystems = 20 // of each seed
	recipesNpix   = 160
)

// some returns what a test goes through: all, without the race detector.
func some[T any](_ int, all []T) []T { return all }
