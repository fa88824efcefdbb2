package sweep

import (
	"bufio"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

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
		return 0, fmt.Errorf("%w: there is no shard in %s", ErrMissing, folder)
	case 1:
		return last, nil
	}
	return 0, fmt.Errorf("%w: %s holds shards of %d different numbers of tasks; say which with --task-count, or remove the others", ErrMissing, folder, len(counts))
}

// Merge joins the shards of so many tasks into the file of the whole: the same bytes as
// those of a single run. Shards stay. The error is a *MissingError that says which tasks
// to run, ErrOutput, or ErrCases together with a whole report and file.
func (p *Plan) Merge(tasks int, r Run) (Report, error) {
	header, err := p.cubeHeader(Whole, r)
	if err != nil {
		return Report{}, err
	}
	var all []outcome
	var paths []string
	var from []int64 // where the cubes begin
	missing := &MissingError{}
	for i := range tasks {
		t := Task{Index: i, Count: tasks}
		first, to := p.Range(t)
		if to == first {
			continue
		}
		path := ShardPath(r.Output, t)
		list, start, err := p.readShard(t, path, first, to)
		if err == nil {
			if err = newEngine(p, p.newShard(t, r.Output, nil), r).check(list); err != nil {
				err = fmt.Errorf("%s: %w", path, err)
			}
		}
		if err != nil {
			if len(missing.Tasks) == 0 {
				missing.Reason = err.Error()
			}
			missing.Tasks = append(missing.Tasks, t)
			continue
		}
		all = append(all, list...)
		paths, from = append(paths, path), append(from, start)
	}
	if len(missing.Tasks) > 0 {
		return Report{}, missing
	}
	lock, err := acquire(r.Output + endLock)
	if err != nil {
		return Report{}, err
	}
	defer lock.release()
	report := Report{To: p.count, Kept: p.count, File: r.Output}
	for i, o := range all {
		if o.problem != "" {
			report.Failed = append(report.Failed, Failure{i, o.problem})
		}
	}
	err = atomicfile.Replace(r.Output, func(w io.Writer) error {
		if _, err := w.Write(header); err != nil {
			return err
		}
		at := 0
		for i, path := range paths {
			n, err := p.copyCube(w, path, from[i], all[at:])
			if err != nil {
				return err
			}
			at += n
		}
		if _, err := w.Write(make([]byte, fitsfile.Padding(int64(p.count)*int64(p.planeBytes())))); err != nil {
			return err
		}
		return fitsfile.EncodeTable(w, r.Output, p.index(0, all, nil))
	})
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

// readShard returns the outcomes of a task, and where its cube begins.
func (p *Plan) readShard(t Task, path string, from, to int) ([]outcome, int64, error) {
	f, table, err := openIndex(path)
	if errors.Is(err, fs.ErrNotExist) {
		if _, err := os.Stat(path + endJournal); err == nil {
			return nil, 0, fmt.Errorf("%s is not finished", path)
		}
		return nil, 0, fmt.Errorf("%s is not there", path)
	}
	if err != nil {
		return nil, 0, err
	}
	defer f.Close()
	if digest, _ := table.Header.Text("SWEEPHSH"); digest != p.Digest() {
		return nil, 0, fmt.Errorf("%s is of another version of the study", path)
	}
	first, list, err := p.readIndex(table)
	if err == nil && (first != from || len(list) != to-from) {
		err = fmt.Errorf("it has cases %d to %d, and those of %s are %d to %d", first, first+len(list)-1, t.Name(), from, to-1)
	}
	if err != nil {
		return nil, 0, fmt.Errorf("%s: %w", path, err)
	}
	if p.planeBytes() == 0 {
		return list, 0, nil
	}
	rows, cols := p.Shape(from)
	if shape := f.HDUs()[0].Shape; len(shape) != 3 || shape[0] != len(list) || shape[1] != rows || shape[2] != cols || f.HDUs()[0].Single != (p.Output.Bits == 32) {
		return nil, 0, fmt.Errorf("%s: its cube has the shape %v", path, shape)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, 0, err
	}
	defer file.Close()
	start, ok := cubeStart(file)
	if !ok {
		return nil, 0, fmt.Errorf("%s: its header has no end", path)
	}
	return list, start, nil
}

// copyCube copies the images of a shard and compares them with their checksums. It
// returns how many there are.
func (p *Plan) copyCube(w io.Writer, path string, start int64, list []outcome) (int, error) {
	// Outcomes of the shard begin with slot 0 and go on to the next one that does.
	n := 1
	for n < len(list) && list[n].slot > 0 {
		n++
	}
	if p.planeBytes() == 0 {
		return n, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return n, err
	}
	defer f.Close()
	r := bufio.NewReaderSize(io.NewSectionReader(f, start, int64(n)*int64(p.planeBytes())), 1<<20)
	plane := make([]byte, p.planeBytes())
	for i := range n {
		if _, err := io.ReadFull(r, plane); err != nil {
			return n, err
		}
		if crc32.Checksum(plane, castagnoli) != list[i].checksum {
			return n, fmt.Errorf("%w: image %d of %s is not what its checksum says; remove the file and run its task again", ErrMissing, i, filepath.Base(path))
		}
		if _, err := w.Write(plane); err != nil {
			return n, err
		}
	}
	return n, nil
}
