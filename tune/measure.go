package tune

import (
	"context"
	"runtime"
	"slices"
	"time"

	"arago/backend"
	"arago/fourier"
)

// Options say how a machine is measured.
type Options struct {
	// Time returns the seconds that a call of work takes; nil means the median of
	// several.
	Time func(work func()) float64
	// Progress, if not nil, is told how many of the measurements are done.
	Progress func(done, total int)
}

// Measure measures the back ends of s, in a few seconds, while nothing else should
// be running. Its error is that of ctx.
func Measure(ctx context.Context, s backend.Selection, o Options) (*fourier.Machine, error) {
	if o.Time == nil {
		o.Time = median
	}
	processors := runtime.GOMAXPROCS(0)
	defer runtime.GOMAXPROCS(processors)
	runtime.GOMAXPROCS(1)
	double, single := tasks(s.Double, 16), tasks(s.Single, 8)
	gains := new(gains)
	list := append(append(double.list, single.list...), gains.tasks(s.Double, processors)...)
	for i, task := range list {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if o.Progress != nil {
			o.Progress(i, len(list))
		}
		task(o.Time)
	}
	m := &fourier.Machine{Double: double.rates, Single: single.rates}
	m.Together = gains.together(m, processors)
	return m, nil
}

// median returns the median time of a call.
func median(work func()) float64 {
	const (
		turn   = 500 * time.Microsecond // what a turn takes at least
		all    = 40 * time.Millisecond  // and all of them
		fewest = 5
		most   = 25
	)
	work()
	calls := 1
	var times []float64
	for began := time.Now(); len(times) < fewest || len(times) < most && time.Since(began) < all; {
		start := time.Now()
		for range calls {
			work()
		}
		took := time.Since(start)
		if took < turn && len(times) == 0 {
			calls *= 2
			continue
		}
		times = append(times, took.Seconds()/float64(calls))
	}
	slices.Sort(times)
	return times[len(times)/2]
}
