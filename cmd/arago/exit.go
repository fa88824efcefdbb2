package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"arago/detect"
	"arago/propagate"
)

// Exit codes. 130 is what shells
// report of a program that an interrupt ended.
const (
	exitDone        = 0
	exitFailed      = 1
	exitWrongUse    = 2
	exitRefused     = 3
	exitMemory      = 4
	exitInterrupted = 130
)

// usageError is a mistake on the command line or in the environment, not in a
// file.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

func wrongUse(format string, args ...any) error {
	return usageError{fmt.Errorf(format, args...)}
}

func exitCode(err error) int {
	var usage usageError
	var refusal *detect.Refusal
	switch {
	case errors.As(err, &refusal):
		// What is only too large could run elsewhere.
		if !slices.ContainsFunc(refusal.Verdicts, func(v detect.Verdict) bool { return v.Code != detect.AR112 }) {
			return exitMemory
		}
		return exitRefused
	case errors.As(err, &usage):
		return exitWrongUse
	case errors.Is(err, propagate.ErrMemory):
		return exitMemory
	case errors.Is(err, context.Canceled):
		return exitInterrupted
	}
	return exitFailed
}

// alreadyPrinted is an error that standard output has been told of, as part of
// a longer answer.
type alreadyPrinted struct{ error }

func (e alreadyPrinted) Unwrap() error { return e.error }

// nothingWritten is what is said after an interrupt.
const nothingWritten = "interrupted; nothing was written"

// sentence is how an error is told.
func sentence(err error) string {
	if exitCode(err) == exitInterrupted {
		return nothingWritten
	}
	return oneLine(err.Error())
}

// tell reports an error and returns the exit code that belongs to it.
func (a *app) tell(err error, asJSON bool) int {
	code, sentence := exitCode(err), sentence(err)
	fmt.Fprintln(a.stderr, "arago: "+sentence)
	if _, printed := errors.AsType[alreadyPrinted](err); asJSON && !printed {
		// Where even this cannot be written, the code says that it failed.
		_ = a.printJSON(struct {
			Error string `json:"error"`
			Code  int    `json:"code"`
		}{sentence, code})
	}
	return code
}

// oneLine joins lines, which the messages of libraries may have.
func oneLine(s string) string {
	lines := strings.FieldsFunc(s, func(r rune) bool { return r == '\n' || r == '\r' })
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	return strings.Join(lines, "; ")
}
