package fitsfile

import (
	"encoding/binary"
	"math"
)

// A cube that is too large for memory, or whose planes become known one by one, is
// written in place: its header first, then each plane where it belongs, then zeros to
// the end of the block, and what follows the primary unit.

// EncodeHeader returns the header of a primary unit whose samples are written by other
// means, in whole blocks; h has no Data. If extended, units follow it.
func EncodeHeader(name string, h HDU, extended bool) ([]byte, error) {
	text, err := formatHeader(h, true, extended)
	if err != nil {
		return nil, &Error{File: name, HDU: 0, Name: h.Name, Problem: "cannot be written: " + err.Error(), Err: ErrHeader}
	}
	return []byte(text), nil
}

// AppendSamples appends samples as a file holds them: big-endian, of 64 bits or, if
// single, of 32.
func AppendSamples(b []byte, data []float64, single bool) []byte {
	for _, v := range data {
		if single {
			b = binary.BigEndian.AppendUint32(b, math.Float32bits(float32(v)))
		} else {
			b = binary.BigEndian.AppendUint64(b, math.Float64bits(v))
		}
	}
	return b
}

// Padding returns how many zeros fill the last block of a unit that has so many bytes
// of data.
func Padding(bytes int64) int { return int((blockSize - bytes%blockSize) % blockSize) }
