//go:build unix

package detect

import "golang.org/x/sys/unix"

// kernel returns the release of the kernel, "" if it does not say.
func kernel() string {
	var name unix.Utsname
	if unix.Uname(&name) != nil {
		return ""
	}
	return unix.ByteSliceToString(name.Release[:])
}
