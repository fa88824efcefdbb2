package library

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"arago/internal/failure"
)

// Status is what a function of the C library returns.
type Status int32

// Status codes; see libarago/arago.h.
const (
	OK Status = iota
	Failed
	WrongUse
	Refused
	Memory
	Forked
	BadHandle
	Internal
	Cancelled
)

// badHandle is the error of a handle that is none.
type badHandle struct{ what string }

func (e badHandle) Error() string {
	return "the handle is no " + e.what + ", or one that was freed; use what arago_" + e.what + "_… has set, until it is freed"
}

// mistake is the error of a panic: a mistake in Arago.
type mistake struct{ what string }

func (e mistake) Error() string { return e.what }

// recovered makes an error of what a function panicked with.
func recovered(failed any) error {
	if bug, ok := failed.(runtime.Error); ok {
		return mistake{fmt.Sprintf("Arago itself has failed: %v; please report it with this: %s", bug, strings.ReplaceAll(string(debug.Stack()), "\t", " "))}
	}
	return mistake{fmt.Sprintf("Arago itself has failed: %v; please report it", failed)}
}

// Protect calls what, and returns its error as a status and a sentence. No panic leaves it.
func Protect(what func() error) (status Status, sentence string) {
	err := protected(what)
	if err == nil {
		return OK, ""
	}
	// A path may be any bytes, and the sentence is text.
	return statusOf(err), strings.ToValidUTF8(failure.OneLine(err.Error()), "\uFFFD")
}

func protected(what func() error) (err error) {
	defer func() {
		if failed := recover(); failed != nil {
			err = recovered(failed)
		}
	}()
	return what()
}

func statusOf(err error) Status {
	switch err.(type) {
	case badHandle:
		return BadHandle
	case mistake:
		return Internal
	}
	switch failure.KindOf(err) {
	case failure.Misused:
		return WrongUse
	case failure.Refused:
		return Refused
	case failure.TooLarge:
		return Memory
	case failure.Cancelled:
		return Cancelled
	}
	return Failed
}
