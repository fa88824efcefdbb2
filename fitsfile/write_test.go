package fitsfile

import (
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// someUnits returns units of all kinds that can be written.
func someUnits() []HDU {
	rng := rand.New(rand.NewPCG(5, 6))
	image := HDU{Shape: []int{7, 5}, Data: make([]float64, 35)}
	for i := range image.Data {
		image.Data[i] = rng.NormFloat64()
	}
	image.Data[3], image.Data[4] = math.NaN(), math.Inf(-1)
	image.Header.Set("PIXELSCL", 0.008, "arcsec per pixel")
	image.Header.Set("NWAVES", 9, "")
	image.Header.Set("TITLE", strings.Repeat("it's long ", 20)+"end", "why")
	image.Header.Set("DONE", true, "")
	image.Header.Set("NOTHING", nil, "undefined")
	image.Header.Set("HISTORY", "made by a test", "")
	image.Header.Set("HISTORY", "of Arago", "")
	cube := HDU{Name: "CUBE", Shape: []int{2, 3, 4}, Data: make([]float64, 24), Single: true}
	for i := range cube.Data {
		cube.Data[i] = float64(float32(rng.NormFloat64()))
	}
	// More samples than are converted at a time.
	big := HDU{Name: "DET_SAMP", Shape: []int{3, chunk}, Data: make([]float64, 3*chunk)}
	for i := range big.Data {
		big.Data[i] = rng.Float64()
	}
	return []HDU{image, cube, {Name: "NOTES"}, big}
}

func TestWhatIsWrittenIsReadBack(t *testing.T) {
	want := someUnits()
	f := open(t, encoded(t, want...))
	if len(f.HDUs()) != len(want) {
		t.Fatalf("%d units, want %d", len(f.HDUs()), len(want))
	}
	for i, w := range want {
		got := f.HDUs()[i]
		if len(w.Shape) > 0 {
			var err error
			if got, err = f.Image(i); err != nil {
				t.Fatal(err)
			}
		}
		if got.Name != w.Name || got.Single != w.Single || !reflect.DeepEqual(got.Shape, w.Shape) {
			t.Errorf("HDU %d: name %q, single %v, shape %v", i, got.Name, got.Single, got.Shape)
		}
		if !reflect.DeepEqual(got.Header.Cards(), w.Header.Cards()) {
			t.Errorf("HDU %d: cards %v, want %v", i, got.Header.Cards(), w.Header.Cards())
		}
		same(t, got.Data, w.Data)
	}
}

func TestFilesAreWholeBlocks(t *testing.T) {
	// 360 samples of 8 bytes fill a block exactly.
	for _, n := range []int{1, 359, 360, 361} {
		raw := encoded(t, HDU{Shape: []int{1, n}, Data: make([]float64, n)})
		if len(raw)%blockSize != 0 {
			t.Errorf("%d samples: %d bytes", n, len(raw))
		}
	}
	if raw := encoded(t, HDU{Shape: []int{1, 360}, Data: make([]float64, 360)}); len(raw) != 2*blockSize {
		t.Errorf("a full block is padded to %d bytes", len(raw))
	}
}

func TestWriteMakesAnOrdinaryFileAndReplacesOne(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "psf.fits")
	for _, v := range []float64{1, 2} {
		if err := Write(path, HDU{Shape: []int{1, 1}, Data: []float64{v}}); err != nil {
			t.Fatal(err)
		}
		hdus, err := Read(path)
		if err != nil {
			t.Fatal(err)
		}
		same(t, hdus[0].Data, []float64{v})
	}
	onlyFiles(t, folder, "psf.fits")

	// The permissions are those that any program's new file gets here.
	other := filepath.Join(folder, "other")
	if err := os.WriteFile(other, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if got, want := mode(t, path), mode(t, other); got != want {
		t.Errorf("permissions %v, want %v", got, want)
	}
}

func mode(t *testing.T, path string) os.FileMode {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Mode()
}

func onlyFiles(t *testing.T, folder string, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("the folder holds %v, want %v", got, want)
	}
}

func TestALinkIsFollowed(t *testing.T) {
	folder := t.TempDir()
	target, link := filepath.Join(folder, "a.fits"), filepath.Join(folder, "b.fits")
	image := HDU{Shape: []int{1, 1}, Data: []float64{1}}
	if err := Write(target, image); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("a.fits", link); err != nil {
		t.Fatal(err)
	}
	image.Data = []float64{2}
	if err := Write(link, image); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link is gone: %v %v", info, err)
	}
	hdus, err := Read(target)
	if err != nil {
		t.Fatal(err)
	}
	same(t, hdus[0].Data, []float64{2})
}

func TestOutputsThatCannotBeAreRefused(t *testing.T) {
	image := HDU{Shape: []int{1, 1}, Data: []float64{1}}
	folder := t.TempDir()
	path := filepath.Join(folder, "no", "psf.fits")
	refused(t, Write(path, image), os.ErrNotExist, path+": cannot be written: no such file or directory")
	err := Write(folder, image)
	if err == nil || err.Error() != folder+": cannot be written: there is something else than a regular file" {
		t.Errorf("writing over a folder: %v", err)
	}
	onlyFiles(t, folder)
	if err := Write(os.DevNull, image); err == nil {
		t.Error("a device was replaced by a file")
	}
}

// full is a writer that has room for a number of bytes.
type full int

func (f *full) Write(b []byte) (int, error) {
	if len(b) > int(*f) {
		return 0, io.ErrShortWrite
	}
	*f -= full(len(b))
	return len(b), nil
}

func TestEncodeReportsItsWriter(t *testing.T) {
	image := HDU{Shape: []int{100, 100}, Data: make([]float64, 10000)}
	small := HDU{Shape: []int{1, 1}, Data: make([]float64, 1)}
	for room, units := range map[full][]HDU{0: {small}, blockSize: {image}, 90000: {image, image}} {
		refused(t, Encode(&room, "x.fits", units...), io.ErrShortWrite, "x.fits: cannot be written: short write")
	}
}

func TestUnitsThatCannotBeWrittenAreRefusedBeforeTheDiskIsTouched(t *testing.T) {
	with := func(key string, value any) HDU {
		h := HDU{Shape: []int{1, 1}, Data: []float64{1}}
		h.Header.Set(key, value, "")
		return h
	}
	for says, hdus := range map[string][]HDU{
		"needs at least one HDU": {},
		"HDU 1 (X): cannot be written: its shape 2×2 needs 4 samples, but it has 3":   {{}, {Name: "X", Shape: []int{2, 2}, Data: make([]float64, 3)}},
		"it has 1 axes; it must have 2 or 3":                                          {{Shape: []int{3}, Data: make([]float64, 3)}},
		"its shape is 0×4; all axes must be at least 1":                               {{Shape: []int{0, 4}}},
		"its shape  needs 0 samples":                                                  {{Data: []float64{1}}},
		`"WAVELENGTH" cannot be a keyword`:                                            {with("WAVELENGTH", 1)},
		`"A B" cannot be a keyword`:                                                   {with("a b", 1)},
		`"É" cannot be a keyword`:                                                     {with("é", 1)},
		"the value of A is NaN; a FITS header holds finite numbers":                   {with("A", math.NaN())},
		"the value of A is a []int; it must be a bool, an int, a float64 or a string": {with("A", []int{1})},
		`the text of a "HISTORY" card is a int`:                                       {with("HISTORY", 1)},
		"NAXIS2 is written by itself and cannot be set":                               {with("NAXIS2", 1)},
		"BZERO is written by itself":                                                  {with("BZERO", 1)},
		`"HIERARCH X" cannot be a keyword`:                                            {with("HIERARCH X", 1)},
	} {
		folder := t.TempDir()
		err := Write(filepath.Join(folder, "x.fits"), hdus...)
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%v does not say %q", err, says)
		}
		onlyFiles(t, folder)
		if err := Encode(io.Discard, "x.fits", hdus...); err == nil {
			t.Errorf("Encode accepts what Write refuses: %s", says)
		}
	}
}
