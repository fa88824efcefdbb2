// Package failure sorts errors into the few kinds that whoever uses Arago must tell apart,
// and puts them into one sentence: the program makes exit codes of the kinds, the C library
// status codes.
package failure

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"arago/detect"
	"arago/propagate"
)

// Kind is the kind of an error.
type Kind int

// Kinds.
const (
	// None is no error.
	None Kind = iota
	// Failed is any other than the following: a file is missing, wrong or cannot be
	// written, a system cannot be computed.
	Failed
	// Misused is a mistake in what was asked for, not in a file: an unknown flag, name
	// or value.
	Misused
	// Refused is unsafe.
	Refused
	// TooLarge would not fit in memory.
	TooLarge
	// Cancelled was interrupted.
	Cancelled
)

// misuse is an error of the kind Misused.
type misuse struct{ error }

func (e misuse) Unwrap() error { return e.error }

// Misuse returns an error of the kind [Misused].
func Misuse(format string, args ...any) error { return misuse{fmt.Errorf(format, args...)} }

// KindOf returns the kind of an error.
func KindOf(err error) Kind {
	var used misuse
	var refusal *detect.Refusal
	switch {
	case err == nil:
		return None
	case errors.As(err, &refusal):
		// What is only too large could run elsewhere.
		if !slices.ContainsFunc(refusal.Verdicts, func(v detect.Verdict) bool { return v.Code != detect.AR112 }) {
			return TooLarge
		}
		return Refused
	case errors.As(err, &used):
		return Misused
	case errors.Is(err, propagate.ErrMemory):
		return TooLarge
	case errors.Is(err, context.Canceled):
		return Cancelled
	}
	return Failed
}

// OneLine joins lines, which the messages of libraries may have.
func OneLine(s string) string {
	lines := strings.FieldsFunc(s, func(r rune) bool { return r == '\n' || r == '\r' })
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	return strings.Join(lines, "; ")
}

// Cause returns what the operating system says, without the name that it was
// given, which is not always the one that the user knows.
func Cause(err error) error {
	var path *os.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &path):
		return path.Err
	case errors.As(err, &link):
		return link.Err
	}
	return err
}

// InFile says which system file an error is about, if it does not say so itself.
func InFile(file string, err error) error {
	if strings.HasPrefix(err.Error(), file+":") {
		return err
	}
	return fmt.Errorf("%s: %w", file, err)
}
