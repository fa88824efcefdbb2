package sweep

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"path/filepath"
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

// index returns the table of the cases from … on, of which outcomes has one each. shard
// is nil for the whole.
func (p *Plan) index(from int, outcomes []outcome, shard *Task) fitsfile.Table {
	n := len(outcomes)
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

	cases := fitsfile.Column{Name: columnCase, Ints: make([]int64, n)}
	var parameters []fitsfile.Column
	for _, g := range p.groups {
		for _, a := range g.axes {
			for i, name := range a.names {
				c := fitsfile.Column{Name: name}
				switch a.kinds[i] {
				case wholes:
					c.Ints = make([]int64, n)
				case numbers:
					c.Floats = make([]float64, n)
				default:
					c.Texts = make([]string, n)
				}
				parameters = append(parameters, c)
			}
		}
	}
	hashes := fitsfile.Column{Name: columnHash, Texts: make([]string, n)}
	checksums := fitsfile.Column{Name: columnChecksum, Ints: make([]int64, n)}
	problems := fitsfile.Column{Name: columnProblem, Texts: make([]string, n)}
	var measures []fitsfile.Column
	for _, m := range p.Measures.columns() {
		measures = append(measures, fitsfile.Column{Name: m.name, Unit: m.unit, Repeat: m.repeat, Floats: make([]float64, 0, n*m.repeat)})
	}
	files := fitsfile.Column{Name: columnFile, Texts: make([]string, n)}
	for i, o := range outcomes {
		cases.Ints[i] = int64(from + i)
		for k, s := range p.Case(from + i) {
			c := &parameters[k]
			switch {
			case c.Ints != nil:
				c.Ints[i] = s.Value.(int64)
			case c.Floats != nil:
				c.Floats[i] = number(s.Value)
			default:
				c.Texts[i] = word(s.Value)
			}
		}
		at := 0
		for k := range measures {
			c := &measures[k]
			c.Floats = append(c.Floats, o.measures[at:at+c.Repeat]...)
			at += c.Repeat
		}
		hashes.Texts[i] = hex.EncodeToString(o.hash[:])
		checksums.Ints[i] = int64(o.checksum)
		problems.Texts[i] = o.problem
		if o.problem == "" {
			files.Texts[i] = p.caseFile(from + i)
		}
	}
	t.Columns = append(append([]fitsfile.Column{cases}, parameters...), measures...)
	if p.Output.Images == "files" {
		t.Columns = append(t.Columns, files)
	}
	t.Columns = append(t.Columns, hashes, checksums, problems)
	return t
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

// openIndex opens a file and reads its index.
func openIndex(path string) (*fitsfile.File, fitsfile.Table, error) {
	f, err := fitsfile.Open(path)
	if err != nil {
		return nil, fitsfile.Table{}, err
	}
	i, err := f.Find(indexName)
	var t fitsfile.Table
	if err == nil {
		t, err = f.Table(i)
	}
	if err != nil {
		f.Close()
		return nil, fitsfile.Table{}, err
	}
	return f, t, nil
}

// IsOutput says whether the file at a path is one that a sweep has written.
func IsOutput(path string) bool {
	f, t, err := openIndex(path)
	if err != nil {
		return false
	}
	defer f.Close()
	_, ok := t.Header.Text("SWEEPHSH")
	return ok
}

// readIndex returns what an index says of its cases: the first one and their outcomes.
func (p *Plan) readIndex(t fitsfile.Table) (from int, outcomes []outcome, err error) {
	bad := fmt.Errorf("its table %s is not one that this version writes", indexName)
	cases, ok1 := t.Column(columnCase)
	hashes, ok2 := t.Column(columnHash)
	checksums, ok3 := t.Column(columnChecksum)
	problems, ok4 := t.Column(columnProblem)
	n := t.Rows()
	if !ok1 || !ok2 || !ok3 || !ok4 || len(cases.Ints) != n || len(hashes.Texts) != n || len(checksums.Ints) != n || len(problems.Texts) != n || n == 0 {
		return 0, nil, bad
	}
	outcomes = make([]outcome, n)
	for i := range outcomes {
		o := &outcomes[i]
		o.slot, o.checksum, o.problem = i, uint32(checksums.Ints[i]), problems.Texts[i]
		if hash, err := hex.DecodeString(hashes.Texts[i]); err != nil || copy(o.hash[:], hash) != sha256.Size || cases.Ints[i] != cases.Ints[0]+int64(i) {
			return 0, nil, bad
		}
	}
	for _, m := range p.Measures.columns() {
		c, ok := t.Column(m.name)
		if !ok || len(c.Floats) != n*m.repeat {
			return 0, nil, bad
		}
		for i := range outcomes {
			outcomes[i].measures = append(outcomes[i].measures, c.Floats[i*m.repeat:][:m.repeat]...)
		}
	}
	return int(cases.Ints[0]), outcomes, nil
}
