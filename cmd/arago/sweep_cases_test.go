//go:build !race

package main

// interruptedCases is the number of cases of a sweep that is interrupted: enough to be at work
// when the signal comes.
const interruptedCases = 3000
