package detect

import "syscall"

// systemVersion returns the version of macOS, whose part Accelerate is, "" if
// it is not known.
func systemVersion() string {
	version, err := syscall.Sysctl("kern.osproductversion")
	if err != nil {
		return ""
	}
	return "macOS " + version
}
