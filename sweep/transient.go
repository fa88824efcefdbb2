package sweep

import (
	"errors"
	"slices"
	"syscall"
)

// transient are errors of the operating system that another attempt may not have: a disk
// is full for now, a file server has hiccups, too many files are open.
var transient = []error{
	syscall.EIO, syscall.ENOSPC, syscall.EDQUOT, syscall.EAGAIN, syscall.ETIMEDOUT, syscall.ESTALE, syscall.EMFILE, syscall.ENFILE,
}

// Transient says whether another attempt may not have an error of the operating system.
// It says nothing about a case.
func Transient(err error) bool {
	return slices.ContainsFunc(transient, func(t error) bool { return errors.Is(err, t) })
}
