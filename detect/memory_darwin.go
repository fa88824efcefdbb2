package detect

import "golang.org/x/sys/unix"

// totalMemory returns the memory of the machine, 0 if the system does not say.
func totalMemory() int64 {
	bytes, err := unix.SysctlUint64("hw.memsize")
	if err != nil {
		return 0
	}
	return int64(bytes)
}
