package fitsfile

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"codeberg.org/astrogo/fitsio"
)

// The readers and writers of others are the truth here: a package that reads
// back what it wrote may still be wrong twice.

func TestFitsioReadsWhatWeWrite(t *testing.T) {
	want := someUnits()[:2]
	// Its reader does not join continued strings that hold doubled quotes.
	want[0].Header.Set("TITLE", "plain", "")
	file, err := fitsio.Open(bytes.NewReader(encoded(t, want...)))
	if err != nil {
		t.Fatal(err)
	}
	header := file.HDU(0).Header()
	for key, value := range map[string]any{"PIXELSCL": 0.008, "NWAVES": 9, "TITLE": "plain", "DONE": true, "NOTHING": nil} {
		if card := header.Get(key); card == nil || card.Value != value {
			t.Errorf("%s is read as %v, want %v", key, card, value)
		}
	}
	doubles := make([]float64, len(want[0].Data))
	if err := file.HDU(0).(fitsio.Image).Read(&doubles); err != nil {
		t.Fatal(err)
	}
	same(t, doubles, want[0].Data)
	if name := file.HDU(1).Name(); name != "CUBE" {
		t.Errorf("the extension is called %q", name)
	}
	singles := make([]float32, len(want[1].Data))
	if err := file.HDU(1).(fitsio.Image).Read(&singles); err != nil {
		t.Fatal(err)
	}
	for i, v := range singles {
		if float64(v) != want[1].Data[i] {
			t.Fatalf("sample %d is %v, want %v", i, v, want[1].Data[i])
		}
	}
}

func TestWeReadWhatFitsioWrites(t *testing.T) {
	var b bytes.Buffer
	file, err := fitsio.Create(&b)
	if err != nil {
		t.Fatal(err)
	}
	image := fitsio.NewImage(16, []int{3, 2})
	long := strings.Repeat("0123456789", 15)
	if err := image.Header().Append(fitsio.Card{Name: "LONG", Value: long}, fitsio.Card{Name: "X", Value: -2.5e-9, Comment: "m"}); err != nil {
		t.Fatal(err)
	}
	if err := image.Write([]int16{1, -2, 3, -4, 5, -6}); err != nil {
		t.Fatal(err)
	}
	if err := file.Write(image); err != nil {
		t.Fatal(err)
	}
	hdu, err := open(t, b.Bytes()).Image(0)
	if err != nil {
		t.Fatal(err)
	}
	same(t, hdu.Data, []float64{1, -2, 3, -4, 5, -6})
	if got, _ := hdu.Header.Text("LONG"); got != long {
		t.Errorf("LONG is %q", got)
	}
	if got, _ := hdu.Header.Float("X"); got != -2.5e-9 {
		t.Errorf("X is %v", got)
	}
}

// astropy returns a Python that has astropy: the one that ARAGO_PYTHON names,
// else python3.
func astropy(t *testing.T) string {
	t.Helper()
	python := os.Getenv("ARAGO_PYTHON")
	if python == "" {
		python = "python3"
	}
	if out, err := exec.Command(python, "-c", "import astropy.io.fits").CombinedOutput(); err != nil {
		if os.Getenv("ARAGO_PYTHON") != "" {
			t.Fatalf("ARAGO_PYTHON is %q, which has no astropy: %v\n%s", python, err, out)
		}
		t.Skip("no astropy: python3 cannot import astropy.io.fits, and ARAGO_PYTHON does not name a Python that can")
	}
	return python
}

func run(t *testing.T, python, script string, args ...string) []byte {
	t.Helper()
	cmd := exec.Command(python, append([]string{"-W", "error", "-c", script}, args...)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, stderr.Bytes())
	}
	return out
}

func TestAstropyVerifiesAndReadsWhatWeWrite(t *testing.T) {
	python := astropy(t)
	path := filepath.Join(t.TempDir(), "ours.fits")
	want := someUnits()
	want[0].Header.Set("COMMENT", "from Arago", "")
	want[0].Header.Set("BIG", 1.2345678901234567e-100, strings.Repeat("long comment ", 9))
	if err := Write(path, want...); err != nil {
		t.Fatal(err)
	}
	// Warnings are errors here, so that nothing is repaired in silence.
	const script = `
import json, sys
from astropy.io import fits
with fits.open(sys.argv[1]) as f:
    f.verify("exception")
    out = []
    for h in f:
        values = {k: v for k, v in h.header.items()
                  if k not in ("HISTORY", "COMMENT") and not isinstance(v, fits.card.Undefined)}
        out.append({
            "name": h.name, "bitpix": h.header["BITPIX"], "values": values,
            "history": [str(s) for s in h.header.get("HISTORY", [])],
            "shape": [] if h.data is None else h.data.shape,
            "data": [] if h.data is None else [float(v).hex() for v in h.data.ravel()],
        })
json.dump(out, sys.stdout)
`
	var got []struct {
		Name    string
		Bitpix  int
		Values  map[string]any
		History []string
		Shape   []int
		Data    []string
	}
	if err := json.Unmarshal(run(t, python, script, path), &got); err != nil {
		t.Fatal(err)
	}
	if len(got) != len(want) {
		t.Fatalf("astropy sees %d units, want %d", len(got), len(want))
	}
	for i, w := range want {
		g := got[i]
		name := w.Name
		if i == 0 {
			name = "PRIMARY" // astropy's name for a first unit without one
		}
		if g.Name != name || len(g.Shape) != len(w.Shape) || samples(g.Shape) != samples(w.Shape) {
			t.Errorf("HDU %d: name %q, shape %v", i, g.Name, g.Shape)
		}
		data := make([]float64, len(g.Data))
		for k, s := range g.Data {
			data[k] = pythonHex(t, s)
		}
		same(t, data, w.Data)
	}
	if got[0].Bitpix != -64 || got[1].Bitpix != -32 || got[2].Bitpix != 8 {
		t.Errorf("BITPIX %d, %d and %d", got[0].Bitpix, got[1].Bitpix, got[2].Bitpix)
	}
	title, _ := want[0].Header.Text("TITLE")
	for key, value := range map[string]any{"PIXELSCL": 0.008, "NWAVES": 9.0, "TITLE": title, "DONE": true, "BIG": 1.2345678901234567e-100} {
		if got[0].Values[key] != value {
			t.Errorf("astropy reads %s as %v, want %v", key, got[0].Values[key], value)
		}
	}
	if strings.Join(got[0].History, "|") != "made by a test|of Arago" {
		t.Errorf("history %q", got[0].History)
	}
}

// pythonHex reads what Python's float.hex writes.
func pythonHex(t *testing.T, s string) float64 {
	t.Helper()
	switch s {
	case "nan":
		return math.NaN()
	case "inf":
		return math.Inf(1)
	case "-inf":
		return math.Inf(-1)
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestWeReadWhatAstropyWrites(t *testing.T) {
	python := astropy(t)
	path := filepath.Join(t.TempDir(), "theirs.fits")
	const script = `
import sys
import numpy as np
from astropy.io import fits
hdus = [fits.PrimaryHDU()]
hdus[0].header["TITLE"] = "it's long " * 20 + "end"
hdus[0].header["SMALL"] = (1.5e-300, "a comment")
hdus[0].header["HISTORY"] = "made by astropy"
for kind in ("u1", "i2", "u2", "i4", "u4", "i8", "f4", "f8"):
    data = np.arange(24).reshape(2, 3, 4).astype(kind)
    if kind[0] in "if":
        data -= 5
    hdus.append(fits.ImageHDU(data, name=kind))
scaled = fits.ImageHDU(np.array([[1.0, 2.5], [-3.0, 1e3]]), name="scaled")
scaled.scale("int16", bscale=0.5, bzero=10)
hdus.append(scaled)
hdus.insert(3, fits.BinTableHDU.from_columns([fits.Column("a", "J", array=[1, 2, 3])], name="table"))
fits.HDUList(hdus).writeto(sys.argv[1], checksum=True)
`
	run(t, python, script, path)
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	primary := f.HDUs()[0].Header
	if s, _ := primary.Text("TITLE"); s != strings.Repeat("it's long ", 20)+"end" {
		t.Errorf("TITLE is %q", s)
	}
	if v, _ := primary.Float("SMALL"); v != 1.5e-300 {
		t.Errorf("SMALL is %v", v)
	}
	if s, _ := primary.Text("HISTORY"); s != "made by astropy" {
		t.Errorf("HISTORY is %q", s)
	}
	for _, kind := range []string{"u1", "i2", "u2", "i4", "u4", "i8", "f4", "f8"} {
		i, err := f.Find(kind)
		if err != nil {
			t.Fatal(err)
		}
		hdu, err := f.Image(i)
		if err != nil {
			t.Fatal(err)
		}
		want := make([]float64, 24)
		for k := range want {
			want[k] = float64(k)
			if kind[0] != 'u' {
				want[k] -= 5
			}
		}
		same(t, hdu.Data, want)
		if len(hdu.Shape) != 3 || hdu.Shape[0] != 2 || hdu.Shape[1] != 3 || hdu.Shape[2] != 4 {
			t.Errorf("%s has the shape %v", kind, hdu.Shape)
		}
	}
	i, err := f.Find("scaled")
	if err != nil {
		t.Fatal(err)
	}
	hdu, err := f.Image(i)
	if err != nil {
		t.Fatal(err)
	}
	same(t, hdu.Data, []float64{1, 2.5, -3, 1000})
}
