package fitsfile

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
)

// chunk is how many samples are converted at a time.
const chunk = 8192

// coding says how samples are stored: as big-endian numbers of |bitpix| bits,
// real ones where bitpix is negative, of which value = zero + scale·stored.
type coding struct {
	bitpix      int
	scale, zero float64
	blank       int64 // the whole number that stands for "no value"
	hasBlank    bool
}

// size returns the bytes of one sample.
func (c coding) size() int { return max(c.bitpix, -c.bitpix) / 8 }

// decode reads len(dst) samples from r.
func (c coding) decode(r io.Reader, dst []float64) error {
	size := c.size()
	buf := make([]byte, min(chunk, len(dst))*size)
	for done := 0; done < len(dst); {
		part := dst[done:min(done+chunk, len(dst))]
		b := buf[:len(part)*size]
		if n, err := io.ReadFull(r, b); err != nil {
			if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
				return fmt.Errorf("%w: %d samples of %d are there", ErrTruncated, done+n/size, len(dst))
			}
			return err
		}
		for i := range part {
			part[i] = c.sample(b[i*size:])
		}
		done += len(part)
	}
	return nil
}

func (c coding) sample(b []byte) float64 {
	var stored int64
	switch c.bitpix {
	case 8:
		stored = int64(b[0]) // the only one without a sign
	case 16:
		stored = int64(int16(binary.BigEndian.Uint16(b)))
	case 32:
		stored = int64(int32(binary.BigEndian.Uint32(b)))
	case 64:
		stored = int64(binary.BigEndian.Uint64(b))
	case -32:
		return c.zero + c.scale*float64(math.Float32frombits(binary.BigEndian.Uint32(b)))
	case -64:
		return c.zero + c.scale*math.Float64frombits(binary.BigEndian.Uint64(b))
	}
	if c.hasBlank && stored == c.blank {
		return math.NaN()
	}
	return c.zero + c.scale*float64(stored)
}

// encode writes samples as big-endian real numbers, followed by the zeros that
// fill the last block.
func encode(w io.Writer, data []float64, single bool) error {
	size := 8
	if single {
		size = 4
	}
	buf := make([]byte, 0, max(chunk*size, blockSize))
	for done := 0; done < len(data); {
		part := data[done:min(done+chunk, len(data))]
		buf = AppendSamples(buf[:0], part, single)
		if _, err := w.Write(buf); err != nil {
			return err
		}
		done += len(part)
	}
	padding := buf[:Padding(int64(len(data)*size))]
	clear(padding)
	_, err := w.Write(padding)
	return err
}
