package system

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Error says what is wrong in a system file, where, and what would be right:
//
//	telescope.toml:12: plane 2, circular_occulter: radius is -1; it must be a positive angle (arcsec)
type Error struct {
	// File is the name of the system file.
	File string
	// Line is counted from 1; 0 stands for the file as a whole.
	Line int
	// Where is the part of the system: "source", "plane 2, circular_occulter".
	// It may be empty.
	Where string
	// Key is the key whose value is wrong, or that is missing or not known; for
	// an item of a list with its index, counted from 0. It may be empty.
	Key string
	// Problem continues a sentence that begins with Key.
	Problem string
	// Err is the cause, where there is one: an error of the operating system
	// or of package fitsfile.
	Err error
}

// Error implements error.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.File)
	if e.Line > 0 {
		fmt.Fprintf(&b, ":%d", e.Line)
	}
	b.WriteString(": ")
	if e.Where != "" {
		b.WriteString(e.Where + ": ")
	}
	if e.Key != "" {
		b.WriteString(e.Key + " ")
	}
	b.WriteString(e.Problem)
	return b.String()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// reader collects the errors of one file.
type reader struct {
	file string
	dir  string // what relative paths start from
	errs []*Error
	// files are the FITS files that were read.
	files []File
	// shelf, if not nil, keeps what is made of files; withoutFiles says that they are
	// not looked at.
	shelf        *shelf
	withoutFiles bool
}

func (r *reader) add(e Error) {
	e.File = r.file
	r.errs = append(r.errs, &e)
}

// first returns the error that stands first in the file, or nil.
func (r *reader) first() error {
	if len(r.errs) == 0 {
		return nil
	}
	return slices.MinFunc(r.errs, func(a, b *Error) int { return a.order() - b.order() })
}

// order puts errors of the file as a whole behind those of its lines: a
// misspelt [sytem] explains why [system] is missing.
func (e *Error) order() int {
	if e.Line == 0 {
		return math.MaxInt
	}
	return e.Line
}

// longestQuote is how much of a file's own text a message repeats.
const longestQuote = 40

// quoted returns text from a file for a message: in quotes, free of control
// characters, and cut short.
func quoted(s string) string {
	if runes := []rune(s); len(runes) > longestQuote {
		s = string(runes[:longestQuote]) + "…"
	}
	return strconv.Quote(s)
}

// plainKey returns a key as a message names it.
func plainKey(key string) string {
	bare := key != "" && len(key) <= longestQuote &&
		strings.Trim(key, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-") == ""
	if bare {
		return key
	}
	return quoted(key)
}

// listed joins words as in `a, b or c`.
func listed(words []string, last string) string {
	n := len(words)
	if n < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:n-1], ", ") + " " + last + " " + words[n-1]
}
