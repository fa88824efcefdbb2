// Package fftw is the back end for FFT2 on FFTW 3, in double and in single
// precision. It has no Dot and no Outer. The build tag fftw puts it into the
// program; it needs cgo and a C compiler, but no header and no library of FFTW:
// the shared libraries are opened when the back end is first chosen, and where
// they are missing New says so. FFTW is under the GPL, and so is a program
// that is passed on together with it.
//
// # Transforms
//
// A transform runs along one axis after the other, as in package gonum: lines
// that are zero are not transformed, lines that nobody wants are not computed.
// A pass is one C call for each batch of lines: a line is gathered into
// aligned scratch memory, transformed out of place, and the elements wanted are
// scattered. Goroutines share the batches.
//
// One plan for one contiguous line serves a whole pass. Where this was tried
// (FFTW 3.3.10, AVX-512 machine, sizes 256 … 2048) it was as fast on rows as a
// plan for many lines and faster on columns than plans with strides, and two
// such passes took about a third of the time of an estimated two-dimensional
// plan. Measured two-dimensional plans are as fast as the passes on one core:
// they serve whole arrays when the effort is measure or patient and goroutines
// have nothing to share. When [Options].Threads asks for FFTW's own threads,
// every transform is one of a whole array; a window is laid into one.
//
// # Plans
//
// FFTW lets one caller at a time into everything but execution, so one lock
// stands around all of it. Plans are made on memory of FFTW's own and executed
// on other arrays, whose alignment is checked; an array of odd alignment gets
// a plan of its own. Each implementation keeps a bounded number of plans.
//
// With the effort estimate, which is the default, a plan depends on nothing but
// the size: the same bits come out in every process on every run, and no file is
// touched. (FFTW's planner is one for the whole process: this holds while no
// other part of the process has it measure plans or read wisdom.) The efforts measure and patient time candidates, up to a time limit
// for each new size, and remember what they found (wisdom) in the user's cache
// folder; which plan wins may differ from run to run, and the last bits with
// it, so the back end does not call itself reproducible then.
//
// # Memory
//
// FFTW ends the program when its own allocations fail. So the memory that
// planning may need is asked for beforehand: where a two-dimensional plan finds
// too little, the passes serve instead, and where not even a line can be
// planned, FFT2 panics with a constant sentence. Memory that others take
// between this question and FFTW's allocations cannot be helped.
//
// # MKL
//
// Intel's MKL offers its own transforms under FFTW's names. Options.Library
// may name it (libmkl_rt.so); it is recognised by the file in which the
// functions lie, reported as what it is, and used without wisdom. A mixture,
// where some functions come from another file than others, is refused: a plan
// of one library executed by another crashes or gives wrong numbers.
package fftw

// Name is the name by which this back end is chosen.
const Name = "fftw"
