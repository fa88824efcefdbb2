package sweep

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// tryLock takes the lock of an open file, which ends with the process, however that
// ends.
func tryLock(f *os.File) (got, known bool, err error) {
	// A byte far behind what anybody reads: others may still see who holds the lock.
	at := windows.Overlapped{OffsetHigh: 1}
	err = windows.LockFileEx(windows.Handle(f.Fd()), windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, &at)
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) {
		return false, true, nil
	}
	return err == nil, true, err
}
