package fitsfile

import (
	"bytes"
	"errors"
	"reflect"
	"strings"
	"testing"
)

// FuzzRead feeds the reader anything. It must answer with a file or an error of
// this package in one line, never take more samples than the file has bytes,
// and whatever it reads must survive being written and read again.
func FuzzRead(f *testing.F) {
	var good bytes.Buffer
	if err := Encode(&good, "seed", someUnits()[:3]...); err != nil {
		f.Fatal(err)
	}
	f.Add(good.Bytes())
	f.Add(good.Bytes()[:good.Len()-100])
	f.Add(rawImage(16, []int{2, 2}, bigEndian[int16](1, 2, 3, 4), "BLANK   = 3", "BZERO   = 32768", "BSCALE  = 2.0"))
	f.Add(rawImage(8, []int{2, 2, 2}, make([]byte, 8), "A       = 'long&'", "CONTINUE  'er&'", "CONTINUE  '' / end"))
	f.Add(rawImage(64, []int{100000, 100000}, nil))
	f.Add(rawHeader("SIMPLE  = T", "BITPIX  = 8", "NAXIS   = 3", "NAXIS1  = 0", "NAXIS2  = 5", "NAXIS3  = 7",
		"GROUPS  = T", "PCOUNT  = 2", "GCOUNT  = 3"))
	f.Add(append(rawHeader("SIMPLE  = T", "BITPIX  = 8", "NAXIS   = 0"),
		rawHeader("XTENSION= 'BINTABLE'", "BITPIX  = 8", "NAXIS   = 2", "NAXIS1  = 5", "NAXIS2  = 0", "PCOUNT  = 0", "GCOUNT  = 1", "ZIMAGE  = T")...))
	f.Add(append(rawHeader("SIMPLE  = T", "BITPIX  = 8", "NAXIS   = 0"),
		rawHeader("XTENSION= 'BINTABLE'", "BITPIX  = 8", "NAXIS   = 2", "NAXIS1  = 0", "NAXIS2  = 999999999999", "PCOUNT  = 0", "GCOUNT  = 1",
			"TFIELDS = 1", "TFORM1  = '0A'")...))
	f.Add([]byte("SIMPLE  =                    T"))
	f.Add([]byte{})

	f.Fuzz(func(t *testing.T, raw []byte) {
		file, err := New(bytes.NewReader(raw), int64(len(raw)), "fuzz")
		if err != nil {
			var e *Error
			if !errors.As(err, &e) || strings.ContainsAny(err.Error(), "\n\x00") {
				t.Fatalf("error %q", err)
			}
			return
		}
		for i, hdu := range file.HDUs() {
			if len(hdu.Shape) == 0 {
				if table, err := file.Table(i); err == nil && table.Rows() > len(raw) {
					t.Fatalf("%d rows out of %d bytes", table.Rows(), len(raw))
				}
				if _, err := file.Image(i); !errors.Is(err, ErrNoImage) {
					t.Fatalf("HDU %d has no image, but reading it gives %v", i, err)
				}
				continue
			}
			if samples(hdu.Shape) > len(raw) {
				t.Fatalf("%v samples out of %d bytes", hdu.Shape, len(raw))
			}
			hdu, err = file.Image(i)
			if err != nil {
				t.Fatal(err)
			}
			var b bytes.Buffer
			if err := Encode(&b, "again", hdu); err != nil {
				// Only headers that bend the rules of keywords may be refused.
				if !strings.Contains(err.Error(), "cannot be a keyword") {
					t.Fatal(err)
				}
				continue
			}
			again, err := open(t, b.Bytes()).Image(0)
			if err != nil {
				t.Fatal(err)
			}
			same(t, again.Data, hdu.Data)
			if again.Name != hdu.Name || !reflect.DeepEqual(keys(again.Header), keys(hdu.Header)) {
				t.Fatalf("cards %v, want %v", again.Header.Cards(), hdu.Header.Cards())
			}
		}
	})
}

func keys(h Header) (keys []string) {
	for _, c := range h.Cards() {
		keys = append(keys, c.Key)
	}
	return keys
}
