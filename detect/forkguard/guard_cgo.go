//go:build cgo && (linux || darwin)

package forkguard

// #include "forkguard.h"
import "C"

// Forked reports whether this process was forked, without exec, after Arago
// was loaded. Whoever gets the answer true was lucky to get one: in a forked
// child, ask arago_forked of forkguard.h instead.
func Forked() bool { return C.arago_forked() != 0 }

// Loader returns the id of the process that loaded Arago: this one, unless it
// is [Forked].
func Loader() int { return int(C.arago_loader()) }
