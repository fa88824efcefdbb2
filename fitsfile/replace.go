package fitsfile

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

// replaceFile puts a file at path with the content that write gives, in one
// step: it is written beside it, flushed to the disk and renamed. If anything
// fails, what stood at path stays and the new file is removed.
func replaceFile(path string, write func(io.Writer) error) (err error) {
	// A link keeps pointing where it does; what it points to is replaced.
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	// Renaming over a device or a folder would destroy it or fail obscurely.
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return errors.New("there is something else than a regular file")
	}
	file, err := createBeside(path)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			file.Close()
			os.Remove(file.Name())
		}
	}()
	buffered := bufio.NewWriterSize(file, 1<<16)
	if err := write(buffered); err != nil {
		return err
	}
	if err := buffered.Flush(); err != nil {
		return err
	}
	if err := file.Sync(); err != nil {
		return err
	}
	if err := file.Close(); err != nil {
		return err
	}
	return os.Rename(file.Name(), path)
}

// createBeside creates a new file in the folder of path. os.CreateTemp would
// deny it to all but its owner; this one has the permissions of any new file.
func createBeside(path string) (*os.File, error) {
	folder, base := filepath.Split(path)
	for {
		name := fmt.Sprintf("%s.%s.%08x.tmp", folder, base, rand.Uint32())
		file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
		if !errors.Is(err, fs.ErrExist) {
			return file, err
		}
	}
}
