package main

import (
	"os"
	"syscall"
)

// peakMemory returns the largest resident memory that a process had, in bytes.
func peakMemory(s *os.ProcessState) int64 {
	if r, ok := s.SysUsage().(*syscall.Rusage); ok {
		return int64(r.Maxrss) << 10
	}
	return 0
}
