//go:build !race

package propagate_test

const (
	raceEnabled   = false
	randomSystems = 20 // of each seed
)
