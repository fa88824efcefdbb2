//go:build !(darwin || dragonfly || freebsd || netbsd || openbsd)

package detect

// peakUsage is not asked here. The ru_maxrss of Linux would be wrong: a program
// inherits the peak of the process that started it.
func peakUsage() (bytes int64, ok bool) { return 0, false }
