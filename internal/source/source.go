// Package source reads system files as they are to be told about afterwards: what was
// understood, the text that it was understood from, and the FITS files that belong to it.
package source

import (
	"crypto/sha256"
	"fmt"
	"io"
	"os"

	"arago/internal/failure"
	"arago/propagate"
	"arago/system"
)

// Source is a system file as it was read.
type Source struct {
	// File is its name, as messages call it, and Folder where names of FITS files in it
	// begin.
	File, Folder string
	Text         []byte
	SHA256       string // of the text
	System       propagate.System
	// Files are the FITS files, as they were read.
	Files []system.File
}

// limit bounds what is read of a system file, in bytes. It is beyond
// what system.Parse accepts, which tells the user.
const limit = 4 << 20

// Read reads the system file at path, once, so that the hash is of the text that was
// understood.
func Read(path string) (Source, error) {
	file, err := os.Open(path)
	if err != nil {
		return Source{}, fmt.Errorf("%s cannot be read: %w", path, failure.Cause(err))
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, limit))
	if err != nil {
		return Source{}, fmt.Errorf("%s cannot be read: %w", path, failure.Cause(err))
	}
	return Parse(path, text, system.Folder(path))
}

// Parse reads the text of a system file.
func Parse(name string, text []byte, folder string) (Source, error) {
	s := Source{File: name, Folder: folder, Text: text, SHA256: fmt.Sprintf("%x", sha256.Sum256(text))}
	var err error
	s.System, s.Files, err = system.ParseFiles(name, text, folder)
	return s, err
}
