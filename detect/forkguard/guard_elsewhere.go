//go:build !cgo || !(linux || darwin)

package forkguard

import "os"

// Forked reports whether this process was forked, without exec, after Arago
// was loaded. It was not: this build has no C in it, or its system no fork.
func Forked() bool { return false }

// Loader returns the id of the process that loaded Arago: this one.
func Loader() int { return os.Getpid() }
