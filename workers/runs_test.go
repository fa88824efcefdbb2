//go:build linux && !race

package workers

// killedRuns is the number of runs whose workers are killed, cancelledEach the number of
// planes from one cancelled run to the next.
const (
	killedRuns    = 200
	cancelledEach = 1
)
