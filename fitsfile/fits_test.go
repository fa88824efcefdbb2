package fitsfile

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
)

// rawHeader builds a header block by block from the text of its cards.
func rawHeader(cards ...string) []byte {
	var b strings.Builder
	for _, c := range append(cards, "END") {
		fmt.Fprintf(&b, "%-80s", c)
	}
	return pad([]byte(b.String()), ' ')
}

func pad(b []byte, with byte) []byte {
	return append(b, bytes.Repeat([]byte{with}, (blockSize-len(b)%blockSize)%blockSize)...)
}

// rawImage builds a primary unit of the given axes (in FITS order) and data.
func rawImage(bitpix int, axes []int, data []byte, cards ...string) []byte {
	head := []string{"SIMPLE  =                    T", fmt.Sprintf("BITPIX  = %20d", bitpix), fmt.Sprintf("NAXIS   = %20d", len(axes))}
	for i, n := range axes {
		head = append(head, fmt.Sprintf("NAXIS%-3d= %20d", i+1, n))
	}
	return append(rawHeader(append(head, cards...)...), pad(data, 0)...)
}

// bigEndian encodes values of one fixed-size type.
func bigEndian[T any](values ...T) []byte {
	b, err := binary.Append(nil, binary.BigEndian, values)
	if err != nil {
		panic(err)
	}
	return b
}

func open(t testing.TB, b []byte) *File {
	t.Helper()
	f, err := New(bytes.NewReader(b), int64(len(b)), "test.fits")
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func encoded(t testing.TB, hdus ...HDU) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Encode(&b, "test.fits", hdus...); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// same compares samples; NaN equals NaN.
func same(t *testing.T, got, want []float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d samples, want %d", len(got), len(want))
	}
	for i := range got {
		if got[i] != want[i] && !(math.IsNaN(got[i]) && math.IsNaN(want[i])) {
			t.Fatalf("sample %d is %v, want %v", i, got[i], want[i])
		}
	}
}

// refused asserts the kind of an error and a part of its sentence.
func refused(t *testing.T, err, kind error, part string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error; want one that says %q", part)
	}
	if !errors.Is(err, kind) {
		t.Errorf("%q is not of the kind %q", err, kind)
	}
	if !strings.Contains(err.Error(), part) {
		t.Errorf("%q does not say %q", err, part)
	}
	if strings.Contains(err.Error(), "\n") {
		t.Errorf("%q is more than one line", err)
	}
}
