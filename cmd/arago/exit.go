package main

import (
	"errors"
	"fmt"

	"arago/internal/failure"
	"arago/sweep"
)

// Exit codes. 130 is what shells
// report of a program that an interrupt ended. For schedulers of array jobs: after 75 and
// 130 the same command may be run again as it is, after 4 with more memory, after all
// others something has to be changed first. 75 is EX_TEMPFAIL of sysexits.h.
const (
	exitDone        = 0
	exitFailed      = 1
	exitWrongUse    = 2
	exitRefused     = 3
	exitMemory      = 4
	exitCases       = 5 // of a study, all others being done
	exitAgain       = 75
	exitInterrupted = 130
)

func exitCode(err error) int {
	if _, ok := errors.AsType[retryError](err); ok {
		return exitAgain
	}
	if errors.Is(err, sweep.ErrCases) {
		return exitCases
	}
	switch failure.KindOf(err) {
	case failure.None:
		return exitDone
	case failure.Misused:
		return exitWrongUse
	case failure.Refused:
		return exitRefused
	case failure.TooLarge:
		return exitMemory
	case failure.Cancelled:
		return exitInterrupted
	}
	return exitFailed
}

// retryError is an error that another attempt may not have.
type retryError struct{ error }

func (e retryError) Unwrap() error { return e.error }

// keptError is an interrupt that loses nothing.
type keptError struct{ error }

func (e keptError) Unwrap() error { return e.error }

// alreadyPrinted is an error that standard output has been told of, as part of
// a longer answer.
type alreadyPrinted struct{ error }

func (e alreadyPrinted) Unwrap() error { return e.error }

// nothingWritten is what is said after an interrupt.
const nothingWritten = "interrupted; nothing was written"

// sentence is how an error is told.
func sentence(err error) string {
	if _, kept := errors.AsType[keptError](err); exitCode(err) == exitInterrupted && !kept {
		return nothingWritten
	}
	return failure.OneLine(err.Error())
}

// tell reports an error and returns the exit code that belongs to it.
func (a *app) tell(err error, asJSON bool) int {
	code, sentence := exitCode(err), sentence(err)
	fmt.Fprintln(a.stderr, "arago: "+sentence)
	if _, printed := errors.AsType[alreadyPrinted](err); asJSON && !printed {
		var tasks []int // to be run before a merge
		if missing, ok := errors.AsType[*sweep.MissingError](err); ok {
			for _, t := range missing.Tasks {
				tasks = append(tasks, t.Index)
			}
		}
		// Where even this cannot be written, the code says that it failed.
		_ = a.printJSON(struct {
			Error string `json:"error"`
			Code  int    `json:"code"`
			Tasks []int  `json:"tasks,omitempty"`
		}{sentence, code, tasks})
	}
	return code
}
