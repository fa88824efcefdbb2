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
	"sync"
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
	under.Lock()
	defer under.Unlock()
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
		f := &File{target, file}
		under.files[f] = true
		return f, nil
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

// Commit gives filled files their names, one after the other. If that fails for
// one of them, it is the one that is returned, and those behind it have no name
// yet.
func Commit(files ...*File) (*File, error) {
	under.Lock()
	defer under.Unlock()
	for _, f := range files {
		if err := os.Rename(f.file.Name(), f.target); err != nil {
			return f, err
		}
		delete(under.files, f)
	}
	return nil, nil
}

// Discard removes a file that has not been committed.
func (f *File) Discard() {
	under.Lock()
	defer under.Unlock()
	f.remove()
}

func (f *File) remove() {
	f.file.Close()
	os.Remove(f.file.Name())
	delete(under.files, f)
}

// under holds what is on its way in this process.
var under = struct {
	sync.Mutex
	files   map[*File]bool
	folders map[string]bool
}{files: map[*File]bool{}, folders: map[string]bool{}}

// MakeFolder makes a folder for files that are on their way.
func MakeFolder(path string) error {
	under.Lock()
	defer under.Unlock()
	err := os.Mkdir(path, 0o777)
	if err == nil {
		under.folders[path] = true
	}
	return err
}

// KeepFolder says that a folder that MakeFolder has made stays.
func KeepFolder(path string) {
	under.Lock()
	defer under.Unlock()
	delete(under.folders, path)
}

// DiscardFolder removes a folder that MakeFolder has made, if it is empty.
func DiscardFolder(path string) {
	under.Lock()
	defer under.Unlock()
	os.Remove(path)
	delete(under.folders, path)
}

// Abandon removes all that is on its way in this process, for a program that
// ends at once: whoever begins or commits a file afterwards waits for ever.
func Abandon() {
	under.Lock()
	for f := range under.files {
		f.remove()
	}
	for path := range under.folders {
		os.Remove(path)
	}
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
	if _, err := Commit(f); err != nil {
		f.Discard()
		return err
	}
	return nil
}
