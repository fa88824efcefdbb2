// Package atomicfile writes files that appear whole or not at all: under a
// temporary name in the folder where they are to be, flushed to the disk, and
// renamed. What stood at the path before stays until then.
package atomicfile

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
)

// ErrNotRegular is a path at which something else than a regular file stands:
// renaming over a device or a folder would destroy it or fail obscurely.
var ErrNotRegular = errors.New("there is something else than a regular file")

// File is a file on its way.
type File struct {
	target string // where it goes, links followed
	file   *os.File
}

// Create begins the file that will be at path. Its error tells, before anything
// is computed, that nothing can be written there.
func Create(path string) (*File, error) {
	target := path
	// A link keeps pointing where it does; what it points to is replaced.
	if t, err := filepath.EvalSymlinks(path); err == nil {
		target = t
	}
	if info, err := os.Stat(target); err == nil && !info.Mode().IsRegular() {
		return nil, ErrNotRegular
	}
	folder, name := filepath.Split(target)
	for {
		// os.CreateTemp would deny the file to all but its owner; this one has
		// the permissions of any new file.
		temporary := fmt.Sprintf("%s.%s.%08x.tmp", folder, name, rand.Uint32())
		file, err := os.OpenFile(temporary, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
		switch {
		case errors.Is(err, fs.ErrExist):
			continue
		case err != nil:
			return nil, err
		}
		return &File{target, file}, nil
	}
}

// Fill writes what content writes, and brings it to the disk. It is called once.
func (f *File) Fill(content func(io.Writer) error) error {
	buffered := bufio.NewWriterSize(f.file, 1<<16)
	if err := content(buffered); err != nil {
		return err
	}
	if err := buffered.Flush(); err != nil {
		return err
	}
	if err := f.file.Sync(); err != nil {
		return err
	}
	return f.file.Close()
}

// Commit gives a filled file its name.
func (f *File) Commit() error { return os.Rename(f.file.Name(), f.target) }

// Discard removes a file that has not been committed.
func (f *File) Discard() {
	f.file.Close()
	os.Remove(f.file.Name())
}

// Replace puts a file at path with the content that content writes. If anything
// fails, what stood at path stays and nothing else is left.
func Replace(path string, content func(io.Writer) error) error {
	f, err := Create(path)
	if err != nil {
		return err
	}
	if err := f.Fill(content); err != nil {
		f.Discard()
		return err
	}
	if err := f.Commit(); err != nil {
		f.Discard()
		return err
	}
	return nil
}
