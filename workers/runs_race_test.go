//go:build linux && race

package workers

// killedRuns is the number of runs whose workers are killed: enough to meet each way
// of dying. Workers of this binary take a long time to start. Of the planes after which a
// run is cancelled the first, the last and some between are enough.
const (
	killedRuns    = 24
	cancelledEach = 4
)
