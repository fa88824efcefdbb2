// Libarago is Arago for programs in other languages: a C library with a header written by
// hand, arago.h, which is its whole documentation together with docs/embedding.md.
//
// shim.c has the functions that the header declares. Each asks, in C, whether this process
// was forked after the library was loaded, and only then goes on to the Go function of the
// same name with arago_go_ in front, in exports.go. What that does is in internal/library.
//
// It is built by scripts/lib.sh, with cgo; without cgo nothing but this file is left.
package main

func main() {}
