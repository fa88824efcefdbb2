package fitsfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"codeberg.org/astrogo/fitsio"
)

func someTable() Table {
	t := Table{Name: "CASES", Columns: []Column{
		{Name: "CASE", Repeat: 1, Ints: []int64{0, 1, math.MaxInt64}},
		{Name: "offset_r", Unit: "arcsec", Repeat: 1, Floats: []float64{0, -1.5e-300, math.Inf(1)}},
		{Name: "PAIR", Unit: "m", Repeat: 2, Floats: []float64{1, 2, 3, 4, 5, 6}},
		{Name: "NOTE", Repeat: 1, Texts: []string{"", "it's", "longer"}},
	}}
	t.Header.Set("NCASES", 3, "number of cases")
	return t
}

// withTable returns a file with an image and a table behind it.
func withTable(t *testing.T, table Table) []byte {
	t.Helper()
	var b bytes.Buffer
	header, err := EncodeHeader("test.fits", HDU{Shape: []int{2, 1, 3}}, true)
	if err != nil {
		t.Fatal(err)
	}
	b.Write(header)
	samples := AppendSamples(nil, []float64{1, 2, 3, 4, 5, 6}, false)
	b.Write(samples)
	b.Write(make([]byte, Padding(int64(len(samples)))))
	if err := EncodeTable(&b, "test.fits", table); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestATableIsReadAsItWasWritten(t *testing.T) {
	want := someTable()
	f := open(t, withTable(t, want))
	i, err := f.Find("cases")
	if err != nil {
		t.Fatal(err)
	}
	got, err := f.Table(i)
	if err != nil {
		t.Fatal(err)
	}
	for k := range got.Columns {
		got.Columns[k].Form = ""
	}
	// The form of a text says how long it may be.
	got.Columns[3].Repeat = 1
	if !reflect.DeepEqual(got.Columns, want.Columns) || got.Name != want.Name {
		t.Errorf("read %+v, want %+v", got, want)
	}
	if n, ok := got.Header.Int("NCASES"); !ok || n != 3 || len(got.Header.Cards()) != 1 {
		t.Errorf("header %v", got.Header.Cards())
	}
	if c, ok := got.Column("OFFSET_R"); !ok || c.Unit != "arcsec" || got.Rows() != 3 {
		t.Errorf("column %+v, %d rows", c, got.Rows())
	}
	cube, err := f.Image(0)
	if err != nil {
		t.Fatal(err)
	}
	same(t, cube.Data, []float64{1, 2, 3, 4, 5, 6})
	// A table without rows is one.
	f = open(t, withTable(t, Table{Columns: []Column{{Name: "A", Floats: []float64{}}, {Name: "B", Texts: []string{}}}}))
	if empty, err := f.Table(1); err != nil || empty.Rows() != 0 || len(empty.Columns) != 2 {
		t.Errorf("%+v, %v", empty, err)
	}
}

func TestFitsioReadsOurTable(t *testing.T) {
	file, err := fitsio.Open(bytes.NewReader(withTable(t, someTable())))
	if err != nil {
		t.Fatal(err)
	}
	table := file.HDU(1).(*fitsio.Table)
	rows, err := table.Read(0, table.NumRows())
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	want := someTable()
	for n := 0; rows.Next(); n++ {
		row := map[string]any{}
		if err := rows.Scan(&row); err != nil {
			t.Fatal(err)
		}
		if row["CASE"] != want.Columns[0].Ints[n] || row["offset_r"] != want.Columns[1].Floats[n] {
			t.Errorf("row %d is read as %v", n, row)
		}
	}
}

func TestAstropyReadsOurTableAndWeReadAstropys(t *testing.T) {
	python := astropy(t)
	dir := t.TempDir()
	ours, theirs := filepath.Join(dir, "ours.fits"), filepath.Join(dir, "theirs.fits")
	if err := os.WriteFile(ours, withTable(t, someTable()), 0o666); err != nil {
		t.Fatal(err)
	}
	const script = `
import json, sys
import numpy as np
from astropy.io import fits
with fits.open(sys.argv[1]) as f:
    f.verify("exception")
    t = f[1].data
    json.dump({"case": t["CASE"].tolist(), "offset": [v.hex() for v in t["offset_r"].tolist()], "pair": t["PAIR"].tolist(),
               "note": t["NOTE"].tolist(), "unit": f[1].columns["PAIR"].unit, "name": f[1].name, "cube": f[0].data.tolist()}, sys.stdout)
fits.HDUList([fits.PrimaryHDU(), fits.BinTableHDU.from_columns([
    fits.Column("u8", "B", array=np.array([0, 255], "u1")),
    fits.Column("i16", "I", array=np.array([-1, 300], "i2")),
    fits.Column("u16", "I", bzero=32768, array=np.array([0, 65535], "u2")),
    fits.Column("i32", "J", array=np.array([-5, 7], "i4")),
    fits.Column("f32", "2E", array=np.array([[0.5, -2], [3, 4]], "f4")),
    fits.Column("f64", "D", unit="m", array=np.array([1e-300, 2.5])),
    fits.Column("flag", "L", array=np.array([True, False])),
    fits.Column("text", "5A", array=np.array(["ab", "cdefg"])),
    fits.Column("many", "PJ()", array=np.array([np.arange(2), np.arange(3)], dtype=object)),
], name="T")]).writeto(sys.argv[2])
`
	var got struct {
		Case         []int64
		Offset, Note []string
		Pair         [][]float64
		Unit, Name   string
		Cube         [][][]float64
	}
	if err := json.Unmarshal(run(t, python, script, ours, theirs), &got); err != nil {
		t.Fatal(err)
	}
	want := someTable()
	if !reflect.DeepEqual(got.Case, want.Columns[0].Ints) || !reflect.DeepEqual(got.Note, want.Columns[3].Texts) || got.Unit != "m" || got.Name != "CASES" ||
		!reflect.DeepEqual(got.Pair, [][]float64{{1, 2}, {3, 4}, {5, 6}}) || got.Cube[1][0][2] != 6 {
		t.Errorf("astropy reads %+v", got)
	}
	for i, s := range got.Offset {
		if pythonHex(t, s) != want.Columns[1].Floats[i] {
			t.Errorf("astropy reads offset %s", s)
		}
	}

	f, err := Open(theirs)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	i, err := f.Find("T")
	if err != nil {
		t.Fatal(err)
	}
	table, err := f.Table(i)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]any{
		"u8": []int64{0, 255}, "i16": []int64{-1, 300}, "u16": []int64{0, 65535}, "i32": []int64{-5, 7},
		"f32": []float64{0.5, -2, 3, 4}, "f64": []float64{1e-300, 2.5}, "text": []string{"ab", "cdefg"},
	} {
		c, _ := table.Column(name)
		var values any = c.Ints
		if c.Floats != nil {
			values = c.Floats
		} else if c.Texts != nil {
			values = c.Texts
		}
		if !reflect.DeepEqual(values, want) {
			t.Errorf("%s is read as %v, want %v", name, values, want)
		}
	}
	for _, name := range []string{"flag", "many"} {
		if c, ok := table.Column(name); !ok || c.Ints != nil || c.Floats != nil || c.Texts != nil || c.Form == "" {
			t.Errorf("%s is read as %+v, want no values", name, c)
		}
	}
}

func TestTablesThatCannotBeAreRefused(t *testing.T) {
	header := func(cards ...string) []byte {
		head := []string{"XTENSION= 'BINTABLE'", "BITPIX  =                    8", "NAXIS   =                    2",
			"NAXIS1  =                    8", "NAXIS2  =                    1", "PCOUNT  =                    0", "GCOUNT  =                    1"}
		return append(append(rawImage(8, nil, nil), rawHeader(append(head, cards...)...)...), pad(make([]byte, 8), 0)...)
	}
	for _, c := range []struct {
		cards []string
		want  string
	}{
		{[]string{"TFIELDS =                    1", "TFORM1  = '9B'"}, `its TFORM1 is "9B", which is no form of a column in the 8 bytes of a row`},
		{[]string{"TFIELDS =                    1"}, `its TFORM1 is ""`},
		{[]string{"TFIELDS =                    1", "TFORM1  = 'D9'", "TFIELDS = 2"}, ""},
		{[]string{"TFIELDS =                    2", "TFORM1  = 'D'", "TFORM2  = '1E'"}, `its TFORM2 is "1E"`},
		{[]string{"TFIELDS =                    1", "TFORM1  = '99999999999D'"}, "is no form"},
		{[]string{"TFIELDS =                 1000"}, "its TFIELDS is 1000"},
		{[]string{"TFIELDS =                    1", "TFORM1  = '1Z'"}, "is no form"},
	} {
		_, err := open(t, header(c.cards...)).Table(1)
		if c.want == "" {
			if err != nil {
				t.Errorf("%q: %v", c.cards, err)
			}
			continue
		}
		if !errors.Is(err, ErrHeader) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want %q", c.cards, err, c.want)
		}
	}
	// Rows of no bytes fit in any file, however many.
	endless := append(rawImage(8, nil, nil), rawHeader("XTENSION= 'BINTABLE'", "BITPIX  = 8", "NAXIS   = 2", "NAXIS1  = 0",
		"NAXIS2  = 999999999999", "PCOUNT  = 0", "GCOUNT  = 1", "TFIELDS = 1", "TFORM1  = '0A'")...)
	if table, err := open(t, endless).Table(1); err != nil || table.Rows() != 0 {
		t.Errorf("a table of endless empty rows has %d (%v)", table.Rows(), err)
	}
	if _, err := open(t, rawImage(8, []int{2, 2}, make([]byte, 4))).Table(0); !errors.Is(err, ErrNoImage) {
		t.Errorf("an image is read as a table: %v", err)
	}
	for want, table := range map[string]Table{
		"column B has 1 rows, column A 2": {Columns: []Column{{Name: "A", Ints: []int64{1, 2}}, {Name: "B", Ints: []int64{1}}}},
		"TFORM1 is written by itself":     {Header: Header{[]Card{{"TFORM1", "D", ""}}}, Columns: []Column{{Name: "A", Ints: []int64{1}}}},
		"BITPIX is written by itself":     {Header: Header{[]Card{{"BITPIX", 8, ""}}}, Columns: []Column{{Name: "A", Ints: []int64{1}}}},
		"the value of X is NaN; a FITS":   {Header: Header{[]Card{{"X", math.NaN(), ""}}}, Columns: []Column{{Name: "A", Ints: []int64{1}}}},
	} {
		if err := EncodeTable(new(bytes.Buffer), "x.fits", table); !errors.Is(err, ErrHeader) || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

// A table that is too long for memory is written and read a few rows at a time, and is the
// same one.
func TestATableComesInParts(t *testing.T) {
	want := someTable()
	head := Table{Name: want.Name, Header: want.Header}
	for _, c := range want.Columns {
		empty := Column{Name: c.Name, Unit: c.Unit, Repeat: c.Repeat}
		switch {
		case c.Texts != nil:
			empty.Texts, empty.Width = []string{}, len("longer")
		case c.Ints != nil:
			empty.Ints = []int64{}
		}
		head.Columns = append(head.Columns, empty)
	}
	row := func(i int) Table {
		part := Table{}
		for _, c := range want.Columns {
			switch {
			case c.Texts != nil:
				c.Texts = c.Texts[i : i+1]
			case c.Ints != nil:
				c.Ints = c.Ints[i : i+1]
			default:
				c.Floats = c.Floats[i*c.Repeat : (i+1)*c.Repeat]
			}
			part.Columns = append(part.Columns, c)
		}
		return part
	}
	rows := func(rows ...int) iter.Seq2[Table, error] {
		return func(yield func(Table, error) bool) {
			for _, i := range rows {
				if !yield(row(i), nil) {
					return
				}
			}
		}
	}
	var whole, parts bytes.Buffer
	if err := EncodeTable(&whole, "test.fits", want); err != nil {
		t.Fatal(err)
	}
	if err := EncodeTableParts(&parts, "test.fits", head, 3, rows(0, 1, 2)); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(whole.Bytes(), parts.Bytes()) {
		t.Error("a table written in parts has other bytes than one that is written as a whole")
	}
	f := open(t, withTable(t, want))
	all, err := f.Table(1)
	if err != nil {
		t.Fatal(err)
	}
	var joined Table
	counts := []int{}
	for part, err := range f.TableParts(1, 2) {
		if err != nil {
			t.Fatal(err)
		}
		counts = append(counts, part.Rows())
		if joined.Columns == nil {
			joined = part
			continue
		}
		for k, c := range part.Columns {
			to := &joined.Columns[k]
			to.Floats, to.Ints, to.Texts = append(to.Floats, c.Floats...), append(to.Ints, c.Ints...), append(to.Texts, c.Texts...)
		}
	}
	if !reflect.DeepEqual(joined, all) || !reflect.DeepEqual(counts, []int{2, 1}) {
		t.Errorf("parts of %d rows are %+v, want %+v", counts, joined, all)
	}

	// What does not belong to the table, or comes no more, is refused.
	stopped := errors.New("stopped")
	short := head
	short.Columns = slices.Clone(head.Columns)
	short.Columns[3].Width = 5
	otherwise := head
	otherwise.Columns = slices.Clone(head.Columns)
	otherwise.Columns[0].Ints = nil
	for says, write := range map[string]func(io.Writer) error{
		"stopped": func(w io.Writer) error {
			return EncodeTableParts(w, "test.fits", head, 3, func(yield func(Table, error) bool) { yield(Table{}, stopped) })
		},
		"it has 2 rows, and 3 were to come":                        func(w io.Writer) error { return EncodeTableParts(w, "test.fits", head, 3, rows(0, 1)) },
		"column NOTE has a text of 6 characters, and 5 have room":  func(w io.Writer) error { return EncodeTableParts(w, "test.fits", short, 3, rows(0, 1, 2)) },
		"column CASE of a part is laid out otherwise than that of": func(w io.Writer) error { return EncodeTableParts(w, "test.fits", otherwise, 3, rows(0, 1, 2)) },
		"a part has 0 columns instead of 4": func(w io.Writer) error {
			return EncodeTableParts(w, "test.fits", head, 3, func(yield func(Table, error) bool) { yield(Table{}, nil) })
		},
	} {
		if err := write(io.Discard); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("the error is %v, want one that says %q", err, says)
		}
	}
	for _, err := range f.TableParts(0, 1) {
		if !errors.Is(err, ErrNoImage) {
			t.Errorf("parts of an image: error %v", err)
		}
	}
}
