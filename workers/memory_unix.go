//go:build unix

package workers

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"

	"arago/internal/bytesize"
)

// shared is memory that processes share: a file without a name, and the whole
// of it mapped.
type shared struct {
	file  *os.File
	bytes []byte
}

func newShared(length int64) (*shared, error) {
	file, err := nameless(length)
	if err != nil {
		return nil, fmt.Errorf("the memory that worker processes share, of %s, could not be had: %w", bytesize.Text(length), err)
	}
	bytes, err := mapped(file, 0, length, true)
	if err != nil {
		file.Close()
		return nil, err
	}
	return &shared{file, bytes}, nil
}

// release gives the memory back. Nobody may use its bytes any more.
func (s *shared) release() error {
	err := unix.Munmap(s.bytes)
	if e := s.file.Close(); err == nil {
		err = e
	}
	return err
}

// mapped maps a part of a file that begins on a page. What is not writable
// must not be written to: the system ends a process that does.
func mapped(file *os.File, offset, length int64, writable bool) ([]byte, error) {
	if length == 0 {
		return nil, nil
	}
	protection := unix.PROT_READ
	if writable {
		protection |= unix.PROT_WRITE
	}
	bytes, err := unix.Mmap(int(file.Fd()), offset, int(length), protection, unix.MAP_SHARED)
	if err != nil {
		return nil, fmt.Errorf("%s of shared memory could not be mapped: %w", bytesize.Text(length), err)
	}
	return bytes, nil
}

// unlinked returns a file of that size, filled with zeros, that has no name any
// more. Zeros are written rather than implied: a full disk is then an error
// here, and not the end of the process that touches a page.
func unlinked(size int64) (*os.File, error) {
	file, err := os.CreateTemp("", "arago-*")
	if err != nil {
		return nil, err
	}
	err = os.Remove(file.Name())
	zeros := make([]byte, min(size, 1<<20))
	for at := int64(0); at < size && err == nil; at += int64(len(zeros)) {
		_, err = file.WriteAt(zeros[:min(int64(len(zeros)), size-at)], at)
	}
	if err != nil {
		file.Close()
		return nil, err
	}
	return file, nil
}
