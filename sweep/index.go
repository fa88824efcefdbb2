package sweep

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"arago/fitsfile"
)

// indexName is the name of the table behind the cube, with a row for each case.
const indexName = "CASES"

// Columns of the index beside those of parameters and measures.
const (
	columnCase     = "CASE"
	columnFile     = "IMAGE"
	columnHash     = "HASH"
	columnChecksum = "CRC32C"
	columnProblem  = "PROBLEM"
)

// ownColumns are the columns that an index has or may have beside those of parameters.
func ownColumns() []string {
	all := Measures{Take: measureNames}
	names := []string{columnCase, columnFile, columnHash, columnChecksum, columnProblem}
	for _, c := range all.columns() {
		names = append(names, c.name)
	}
	return names
}

// indexRows is how many rows of an index are in memory at once.
const indexRows = 4096

// indexHead returns the table of cases without its rows. shard is nil for the whole;
// longest is the length of the longest problem.
func (p *Plan) indexHead(from int, shard *Task, longest int) fitsfile.Table {
	t := fitsfile.Table{Name: indexName}
	h := &t.Header
	h.Set("SWEEP", filepath.Base(p.File), "Sweep file")
	h.Set("SWEEPHSH", p.Digest(), "") // no room for a comment
	h.Set("NCASES", p.count, "Cases of the study")
	if shard != nil {
		h.Set("TASK", shard.Index, "Index of the task, from 0")
		h.Set("NTASKS", shard.Count, "Number of tasks")
		h.Set("FIRST", from, "First case of the task")
	}
	for i, path := range p.Paths() {
		h.Set(fmt.Sprint("PATH", i+1), path, "Parameter in column "+p.names()[i])
	}
	if p.Measures.takes("encircled") || p.Measures.takes("contrast") {
		var radii []string
		for _, r := range p.Measures.Radii {
			radii = append(radii, strconv.FormatFloat(r, 'g', -1, 64))
		}
		h.Set("RADII", strings.Join(radii, " "), "Radii of ENCIRCLED and CONTRAST in LAMBDA_D")
	}

	add := func(c fitsfile.Column) { t.Columns = append(t.Columns, c) }
	text := func(name string, width int) {
		add(fitsfile.Column{Name: name, Texts: []string{}, Width: max(1, width)})
	}
	add(fitsfile.Column{Name: columnCase, Ints: []int64{}})
	for _, g := range p.groups {
		for _, a := range g.axes {
			for i, name := range a.names {
				switch a.kinds[i] {
				case wholes:
					add(fitsfile.Column{Name: name, Ints: []int64{}})
				case numbers:
					add(fitsfile.Column{Name: name})
				default:
					text(name, a.longestWord(i))
				}
			}
		}
	}
	for _, m := range p.Measures.columns() {
		add(fitsfile.Column{Name: m.name, Unit: m.unit, Repeat: m.repeat})
	}
	if p.Output.Images == "files" {
		text(columnFile, len(p.caseFile(0)))
	}
	text(columnHash, 2*sha256.Size)
	add(fitsfile.Column{Name: columnChecksum, Ints: []int64{}})
	text(columnProblem, longest)
	return t
}

// longestWord returns the length of the longest value of parameter i.
func (a *axis) longestWord(i int) int {
	longest := 0
	for point := range a.n {
		longest = max(longest, len(word(a.at(point, 0)[i])))
	}
	return longest
}

// indexPart returns rows of the table that head begins: of the cases from … on, of which
// outcomes has one each.
func (p *Plan) indexPart(head fitsfile.Table, from int, outcomes []outcome) fitsfile.Table {
	t := head
	t.Columns = slices.Clone(head.Columns)
	for i := range t.Columns {
		c := &t.Columns[i]
		switch n := len(outcomes); {
		case c.Texts != nil:
			c.Texts = make([]string, 0, n)
		case c.Ints != nil:
			c.Ints = make([]int64, 0, n)
		default:
			c.Floats = make([]float64, 0, n*max(1, c.Repeat))
		}
	}
	for i, o := range outcomes {
		k := 0
		next := func() *fitsfile.Column { k++; return &t.Columns[k-1] }
		whole := func(v int64) { c := next(); c.Ints = append(c.Ints, v) }
		text := func(v string) { c := next(); c.Texts = append(c.Texts, v) }
		whole(int64(from + i))
		for _, s := range p.Case(from + i) {
			c := next()
			switch {
			case c.Ints != nil:
				c.Ints = append(c.Ints, s.Value.(int64))
			case c.Texts != nil:
				c.Texts = append(c.Texts, word(s.Value))
			default:
				c.Floats = append(c.Floats, number(s.Value))
			}
		}
		at := 0
		for _, m := range p.Measures.columns() {
			c := next()
			c.Floats = append(c.Floats, o.measures[at:at+m.repeat]...)
			at += m.repeat
		}
		if p.Output.Images == "files" {
			name := ""
			if o.problem == "" {
				name = p.caseFile(from + i)
			}
			text(name)
		}
		text(hex.EncodeToString(o.hash[:]))
		whole(int64(o.checksum))
		text(o.problem)
	}
	return t
}

// encodeIndex writes the table of n cases from … on, whose outcomes come in lists, in
// their order.
func (p *Plan) encodeIndex(w io.Writer, name string, from, n int, shard *Task, longest int, lists iter.Seq2[[]outcome, error]) error {
	head := p.indexHead(from, shard, longest)
	return fitsfile.EncodeTableParts(w, name, head, n, func(yield func(fitsfile.Table, error) bool) {
		for list, err := range lists {
			if err != nil {
				yield(fitsfile.Table{}, err)
				return
			}
			if !yield(p.indexPart(head, from, list), nil) {
				return
			}
			from += len(list)
		}
	})
}

// number returns a value of a column of numbers.
func number(v any) float64 {
	if n, ok := v.(int64); ok {
		return float64(n)
	}
	return v.(float64)
}

// word returns a value of a column of words.
func word(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	text, _ := json.Marshal(v) // of what a TOML file holds
	return string(text)
}

// caseFile is the name of the file of a case's image.
func (p *Plan) caseFile(number int) string {
	return fmt.Sprintf("case-%0*d.fits", len(strconv.Itoa(p.count-1)), number)
}

// indexFile is an open file with an index.
type indexFile struct {
	*fitsfile.File
	unit   int
	header fitsfile.Header
}

// openIndex opens a file that has an index.
func openIndex(path string) (indexFile, error) {
	f, err := fitsfile.Open(path)
	if err != nil {
		return indexFile{}, err
	}
	i, err := f.Find(indexName)
	if err != nil {
		f.Close()
		return indexFile{}, err
	}
	return indexFile{f, i, f.HDUs()[i].Header}, nil
}

// study returns the digest of the study whose cases these are.
func (f indexFile) study() string {
	digest, _ := f.header.Text("SWEEPHSH")
	return digest
}

// IsOutput says whether the file at a path is one that a sweep has written.
func IsOutput(path string) bool {
	f, err := openIndex(path)
	if err != nil {
		return false
	}
	defer f.Close()
	return f.study() != ""
}

// rows are outcomes that follow each other; first is the number of the case with slot 0.
type rows struct {
	first    int
	outcomes []outcome
}

// readIndex returns what an index says of its cases, in their order.
func (p *Plan) readIndex(f indexFile) iter.Seq2[rows, error] {
	return func(yield func(rows, error) bool) {
		first, read := 0, 0
		for t, err := range f.TableParts(f.unit, indexRows) {
			var list []outcome
			if err == nil {
				first, list, err = p.readRows(t, first, read)
			}
			if !yield(rows{first, list}, err) || err != nil {
				return
			}
			read += len(list)
		}
	}
}

// readRows returns the outcomes in rows of an index behind those that were read, and the
// number of the first case of all.
func (p *Plan) readRows(t fitsfile.Table, first, read int) (int, []outcome, error) {
	bad := fmt.Errorf("its table %s is not one that this version writes", indexName)
	cases, ok1 := t.Column(columnCase)
	hashes, ok2 := t.Column(columnHash)
	checksums, ok3 := t.Column(columnChecksum)
	problems, ok4 := t.Column(columnProblem)
	n := t.Rows()
	if !ok1 || !ok2 || !ok3 || !ok4 || len(cases.Ints) != n || len(hashes.Texts) != n || len(checksums.Ints) != n || len(problems.Texts) != n || n == 0 {
		return 0, nil, bad
	}
	if read == 0 {
		first = int(cases.Ints[0])
	}
	outcomes := make([]outcome, n)
	numbers := p.Measures.numbers()
	measures := make([]float64, 0, n*numbers)
	for i := range outcomes {
		o := &outcomes[i]
		o.slot, o.checksum, o.problem = read+i, uint32(checksums.Ints[i]), problems.Texts[i]
		if hash, err := hex.DecodeString(hashes.Texts[i]); err != nil || copy(o.hash[:], hash) != sha256.Size || cases.Ints[i] != int64(first+o.slot) {
			return 0, nil, bad
		}
	}
	var columns []fitsfile.Column
	for _, m := range p.Measures.columns() {
		c, ok := t.Column(m.name)
		if !ok || len(c.Floats) != n*m.repeat {
			return 0, nil, bad
		}
		columns = append(columns, c)
	}
	for i := range outcomes {
		for _, c := range columns {
			repeat := len(c.Floats) / n
			measures = append(measures, c.Floats[i*repeat:][:repeat]...)
		}
		outcomes[i].measures = slices.Clip(measures[i*numbers:])
	}
	return first, outcomes, nil
}
