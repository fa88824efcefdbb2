package fitsfile

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"iter"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Table is a binary table (FITS 4.0, §7.3).
type Table struct {
	// Name is that of the unit (EXTNAME).
	Name string
	// Header holds the cards, but for those that describe the layout.
	Header  Header
	Columns []Column
}

// Column is a column of a table. One of Floats, Ints and Texts holds its values.
type Column struct {
	// Name is TTYPEn, Unit TUNITn, which may be empty.
	Name, Unit string
	// Repeat is the number of values in each row, which follow each other in Floats or
	// Ints. A text is one value.
	Repeat int
	// Width is the number of characters that each text takes in a row that is written; 0
	// stands for that of the longest one.
	Width  int
	Floats []float64
	Ints   []int64
	Texts  []string
	// Form is TFORMn as it was read. Where its values are of a kind that is not
	// read (logical, complex, bits, of varying length), there are none.
	Form string
}

// Rows returns the number of rows.
func (t Table) Rows() int {
	if len(t.Columns) == 0 {
		return 0
	}
	return t.Columns[0].rows()
}

// Column returns the column of that name, in capitals or not.
func (t Table) Column(name string) (Column, bool) {
	for _, c := range t.Columns {
		if strings.EqualFold(c.Name, name) {
			return c, true
		}
	}
	return Column{}, false
}

func (c Column) rows() int {
	if c.Texts != nil {
		return len(c.Texts)
	}
	return (len(c.Floats) + len(c.Ints)) / max(1, c.Repeat)
}

// layout returns the form of a column that is written and the bytes of a row.
func (c Column) layout() (form string, bytes int) {
	n := max(1, c.Repeat)
	switch {
	case c.Texts != nil:
		n = max(1, c.Width)
		for i := 0; i < len(c.Texts) && c.Width == 0; i++ {
			n = max(n, len(c.Texts[i]))
		}
		return strconv.Itoa(n) + "A", n
	case c.Ints != nil:
		return strconv.Itoa(n) + "K", 8 * n
	}
	return strconv.Itoa(n) + "D", 8 * n
}

// EncodeTable writes a table as a unit behind others; messages call the file name.
// Numbers take 64 bits. Characters of texts that are not printable ASCII become "?".
func EncodeTable(w io.Writer, name string, t Table) error {
	return EncodeTableParts(w, name, t, t.Rows(), func(yield func(Table, error) bool) { yield(t, nil) })
}

// EncodeTableParts writes a table of so many rows that is never in memory as a whole. head
// has its name, its header and its columns, of which only the layout counts: which of
// Floats, Ints and Texts is not nil, Repeat, and Width. Each part has the same columns with
// some of the rows. An error of parts is returned as it is.
func EncodeTableParts(w io.Writer, name string, head Table, rows int, parts iter.Seq2[Table, error]) error {
	fail := func(format string, args ...any) error {
		return &Error{File: name, HDU: -1, Problem: fmt.Sprintf("cannot be written: table %s: %s", head.Name, fmt.Sprintf(format, args...)), Err: ErrHeader}
	}
	bytes := 0
	widths := make([]int, len(head.Columns))
	var forms []Card
	for i, c := range head.Columns {
		form, width := c.layout()
		n := strconv.Itoa(i + 1)
		forms = append(forms, Card{"TTYPE" + n, c.Name, ""}, Card{"TFORM" + n, form, ""})
		if c.Unit != "" {
			forms = append(forms, Card{"TUNIT" + n, c.Unit, ""})
		}
		widths[i] = width
		bytes += width
	}
	if err := head.fits(head, widths); err != nil {
		return fail("%v", err)
	}
	cards := []Card{
		{"XTENSION", "BINTABLE", "binary table"}, {"BITPIX", 8, ""}, {"NAXIS", 2, ""},
		{"NAXIS1", bytes, "bytes in a row"}, {"NAXIS2", rows, "rows"}, {"PCOUNT", 0, ""}, {"GCOUNT", 1, ""},
		{"TFIELDS", len(head.Columns), "columns"},
	}
	if head.Name != "" {
		cards = append(cards, Card{"EXTNAME", head.Name, ""})
	}
	for _, c := range head.Header.cards {
		if isLayout(c.Key) || isTableLayout(c.Key) {
			return fail("%s is written by itself and cannot be set", c.Key)
		}
		forms = append(forms, c)
	}
	header, err := formatCards(append(cards, forms...))
	if err != nil {
		return fail("%v", err)
	}
	out := bufio.NewWriterSize(w, 1<<16)
	io.WriteString(out, header)
	written := 0
	for part, err := range parts {
		if err != nil {
			return err
		}
		if err := part.fits(head, widths); err != nil {
			return fail("%v", err)
		}
		part.appendTo(out, widths)
		written += part.Rows()
	}
	if written != rows {
		return fail("it has %d rows, and %d were to come", written, rows)
	}
	out.Write(make([]byte, Padding(int64(rows)*int64(bytes))))
	return out.Flush()
}

// fits says in what a part is not one of the table that head begins.
func (t Table) fits(head Table, widths []int) error {
	if len(t.Columns) != len(head.Columns) {
		return fmt.Errorf("a part has %d columns instead of %d", len(t.Columns), len(head.Columns))
	}
	for i, c := range t.Columns {
		h := head.Columns[i]
		switch {
		case c.rows() != t.Rows():
			return fmt.Errorf("column %s has %d rows, column %s %d", c.Name, c.rows(), t.Columns[0].Name, t.Rows())
		case (c.Texts == nil) != (h.Texts == nil) || (c.Ints == nil) != (h.Ints == nil) ||
			c.Texts == nil && max(1, c.Repeat) != max(1, h.Repeat):
			return fmt.Errorf("column %s of a part is laid out otherwise than that of the table", h.Name)
		}
		for _, s := range c.Texts {
			if len(s) > widths[i] {
				return fmt.Errorf("column %s has a text of %d characters, and %d have room", c.Name, len(s), widths[i])
			}
		}
	}
	return nil
}

// appendTo writes the rows; out keeps an error for its Flush.
func (t Table) appendTo(out *bufio.Writer, widths []int) {
	var row []byte
	for i := range t.Rows() {
		row = row[:0]
		for k, c := range t.Columns {
			row = c.appendRow(row, i, widths[k])
		}
		out.Write(row)
	}
}

// appendRow appends the values of row i, of so many bytes.
func (c Column) appendRow(b []byte, i, width int) []byte {
	n := max(1, c.Repeat)
	switch {
	case c.Texts != nil:
		text := printable(c.Texts[i])
		return append(append(b, text...), make([]byte, width-len(text))...)
	case c.Ints != nil:
		for _, v := range c.Ints[i*n:][:n] {
			b = binary.BigEndian.AppendUint64(b, uint64(v))
		}
		return b
	}
	return AppendSamples(b, c.Floats[i*n:][:n], false)
}

// isTableLayout reports whether key describes a column.
func isTableLayout(key string) bool {
	for _, prefix := range []string{"TTYPE", "TFORM", "TUNIT", "TNULL", "TSCAL", "TZERO", "TDISP", "TDIM", "THEAP", "TFIELDS"} {
		if rest, ok := strings.CutPrefix(key, prefix); ok && strings.Trim(rest, "0123456789") == "" {
			return true
		}
	}
	return false
}

// Table reads unit i as a binary table with all its rows.
func (f *File) Table(i int) (Table, error) {
	r, err := f.tableReader(i)
	if err != nil {
		return Table{}, err
	}
	return r.next(r.left)
}

// TableParts reads unit i as a binary table, at most rows of them at a time, one or more:
// each part has all columns and the next rows. A table without rows is one part.
func (f *File) TableParts(i, rows int) iter.Seq2[Table, error] {
	return func(yield func(Table, error) bool) {
		r, err := f.tableReader(i)
		for more := true; more; {
			var t Table
			if err == nil {
				t, err = r.next(rows)
			}
			more = yield(t, err) && err == nil && r.left > 0
		}
	}
}

// tableReader reads a table row by row.
type tableReader struct {
	file   *File
	number int // of the unit
	head   Table
	at     []field
	in     *bufio.Reader
	row    []byte
	// left rows are to come behind read ones.
	read, left int
}

func (f *File) tableReader(i int) (*tableReader, error) {
	if i < 0 || i >= len(f.units) {
		return nil, f.fail(-1, "", ErrNoImage, "has no HDU %d; it has %s", i, f.contents())
	}
	u := &f.units[i]
	if !strings.EqualFold(u.kind, "bintable") {
		return nil, f.fail(i, u.Name, ErrNoImage, "holds no binary table (%s)", u.kind)
	}
	r := &tableReader{file: f, number: i, head: Table{Name: u.Name}, left: u.rows}
	for _, c := range u.Header.cards {
		if !isTableLayout(c.Key) {
			r.head.Header.cards = append(r.head.Header.cards, c)
		}
	}
	fields, _ := u.Header.Int("TFIELDS")
	if fields < 0 || fields > 999 {
		return nil, f.fail(i, u.Name, ErrHeader, "its TFIELDS is %d; it must be 0 to 999", fields)
	}
	offset := 0
	for k := 1; k <= fields; k++ {
		form, _ := u.Header.Text("TFORM" + strconv.Itoa(k))
		fd, ok := parseForm(form)
		if !ok || fd.bytes > u.rowBytes-offset {
			return nil, f.fail(i, u.Name, ErrHeader, "its TFORM%d is %q, which is no form of a column in the %d bytes of a row", k, form, u.rowBytes)
		}
		fd.offset, fd.scale = offset, 1
		offset += fd.bytes
		if v, ok := u.Header.Float("TSCAL" + strconv.Itoa(k)); ok {
			fd.scale, fd.scaled = v, true
		}
		if v, ok := u.Header.Float("TZERO" + strconv.Itoa(k)); ok {
			fd.zero, fd.scaled = v, true
		}
		c := Column{Form: form, Repeat: fd.repeat}
		c.Name, _ = u.Header.Text("TTYPE" + strconv.Itoa(k))
		c.Unit, _ = u.Header.Text("TUNIT" + strconv.Itoa(k))
		r.head.Columns = append(r.head.Columns, c)
		r.at = append(r.at, fd)
	}
	r.in = bufio.NewReaderSize(io.NewSectionReader(f.r, u.start, u.bytes), 1<<16)
	r.row = make([]byte, u.rowBytes)
	if u.rowBytes == 0 {
		r.left = 0 // any number of them would fit in the file
	}
	return r, nil
}

// next returns the next rows, at most n.
func (r *tableReader) next(n int) (Table, error) {
	t := r.head
	t.Columns = slices.Clone(t.Columns)
	for range min(n, r.left) {
		if _, err := io.ReadFull(r.in, r.row); err != nil {
			return Table{}, r.file.fail(r.number, t.Name, ErrTruncated, "row %d cannot be read: %v", r.read, err)
		}
		for k, fd := range r.at {
			fd.take(&t.Columns[k], r.row[fd.offset:][:fd.bytes])
		}
		r.read++
		r.left--
	}
	return t, nil
}

// field is where a column lies in a row and how its values are stored.
type field struct {
	repeat, bytes, offset int
	code                  byte
	scale, zero           float64
	scaled                bool
}

// parseForm reads a TFORMn: a number, a letter, and what the letter may be followed by.
func parseForm(form string) (field, bool) {
	digits := len(form) - len(strings.TrimLeft(form, "0123456789"))
	if digits >= len(form) || digits > 8 {
		return field{}, false
	}
	f := field{repeat: 1, code: form[digits]}
	if digits > 0 {
		f.repeat, _ = strconv.Atoi(form[:digits])
	}
	size, ok := map[byte]int{'L': 1, 'B': 1, 'I': 2, 'J': 4, 'K': 8, 'A': 1, 'E': 4, 'D': 8, 'C': 8, 'M': 16, 'P': 8, 'Q': 16}[f.code]
	f.bytes = size * f.repeat
	if f.code == 'X' {
		f.bytes, ok = (f.repeat+7)/8, true
	}
	return f, ok
}

// take adds the values of a row to a column.
func (f field) take(c *Column, b []byte) {
	if f.repeat == 0 {
		return // nothing, which would take memory for each row
	}
	if f.code == 'A' {
		text, _, _ := strings.Cut(string(b), "\x00")
		c.Texts = append(c.Texts, strings.TrimRight(printable(text), " "))
		return
	}
	for i := range f.repeat {
		var whole int64
		switch f.code {
		case 'B':
			whole = int64(b[i])
		case 'I':
			whole = int64(int16(binary.BigEndian.Uint16(b[2*i:])))
		case 'J':
			whole = int64(int32(binary.BigEndian.Uint32(b[4*i:])))
		case 'K':
			whole = int64(binary.BigEndian.Uint64(b[8*i:]))
		case 'E':
			c.Floats = append(c.Floats, f.zero+f.scale*float64(math.Float32frombits(binary.BigEndian.Uint32(b[4*i:]))))
			continue
		case 'D':
			c.Floats = append(c.Floats, f.zero+f.scale*math.Float64frombits(binary.BigEndian.Uint64(b[8*i:])))
			continue
		default:
			return
		}
		switch {
		case f.scaled && f.scale == 1 && f.zero == math.Trunc(f.zero) && math.Abs(f.zero) < 1<<62:
			// How FITS keeps whole numbers without a sign.
			c.Ints = append(c.Ints, whole+int64(f.zero))
		case f.scaled:
			c.Floats = append(c.Floats, f.zero+f.scale*float64(whole))
		default:
			c.Ints = append(c.Ints, whole)
		}
	}
}
