package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"arago/internal/compare"
)

// pace is how much time a comparison takes.
type pace struct {
	Work   time.Duration // for all turns on one work
	Family time.Duration // for all works of a family
	Turn   time.Duration // of one contender, if one call is shorter
	Fewest int           // rounds, however long they are
	Most   int
}

var (
	fullPace  = pace{Work: 3 * time.Second, Family: 60 * time.Second, Turn: 10 * time.Millisecond, Fewest: 5, Most: 15}
	quickPace = pace{Work: 1200 * time.Millisecond, Family: 10 * time.Second, Turn: 6 * time.Millisecond, Fewest: 3, Most: 9}
)

// contestant is a library in a process of its own.
type contestant struct {
	*worker
	key   string // as goals name it; "" is Arago
	cores []int  // on which it takes turns
}

// measurement is what a contestant did on a work.
type measurement struct {
	Set  string `json:"set"` // the half of the comparison: that of the kernels of Arago
	Work work   `json:"work"`
	// Contender is the name of the library, Key that of goals.
	Contender string `json:"contender"`
	Key       string `json:"key,omitempty"`
	// Operation is the one by which the work was done.
	Operation     string             `json:"operation"`
	Cores         int                `json:"cores"`
	Rounds        int                `json:"rounds"`
	Calls         int                `json:"calls_per_turn"`
	Seconds       compare.Statistics `json:"seconds"`
	Rate          float64            `json:"rate"` // in 1e9 a second, see Unit
	Unit          string             `json:"unit"`
	RelativeError float64            `json:"relative_error"`
}

// spread is half the distance between the quartiles, by the median.
func (m measurement) spread() float64 {
	return (m.Seconds.Q3 - m.Seconds.Q1) / 2 / m.Seconds.Median
}

// failure is what could not be measured.
type failure struct {
	Set       string `json:"set"`
	Work      *work  `json:"work,omitempty"`
	Contender string `json:"contender"`
	Why       string `json:"why"`
}

// entry is a contestant that takes turns.
type entry struct {
	measurement
	by    *worker
	place int // in the order of reports
	times []float64
	one   time.Duration // of the first call that was timed
}

// arena lets contestants take turns.
type arena struct {
	pace
	set        string
	contenders []contestant
	memory     int64 // that may be taken; 0 says that it is not known
	random     *rand.Rand

	measurements []measurement
	failures     []failure
}

func (a *arena) fail(w *work, name string, err error) {
	a.failures = append(a.failures, failure{a.set, w, name, err.Error()})
}

// compete measures a work of a family. Its error is that of the context.
func (a *arena) compete(ctx context.Context, w work, f family) error {
	defer func() {
		for _, c := range a.contenders {
			_ = c.ask(order{Do: "close"}, &struct{}{}) // a process that has ended is told of below
		}
	}()
	entries := a.ready(w, f)
	processes := map[*worker]bool{}
	for _, e := range entries {
		processes[e.by] = true
	}
	if need := w.bytes() * int64(len(processes)); a.memory > 0 && need > a.memory {
		a.fail(&w, "all", fmt.Errorf("it may need %.1f GB of memory and there are %.1f", float64(need)/1e9, float64(a.memory)/1e9))
		return ctx.Err()
	}
	entries = a.warmUp(entries)
	if err := ctx.Err(); err != nil || len(entries) == 0 {
		return err
	}
	round := time.Duration(0)
	for _, e := range entries {
		e.Calls = int(max(1, min(1000, a.Turn/max(e.one, 1))))
		round += e.one * time.Duration(e.Calls)
		if e.Calls > 1 {
			round += e.one
		}
	}
	share := min(a.Work, a.Family/time.Duration(len(f.Works)))
	measured := entries
	for n := range max(a.Fewest, min(a.Most, int(share/max(round, 1)))) {
		if n == toldApart {
			entries = contending(entries, f.Goals)
		}
		a.random.Shuffle(len(entries), func(i, j int) { entries[i], entries[j] = entries[j], entries[i] })
		for _, e := range slices.Clone(entries) {
			took, err := e.turn(e.Calls)
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if err != nil {
				a.fail(&w, e.Contender, err)
				isIt := func(other *entry) bool { return other == e }
				entries, measured = slices.DeleteFunc(slices.Clone(entries), isIt), slices.DeleteFunc(slices.Clone(measured), isIt)
				continue
			}
			e.times = append(e.times, max(took, time.Nanosecond).Seconds()/float64(e.Calls))
		}
	}
	// Reports have the order of preparation, not that of the last round.
	slices.SortFunc(measured, func(a, b *entry) int { return a.place - b.place })
	for _, e := range measured {
		e.Rounds, e.Seconds = len(e.times), compare.StatisticsOf(e.times)
		e.Rate = w.count() / e.Seconds.Median / 1e9
		a.measurements = append(a.measurements, e.measurement)
	}
	return nil
}

// toldApart is the number of rounds after which a peer that takes beyond times as
// long as the fastest one is no longer waited for: it is not the best.
const (
	toldApart = 3
	beyond    = 2
)

// contending returns the entries without peers that are far from the best in every goal.
func contending(entries []*entry, goals []goal) []*entry {
	near := func(e *entry, g goal) bool {
		return slices.Contains(g.Against, e.Key) && !slices.ContainsFunc(entries, func(other *entry) bool {
			return slices.Contains(g.Against, other.Key) && other.Operation == e.Operation && other.Cores == e.Cores &&
				compare.StatisticsOf(e.times).Median > beyond*compare.StatisticsOf(other.times).Median
		})
	}
	var left []*entry
	for _, e := range entries {
		if e.Key == "" || slices.ContainsFunc(goals, func(g goal) bool { return near(e, g) }) {
			left = append(left, e)
		}
	}
	return left
}

// ready lays out the operands of all who do the work. They do so at once, but
// for FFTW, whose plans are measured: it waits for the others.
func (a *arena) ready(w work, f family) []*entry {
	operations := map[string][]string{"": {w.Operation}}
	if f.Limit != "" {
		operations[""] = append(operations[""], f.Limit)
	}
	for _, g := range f.Goals {
		for _, key := range g.Against {
			if o := g.operation(w); !slices.Contains(operations[key], o) {
				operations[key] = append(operations[key], o)
			}
		}
	}
	results := make([][]*entry, len(a.contenders))
	errs := make([]error, len(a.contenders))
	prepare := func(i int) {
		c := a.contenders[i]
		for _, operation := range operations[c.key] {
			task := w
			task.Operation = operation
			err := c.ask(order{Do: "ready", work: task, Cores: c.cores}, &struct{}{})
			if errors.Is(err, compare.ErrUnsupported) {
				continue
			}
			if err != nil {
				errs[i] = err
				continue
			}
			for _, n := range c.cores {
				results[i] = append(results[i], &entry{by: c.worker, measurement: measurement{
					Set: a.set, Work: w, Contender: c.about.Name, Key: c.key, Operation: operation, Cores: n, Unit: w.unit(),
				}})
			}
		}
	}
	var others sync.WaitGroup
	for i, c := range a.contenders {
		if c.key != "fftw" {
			others.Go(func() { prepare(i) })
		}
	}
	others.Wait()
	for i, c := range a.contenders {
		if c.key == "fftw" {
			prepare(i)
		}
		if errs[i] != nil {
			a.fail(&w, c.about.Name, errs[i])
		}
	}
	entries := slices.Concat(results...)
	for i, e := range entries {
		e.place = i
	}
	return entries
}

// longFirst is the number of turns that a first call takes if it is as good as any
// to tell how long the next ones take: then page faults are a small part of it.
const longFirst = 10

// warmUp makes the first calls and returns the entries whose results are right.
func (a *arena) warmUp(entries []*entry) []*entry {
	if len(entries) == 0 {
		return nil
	}
	w := entries[0].Work
	points := w.points()
	truth := w.truth(points)
	var right []*entry
	for _, e := range entries {
		err := e.check(points, truth)
		if err == nil && e.one < longFirst*a.Turn {
			e.one, err = e.turn(1)
		}
		if err != nil {
			a.fail(&w, e.Contender, err)
			continue
		}
		right = append(right, e)
	}
	return right
}

// check compares a few elements of the result of the first call with the truth.
func (e *entry) check(points [][2]int, truth []complex128) error {
	var answer struct {
		Values  [][2]float64 `json:"values"`
		Seconds float64      `json:"seconds"`
	}
	if err := e.by.ask(order{Do: "sample", work: work{Operation: e.Operation}, Points: points, Cores: []int{e.Cores}}, &answer); err != nil {
		return err
	}
	e.one = time.Duration(answer.Seconds * float64(time.Second))
	if e.Operation == throughMemory {
		return nil // it has no result
	}
	got := make([]complex128, len(answer.Values))
	for i, v := range answer.Values {
		got[i] = complex(v[0], v[1])
	}
	if len(got) != len(truth) {
		return fmt.Errorf("it returned %d elements of its result, %d were asked for", len(got), len(truth))
	}
	e.RelativeError = relativeError(got, truth)
	if !(e.RelativeError <= e.Work.tolerance()) {
		return fmt.Errorf("%s computes something else: its error is %.1g", e.Operation, e.RelativeError)
	}
	return nil
}

// turn makes calls and returns how long they took together.
func (e *entry) turn(calls int) (time.Duration, error) {
	var answer struct {
		Seconds float64 `json:"seconds"`
	}
	err := e.by.ask(order{Do: "turn", work: work{Operation: e.Operation}, Cores: []int{e.Cores}, Calls: calls}, &answer)
	return time.Duration(answer.Seconds * float64(time.Second)), err
}
