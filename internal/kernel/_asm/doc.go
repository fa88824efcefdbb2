// Package asm is the module of the programs that write the assembly of
// Arago's kernels; go generate in internal/kernel runs them.
package asm
