package fitsfile

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

func TestEveryBITPIXIsReadAsItsNumbers(t *testing.T) {
	for _, c := range []struct {
		bitpix int
		data   []byte
		want   []float64
	}{
		{8, []byte{0, 1, 128, 255}, []float64{0, 1, 128, 255}},
		{16, bigEndian[int16](0, -1, math.MinInt16, math.MaxInt16), []float64{0, -1, -32768, 32767}},
		{32, bigEndian[int32](0, -1, math.MinInt32, math.MaxInt32), []float64{0, -1, -2147483648, 2147483647}},
		{64, bigEndian[int64](0, -1, math.MinInt64, 1<<53), []float64{0, -1, -9223372036854775808, 9007199254740992}},
		{-32, bigEndian[float32](0, -1.5, 1e-30, float32(math.Inf(1))), []float64{0, -1.5, float64(float32(1e-30)), math.Inf(1)}},
		{-64, bigEndian[float64](0, -1.5, 1e-300, math.NaN()), []float64{0, -1.5, 1e-300, math.NaN()}},
	} {
		t.Run(fmt.Sprint(c.bitpix), func(t *testing.T) {
			hdu, err := open(t, rawImage(c.bitpix, []int{2, 2}, c.data)).Image(0)
			if err != nil {
				t.Fatal(err)
			}
			same(t, hdu.Data, c.want)
			if hdu.Single != (c.bitpix == -32) {
				t.Errorf("Single is %v", hdu.Single)
			}
		})
	}
}

func TestScaledIntegersBecomeTheirPhysicalValues(t *testing.T) {
	// Unsigned 16-bit integers are stored with BZERO = 32768 (FITS 4.0, table 11).
	raw := rawImage(16, []int{3, 1}, bigEndian[int16](-32768, 0, 32767), "BZERO   =                32768", "BSCALE  = 1.")
	hdu, err := open(t, raw).Image(0)
	if err != nil {
		t.Fatal(err)
	}
	same(t, hdu.Data, []float64{0, 32768, 65535})
	if len(hdu.Header.Cards()) != 0 {
		t.Errorf("cards that were applied are still there: %v", hdu.Header.Cards())
	}

	raw = rawImage(-32, []int{2, 1}, bigEndian[float32](1, 2), "BSCALE  = 0.5D0", "BZERO   = -1")
	hdu, err = open(t, raw).Image(0)
	if err != nil {
		t.Fatal(err)
	}
	same(t, hdu.Data, []float64{-0.5, 0})
}

func TestBlankSamplesAreNaN(t *testing.T) {
	raw := rawImage(32, []int{3, 1}, bigEndian[int32](-99, 0, 1), "BLANK   =  -99", "BSCALE  =  2.0", "BZERO   =  7")
	hdu, err := open(t, raw).Image(0)
	if err != nil {
		t.Fatal(err)
	}
	same(t, hdu.Data, []float64{math.NaN(), 7, 9})
}

func TestRowsAndPlanesComeInReverseOfTheFITSAxes(t *testing.T) {
	f := open(t, rawImage(8, []int{3, 2, 2}, []byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}))
	cube, err := f.Image(0)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(cube.Shape, []int{2, 2, 3}) {
		t.Fatalf("shape %v", cube.Shape)
	}
	plane, err := f.Plane(0, 1)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(plane.Shape, []int{2, 3}) {
		t.Fatalf("shape of the plane %v", plane.Shape)
	}
	same(t, plane.Data, []float64{7, 8, 9, 10, 11, 12})

	_, err = f.Plane(0, 2)
	refused(t, err, ErrNoImage, "has no plane 2; its 2 planes are counted from 0")
}

// recorder notes which bytes are read.
type recorder struct {
	*bytes.Reader
	from, to int64
}

func (r *recorder) ReadAt(b []byte, at int64) (int, error) {
	r.from, r.to = min(r.from, at), max(r.to, at+int64(len(b)))
	return r.Reader.ReadAt(b, at)
}

func TestOnlyTheWantedPlaneIsRead(t *testing.T) {
	const n = 100
	raw := encoded(t, HDU{Shape: []int{9, n, n}, Data: make([]float64, 9*n*n)})
	r := &recorder{Reader: bytes.NewReader(raw)}
	f, err := New(r, int64(len(raw)), "cube.fits")
	if err != nil {
		t.Fatal(err)
	}
	if r.to > 2*blockSize {
		t.Errorf("bytes up to %d were read to learn the header", r.to)
	}
	r.from, r.to = math.MaxInt64, 0
	if _, err := f.Plane(0, 4); err != nil {
		t.Fatal(err)
	}
	if want := int64(blockSize + 4*n*n*8); r.from != want || r.to != want+n*n*8 {
		t.Errorf("bytes %d to %d were read, want %d to %d", r.from, r.to, want, want+n*n*8)
	}
}

func TestUnitsAreFoundByNameNumberAndAsFirstImage(t *testing.T) {
	var raw []byte
	raw = append(raw, rawHeader("SIMPLE  = T", "BITPIX  = 8", "NAXIS   = 0", "EXTEND  = T")...)
	// A table with a heap: 2 rows of 5 bytes and 3 bytes more.
	raw = append(raw, rawHeader("XTENSION= 'BINTABLE'", "BITPIX  = 8", "NAXIS   = 2", "NAXIS1  = 5", "NAXIS2  = 2",
		"PCOUNT  = 3", "GCOUNT  = 1", "EXTNAME = 'TAB'")...)
	raw = append(raw, pad(make([]byte, 13), 0)...)
	raw = append(raw, rawHeader("XTENSION= 'IMAGE   '", "BITPIX  = 8", "NAXIS   = 2", "NAXIS1  = 2", "NAXIS2  = 1",
		"PCOUNT  = 0", "GCOUNT  = 1", "EXTNAME = 'DET_SAMP'")...)
	raw = append(raw, pad([]byte{7, 8}, 0)...)
	raw = append(raw, rawHeader("XTENSION= 'FOREIGN '", "BITPIX  = 8", "NAXIS   = 0", "PCOUNT  = 0", "GCOUNT  = 1")...)
	raw = append(raw, "what follows is no unit"...)

	f := open(t, raw)
	if len(f.HDUs()) != 4 {
		t.Fatalf("%d units, want 4", len(f.HDUs()))
	}
	for _, ext := range []string{"", "DET_SAMP", "det_samp", "2"} {
		i, err := f.Find(ext)
		if err != nil || i != 2 {
			t.Errorf("Find(%q) = %d, %v", ext, i, err)
		}
	}
	hdu, err := f.Image(2)
	if err != nil {
		t.Fatal(err)
	}
	same(t, hdu.Data, []float64{7, 8})
	_, err = f.Find("SCI")
	refused(t, err, ErrNoImage, `has no HDU "SCI"; it has HDU 0 (header only), HDU 1 TAB (BINTABLE), HDU 2 DET_SAMP (image of 1×2), HDU 3 (FOREIGN)`)
	_, err = f.Image(1)
	refused(t, err, ErrNoImage, "test.fits, HDU 1 (TAB): holds no image of two or three axes (BINTABLE)")
	_, err = f.Plane(0, 0)
	refused(t, err, ErrNoImage, "header only")
	_, err = f.Image(9)
	refused(t, err, ErrNoImage, "has no HDU 9")
}

func TestAFileWithoutImagesSaysWhatItHas(t *testing.T) {
	raw := rawHeader("SIMPLE  = T", "BITPIX  = 8", "NAXIS   = 0")
	for range 9 {
		raw = append(raw, rawHeader("XTENSION= 'BINTABLE'", "BITPIX  = 8", "NAXIS   = 2", "NAXIS1  = 5", "NAXIS2  = 0",
			"PCOUNT  = 0", "GCOUNT  = 1", "ZIMAGE  = T")...)
	}
	path := filepath.Join(t.TempDir(), "tables.fits")
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Read(path)
	refused(t, err, ErrNoImage, "holds no image of two or three axes; it has HDU 0 (header only), HDU 1 (compressed image)")
	refused(t, err, ErrNoImage, "2 more")
}

func TestImagesOfOneOrFourAxesAreNotRead(t *testing.T) {
	for _, axes := range [][]int{{4}, {2, 2, 1, 1}} {
		_, err := open(t, rawImage(8, axes, make([]byte, 4))).Image(0)
		refused(t, err, ErrNoImage, "holds no image of two or three axes (image of")
	}
}

func TestMissingPaddingAfterTheLastUnitIsForgiven(t *testing.T) {
	raw := rawImage(8, []int{2, 2}, []byte{1, 2, 3, 4})
	hdu, err := open(t, raw[:blockSize+4]).Image(0)
	if err != nil {
		t.Fatal(err)
	}
	same(t, hdu.Data, []float64{1, 2, 3, 4})
}

func TestDamagedFilesAreRefusedWithASentence(t *testing.T) {
	good := rawImage(-64, []int{4, 4}, make([]byte, 16*8))
	primary := func(cards ...string) []byte { return rawHeader(append([]string{"SIMPLE  = T"}, cards...)...) }
	extension := func(cards ...string) []byte {
		return append(primary("BITPIX  = 8", "NAXIS   = 0"), rawHeader(append([]string{"XTENSION= 'IMAGE'"}, cards...)...)...)
	}
	for name, c := range map[string]struct {
		raw  []byte
		kind error
		says string
	}{
		"empty":               {nil, ErrNotFITS, "bad.fits: is not a FITS file"},
		"text":                {[]byte(strings.Repeat("hello ", 1000)), ErrNotFITS, "is not a FITS file"},
		"not conforming":      {rawHeader("SIMPLE  = F"), ErrNotFITS, "SIMPLE = T"},
		"gzip":                {append([]byte{0x1f, 0x8b}, make([]byte, 5000)...), ErrNotFITS, "compressed by gzip; it must be unpacked"},
		"half a header":       {good[:1000], ErrTruncated, "the file ends at byte 1000, inside a header"},
		"half an image":       {good[:blockSize+100], ErrTruncated, "HDU 0: its data take bytes 2880 to 3008, but the file ends at byte 2980"},
		"half an extension":   {extension("BITPIX  = 8")[:blockSize+80], ErrTruncated, "HDU 1: the file ends at byte 2960, inside a header"},
		"no END":              {bytes.Repeat([]byte(fmt.Sprintf("%-80s", "SIMPLE  = T")), maxHeaderBlocks*36), ErrHeader, "no END within"},
		"header then nothing": {bytes.Repeat([]byte(fmt.Sprintf("%-80s", "SIMPLE  = T")), 36), ErrTruncated, "inside a header"},
		"no BITPIX":           {primary("NAXIS   = 0"), ErrHeader, "has no BITPIX"},
		"BITPIX without value": {primary("BITPIX  =", "NAXIS   = 0"), ErrHeader,
			"its BITPIX is <nil>; it must be a whole number"},
		"BITPIX 7":         {primary("BITPIX  = 7", "NAXIS   = 0"), ErrHeader, "its BITPIX is 7; it must be 8"},
		"NAXIS a string":   {primary("BITPIX  = 8", "NAXIS   = 'x'"), ErrHeader, "its NAXIS is x; it must be a whole number"},
		"NAXIS negative":   {primary("BITPIX  = 8", "NAXIS   = -1"), ErrHeader, "its NAXIS is -1"},
		"NAXIS absurd":     {primary("BITPIX  = 8", "NAXIS   = 2000000000"), ErrHeader, "its NAXIS is 2000000000"},
		"no NAXIS":         {primary("BITPIX  = 8"), ErrHeader, "has no NAXIS"},
		"no NAXIS2":        {primary("BITPIX  = 8", "NAXIS   = 2", "NAXIS1  = 1"), ErrHeader, "has no NAXIS2"},
		"NAXIS1 negative":  {primary("BITPIX  = 8", "NAXIS   = 1", "NAXIS1  = -5"), ErrHeader, "its NAXIS1 is -5"},
		"PCOUNT negative":  {extension("BITPIX  = 8", "NAXIS   = 0", "PCOUNT  = -1", "GCOUNT  = 1"), ErrHeader, "HDU 1: its PCOUNT"},
		"BSCALE a string":  {primary("BITPIX  = 8", "NAXIS   = 0", "BSCALE  = 'one'"), ErrHeader, "its BSCALE is one; it must be a number"},
		"BZERO infinite":   {primary("BITPIX  = 8", "NAXIS   = 0", "BZERO   = Inf"), ErrHeader, "its BZERO is Inf"},
		"absurd size":      {primary("BITPIX  = -64", "NAXIS   = 2", "NAXIS1  = 10000000", "NAXIS2  = 1000000"), ErrHeader, "10000000×1000000 samples of 8 bytes are more than the file's 2880 bytes"},
		"overflowing size": {primary("BITPIX  = 8", "NAXIS   = 2", "NAXIS1  = 4294967296", "NAXIS2  = 4294967296"), ErrHeader, "are more than the file's"},
		"overflowing heap": {extension("BITPIX  = 8", "NAXIS   = 1", "NAXIS1  = 9", "PCOUNT  = 9223372036854775807", "GCOUNT  = 2"), ErrHeader, "are more than"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := New(bytes.NewReader(c.raw), int64(len(c.raw)), "bad.fits")
			refused(t, err, c.kind, c.says)
		})
	}
}

func TestAbsurdSizesTakeNoMemory(t *testing.T) {
	raw := rawHeader("SIMPLE  = T", "BITPIX  = -64", "NAXIS   = 3", "NAXIS1  = 100000", "NAXIS2  = 100000", "NAXIS3  = 100")
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := New(bytes.NewReader(raw), int64(len(raw)), "bad.fits")
	runtime.ReadMemStats(&after)
	refused(t, err, ErrHeader, "more than the file's 2880 bytes")
	if taken := after.TotalAlloc - before.TotalAlloc; taken > 1<<20 {
		t.Errorf("%d bytes were allocated to refuse a file of 2880", taken)
	}
}

func TestAFileCutShortAfterOpeningIsTruncated(t *testing.T) {
	path := filepath.Join(t.TempDir(), "cut.fits")
	if err := Write(path, HDU{Shape: []int{100, 100}, Data: make([]float64, 10000)}); err != nil {
		t.Fatal(err)
	}
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := os.Truncate(path, blockSize+800); err != nil {
		t.Fatal(err)
	}
	_, err = f.Image(0)
	refused(t, err, ErrTruncated, "100 samples of 10000 are there")
}

func TestMissingFilesAndFoldersAreRefused(t *testing.T) {
	folder := t.TempDir()
	missing := filepath.Join(folder, "none.fits")
	_, err := Open(missing)
	refused(t, err, os.ErrNotExist, missing+": cannot be read: no such file or directory")
	_, err = Read(folder)
	refused(t, err, ErrNotFITS, "is not a regular file")
	notes := filepath.Join(folder, "notes.txt")
	if err := os.WriteFile(notes, []byte("hello"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = Read(notes)
	refused(t, err, ErrNotFITS, "notes.txt: is not a FITS file")
}

// failing gives an error instead of bytes beyond an offset.
type failing struct {
	*bytes.Reader
	beyond int64
}

func (r failing) ReadAt(b []byte, at int64) (int, error) {
	if at+int64(len(b)) > r.beyond {
		return 0, io.ErrClosedPipe
	}
	return r.Reader.ReadAt(b, at)
}

func TestErrorsOfTheMediumAreReported(t *testing.T) {
	image := HDU{Shape: []int{2, 2}, Data: make([]float64, 4)}
	raw := encoded(t, image, image)
	_, err := New(failing{bytes.NewReader(raw), 2 * blockSize}, int64(len(raw)), "x.fits")
	refused(t, err, io.ErrClosedPipe, "x.fits, HDU 1: its header cannot be read")

	raw = encoded(t, image)
	f, err := New(failing{bytes.NewReader(raw), blockSize}, int64(len(raw)), "x.fits")
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.Image(0)
	refused(t, err, io.ErrClosedPipe, "x.fits, HDU 0: its data cannot be read")
}
