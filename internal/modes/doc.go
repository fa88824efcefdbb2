// Package modes compares the ways in which the program can share its work: one
// process on one core, FFTW's threads, worker processes, goroutines. The
// comparison is that of POPPY's manual ("Optimizing Performance and
// Parallelization", docs/performance.rst): time against oversampling, for direct
// imaging and for a coronagraph; beside each time stands the peak memory.
//
// # How it is measured
//
// A run is the program itself as a child, "arago psf" on a system file written
// for the purpose, which reports its own time and peak memory: the time from
// reading the file until the image is there, planning included, and the memory
// of the program with all its worker processes. The ways take turns
// (A B C, B C A, …), so that a machine that slows down or speeds up does so for
// all of them. A way that the program refuses, or that would not fit in memory,
// is left out with the program's own sentence.
//
// # JSON
//
// A report is one object, the fields of [Report]. Its schema_version is 1; it is
// raised when a field changes its meaning or goes, not when one is added. Times
// are in seconds, memory in bytes.
package modes
