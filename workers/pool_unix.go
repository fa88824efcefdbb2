//go:build unix

package workers

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"arago/grid"
	"arago/propagate"
)

// pool is a run by worker processes.
type pool struct {
	plan        *propagate.Plan
	job         Job
	program     string
	environment []string
	outline     outline
	labels      []string
	memory      *shared
	layout      layout

	// next is the wavelength that nobody has taken yet.
	next atomic.Int64
	// added[i] is closed when the field of line i−1 is in the image.
	added []chan struct{}
	sum   *propagate.Sum

	// mutex lets one seat at a time call back and count.
	mutex    sync.Mutex
	report   Report
	deaths   []int
	reported []int
	planes   int
}

// share runs a plan in job.Processes workers, which are started from the file
// program.
func share(ctx context.Context, plan *propagate.Plan, job Job, need Need, program string) (*propagate.Result, Report, error) {
	p := &pool{
		plan: plan, job: job, program: program, environment: environment(need, job),
		layout: newLayout(plan.Masks(), job.Processes, need.slotBytes()),
		added:  make([]chan struct{}, plan.Lines()+1), sum: plan.NewSum(),
		deaths: make([]int, plan.Lines()), reported: make([]int, plan.Lines()),
		outline: outlineOf(plan),
		report:  Report{Processes: job.Processes},
	}
	for _, step := range plan.Steps() {
		p.labels = append(p.labels, step.Label)
	}
	for i := range p.added {
		p.added[i] = make(chan struct{})
	}
	close(p.added[0])

	memory, err := newShared(p.layout.size(job.Processes))
	if err != nil {
		return nil, p.report, err
	}
	p.memory = memory
	p.layout.store(memory.bytes, plan.Masks())

	group, within := errgroup.WithContext(ctx)
	for i := range job.Processes {
		group.Go(func() error {
			s := &seat{pool: p, index: i}
			defer s.clear()
			return s.work(within)
		})
	}
	err = group.Wait()
	if e := memory.release(); err == nil {
		err = e
	}
	if err == nil {
		var result *propagate.Result
		result, err = p.sum.Result()
		return result, p.report, err
	}
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	return nil, p.report, err
}

// seat is a place for a worker: a slot, and who sits there now.
type seat struct {
	pool   *pool
	index  int
	worker *worker
	// unready counts the workers that died here before they were ready.
	unready int
}

// work computes wavelengths, in the order of the spectrum, until none are left.
func (s *seat) work(ctx context.Context) error {
	p := s.pool
	for line := p.take(); line < p.plan.Lines(); line = p.take() {
		if err := s.compute(ctx, line); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-p.added[line]:
		}
		p.sum.Add(s.slot()[:p.plan.FieldBytes()])
		close(p.added[line+1])
	}
	if s.worker == nil {
		return nil
	}
	peak := s.worker.dismiss()
	s.worker = nil
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.report.PeakWorkers += peak
	return nil
}

// clear ends the worker that is still there.
func (s *seat) clear() {
	if s.worker != nil {
		s.worker.end()
		s.worker = nil
	}
}

func (s *seat) slot() []byte { return s.pool.layout.slot(s.pool.memory.bytes, s.index) }

// take returns the next wavelength.
func (p *pool) take() int { return int(p.next.Add(1)) - 1 }

// compute has a wavelength computed, if need be by two workers one after the
// other.
func (s *seat) compute(ctx context.Context, line int) error {
	for {
		if err := s.fill(ctx); err != nil {
			return err
		}
		err := s.order(ctx, line)
		var told *remoteError
		if err == nil || errors.As(err, &told) {
			return err
		}
		d := s.worker.bury(err)
		s.worker = nil
		d.Line, d.Wavelength = line, s.pool.plan.Wavelength(line)
		if err := s.pool.count(ctx, d, &s.pool.deaths[line]); err != nil {
			return err
		}
	}
}

// fill sees to it that there is a worker and that it is ready.
func (s *seat) fill(ctx context.Context) error {
	p := s.pool
	for s.worker == nil {
		if err := ctx.Err(); err != nil {
			return err
		}
		w, err := start(ctx, p.program, s.index+1, p.environment, p.memory.file)
		if err != nil {
			return fmt.Errorf("%w: worker %d could not be started: %w", ErrWorker, s.index+1, err)
		}
		plan, err := w.greet(hello{
			Protocol: protocol, Number: s.index + 1, Description: p.job.Description,
			Layout: p.layout, Slot: s.index, Observe: p.job.Observe != nil, Progress: p.job.Progress != nil,
		})
		var told *remoteError
		switch {
		case errors.As(err, &told):
			w.end()
			return err
		case err != nil:
			if err := p.count(ctx, w.bury(err), &s.unready); err != nil {
				return err
			}
		case *plan != p.outline:
			w.end()
			return fmt.Errorf("%w: the plan of worker %d is not that of its parent; a file that it depends on has changed, start the run again", ErrWorker, s.index+1)
		default:
			s.worker, s.unready = w, 0
		}
	}
	return nil
}

// count tells of a death whose share is to be done once more; the second of the
// same share is an error.
func (p *pool) count(ctx context.Context, d *Death, deaths *int) error {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if err := ctx.Err(); err != nil {
		return err // it was we who killed it
	}
	p.report.Deaths++
	if *deaths++; *deaths > 1 {
		return fmt.Errorf("%w: a worker died, and so did the one that was to do its share once more: %w", ErrWorker, d)
	}
	if p.job.Warn != nil {
		p.job.Warn(d.Error() + "; its share is done once more")
	}
	return nil
}

// order has the worker compute a wavelength. A *remoteError is what the worker
// answers; after any other error it is lost.
func (s *seat) order(ctx context.Context, line int) error {
	p := s.pool
	// If the worker has gone, there is no answer either.
	_ = write(s.worker.orders, order{Kind: doCompute, Line: line, From: p.reported[line]})
	for {
		a, err := s.worker.receive()
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return err
		}
		switch {
		case a.Kind == sayPlane:
			if err := s.reach(line, a); err != nil {
				return err
			}
		case a.Kind == sayDone && (p.reported[line] == len(p.labels) || !p.watched()):
			return nil
		case a.Kind == sayFailed && a.Failure != nil:
			return a.Failure.error()
		default:
			return breach("%q while it computes", a.Kind)
		}
	}
}

func (p *pool) watched() bool { return p.job.Observe != nil || p.job.Progress != nil }

// reach reports a plane that the worker has reached.
func (s *seat) reach(line int, a answer) error {
	p := s.pool
	if !p.watched() || a.Plane != p.reported[line] || a.Plane >= len(p.labels) {
		return breach("plane %d comes after plane %d", a.Plane+1, p.reported[line])
	}
	// One at a time, so that there is one copy of a plane at a time.
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.job.Observe != nil {
		slot := numbers[complex128](s.slot())
		if !valid(a.Grid, len(slot)) {
			return breach("a plane without its grid")
		}
		field := append([]complex128(nil), slot[:a.Grid.Len()]...)
		// If the worker has gone, the next answer is missing.
		_ = write(s.worker.orders, order{Kind: doProceed})
		p.job.Observe(propagate.Snapshot{
			Plane: a.Plane, Label: p.labels[a.Plane], Line: line, Wavelength: p.plan.Wavelength(line),
			Grid: *a.Grid, Field: field,
		})
	}
	p.reported[line]++
	p.planes++
	if p.job.Progress != nil {
		p.job.Progress(p.planes, len(p.labels)*p.plan.Lines())
	}
	return nil
}

// valid says whether a grid is one of at most so many samples.
func valid(g *grid.Grid, most int) bool {
	return g != nil && g.Y.N > 0 && g.X.N > 0 && g.Y.N <= most/g.X.N
}
