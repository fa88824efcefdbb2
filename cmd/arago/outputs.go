package main

import (
	"fmt"
	"io"
	"os"
	"slices"

	"arago/internal/atomicfile"
	"arago/internal/failure"
)

// outputs are the files that a command writes: all of them, or none. Each is
// written under a temporary name in the folder where it is to be, and gets its
// own name when all are on the disk. Creating one tells, before anything is
// computed, whether it can be written at all.
type outputs struct {
	files  []*output
	folder string // made for this command, or ""
}

// output is a file on its way.
type output struct {
	path string // as the user named it
	file *atomicfile.File
}

// create begins the output that will be at path.
func (o *outputs) create(path string) (*output, error) {
	file, err := atomicfile.Create(path)
	if err != nil {
		return nil, unwritable(path, err)
	}
	out := &output{path: path, file: file}
	o.files = append(o.files, out)
	return out, nil
}

// makeFolder makes the folder path if it is not there; discard removes it.
func (o *outputs) makeFolder(path string) error {
	err := atomicfile.MakeFolder(path)
	if err == nil {
		o.folder = path
		return nil
	}
	info, statErr := os.Stat(path)
	switch {
	case statErr != nil:
		return unwritable(path, err)
	case !info.IsDir():
		return fmt.Errorf("%s cannot be written into: it is not a folder", path)
	}
	return nil
}

// write fills the output with what content writes.
func (f *output) write(content func(io.Writer) error) error {
	if err := f.file.Fill(content); err != nil {
		return unwritable(f.path, err)
	}
	return nil
}

// commit gives all files their names. The first that was created comes last: if
// it is there, so are the others.
func (o *outputs) commit() error {
	var files []*atomicfile.File
	for _, f := range slices.Backward(o.files) {
		files = append(files, f.file)
	}
	if failed, err := atomicfile.Commit(files...); err != nil {
		i := slices.IndexFunc(o.files, func(f *output) bool { return f.file == failed })
		o.files = o.files[:i+1]
		return unwritable(o.files[i].path, err)
	}
	if o.folder != "" {
		atomicfile.KeepFolder(o.folder)
	}
	o.files, o.folder = nil, ""
	return nil
}

// discard removes what has not been committed.
func (o *outputs) discard() {
	for _, f := range o.files {
		f.file.Discard()
	}
	if o.folder != "" {
		atomicfile.DiscardFolder(o.folder)
	}
	o.files, o.folder = nil, ""
}

func unwritable(path string, err error) error {
	return fmt.Errorf("%s cannot be written: %w", path, failure.Cause(err))
}
