// Package provoke holds no code, only tests: they do what detect refuses, for
// real, to see that it is right to refuse it, and then see the refusal come
// before the crash, the hang or the wrong number.
//
// Everything dangerous happens in child processes, which the system ends by an
// alarm after a few seconds. A hang is a process that its alarm has ended;
// nothing is ever timed. Two programs are built for that: testdata/host, in C,
// which loads the libraries of this system and takes the steps that a test
// writes down ("multiply", "fork", "multiply"); and testdata/guarded, a C
// library with the Go runtime, detect and the fork guard in it, which the host
// and testdata/python load as programs load Arago.
//
// The back ends of Arago themselves are tried where the build has them (tag
// openblas, with cgo). The libraries are Debian's; what is missing is named by
// the test that is skipped. All of it is measured on Linux only.
package provoke
