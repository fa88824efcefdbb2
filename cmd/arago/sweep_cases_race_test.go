//go:build race

package main

// interruptedCases is the number of cases of a sweep that is interrupted. They take longer
// under the race detector.
const interruptedCases = 600
