package sweep

import (
	"bufio"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"os"

	"arago/internal/failure"
)

// A journal is a chain of records:
//
//	length    4 bytes, little-endian: of the content
//	content
//	checksum  4 bytes: CRC-32C of length and content
//
// The content of the first record is a layout, that of each other one the outcome of a
// case. A record that is not whole ends the journal: what a process that was killed
// had begun to write is cut off.

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// layout says what a journal and the file beside it are about.
type layout struct {
	digest     [sha256.Size]byte // of the study and of what all cases have in common
	first, n   int               // the cases
	planeBytes int
	numbers    int // measures of a case
}

const layoutMagic = "arago sweep 1\n"

func (l layout) append(b []byte) []byte {
	b = append(b, layoutMagic...)
	b = append(b, l.digest[:]...)
	for _, v := range []int{l.first, l.n, l.planeBytes, l.numbers} {
		b = binary.LittleEndian.AppendUint64(b, uint64(v))
	}
	return b
}

// parseLayout is the reverse of append.
func parseLayout(b []byte) (l layout, ok bool) {
	if len(b) != len(layoutMagic)+sha256.Size+4*8 || string(b[:len(layoutMagic)]) != layoutMagic {
		return l, false
	}
	b = b[len(layoutMagic):]
	copy(l.digest[:], b)
	b = b[sha256.Size:]
	for i, v := range []*int{&l.first, &l.n, &l.planeBytes, &l.numbers} {
		*v = int(binary.LittleEndian.Uint64(b[8*i:]))
	}
	return l, l.first >= 0 && l.n >= 0 && l.n <= maxCases && l.planeBytes >= 0 && l.numbers >= 0 && l.numbers < 1<<20
}

// outcome is what became of a case.
type outcome struct {
	slot     int // number of the case less that of the first one
	hash     [sha256.Size]byte
	checksum uint32 // of the image as it is kept
	// problem says why there is no image, "" if there is one.
	problem  string
	measures []float64
}

// longestProblem bounds the text of a problem.
const longestProblem = 400

func (o outcome) append(b []byte) []byte {
	b = binary.LittleEndian.AppendUint64(b, uint64(o.slot))
	b = append(b, o.hash[:]...)
	b = binary.LittleEndian.AppendUint32(b, o.checksum)
	for _, v := range o.measures {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
	}
	return append(b, o.problem...)
}

func parseOutcome(b []byte, numbers int) (o outcome, ok bool) {
	const fixed = 8 + sha256.Size + 4
	if len(b) < fixed+8*numbers {
		return o, false
	}
	o.slot = int(binary.LittleEndian.Uint64(b))
	copy(o.hash[:], b[8:])
	o.checksum = binary.LittleEndian.Uint32(b[8+sha256.Size:])
	b = b[fixed:]
	o.measures = make([]float64, numbers)
	for i := range o.measures {
		o.measures[i] = math.Float64frombits(binary.LittleEndian.Uint64(b[8*i:]))
	}
	o.problem = string(b[8*numbers:])
	return o, true
}

// appendRecord appends a record with the content that fill appends.
func appendRecord(b []byte, fill func([]byte) []byte) []byte {
	start := len(b)
	b = fill(append(b, 0, 0, 0, 0))
	binary.LittleEndian.PutUint32(b[start:], uint32(len(b)-start-4))
	return binary.LittleEndian.AppendUint32(b, crc32.Checksum(b[start:], castagnoli))
}

// journal is a journal that is written.
type journal struct {
	file   *os.File
	buffer []byte
}

// add writes the outcome of a case with one call of the system.
func (j *journal) add(o outcome) error {
	j.buffer = appendRecord(j.buffer[:0], o.append)
	_, err := j.file.Write(j.buffer)
	return err
}

// readJournal returns what a journal says, and the length of the records that are
// whole. A journal without a whole layout has length 0.
func readJournal(r io.Reader) (l layout, list []outcome, length int64, err error) {
	in := bufio.NewReaderSize(r, 1<<16)
	const longest = 16 << 20
	for {
		content, err := readRecord(in, longest)
		if errors.Is(err, errTorn) {
			return l, list, length, nil
		}
		if err != nil {
			return l, list, length, err
		}
		if length == 0 {
			var ok bool
			if l, ok = parseLayout(content); !ok {
				return layout{}, nil, 0, nil
			}
		} else {
			o, ok := parseOutcome(content, l.numbers)
			if !ok || o.slot < 0 || o.slot >= l.n {
				return l, list, length, nil
			}
			list = append(list, o)
		}
		length += int64(len(content)) + 8
	}
}

// errTorn is a record that is not whole.
var errTorn = errors.New("the record is not whole")

func readRecord(r io.Reader, longest uint32) ([]byte, error) {
	var head [4]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, torn(err)
	}
	n := binary.LittleEndian.Uint32(head[:])
	if n > longest {
		return nil, errTorn
	}
	b := make([]byte, n+4)
	if _, err := io.ReadFull(r, b); err != nil {
		return nil, torn(err)
	}
	sum := crc32.Update(crc32.Checksum(head[:], castagnoli), castagnoli, b[:n])
	if sum != binary.LittleEndian.Uint32(b[n:]) {
		return nil, errTorn
	}
	return b[:n], nil
}

func torn(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errTorn
	}
	return fmt.Errorf("the journal cannot be read: %w", failure.Cause(err))
}
