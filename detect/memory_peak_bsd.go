//go:build darwin || dragonfly || freebsd || netbsd || openbsd

package detect

import (
	"runtime"

	"golang.org/x/sys/unix"
)

// peakUsage returns the peak of the resident memory as getrusage(2) tells it.
func peakUsage() (bytes int64, ok bool) {
	var usage unix.Rusage
	if unix.Getrusage(unix.RUSAGE_SELF, &usage) != nil {
		return 0, false
	}
	if runtime.GOOS == "darwin" {
		return int64(usage.Maxrss), true
	}
	return int64(usage.Maxrss) * 1024, true // the BSDs count in KiB
}
