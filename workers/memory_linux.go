package workers

import (
	"os"

	"golang.org/x/sys/unix"
)

// nameless returns a file of that size that lies in memory and has no name. Its
// size is sealed: nobody can make it shorter under those who have it mapped.
func nameless(size int64) (*os.File, error) {
	fd, err := unix.MemfdCreate("arago", unix.MFD_CLOEXEC|unix.MFD_ALLOW_SEALING)
	if err != nil {
		return unlinked(size) // a sandbox may forbid the call
	}
	file := os.NewFile(uintptr(fd), "shared memory")
	err = file.Truncate(size)
	if err == nil {
		_, err = unix.FcntlInt(file.Fd(), unix.F_ADD_SEALS, unix.F_SEAL_SHRINK|unix.F_SEAL_GROW|unix.F_SEAL_SEAL)
	}
	if err != nil {
		file.Close()
		return nil, err
	}
	return file, nil
}
