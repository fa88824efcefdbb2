package sweep

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
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
	plan    *Plan
	task    Task
	from, n int
	final   string
	// part and journalEnd are the endings of the file on its way and of its journal.
	part, journalEnd string
	cases            string // folder of images in files of their own
	lock             *lock
	file             *os.File
	journal          *journal
	header           []byte
	layout           layout
	outcomes         []*outcome // by slot, nil as long as there is none
	sources          []*source
}

// source is what another run has left: of an older version of the study, or of a process
// whose files this one does not go on with.
type source struct {
	file     *os.File // with the cube, nil if images are not kept in one
	start    int64    // of the cube
	outcomes map[known]outcome
}

// known is what an outcome is found by. The number of the case is 0 unless its image is in
// a file of its own, whose name has it.
type known struct {
	hash   [sha256.Size]byte
	number int
}

func (s *shard) known(hash [sha256.Size]byte, number int) known {
	if s.plan.Output.Images != "files" {
		number = 0
	}
	return known{hash, number}
}

// newShard returns the shard of a task, of which nothing is looked at yet.
func (p *Plan) newShard(t Task, output string, header []byte) *shard {
	s := &shard{plan: p, task: t, final: ShardPath(output, t), header: header, part: endPart, journalEnd: endJournal}
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
	if s.lock, err = acquire(s.final + endLock); err != nil || s.lock.known {
		return err
	}
	// Another process may be at it: each has files of its own.
	own := fmt.Sprintf(".%08x", rand.Uint32())
	s.part, s.journalEnd = endPart+own, endJournal+own
	return nil
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
	old, list, length, err := s.left(s.part, s.journalEnd)
	if err != nil {
		return err
	}
	mine := length > 0 && old == s.layout
	if length > 0 && !mine {
		if err := s.setAside(list); err != nil {
			return err
		}
	}
	s.addLeft(endPart+endOld, endJournal+endOld)
	for _, own := range s.others() {
		s.addLeft(endPart+own, endJournal+own)
	}
	if mine {
		return s.goOn(list, length)
	}
	if s.file, err = os.OpenFile(s.final+s.part, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o666); err != nil {
		return s.unwritable(s.part, err)
	}
	if _, err := s.file.Write(s.header); err != nil {
		return s.unwritable(s.part, err)
	}
	if err := s.file.Truncate(s.end()); err != nil {
		return s.unwritable(s.part, err)
	}
	f, err := os.OpenFile(s.final+s.journalEnd, os.O_WRONLY|os.O_CREATE|os.O_TRUNC|os.O_APPEND, 0o666)
	if err != nil {
		return s.unwritable(s.journalEnd, err)
	}
	s.journal = &journal{file: f}
	if _, err := f.Write(appendRecord(nil, s.layout.append)); err != nil {
		return s.unwritable(s.journalEnd, err)
	}
	return nil
}

// left reads the journal of a run that was ended, if there is one and the file beside
// it.
func (s *shard) left(part, journalEnd string) (l layout, list []outcome, length int64, err error) {
	if _, err := os.Stat(s.final + part); err != nil {
		return l, nil, 0, nil
	}
	f, err := os.Open(s.final + journalEnd)
	if errors.Is(err, fs.ErrNotExist) {
		return l, nil, 0, nil
	}
	if err != nil {
		return l, nil, 0, fmt.Errorf("%s cannot be read: %w", s.final+journalEnd, failure.Cause(err))
	}
	defer f.Close()
	return readJournal(f)
}

// goOn takes up a run that was ended. What the journal says counts if the image is
// there as it says.
func (s *shard) goOn(list []outcome, length int64) error {
	var err error
	if s.file, err = os.OpenFile(s.final+s.part, os.O_RDWR, 0o666); err != nil {
		return s.unwritable(s.part, err)
	}
	// The index of a run that was ended behind the last case is written again.
	if err := s.file.Truncate(s.end()); err != nil {
		return s.unwritable(s.part, err)
	}
	if _, err := s.file.WriteAt(s.header, 0); err != nil {
		return s.unwritable(s.part, err)
	}
	f, err := os.OpenFile(s.final+s.journalEnd, os.O_WRONLY|os.O_APPEND, 0o666)
	if err != nil {
		return s.unwritable(s.journalEnd, err)
	}
	s.journal = &journal{file: f}
	if err := f.Truncate(length); err != nil {
		return s.unwritable(s.journalEnd, err)
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

// others returns what the names of the files end with that other processes have begun
// where there are no locks; "" stands for those of a process that had one.
func (s *shard) others() []string {
	if s.lock.known {
		return nil
	}
	var list []string
	names, _ := os.ReadDir(filepath.Dir(s.final)) // what cannot be read is computed again
	for _, n := range names {
		own, ok := strings.CutPrefix(n.Name(), filepath.Base(s.final)+endPart)
		if ok && own != endOld && endPart+own != s.part {
			list = append(list, own)
		}
	}
	return list
}

// setAside keeps what a run of another version of the study has left, the files of which
// are in the way. Of two such runs, whoever has more cases stays.
func (s *shard) setAside(list []outcome) error {
	_, older, _, _ := s.left(endPart+endOld, endJournal+endOld)
	if len(older) > len(list) {
		s.addLeft(s.part, s.journalEnd)
		os.Remove(s.final + s.part) // where that fails its images are not what their checksums say
		return nil
	}
	for from, to := range map[string]string{s.part: endPart, s.journalEnd: endJournal} {
		if err := os.Rename(s.final+from, s.final+to+endOld); err != nil {
			return s.unwritable(to+endOld, err)
		}
	}
	return nil
}

// addLeft makes what another run has left a source, if it is one.
func (s *shard) addLeft(part, journalEnd string) {
	l, list, length, err := s.left(part, journalEnd)
	if err != nil || length == 0 || l.numbers != s.layout.numbers {
		return // it is computed again
	}
	if s.plan.Output.Images != "cube" {
		s.take(nil, 0, l.first, list)
		return
	}
	if l.planeBytes != s.layout.planeBytes {
		return
	}
	if f, err := os.Open(s.final + part); err == nil {
		s.takeCube(f, l.first, list)
	}
}

// takeCube makes a file with a cube a source.
func (s *shard) takeCube(f *os.File, first int, list []outcome) {
	start, ok := cubeStart(f)
	if !ok {
		f.Close()
		return
	}
	s.take(f, start, first, list)
}

// take makes outcomes a source; first is the number of the first case.
func (s *shard) take(f *os.File, start int64, first int, list []outcome) {
	from := &source{file: f, start: start, outcomes: map[known]outcome{}}
	for _, o := range list {
		if o.problem == "" {
			from.outcomes[s.known(o.hash, first+o.slot)] = o
		}
	}
	s.sources = append(s.sources, from)
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

// addSource makes the file of an earlier run a source, if it is one.
func (s *shard) addSource(path string) {
	first, list, shape, _, err := s.plan.outcomesOf(path)
	if err != nil {
		return
	}
	if s.plan.Output.Images != "cube" {
		s.take(nil, 0, first, list)
		return
	}
	rows, cols := s.plan.Shape(0)
	if len(shape) != 3 || shape[1] != rows || shape[2] != cols {
		return
	}
	if f, err := os.Open(path); err == nil {
		s.takeCube(f, first, list)
	}
}

// outcomesOf reads the index of a file: the number of the first case, the outcomes, the
// shape of the cube, and the digest of the study.
func (p *Plan) outcomesOf(path string) (first int, list []outcome, shape []int, study string, err error) {
	f, err := openIndex(path)
	if err != nil {
		return 0, nil, nil, "", err
	}
	defer f.Close()
	for part, err := range p.readIndex(f) {
		if err != nil {
			return 0, nil, nil, "", err
		}
		first, list = part.first, append(list, part.outcomes...)
	}
	return first, list, f.HDUs()[0].Shape, f.study(), nil
}

// finished says whether the file of the task is there, and has all cases as they are now
// and their images.
func (s *shard) finished(e *engine) bool {
	from, list, shape, study, err := s.plan.outcomesOf(s.final)
	if err != nil || from != s.from || len(list) != s.n {
		return false
	}
	if study != s.plan.Digest() {
		return false // also what is not computed may have changed
	}
	if slices.ContainsFunc(list, func(o outcome) bool { return o.problem != "" }) || e.check(list) != nil {
		return false
	}
	if s.plan.Output.Images == "cube" && !s.wholeCube(shape, list) {
		return false
	}
	for slot := range list {
		s.outcomes[slot] = &list[slot]
	}
	return true
}

// wholeCube says whether all images of the finished file are as their checksums say.
func (s *shard) wholeCube(shape []int, list []outcome) bool {
	rows, cols := s.plan.Shape(0)
	if !slices.Equal(shape, []int{s.n, rows, cols}) {
		return false
	}
	f, err := os.Open(s.final)
	if err != nil {
		return false
	}
	defer f.Close()
	start, ok := cubeStart(f)
	buffer := make([]byte, s.layout.planeBytes)
	for slot, o := range list {
		ok = ok && s.whole(f, start+int64(slot)*int64(len(buffer)), o, buffer)
	}
	return ok
}

// copied takes the image of a case from what another run has left.
func (s *shard) copied(slot int, hash [sha256.Size]byte, buffer []byte) (outcome, bool) {
	for _, from := range s.sources {
		o, ok := from.outcomes[s.known(hash, s.from+slot)]
		if !ok {
			continue
		}
		at := from.start + int64(o.slot)*int64(len(buffer))
		if o.slot = slot; !s.whole(from.file, at, o, buffer) {
			continue
		}
		if s.plan.Output.Images == "none" {
			o.checksum = 0 // the other run may have kept its image
		}
		return o, true
	}
	return outcome{}, false
}

// finish writes the index and gives the file its name.
func (s *shard) finish() error {
	longest := 0
	for _, o := range s.outcomes {
		longest = max(longest, len(o.problem))
	}
	var of *Task
	if s.task.Count > 1 {
		of = &s.task
	}
	w := io.NewOffsetWriter(s.file, s.end())
	if err := s.plan.encodeIndex(w, s.final, s.from, s.n, of, longest, s.lists()); err != nil {
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
	others := s.others()
	if err := os.Rename(s.final+s.part, s.final); err != nil {
		// Where there are no locks another process may have finished it, and cleared up.
		if _, missing := os.Stat(s.final); s.lock.known || !errors.Is(err, fs.ErrNotExist) || missing != nil {
			return s.unwritable("", err)
		}
	}
	s.journal.file.Close()
	s.journal = nil
	for _, end := range []string{s.journalEnd, endPart + endOld, endJournal + endOld} {
		os.Remove(s.final + end)
	}
	for _, own := range others {
		os.Remove(s.final + endPart + own)
		os.Remove(s.final + endJournal + own)
	}
	return nil
}

// lists returns the outcomes of all cases, some at a time.
func (s *shard) lists() iter.Seq2[[]outcome, error] {
	return func(yield func([]outcome, error) bool) {
		for part := range slices.Chunk(s.outcomes, indexRows) {
			list := make([]outcome, len(part))
			for i, o := range part {
				list[i] = *o
			}
			if !yield(list, nil) {
				return
			}
		}
	}
}

func (s *shard) closeSources() {
	for _, from := range s.sources {
		if from.file != nil {
			from.file.Close()
		}
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
