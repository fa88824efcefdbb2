//go:build fftw && cgo

package fftw

import "syscall"

func cpuFacts() string {
	// An empty description makes the key less precise, no more.
	name, _ := syscall.Sysctl("machdep.cpu.brand_string")
	return "model name: " + name
}
