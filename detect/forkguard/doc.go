// Package forkguard answers, without Go, whether this process is the child of a
// fork.
//
// A program that has Arago loaded as a library may be forked by its host:
// Python's multiprocessing does so by "fork", and so do servers that load
// first and fork then. Of all threads of a process only the one that called
// fork lives on in the child. Go's scheduler, its garbage collector and the
// threads that serve calls from C are others, and are gone; the first call
// into Go waits for them for ever. So Go cannot be asked whether it is safe to
// call Go: the question and the answer, and the sentence that says what to do
// instead, must be C that needs neither a thread nor a lock nor memory.
// forkguard.h declares them for other packages of Arago that use cgo:
//
//	#cgo CFLAGS: -I${SRCDIR}/../detect/forkguard
//	#include "forkguard.h"
//
// and their Go code imports this package, so that the functions are linked.
//
// Three detectors look at once, since each is blind somewhere. A handler of
// pthread_atfork costs nothing, but does not run when a process is cloned past
// the C library. The process id catches that; not, however, the first process
// of a namespace that was cloned by the first of another, both of which are 1.
// On Linux a page that the kernel hands to children wiped (MADV_WIPEONFORK,
// since 4.14) catches every copy of the memory; other systems do not have it.
//
// What was loaded after a fork is not forked, and a new program, which exec
// starts, has nothing loaded: neither is refused.
//
// Without cgo nothing but Go's own code can be in a process, and a Go program
// has no way to fork without exec.
package forkguard
