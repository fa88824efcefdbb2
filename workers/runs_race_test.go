//go:build linux && race

package workers

// killedRuns is the number of runs whose workers are killed: enough to meet each way
// of dying. Workers of this binary take a long time to start.
const killedRuns = 24
