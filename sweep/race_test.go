//go:build race

package sweep_test

const raceEnabled = true
