package sweep

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"arago/fitsfile"
)

// table takes the rows of a CSV file or of the first binary table of a FITS file. The
// names of its columns are paths, or columns says which column a path takes; then the
// others are left aside.
func (a *axis) table(name string, columns map[string]string, dir string) error {
	if len(a.paths) > 0 {
		return fmt.Errorf("has a table and a path; the columns of a table are named by their paths, or columns says which column a path takes")
	}
	path := name
	if !filepath.IsAbs(path) {
		path = filepath.Join(dir, name)
	}
	a.file = path
	var header []string
	var cells [][]any // by column
	var err error
	switch strings.ToLower(filepath.Ext(path)) {
	case ".fits", ".fit", ".fts":
		header, cells, err = fitsTable(path)
	default:
		header, cells, err = csvTable(path)
	}
	if err != nil {
		return fmt.Errorf("has a table that cannot be used: %w", err)
	}
	if columns == nil {
		columns = map[string]string{}
		for _, h := range header {
			columns[h] = h
		}
	}
	var taken [][]any
	for _, p := range slices.Sorted(maps.Keys(columns)) {
		i := slices.Index(header, columns[p])
		if i < 0 {
			return fmt.Errorf("has a table without a column %q; its columns are %s", columns[p], strings.Join(header, ", "))
		}
		a.paths = append(a.paths, p)
		taken = append(taken, cells[i])
	}
	if len(taken) == 0 || len(taken[0]) == 0 {
		return fmt.Errorf("has a table without cases: %s", name)
	}
	a.n = len(taken[0])
	a.at = func(point, _ int) []any {
		row := make([]any, len(taken))
		for i := range taken {
			row[i] = taken[i][point]
		}
		return row
	}
	return nil
}

// csvTable reads a table of comma-separated values (RFC 4180) whose first line names
// the columns. Lines that begin with # are comments.
func csvTable(path string) (header []string, cells [][]any, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comment, r.TrimLeadingSpace, r.ReuseRecord = '#', true, true
	row, err := r.Read()
	if err != nil {
		return nil, nil, fmt.Errorf("%s has no line that names its columns (%w)", path, err)
	}
	for _, name := range row {
		header = append(header, strings.TrimSpace(strings.TrimPrefix(name, "\ufeff")))
	}
	cells = make([][]any, len(header))
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return header, cells, nil
		}
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", path, err)
		}
		for i, text := range row {
			cells[i] = append(cells[i], cell(strings.TrimSpace(text)))
		}
	}
}

// cell returns what a text in a table stands for.
func cell(text string) any {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n
	}
	if v, err := strconv.ParseFloat(text, 64); err == nil && !math.IsNaN(v) && !math.IsInf(v, 0) {
		return v
	}
	switch text {
	case "true":
		return true
	case "false":
		return false
	}
	return text
}

// fitsTable reads the first binary table of a file.
func fitsTable(path string) (header []string, cells [][]any, err error) {
	f, err := fitsfile.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	var t fitsfile.Table
	for i := range f.HDUs() {
		if t, err = f.Table(i); err == nil || !errors.Is(err, fitsfile.ErrNoImage) {
			break
		}
	}
	if err != nil {
		return nil, nil, err
	}
	rows := t.Rows()
	for _, c := range t.Columns {
		values := make([]any, rows)
		n := max(1, c.Repeat)
		for i := range values {
			switch {
			case c.Texts != nil:
				values[i] = c.Texts[i]
			case c.Ints != nil:
				values[i] = several(c.Ints[i*n:][:n])
			case c.Floats != nil:
				values[i] = several(c.Floats[i*n:][:n])
			default:
				return nil, nil, fmt.Errorf("%s: column %s has the form %s, which is not read; write numbers or texts", path, c.Name, c.Form)
			}
		}
		header, cells = append(header, c.Name), append(cells, values)
	}
	return header, cells, nil
}

// several returns a number, or a list of them if there is not exactly one.
func several[T int64 | float64](numbers []T) any {
	if len(numbers) == 1 {
		return numbers[0]
	}
	list := make([]any, len(numbers))
	for i, v := range numbers {
		list[i] = v
	}
	return list
}
