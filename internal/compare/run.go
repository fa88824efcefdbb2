package compare

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"time"
)

// Options say what is compared and how much of everything it may take.
type Options struct {
	Tasks      []Task
	Contenders []Contender

	// Share is about the time that each contender has for a task.
	Share time.Duration
	// LongestCall is how long a call may take, by the time of smaller ones or, where
	// there are none, of the first; longer ones are left out.
	LongestCall time.Duration
	// Budget is the time for all; tasks that it does not reach are left out.
	Budget time.Duration
	// Memory bounds what a task may need, in bytes; 0 means no bound.
	Memory int64

	// Progress, if not nil, is told before each task how many are done.
	Progress func(done, total int)
	// Now is the clock of Budget; nil means time.Now.
	Now func() time.Time
}

// Limits returns options with the times of a full or of a quick comparison.
func Limits(quick bool) Options {
	if quick {
		return Options{Share: 15 * time.Millisecond, LongestCall: 150 * time.Millisecond, Budget: 30 * time.Second}
	}
	return Options{Share: 400 * time.Millisecond, LongestCall: 4 * time.Second, Budget: 20 * time.Minute}
}

// Measurement is what a contender did on a task.
type Measurement struct {
	Task
	Contender string `json:"contender"`
	// Rounds is the number of turns, Calls that of calls in each.
	Rounds int `json:"rounds"`
	Calls  int `json:"calls_per_round"`
	// Seconds of one call.
	Seconds Statistics `json:"seconds"`
	// GFLOPS is Operations() in 1e9 per second, at the median time.
	GFLOPS float64 `json:"gflops"`
	// RelativeError in the 2-norm of a sample of the result.
	RelativeError float64 `json:"relative_error"`
}

// Omission is what was left out. Contender is "" if all were.
type Omission struct {
	Task
	Contender string `json:"contender,omitempty"`
	Reason    string `json:"reason"`
}

// Results of a comparison.
type Results struct {
	Measurements []Measurement `json:"measurements"`
	Omissions    []Omission    `json:"omissions"`
}

// Turns of each contender on a task: enough for quartiles if they are short,
// enough for a median if they are long.
const fewestRounds, mostRounds = 3, 9

// Compare measures. Its error is that of the context.
func Compare(ctx context.Context, o Options) (*Results, error) {
	now := o.Now
	if now == nil {
		now = time.Now
	}
	c := &comparison{Options: o, results: new(Results), truths: map[Task][]complex128{}, rates: map[rateKey]float64{}}
	for _, k := range o.Contenders {
		if k.Library().OwnMemory {
			c.copies++
		}
	}
	began := now()
	for i, t := range o.Tasks {
		if o.Progress != nil {
			o.Progress(i, len(o.Tasks))
		}
		if now().Sub(began) > o.Budget {
			c.omit(t, "", fmt.Sprintf("the time for the comparison, %v, is over", o.Budget))
			continue
		}
		if err := c.task(ctx, t); err != nil {
			return nil, err
		}
	}
	if o.Progress != nil {
		o.Progress(len(o.Tasks), len(o.Tasks))
	}
	return c.results, nil
}

type comparison struct {
	Options
	results *Results
	copies  int
	truths  map[Task][]complex128
	rates   map[rateKey]float64
}

// rateKey names what the time of larger sizes is foretold from: seconds per
// operation.
type rateKey struct {
	contender string
	task      Task // without size
}

// entry is a contender in a task.
type entry struct {
	Run
	name          string
	calls         int
	times         []float64
	relativeError float64
	failed        bool
}

// task measures all contenders on t.
func (c *comparison) task(ctx context.Context, t Task) error {
	if need := t.Bytes() * int64(1+c.copies); c.Memory > 0 && need > c.Memory {
		c.omit(t, "", fmt.Sprintf("it may need %.1f GB of memory and %.1f GB are allowed", float64(need)/1e9, float64(c.Memory)/1e9))
		return nil
	}
	w := NewWorkspace(t)
	var entries []*entry
	defer func() {
		for _, e := range entries {
			_ = e.Close() // its numbers are there; nothing depends on it
		}
	}()
	for _, k := range c.Contenders {
		name := k.Library().Name
		if expected := c.expected(name, t); expected > c.LongestCall.Seconds() {
			c.omit(t, name, fmt.Sprintf("a call would take about %.2g s; %v are allowed", expected, c.LongestCall))
			continue
		}
		run, err := k.Prepare(ctx, w)
		if errors.Is(err, ErrUnsupported) {
			continue
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			c.omit(t, name, err.Error())
			continue
		}
		e := &entry{Run: run, name: name}
		entries = append(entries, e)
		if err := c.warmUp(ctx, t, e); err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			c.fail(t, e, err)
		}
	}
	if err := c.rounds(ctx, t, entries); err != nil {
		return err
	}
	for _, e := range entries {
		if e.failed {
			continue
		}
		s := StatisticsOf(e.times)
		c.learn(e.name, t, s.Median)
		c.results.Measurements = append(c.results.Measurements, Measurement{
			Task: t, Contender: e.name, Rounds: len(e.times), Calls: e.calls, Seconds: s,
			GFLOPS: t.Operations() / s.Median / 1e9, RelativeError: e.relativeError,
		})
	}
	return nil
}

func rateOf(name string, t Task) rateKey {
	t.Size = 0
	return rateKey{name, t}
}

// learn keeps how long a call took.
func (c *comparison) learn(name string, t Task, seconds float64) {
	c.rates[rateOf(name, t)] = seconds / t.Operations()
}

// expected returns how many seconds a call will take by what is known of others,
// or 0. What is known of one core alone bounds the time on several from below.
func (c *comparison) expected(name string, t Task) float64 {
	if rate, ok := c.rates[rateOf(name, t)]; ok {
		return rate * t.Operations()
	}
	one := t
	one.Cores = 1
	return c.rates[rateOf(name, one)] * t.Operations() / float64(t.Cores)
}

// warmUp makes the first calls, in which libraries plan, checks the result, and
// finds how many calls make a turn.
func (c *comparison) warmUp(ctx context.Context, t Task, e *entry) error {
	points := t.points()
	key := Task{Operation: t.Operation, Size: t.Size}
	if c.truths[key] == nil {
		values, err := t.truth(ctx, points)
		if err != nil {
			return err
		}
		c.truths[key] = values
	}
	got, err := e.Check(ctx, points)
	if err != nil {
		return err
	}
	if len(got) != len(points) {
		return fmt.Errorf("%s returned %d elements of its result, %d were asked for", e.name, len(got), len(points))
	}
	e.relativeError = relativeError(got, c.truths[key])
	if math.IsInf(e.relativeError, 1) {
		return errors.New("the result is not a number")
	}
	one, err := e.Time(ctx, 1)
	if err != nil {
		return err
	}
	if one > c.LongestCall {
		c.learn(e.name, t, one.Seconds())
		return fmt.Errorf("a call takes %.2g s; %v are allowed", one.Seconds(), c.LongestCall)
	}
	turn := c.Share / mostRounds
	e.calls = max(1, min(1000, int(turn/max(one, time.Nanosecond))))
	return nil
}

// rounds lets the contenders take turns.
func (c *comparison) rounds(ctx context.Context, t Task, entries []*entry) error {
	runtime.GC() // of the task before, not in the middle of this one
	var spent time.Duration
	for round := range mostRounds {
		if round >= fewestRounds && spent > c.Share*time.Duration(len(entries)) {
			break
		}
		for i := range entries {
			e := entries[(i+round)%len(entries)]
			if err := ctx.Err(); err != nil {
				return err
			}
			if e.failed {
				continue
			}
			took, err := e.Time(ctx, e.calls)
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if err != nil {
				c.fail(t, e, err)
				continue
			}
			took = max(took, time.Nanosecond) // a clock may be too coarse to see a call
			spent += took
			e.times = append(e.times, took.Seconds()/float64(e.calls))
		}
	}
	return nil
}

func (c *comparison) fail(t Task, e *entry, err error) {
	e.failed = true
	c.omit(t, e.name, err.Error())
}

func (c *comparison) omit(t Task, contender, reason string) {
	c.results.Omissions = append(c.results.Omissions, Omission{t, contender, reason})
}
