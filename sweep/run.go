package sweep

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash/crc32"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"arago/fitsfile"
	"arago/fourier"
	"arago/grid"
	"arago/internal/parallel"
	"arago/propagate"
	"arago/system"
)

// Run says how a task is run.
type Run struct {
	// Output is the file of the whole study; see ShardPath.
	Output string
	// Workers is the number of cases computed at once; 0 stands for as many as there
	// are processors. The images are the same for any number.
	Workers int
	// Cards, if not nil, adds cards to the header of images on a grid.
	Cards func(*fitsfile.Header, grid.Grid)
	// Progress, if not nil, is told of each case that is there, one call at a time.
	Progress func(Progress)
	// Process, if not nil, returns a command that starts this program so that it calls
	// Serve for the same study, task and output; each worker then has its cases computed
	// by such a process.
	Process func() *exec.Cmd
	// MemoryCode is the exit code with which such a process says that a case would not fit
	// in memory.
	MemoryCode int
	// Warn, if not nil, is told in one sentence of what the user should know.
	Warn func(string)
}

// Progress is how far a task has come.
type Progress struct {
	// Done cases of Total are there; Kept of them were there before.
	Done, Total, Kept int
	// Left is about how long the others take, 0 as long as that is not known.
	Left time.Duration
}

// Failure is a case that cannot be computed.
type Failure struct {
	Case    int
	Problem string
}

// Report tells what became of a task.
type Report struct {
	// From … To−1 are its cases.
	From, To int
	// Computed cases, and those that were Kept from earlier runs.
	Computed, Kept int
	// Failed are the cases that cannot be computed.
	Failed []Failure
	// File is what was written, "" if the task has no cases.
	File string
	// Seconds that the run took.
	Seconds float64
}

// ErrCases is a task all of whose cases are done but for some that cannot be computed:
// to run it again is of no use until the study is changed.
var ErrCases = errors.New("some cases cannot be computed")

// Run computes the cases of a task that are not there yet. What was computed is kept
// whatever happens. The error is that of ctx if it ends before the run does; ErrBusy if
// another process is at work on the same task; ErrOutput; ErrProcess; propagate.ErrMemory; ErrCases
// together with a whole report and file.
func (p *Plan) Run(ctx context.Context, t Task, r Run) (Report, error) {
	began := time.Now()
	header, err := p.cubeHeader(t, r)
	if err != nil {
		return Report{}, err
	}
	s := p.newShard(t, r.Output, header)
	report := Report{From: s.from, To: s.from + s.n}
	if s.n == 0 {
		return report, ctx.Err()
	}
	if err := s.open(); err != nil {
		return report, err
	}
	defer s.close()
	if !s.lock.known && r.Warn != nil {
		r.Warn(fmt.Sprintf("the file system of %s has no locks: a task that is started twice at the same time is computed twice", s.final))
	}
	report.File = s.final
	e := newEngine(p, s, r)
	if s.finished(e) {
		report.Kept, report.Seconds = s.n, time.Since(began).Seconds()
		return report, nil
	}
	if err := s.begin(); err != nil {
		return report, err
	}
	err = e.all(ctx)
	report.Computed, report.Kept = e.computed, e.kept
	if err != nil {
		return report, err
	}
	for slot, o := range s.outcomes {
		if o.problem != "" {
			report.Failed = append(report.Failed, Failure{s.from + slot, o.problem})
		}
	}
	if err := s.finish(); err != nil {
		return report, err
	}
	report.Seconds = time.Since(began).Seconds()
	if n := len(report.Failed); n > 0 {
		return report, fmt.Errorf("%w: %s: %d of %d; the first is %s: %s", ErrCases, p.File, n, s.n, p.Label(report.Failed[0].Case), report.Failed[0].Problem)
	}
	return report, nil
}

// cubeHeader returns the header of the primary unit of a task's file.
func (p *Plan) cubeHeader(t Task, r Run) ([]byte, error) {
	h := fitsfile.HDU{}
	from, to := p.Range(t)
	if p.Output.Images == "cube" && to > from {
		rows, cols := p.Shape(0)
		h.Shape, h.Single = []int{to - from, rows, cols}, p.Output.Bits == 32
	}
	if r.Cards != nil && p.sameGrid() {
		r.Cards(&h.Header, p.classes[p.classOf(0)].Grid)
	}
	return fitsfile.EncodeHeader(ShardPath(r.Output, t), h, true)
}

// sameGrid says whether the images of all cases lie on the same grid.
func (p *Plan) sameGrid() bool {
	first := p.classes[p.classOf(0)].Grid
	for _, c := range p.classes {
		if c.cases > 0 && c.Grid != first {
			return false
		}
	}
	return true
}

// engine computes the cases of a shard.
type engine struct {
	plan     *Plan
	shard    *shard
	run      Run
	identity [sha256.Size]byte
	began    time.Time
	// workers compute at once, each what takes large bytes; started counts cases.
	workers int
	large   int64
	started atomic.Int64

	mutex          sync.Mutex // of what follows, and of the shard's journal and outcomes
	computed, kept int
	done, ahead    uint64 // cost of cases that were computed, and of those that are not there yet
	standards      map[[sha256.Size]byte]func() (standard, error)
}

func newEngine(p *Plan, s *shard, r Run) *engine {
	return &engine{plan: p, shard: s, run: r, identity: p.identity(), began: time.Now(), standards: map[[sha256.Size]byte]func() (standard, error){}}
}

// all computes what is not there.
func (e *engine) all(ctx context.Context) error {
	n := e.run.Workers
	if n < 1 {
		n = runtime.GOMAXPROCS(0)
	}
	n = min(n, e.shard.n)
	for slot := range e.shard.n {
		e.ahead += e.cost(slot)
	}
	e.workers, e.large = n, e.plan.Predict(e.shard.from, e.shard.from+e.shard.n).MoreBytes
	release := parallel.Among(n)
	defer release()
	group, ctx := errgroup.WithContext(ctx)
	var next atomic.Int64
	for range n {
		group.Go(func() error {
			w := worker{engine: e, buffer: make([]byte, e.shard.layout.planeBytes)}
			defer w.leave()
			for {
				slot := int(next.Add(1)) - 1
				if slot >= e.shard.n {
					return nil
				}
				if err := ctx.Err(); err != nil {
					return err
				}
				if err := w.do(ctx, slot); err != nil {
					return err
				}
			}
		})
	}
	return group.Wait()
}

func (e *engine) cost(slot int) uint64 {
	return e.plan.classes[e.plan.classOf(e.shard.from+slot)].cost
}

// read returns what a case is, and what it is compared with, which may be nil.
func (e *engine) read(slot int) (v, reference *system.Variant, err error) {
	settings := e.plan.Case(e.shard.from + slot)
	if v, err = e.plan.Base.Variant(settings); err != nil {
		return nil, nil, err
	}
	if other := e.plan.reference(settings); other != nil {
		reference, err = e.plan.Base.Variant(other)
	}
	return v, reference, err
}

// hashOf returns the hash of a case.
func (e *engine) hashOf(slot int) (hash [sha256.Size]byte, err error) {
	v, reference, err := e.read(slot)
	if err != nil {
		return hash, err
	}
	return caseHash(e.identity, v, reference), nil
}

// check says what is wrong with the outcomes of cases that have been done: the first that
// is of something else than the case is now, or whose file is not there. Those of cases
// that could not be computed are left aside.
func (e *engine) check(list []outcome) error {
	var mutex sync.Mutex
	var next atomic.Int64
	var problem error
	first := len(list)
	var group sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(list)) {
		group.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= len(list) {
					return
				}
				err := e.checkOne(list[i])
				mutex.Lock()
				if err != nil && i < first {
					first, problem = i, err
					next.Store(int64(len(list))) // all before it are at work or done
				}
				mutex.Unlock()
			}
		})
	}
	group.Wait()
	return problem
}

func (e *engine) checkOne(o outcome) error {
	if o.problem != "" {
		return nil
	}
	number := e.shard.from + o.slot
	hash, err := e.hashOf(o.slot)
	if err != nil {
		return fmt.Errorf("case %d: %w", number, err)
	}
	if hash != o.hash {
		return fmt.Errorf("case %d was computed from something else: with another precision, recipe or back end, by another version or build, or a file has changed since", number)
	}
	if e.shard.cases != "" && !e.shard.whole(nil, 0, o, nil) {
		return fmt.Errorf("the image of case %d, %s, is not there or not what its checksum says", number, e.file(o.slot))
	}
	return nil
}

// file is where the image of a case goes that has a file of its own.
func (e *engine) file(slot int) string {
	return filepath.Join(e.shard.cases, e.plan.caseFile(e.shard.from+slot))
}

// worker computes cases one after the other.
type worker struct {
	*engine
	// buffer holds the image as it is kept, in a cube.
	buffer []byte
	// remote is the process that computes for it, if there is one.
	remote  *remote
	unwatch func() bool
}

// do sees to it that a case is there.
func (w *worker) do(ctx context.Context, slot int) error {
	v, reference, err := w.read(slot)
	if err == nil {
		hash := caseHash(w.identity, v, reference)
		if before := w.shard.outcomes[slot]; before != nil && before.hash == hash {
			w.tell(slot, true)
			return nil
		}
		if o, ok := w.shard.copied(slot, hash, w.buffer); ok {
			return w.keep(o, true)
		}
	}
	var o outcome
	if w.run.Process != nil && err == nil {
		o, err = w.elsewhere(ctx, slot)
	} else {
		o, err = w.outcome(ctx, slot, v, reference, err)
	}
	if err != nil {
		return err
	}
	return w.keep(o, false)
}

// outcome computes a case that could be read, or else says why not. Its image is in the
// buffer, or in a file of its own. The error is one that is not the fault of the case.
func (w *worker) outcome(ctx context.Context, slot int, v, reference *system.Variant, unread error) (outcome, error) {
	o := outcome{slot: slot}
	err := unread
	if err == nil {
		o.hash = caseHash(w.identity, v, reference)
		var image grid.Map
		if image, o.measures, err = w.compute(ctx, v, reference); err == nil {
			err = w.write(slot, image, &o)
		}
	}
	switch {
	case err == nil:
		return o, nil
	case ctx.Err() != nil:
		return o, ctx.Err()
	case errors.Is(err, ErrOutput), errors.Is(err, propagate.ErrMemory):
		return o, err
	case Transient(err):
		return o, w.plan.inCase(w.shard.from+slot, err)
	}
	if w.shard.cases != "" {
		os.Remove(w.file(slot)) // of an earlier run
	}
	// It cannot be computed: in its place stand numbers that are none.
	o.hash, o.problem = [sha256.Size]byte{}, problemOf(err)
	o.measures = make([]float64, w.shard.layout.numbers)
	for i := range o.measures {
		o.measures[i] = math.NaN()
	}
	w.fill(math.NaN(), &o)
	return o, nil
}

// problemOf writes an error as the index holds it: in ASCII, as all texts of FITS, so that
// a file that is joined from shards has the very texts of a single run.
func problemOf(err error) string {
	text := inASCII.Replace(strings.Join(strings.Fields(err.Error()), " "))
	text = strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, text)
	return strings.TrimRight(text[:min(len(text), longestProblem)], " ")
}

// inASCII writes what is not ASCII in messages.
var inASCII = strings.NewReplacer("″", " arcsec", "±", "+/-", "−", "-", "×", "x", "λ", "lambda", "µ", "u", "…", "...")

// compute returns the image of a case as it is kept, and its measures.
func (w *worker) compute(ctx context.Context, v, reference *system.Variant) (grid.Map, []float64, error) {
	image, err := w.propagate(ctx, v.System)
	if err != nil {
		return grid.Map{}, nil, err
	}
	var with *standard
	if reference != nil {
		s, err := w.standard(ctx, reference)
		if err != nil {
			return grid.Map{}, nil, err
		}
		with = &s
	}
	measures := w.plan.Measures.take(image, v.System, with)
	if d, ok := v.System.Planes[len(v.System.Planes)-1].(propagate.Detector); ok && w.plan.Output.Sampling == "pixels" && d.Oversample > 1 {
		image = image.Binned(d.Oversample)
	}
	return image, measures, nil
}

func (w *worker) propagate(ctx context.Context, s propagate.System) (grid.Map, error) {
	o := w.plan.options.Propagate
	o.Machine, o.Pool = fourier.ReferenceMachine(), w.plan.pool
	w.tidy()
	plan, err := propagate.NewPlan(s, o)
	if err != nil {
		return grid.Map{}, err
	}
	r, err := plan.Run(ctx)
	if err != nil {
		return grid.Map{}, err
	}
	return r.Image, nil
}

// tidy collects what cases before have left, where that is much: the memory of a task is
// asked for by its prediction. It takes about a millisecond beside the tens that such a
// case takes, and once is enough for several workers.
func (w *worker) tidy() {
	if w.large < collectedFrom {
		return
	}
	if n := w.started.Add(1); n%int64(max(1, w.workers/4)) == 0 {
		runtime.GC()
	}
}

// standard returns what a reference measures; each is computed once.
func (w *worker) standard(ctx context.Context, v *system.Variant) (standard, error) {
	const most = 1 << 16 // then they are forgotten
	w.mutex.Lock()
	get := w.standards[v.Digest]
	if get == nil {
		if len(w.standards) >= most {
			clear(w.standards)
		}
		get = sync.OnceValues(func() (standard, error) {
			image, err := w.propagate(ctx, v.System)
			if err != nil {
				return standard{}, fmt.Errorf("the reference: %w", err)
			}
			return standardOf(image)
		})
		w.standards[v.Digest] = get
	}
	w.mutex.Unlock()
	return get()
}

// write puts an image where it belongs.
func (w *worker) write(slot int, image grid.Map, o *outcome) error {
	single := w.plan.Output.Bits == 32
	switch w.plan.Output.Images {
	case "cube":
		if want := len(w.buffer); len(image.Data)*w.plan.Output.Bits/8 != want {
			return fmt.Errorf("the image has %d samples, which is not what was predicted; please report it with the study", len(image.Data))
		}
		w.buffer = fitsfile.AppendSamples(w.buffer[:0], image.Data, single)
		o.checksum = crc32.Checksum(w.buffer, castagnoli)
	case "files":
		path := w.file(slot)
		hdu := fitsfile.HDU{Shape: []int{image.Y.N, image.X.N}, Data: image.Data, Single: single}
		if w.run.Cards != nil {
			w.run.Cards(&hdu.Header, image.Grid)
		}
		hdu.Header.Set("CASE", w.shard.from+slot, "Number of the case, from 0")
		if err := fitsfile.Write(path, hdu); err != nil {
			return fmt.Errorf("%w: %w", ErrOutput, err)
		}
		o.checksum = crc32.Checksum(fitsfile.AppendSamples(nil, image.Data, single), castagnoli)
	}
	return nil
}

// fill puts one value in the place of an image in a cube.
func (w *worker) fill(v float64, o *outcome) {
	w.buffer = w.buffer[:0]
	for range w.shard.layout.planeBytes * 8 / w.plan.Output.Bits {
		w.buffer = fitsfile.AppendSamples(w.buffer, []float64{v}, w.plan.Output.Bits == 32)
	}
	o.checksum = crc32.Checksum(w.buffer, castagnoli)
}

// keep writes the image in the buffer and then says so in the journal.
func (w *worker) keep(o outcome, before bool) error {
	if len(w.buffer) > 0 {
		if _, err := w.shard.file.WriteAt(w.buffer, w.shard.at(o.slot)); err != nil {
			return w.shard.unwritable(w.shard.part, err)
		}
	}
	w.mutex.Lock()
	err := w.shard.journal.add(o)
	if err == nil {
		w.shard.outcomes[o.slot] = &o
	}
	w.mutex.Unlock()
	if err != nil {
		return w.shard.unwritable(w.shard.journalEnd, err)
	}
	w.tell(o.slot, before)
	return nil
}

// tell counts a case that is there.
func (w *worker) tell(slot int, before bool) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	cost := w.cost(slot)
	w.ahead -= cost
	if before {
		w.kept++
	} else {
		w.computed++
		w.done += cost
	}
	if w.run.Progress == nil {
		return
	}
	p := Progress{Done: w.computed + w.kept, Total: w.shard.n, Kept: w.kept}
	if w.done > 0 {
		p.Left = time.Duration(float64(time.Since(w.began)) * float64(w.ahead) / float64(w.done))
	}
	w.run.Progress(p)
}
