// Package peak measures how many floating-point operations per second a
// machine's cores can do at most: by fused multiply-adds on registers that do
// not wait for each other or for memory. Every library stands below it, so its
// share of the peak says how well it uses the machine.
package peak

import (
	"sync"
	"sync/atomic"
	"time"
)

// loop is a loop of fused multiply-adds for one precision.
type loop struct {
	// set names the instruction set.
	set string
	// run makes n rounds.
	run func(n int)
	// operations in a round.
	operations int
}

// Measure returns the peak of that many cores together in operations per
// second, where a fused multiply-add counts as two, and the instruction set
// that reached it. Where this machine has no loop, ok is false.
func Measure(single bool, cores int) (perSecond float64, set string, ok bool) {
	l, ok := widest(single)
	if !ok {
		return 0, "", false
	}
	return l.measure(cores, time.Now), l.set, true
}

// Of many short attempts the fastest counts: what disturbs makes it slower,
// never faster. The first ones bring the cores to their speed.
const (
	attempts = 100
	rounds   = 50_000 // a fraction of a millisecond: the loop cannot be preempted
	repeats  = 5
)

// measure returns operations per second on cores at once, by the clock now.
func (l loop) measure(cores int, now func() time.Time) float64 {
	var best float64
	for range attempts {
		var ready atomic.Int64
		var wg sync.WaitGroup
		elapsed := make([]time.Duration, cores)
		for i := range cores {
			wg.Go(func() {
				ready.Add(1)
				for ready.Load() < int64(cores) { // all begin together
				}
				began := now()
				for range repeats {
					l.run(rounds)
				}
				elapsed[i] = now().Sub(began)
			})
		}
		wg.Wait()
		var rate float64
		for _, e := range elapsed {
			if e > 0 {
				rate += float64(l.operations) * rounds * repeats / e.Seconds()
			}
		}
		best = max(best, rate)
	}
	return best
}
