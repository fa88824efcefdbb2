package sweep

import (
	"bufio"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"arago/fitsfile"
	"arago/internal/atomicfile"
	"arago/internal/failure"
)

// ErrMissing is a merge for which a task has to be run, or run again, before.
var ErrMissing = errors.New("not all tasks are done")

// MissingError says which tasks.
type MissingError struct {
	// Tasks count from 0.
	Tasks []Task
	// Reason is what is wrong with the first of them.
	Reason string
}

// Error implements error.
func (e *MissingError) Error() string {
	return fmt.Sprintf("%v: run these of %d tasks, counted from 0: %s; the first: %s", ErrMissing, e.Tasks[0].Count, e.Indices(), e.Reason)
}

// Indices writes the indices of the tasks as schedulers take them: "0-18,23".
func (e *MissingError) Indices() string {
	var b strings.Builder
	for i := 0; i < len(e.Tasks); {
		last := i
		for last+1 < len(e.Tasks) && e.Tasks[last+1].Index == e.Tasks[last].Index+1 {
			last++
		}
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strconv.Itoa(e.Tasks[i].Index))
		if last > i {
			fmt.Fprintf(&b, "-%d", e.Tasks[last].Index)
		}
		i = last + 1
	}
	return b.String()
}

// Unwrap returns ErrMissing.
func (e *MissingError) Unwrap() error { return ErrMissing }

// CountTasks looks for shards beside the file of the whole and returns how many tasks
// they are of. The error is ErrMissing if there are none, or shards of several counts.
func CountTasks(output string) (int, error) {
	folder := folderOf(output, ".shards")
	names, err := os.ReadDir(folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return 0, fmt.Errorf("%s cannot be read: %w", folder, failure.Cause(err))
	}
	counts := map[int]bool{}
	last := 0
	for _, n := range names {
		_, text, ok := strings.Cut(strings.TrimSuffix(n.Name(), ".fits"), "-of-")
		if count, err := strconv.Atoi(text); ok && err == nil && count > 0 && count <= MaxTasks && strings.HasSuffix(n.Name(), ".fits") {
			counts[count], last = true, count
		}
	}
	switch len(counts) {
	case 0:
		return 0, fmt.Errorf("%w: there is no shard in %s; run the tasks before, with the same --output", ErrMissing, folder)
	case 1:
		return last, nil
	}
	return 0, fmt.Errorf("%w: %s holds shards of %d different numbers of tasks; say which with --task-count, or remove the others", ErrMissing, folder, len(counts))
}

// Merge joins the shards of so many tasks into the file of the whole: the same bytes as
// those of a single run. Shards stay. What it holds in memory does not grow with the number
// of cases. The error is a *MissingError that says which tasks to run, ErrMissing for a shard
// that changes meanwhile, ErrOutput, or ErrCases together with a whole report and file.
func (p *Plan) Merge(tasks int, r Run) (Report, error) {
	began := time.Now()
	header, err := p.cubeHeader(Whole, r)
	if err != nil {
		return Report{}, err
	}
	j := joint{plan: p, run: r, began: began}
	if err := j.look(tasks); err != nil {
		return Report{}, err
	}
	lock, err := acquire(r.Output + endLock)
	if err != nil {
		return Report{}, err
	}
	defer lock.release()
	report := Report{To: p.count, Kept: p.count, File: r.Output, Failed: j.failed}
	err = atomicfile.Replace(r.Output, func(w io.Writer) error {
		if _, err := w.Write(header); err != nil {
			return err
		}
		for _, part := range j.parts {
			if err := j.copyCube(w, part); err != nil {
				return err
			}
		}
		if _, err := w.Write(make([]byte, fitsfile.Padding(int64(p.count)*int64(p.planeBytes())))); err != nil {
			return err
		}
		return p.encodeIndex(w, r.Output, 0, p.count, nil, j.longest, j.lists())
	})
	report.Seconds = time.Since(began).Seconds()
	switch {
	case errors.Is(err, ErrMissing):
		return report, err
	case err != nil:
		return report, fmt.Errorf("%w: %s: %w", ErrOutput, r.Output, failure.Cause(err))
	}
	if n := len(report.Failed); n > 0 {
		return report, fmt.Errorf("%w: %s: %d of %d; the first is %s: %s", ErrCases, p.File, n, p.count, p.Label(report.Failed[0].Case), report.Failed[0].Problem)
	}
	return report, nil
}

// joint is shards that are joined. They are read three times: to see whether all are there
// and right, for their images, and for their rows of the index.
type joint struct {
	plan    *Plan
	run     Run
	parts   []partShard
	failed  []Failure
	longest int // problem
	began   time.Time
	// steps are the cases that were looked at and those whose images were copied.
	steps int
}

// partShard is a shard with cases.
type partShard struct {
	path  string
	from  int
	n     int
	start int64  // of the cube
	sum   uint32 // of the outcomes
}

// look sees whether the shards of so many tasks are there and right.
func (j *joint) look(tasks int) error {
	missing := &MissingError{}
	for i := range tasks {
		t := Task{Index: i, Count: tasks}
		from, to := j.plan.Range(t)
		if to == from {
			continue
		}
		part := partShard{path: ShardPath(j.run.Output, t), from: from, n: to - from}
		if err := j.lookAt(t, &part); err != nil {
			if len(missing.Tasks) == 0 {
				missing.Reason = err.Error()
			}
			missing.Tasks = append(missing.Tasks, t)
			continue
		}
		j.parts = append(j.parts, part)
	}
	if len(missing.Tasks) > 0 {
		return missing
	}
	return nil
}

// lookAt sees whether the shard of a task is there and right.
func (j *joint) lookAt(t Task, part *partShard) error {
	p, path := j.plan, part.path
	f, err := openIndex(path)
	if errors.Is(err, fs.ErrNotExist) {
		if _, err := os.Stat(path + endJournal); err == nil {
			return fmt.Errorf("%s is not finished", path)
		}
		return fmt.Errorf("%s is not there", path)
	}
	if err != nil {
		return err
	}
	defer f.Close()
	if f.study() != p.Digest() {
		return fmt.Errorf("%s is of another version of the study", path)
	}
	if part.start, err = j.cube(f, part); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	e := newEngine(p, p.newShard(t, j.run.Output, nil), j.run)
	n := 0
	for rows, err := range p.readIndex(f) {
		if err == nil && (rows.first != part.from || n+len(rows.outcomes) > part.n) {
			err = fmt.Errorf("its cases begin with %d, and those of %s are %d to %d", rows.first, t.Name(), part.from, part.from+part.n-1)
		}
		if err == nil {
			err = e.check(rows.outcomes)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		n += len(rows.outcomes)
		part.sum = sumOf(part.sum, rows.outcomes)
		for _, o := range rows.outcomes {
			if o.problem != "" {
				j.failed = append(j.failed, Failure{part.from + o.slot, o.problem})
				j.longest = max(j.longest, len(o.problem))
			}
		}
		j.tell(len(rows.outcomes))
	}
	if n != part.n {
		return fmt.Errorf("%s: it has %d cases, and %s has %d", path, n, t.Name(), part.n)
	}
	return nil
}

// cube returns where the cube of a shard begins, 0 if there is none.
func (j *joint) cube(f indexFile, part *partShard) (int64, error) {
	p := j.plan
	if p.planeBytes() == 0 {
		return 0, nil
	}
	rows, cols := p.Shape(part.from)
	if h := f.HDUs()[0]; !slices.Equal(h.Shape, []int{part.n, rows, cols}) || h.Single != (p.Output.Bits == 32) {
		return 0, fmt.Errorf("its cube has the shape %v, and %v is that of the task", h.Shape, []int{part.n, rows, cols})
	}
	file, err := os.Open(part.path)
	if err != nil {
		return 0, err
	}
	defer file.Close()
	start, ok := cubeStart(file)
	if !ok {
		return 0, errors.New("its header has no end")
	}
	return start, nil
}

// sumOf adds outcomes to a checksum.
func sumOf(sum uint32, list []outcome) uint32 {
	var b []byte
	for _, o := range list {
		b = o.append(b[:0])
		sum = crc32.Update(sum, castagnoli, b)
	}
	return sum
}

// outcomes returns those of a shard that was looked at.
func (j *joint) outcomes(part partShard) iter.Seq2[[]outcome, error] {
	return func(yield func([]outcome, error) bool) {
		changed := fmt.Errorf("%w: %s has changed while it was joined; merge again", ErrMissing, part.path)
		f, err := openIndex(part.path)
		if err != nil {
			yield(nil, changed)
			return
		}
		defer f.Close()
		sum := uint32(0)
		for rows, err := range j.plan.readIndex(f) {
			if err != nil {
				yield(nil, changed)
				return
			}
			sum = sumOf(sum, rows.outcomes)
			if !yield(rows.outcomes, nil) {
				return
			}
		}
		if sum != part.sum {
			yield(nil, changed)
		}
	}
}

// lists returns the outcomes of all shards, some at a time.
func (j *joint) lists() iter.Seq2[[]outcome, error] {
	return func(yield func([]outcome, error) bool) {
		for _, part := range j.parts {
			for list, err := range j.outcomes(part) {
				if !yield(list, err) || err != nil {
					return
				}
			}
		}
	}
}

// copyCube copies the images of a shard and compares them with their checksums.
func (j *joint) copyCube(w io.Writer, part partShard) error {
	size := j.plan.planeBytes()
	if size == 0 {
		j.tell(part.n)
		return nil
	}
	f, err := os.Open(part.path)
	if err != nil {
		return err
	}
	defer f.Close()
	r := bufio.NewReaderSize(io.NewSectionReader(f, part.start, int64(part.n)*int64(size)), 1<<20)
	plane := make([]byte, size)
	for list, err := range j.outcomes(part) {
		if err != nil {
			return err
		}
		for _, o := range list {
			if _, err := io.ReadFull(r, plane); err != nil {
				return err
			}
			if crc32.Checksum(plane, castagnoli) != o.checksum {
				return fmt.Errorf("%w: image %d of %s is not what its checksum says; remove the file and run its task again", ErrMissing, o.slot, filepath.Base(part.path))
			}
			if _, err := w.Write(plane); err != nil {
				return err
			}
		}
		j.tell(len(list))
	}
	return nil
}

// tell counts cases that were looked at or copied.
func (j *joint) tell(n int) {
	j.steps += n
	if j.run.Progress == nil {
		return
	}
	all := 2 * j.plan.count
	j.run.Progress(Progress{
		Done: j.steps / 2, Total: j.plan.count,
		Left: time.Duration(float64(time.Since(j.began)) * float64(all-j.steps) / float64(j.steps)),
	})
}
