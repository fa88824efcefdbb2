package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"arago/internal/atomicfile"
	"arago/internal/compare"
	"arago/internal/compare/report"
)

// plannerOptions are those of the subcommand planner.
type plannerOptions struct {
	only                  []string
	rounds                int
	patience              time.Duration // for all turns of one contender on one work
	pause                 time.Duration // between turns
	json, readme, picture string
	add, draw             bool
	python, program       string
	works                 []opticsWork
	progress              func(string)
}

func plannerCommand(arguments []string) error {
	o := plannerOptions{works: opticsWorks(), progress: tell, pause: turnPause}
	f := flag.NewFlagSet("planner", flag.ExitOnError)
	f.Func("only", "compare only these `WORKS`, separated by commas: "+o.names(), func(text string) error { o.only = words(text); return nil })
	f.IntVar(&o.rounds, "rounds", 9, "how many `TURNS` each contender takes at most")
	f.DurationVar(&o.patience, "patience", 6*time.Second, "after how much `TIME` on one work a contender takes no more turns")
	f.StringVar(&o.json, "json", "", "write all numbers as JSON to `FILE`")
	f.BoolVar(&o.add, "add", false, "keep the works that the JSON file holds and that are not compared now")
	f.BoolVar(&o.draw, "draw", false, "compare nothing; show what the JSON file holds")
	f.StringVar(&o.readme, "readme", "", "also write the tables between their markers in `FILE`")
	f.StringVar(&o.picture, "picture", "", "also draw the comparison to `FILE`, .png or .svg")
	f.StringVar(&o.python, "python", ".venv-optics/bin/python", "the Python interpreter that has the packages; sh optics.sh makes it")
	f.StringVar(&o.program, "program", "", "the program arago; by default it is built without cgo")
	_ = f.Parse(arguments) // it exits
	if f.NArg() > 0 {
		return fmt.Errorf("planner has no arguments; see --help")
	}
	return o.run(interruptible(), os.Stdout)
}

// turnPause is how long nothing runs before a turn: the threads of OpenBLAS, under numpy, look
// out for work for 2²⁶ cycles after a call, some 30 ms on the second processor of whoever comes next.
const turnPause = 40 * time.Millisecond

// names lists what --only takes.
func (o plannerOptions) names() string {
	list := ""
	for _, w := range o.works {
		list += w.Key + ", "
	}
	return list + growthKey
}

// run compares and writes what the options ask for.
func (o plannerOptions) run(ctx context.Context, stdout io.Writer) error {
	r := opticsReport{SchemaVersion: 1, Program: "arago/bench planner", Date: time.Now().UTC(), Machine: report.ThisMachine()}
	if o.add || o.draw {
		text, err := os.ReadFile(o.json)
		if err == nil {
			err = json.Unmarshal(text, &r)
		}
		if err != nil && (o.draw || !errors.Is(err, os.ErrNotExist)) {
			return err
		}
	}
	if !o.draw {
		r.Date = time.Now().UTC()
		if err := o.compare(ctx, &r); err != nil {
			return err
		}
		if o.json != "" {
			encode := func(w io.Writer) error {
				e := json.NewEncoder(w)
				e.SetIndent("", " ")
				return e.Encode(r)
			}
			if err := atomicfile.Replace(o.json, encode); err != nil {
				return fmt.Errorf("%s cannot be written: %w", o.json, err)
			}
		}
	}
	if o.readme != "" {
		if err := replaceBetween(o.readme, "planner", r.markdown()); err != nil {
			return err
		}
	}
	if o.picture != "" {
		if err := r.draw(o.picture); err != nil {
			return err
		}
	}
	if _, err := io.WriteString(stdout, r.markdown()); err != nil {
		return err
	}
	return r.wrong()
}

// compare measures the works one after the other and puts them into the report.
func (o plannerOptions) compare(ctx context.Context, r *opticsReport) error {
	for _, key := range o.only {
		if key != growthKey && !slices.ContainsFunc(o.works, func(w opticsWork) bool { return w.Key == key }) {
			return fmt.Errorf("there is no work %q; there are %s", key, o.names())
		}
	}
	folder, err := os.MkdirTemp("", "planner")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	if o.program == "" {
		o.program = filepath.Join(folder, "arago")
		build := exec.CommandContext(ctx, "go", "build", "-C", "..", "-o", o.program, "./cmd/arago")
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		if text, err := build.CombinedOutput(); err != nil {
			return fmt.Errorf("the program cannot be built: %s", text)
		}
	}
	for _, w := range o.works {
		if len(o.only) > 0 && !slices.Contains(o.only, w.Key) {
			continue
		}
		measured, err := o.compete(ctx, w, folder)
		if err != nil {
			return fmt.Errorf("%s: %w", w.Title, err)
		}
		r.put(measured)
	}
	if len(o.only) > 0 && !slices.Contains(o.only, growthKey) {
		return nil
	}
	r.Growth = nil
	for _, w := range o.works {
		if w.File == "" {
			continue
		}
		measured, err := o.grow(ctx, w)
		if err != nil {
			return fmt.Errorf("%s: %w", w.Title, err)
		}
		r.Growth = append(r.Growth, measured)
	}
	return nil
}

// opticsContender computes one work again and again.
type opticsContender interface {
	// prepare makes ready what a user has before he calls.
	prepare(ctx context.Context, w opticsWork) error
	// call computes once and returns the time that it took.
	call(ctx context.Context) (seconds float64, err error)
	// image returns the intensities of the last call.
	image() ([]float64, error)
	// tell adds to a row what else is known of the contender.
	tell(*opticsRow) error
	close()
}

// compete measures all contenders on a work, in turns.
func (o plannerOptions) compete(ctx context.Context, w opticsWork, folder string) (opticsResult, error) {
	out := opticsResult{Key: w.Key}
	type competitor struct {
		opticsRow
		opticsContender
		spent float64
	}
	var all []*competitor
	defer func() {
		for _, c := range all {
			c.close()
		}
	}()
	for _, entry := range w.contenders(o, folder) {
		c := &competitor{opticsRow: opticsRow{Package: entry.pack, Method: entry.method, Tolerance: entry.tolerance}}
		o.progress(w.Title + ": " + c.label() + " makes ready")
		var err error
		if c.opticsContender, err = entry.open(ctx); err == nil {
			if err = c.prepare(ctx, w); err != nil {
				c.close()
			}
		}
		if err != nil {
			if entry.pack == ours {
				return out, err
			}
			out.Missing = append(out.Missing, compare.Missing{Name: c.label(), Why: err.Error()})
			continue
		}
		all = append(all, c)
	}
	// The first call of each fills its caches, and is told apart.
	const turn = 0.02 // seconds, if one call is shorter
	for round := range o.rounds + 1 {
		order := rand.New(rand.NewPCG(1, uint64(round))).Perm(len(all))
		if round == 0 {
			slices.Sort(order)
		}
		for _, k := range order {
			c := all[k]
			if c.spent > o.patience.Seconds() {
				continue
			}
			time.Sleep(o.pause)
			if round > 0 && c.First < turn {
				// What slept is woken by a call that is not counted.
				if _, err := c.call(ctx); err != nil {
					return out, fmt.Errorf("%s: %w", c.label(), err)
				}
			}
			if round == 0 {
				o.progress(w.Title + ": " + c.label())
			}
			var times []float64
			for took := 0.0; took < turn && (round > 0 || len(times) == 0); {
				seconds, err := c.call(ctx)
				if err != nil {
					return out, fmt.Errorf("%s: %w", c.label(), err)
				}
				times = append(times, seconds)
				took += seconds
			}
			if round == 0 {
				c.First = times[0]
			} else {
				c.Times = append(c.Times, compare.StatisticsOf(times).Median)
			}
			for _, seconds := range times {
				c.spent += seconds
			}
		}
	}
	reference, err := all[0].image()
	if err != nil {
		return out, err
	}
	peak := slices.Max(reference)
	for _, c := range all {
		c.settle()
		image, err := c.image()
		if err != nil {
			return out, fmt.Errorf("%s: %w", c.label(), err)
		}
		if len(image) != len(reference) {
			return out, fmt.Errorf("%s: its image has %d samples instead of %d", c.label(), len(image), len(reference))
		}
		for i, v := range image {
			c.Difference = max(c.Difference, max(v-reference[i], reference[i]-v)/peak)
		}
		if err := c.opticsContender.tell(&c.opticsRow); err != nil {
			return out, err
		}
		out.Rows = append(out.Rows, c.opticsRow)
	}
	return out, nil
}
