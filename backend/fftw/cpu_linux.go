//go:build fftw && cgo

package fftw

import "os"

func cpuFacts() string {
	// An empty description makes the key less precise, no more.
	facts, _ := os.ReadFile("/proc/cpuinfo")
	return string(facts)
}
