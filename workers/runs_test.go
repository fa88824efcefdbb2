//go:build linux && !race

package workers

// killedRuns is the number of runs whose workers are killed.
const killedRuns = 200
