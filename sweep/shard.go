package sweep

import (
	"crypto/sha256"
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
	"arago/internal/failure"
)

// Endings of the names of files beside the one that will be: the file on its way, its
// journal, the lock, and what an older version of the study has left.
const (
	endPart    = ".part"
	endJournal = ".journal"
	endLock    = ".lock"
	endOld     = ".old"
)

// ShardPath returns the file that a task writes, if output is that of the whole: output
// itself if there is one task, otherwise a file in a folder beside it.
func ShardPath(output string, t Task) string {
	if t.Count == 1 {
		return output
	}
	return filepath.Join(folderOf(output, ".shards"),
		fmt.Sprintf("%0*d-of-%d.fits", len(strconv.Itoa(t.Count)), t.Index+1, t.Count))
}

// folderOf returns a folder beside a file, of its name.
func folderOf(output, end string) string {
	return strings.TrimSuffix(output, filepath.Ext(output)) + end
}

// shard is the file of a task on its way.
type shard struct {
	plan     *Plan
	task     Task
	from, n  int
	final    string
	cases    string // folder of images in files of their own
	lock     *lock
	file     *os.File
	journal  *journal
	header   []byte
	layout   layout
	outcomes []*outcome // by slot, nil as long as there is none
	sources  []*source
}

// source is a file in which images of an older version of the study stand.
type source struct {
	file   *os.File
	start  int64 // of the cube
	byHash map[[sha256.Size]byte]outcome
}

// newShard returns the shard of a task, of which nothing is looked at yet.
func (p *Plan) newShard(t Task, output string, header []byte) *shard {
	s := &shard{plan: p, task: t, final: ShardPath(output, t), header: header}
	from, to := p.Range(t)
	s.from, s.n = from, to-from
	s.layout = layout{digest: p.layoutDigest(header), first: s.from, n: s.n, planeBytes: p.planeBytes(), numbers: p.Measures.numbers()}
	s.outcomes = make([]*outcome, s.n)
	if p.Output.Images == "files" {
		s.cases = folderOf(output, ".cases")
	}
	return s
}

// open makes the folders and takes the lock.
func (s *shard) open() error {
	for _, folder := range []string{filepath.Dir(s.final), s.cases} {
		if folder == "" {
			continue
		}
		if err := os.MkdirAll(folder, 0o777); err != nil {
			return fmt.Errorf("%s cannot be made: %w", folder, failure.Cause(err))
		}
	}
	if info, err := os.Stat(s.final); err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("%s cannot be written: there is something else than a regular file", s.final)
	}
	var err error
	s.lock, err = acquire(s.final + endLock)
	return err
}

// layoutDigest is the hash of what must be the same for a file on its way to be gone on
// with.
func (p *Plan) layoutDigest(header []byte) [sha256.Size]byte {
	identity := p.identity()
	return sha256.Sum256(append(append(append([]byte{}, p.digest[:]...), identity[:]...), header...))
}

// end is where the cube ends, and its last block.
func (s *shard) end() int64 {
	data := int64(s.n) * int64(s.layout.planeBytes)
	return int64(len(s.header)) + data + int64(fitsfile.Padding(data))
}

func (s *shard) at(slot int) int64 {
	return int64(len(s.header)) + int64(slot)*int64(s.layout.planeBytes)
}

// begin opens the file on its way and its journal: those of a run that was ended, if
// they are of the same study, otherwise new ones.
func (s *shard) begin() error {
	s.addSource(s.final)
	old, list, length, err := s.left()
	if err != nil {
		return err
	}
	if length > 0 && old == s.layout {
		return s.goOn(list, length)
	}
	if length > 0 {
		if err := s.setAside(old, list); err != nil {
			return err
		}
	}
	if s.file, err = os.OpenFile(s.final+endPart, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o666); err != nil {
		return s.unwritable(endPart, err)
	}
	if _, err := s.file.Write(s.header); err != nil {
		return s.unwritable(endPart, err)
	}
	if err := s.file.Truncate(s.end()); err != nil {
		return s.unwritable(endPart, err)
	}
	f, err := os.OpenFile(s.final+endJournal, os.O_WRONLY|os.O_CREATE|os.O_TRUNC|os.O_APPEND, 0o666)
	if err != nil {
		return s.unwritable(endJournal, err)
	}
	s.journal = &journal{file: f}
	if _, err := f.Write(appendRecord(nil, s.layout.append)); err != nil {
		return s.unwritable(endJournal, err)
	}
	return nil
}

// left reads the journal of a run that was ended, if there is one and the file beside
// it.
func (s *shard) left() (l layout, list []outcome, length int64, err error) {
	if _, err := os.Stat(s.final + endPart); err != nil {
		return l, nil, 0, nil
	}
	f, err := os.Open(s.final + endJournal)
	if errors.Is(err, fs.ErrNotExist) {
		return l, nil, 0, nil
	}
	if err != nil {
		return l, nil, 0, fmt.Errorf("%s cannot be read: %w", s.final+endJournal, failure.Cause(err))
	}
	defer f.Close()
	return readJournal(f)
}

// goOn takes up a run that was ended. What the journal says counts if the image is
// there as it says.
func (s *shard) goOn(list []outcome, length int64) error {
	var err error
	if s.file, err = os.OpenFile(s.final+endPart, os.O_RDWR, 0o666); err != nil {
		return s.unwritable(endPart, err)
	}
	// The index of a run that was ended behind the last case is written again.
	if err := s.file.Truncate(s.end()); err != nil {
		return s.unwritable(endPart, err)
	}
	if _, err := s.file.WriteAt(s.header, 0); err != nil {
		return s.unwritable(endPart, err)
	}
	f, err := os.OpenFile(s.final+endJournal, os.O_WRONLY|os.O_APPEND, 0o666)
	if err != nil {
		return s.unwritable(endJournal, err)
	}
	s.journal = &journal{file: f}
	if err := f.Truncate(length); err != nil {
		return s.unwritable(endJournal, err)
	}
	buffer := make([]byte, s.layout.planeBytes)
	for i := range list {
		// Of several outcomes of a case the last one counts, as its image does.
		s.outcomes[list[i].slot] = &list[i]
	}
	for slot, o := range s.outcomes {
		if o != nil && (o.problem != "" || !s.whole(s.file, s.at(slot), *o, buffer)) {
			s.outcomes[slot] = nil
		}
	}
	return nil
}

// whole says whether the image of an outcome is there as its checksum says.
func (s *shard) whole(f *os.File, at int64, o outcome, buffer []byte) bool {
	switch s.plan.Output.Images {
	case "cube":
		_, err := f.ReadAt(buffer, at)
		return err == nil && crc32.Checksum(buffer, castagnoli) == o.checksum
	case "files":
		hdus, err := fitsfile.Read(filepath.Join(s.cases, s.plan.caseFile(s.from+o.slot)))
		return err == nil && len(hdus) > 0 && crc32.Checksum(fitsfile.AppendSamples(nil, hdus[0].Data, hdus[0].Single), castagnoli) == o.checksum
	}
	return true
}

// setAside makes what a run of another version of the study has left a source.
func (s *shard) setAside(l layout, list []outcome) error {
	for _, end := range []string{endPart, endJournal} {
		if err := os.Rename(s.final+end, s.final+end+endOld); err != nil {
			return s.unwritable(end+endOld, err)
		}
	}
	if s.plan.Output.Images != "cube" || l.planeBytes != s.layout.planeBytes || l.numbers != s.layout.numbers {
		return nil
	}
	f, err := os.Open(s.final + endPart + endOld)
	if err != nil {
		return nil // it is computed again
	}
	start, ok := cubeStart(f)
	if !ok {
		f.Close()
		return nil
	}
	s.sources = append(s.sources, newSource(f, start, list))
	return nil
}

// cubeStart returns where the data of the primary unit begin.
func cubeStart(f *os.File) (int64, bool) {
	const block, card = 2880, 80
	b := make([]byte, block)
	for at := int64(0); at < 1<<20; at += block {
		if _, err := f.ReadAt(b, at); err != nil {
			return 0, false
		}
		for i := 0; i < block; i += card {
			if strings.TrimRight(string(b[i:i+card]), " ") == "END" {
				return at + block, true
			}
		}
	}
	return 0, false
}

func newSource(f *os.File, start int64, list []outcome) *source {
	s := &source{file: f, start: start, byHash: map[[sha256.Size]byte]outcome{}}
	for _, o := range list {
		if o.problem == "" {
			s.byHash[o.hash] = o
		}
	}
	return s
}

// addSource makes the file of an earlier run a source, if it is one.
func (s *shard) addSource(path string) {
	if s.plan.Output.Images != "cube" {
		return
	}
	list, shape, err := s.plan.outcomesOf(path)
	if err != nil || len(shape) != 3 {
		return
	}
	rows, cols := s.plan.Shape(0)
	f, err := os.Open(path)
	if err != nil {
		return
	}
	start, ok := cubeStart(f)
	if !ok || shape[1] != rows || shape[2] != cols {
		f.Close()
		return
	}
	s.sources = append(s.sources, newSource(f, start, list))
}

// outcomesOf reads the index of a file, and the shape of its cube.
func (p *Plan) outcomesOf(path string) (list []outcome, shape []int, err error) {
	f, err := fitsfile.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	i, err := f.Find(indexName)
	if err != nil {
		return nil, nil, err
	}
	t, err := f.Table(i)
	if err != nil {
		return nil, nil, err
	}
	_, list, err = p.readIndex(t)
	return list, f.HDUs()[0].Shape, err
}

// finished says whether the file of the task is there and has all cases with these
// hashes.
func (s *shard) finished(ofCase func(slot int) ([sha256.Size]byte, error)) bool {
	f, err := fitsfile.Open(s.final)
	if err != nil {
		return false
	}
	defer f.Close()
	i, err := f.Find(indexName)
	if err != nil {
		return false
	}
	t, err := f.Table(i)
	if err != nil {
		return false
	}
	if digest, _ := t.Header.Text("SWEEPHSH"); digest != s.plan.Digest() {
		return false // also what is not computed may have changed
	}
	from, list, err := s.plan.readIndex(t)
	if err != nil || from != s.from || len(list) != s.n {
		return false
	}
	var buffer []byte
	for slot, o := range list {
		hash, err := ofCase(slot)
		if err != nil || o.problem != "" || hash != o.hash {
			return false
		}
		if s.plan.Output.Images == "files" && !s.whole(nil, 0, o, buffer) {
			return false
		}
	}
	for slot := range list {
		s.outcomes[slot] = &list[slot]
	}
	return true
}

// copied takes the image of a case from what an older version of the study has left.
func (s *shard) copied(slot int, hash [sha256.Size]byte, buffer []byte) (outcome, bool) {
	for _, from := range s.sources {
		o, ok := from.byHash[hash]
		if !ok || !s.whole(from.file, from.start+int64(o.slot)*int64(len(buffer)), o, buffer) {
			continue
		}
		o.slot = slot
		return o, true
	}
	return outcome{}, false
}

// finish writes the index and gives the file its name.
func (s *shard) finish() error {
	list := make([]outcome, s.n)
	for slot, o := range s.outcomes {
		list[slot] = *o
	}
	var of *Task
	if s.task.Count > 1 {
		of = &s.task
	}
	w := io.NewOffsetWriter(s.file, s.end())
	if err := fitsfile.EncodeTable(w, s.final, s.plan.index(s.from, list, of)); err != nil {
		return s.unwritable("", err)
	}
	if err := s.file.Sync(); err != nil {
		return s.unwritable("", err)
	}
	if err := s.file.Close(); err != nil {
		return s.unwritable("", err)
	}
	s.file = nil
	s.closeSources() // one may be the file that is replaced
	if err := os.Rename(s.final+endPart, s.final); err != nil {
		return s.unwritable("", err)
	}
	s.journal.file.Close()
	s.journal = nil
	for _, end := range []string{endJournal, endPart + endOld, endJournal + endOld} {
		os.Remove(s.final + end)
	}
	return nil
}

func (s *shard) closeSources() {
	for _, from := range s.sources {
		from.file.Close()
	}
	s.sources = nil
}

// close lets everything go; what is on its way stays for the next run.
func (s *shard) close() {
	if s.file != nil {
		s.file.Close()
	}
	if s.journal != nil {
		s.journal.file.Close()
	}
	s.closeSources()
	s.lock.release()
}

// ErrOutput is a file that cannot be written: another attempt may do better.
var ErrOutput = errors.New("the output cannot be written")

func (s *shard) unwritable(end string, err error) error {
	return fmt.Errorf("%w: %s: %w", ErrOutput, s.final+end, failure.Cause(err))
}
