package fitsfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

// What [errors.Is] can tell about an error of this package.
var (
	// ErrNotFITS: the file does not begin as a FITS file does.
	ErrNotFITS = errors.New("not a FITS file")
	// ErrTruncated: the file ends before the data that its headers announce.
	ErrTruncated = errors.New("truncated FITS file")
	// ErrHeader: a header contradicts itself or the standard.
	ErrHeader = errors.New("invalid FITS header")
	// ErrNoImage: the file, or the unit asked for, holds no image.
	ErrNoImage = errors.New("no image")
)

// Error says which unit of which file is wrong, and how, in one sentence.
type Error struct {
	// File is the name of the file.
	File string
	// HDU is the number of the unit, counted from 0, or −1 if the file as a
	// whole is meant.
	HDU int
	// Name is the unit's name (EXTNAME), if it has one.
	Name string
	// Problem says what is wrong.
	Problem string
	// Err is one of this package's error values or the error of the system.
	Err error
}

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.File)
	if e.HDU >= 0 {
		fmt.Fprintf(&b, ", HDU %d", e.HDU)
		if e.Name != "" {
			fmt.Fprintf(&b, " (%s)", e.Name)
		}
	}
	b.WriteString(": ")
	b.WriteString(e.Problem)
	return b.String()
}

func (e *Error) Unwrap() error { return e.Err }

// systemError turns an error of the operating system into a sentence about the
// file that the user named, which is not always the one the system was given.
func systemError(path, verb string, err error) *Error {
	cause := err
	var pathErr *fs.PathError
	var linkErr *os.LinkError
	switch {
	case errors.As(err, &pathErr):
		cause = pathErr.Err
	case errors.As(err, &linkErr):
		cause = linkErr.Err
	}
	return &Error{File: path, HDU: -1, Problem: verb + ": " + cause.Error(), Err: err}
}
