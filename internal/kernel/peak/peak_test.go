package peak

import (
	"runtime"
	"sync"
	"testing"
	"time"
)

// A clock on which each look takes a millisecond.
func steppingClock() func() time.Time {
	var mu sync.Mutex
	var at time.Time
	return func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		at = at.Add(time.Millisecond)
		return at
	}
}

func TestPeakIsOperationsByTime(t *testing.T) {
	var calls int
	l := loop{run: func(n int) { calls += n }, operations: 4}
	want := 4.0 * rounds * repeats / 1e-3
	if got := l.measure(1, steppingClock()); got < want*0.999999 || got > want*1.000001 {
		t.Errorf("the peak is %g, want %g", got, want)
	}
	if calls != attempts*rounds*repeats {
		t.Errorf("%d rounds were run, want %d", calls, attempts*rounds*repeats)
	}
}

func TestPeakOfAClockThatStandsStillIsNotInfinite(t *testing.T) {
	l := loop{run: func(int) {}, operations: 4}
	if got := l.measure(2, func() time.Time { return time.Time{} }); got != 0 {
		t.Errorf("the peak is %g, want 0", got)
	}
}

func TestEveryLoopOfThisMachineEnds(t *testing.T) {
	for _, single := range []bool{false, true} {
		l, ok := widest(single)
		if !ok {
			t.Skipf("there is no loop for %s", runtime.GOARCH)
		}
		for _, n := range []int{0, 1, 1000} {
			l.run(n)
		}
		double, _ := widest(false)
		if single && l.operations != 2*double.operations {
			t.Errorf("%d operations in single precision, %d in double: want twice as many", l.operations, double.operations)
		}
		rate, set, _ := Measure(single, 2)
		if !(rate > 0) || set == "" {
			t.Errorf("the peak is %g by %q", rate, set)
		}
	}
}
