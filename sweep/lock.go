package sweep

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"arago/internal/failure"
)

// ErrBusy is a task that another process is at work on.
var ErrBusy = errors.New("another process is at work on it")

// lock is a file that one process holds.
type lock struct {
	path string
	file *os.File
	// known is false where the file system has no locks.
	known bool
}

// try is tryLock; tests put a file system without locks in its place.
var try = tryLock

// acquire takes the lock at path. The error is ErrBusy, with who has it, if somebody
// has.
func acquire(path string) (*lock, error) {
	for {
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o666)
		if err != nil {
			return nil, fmt.Errorf("%s cannot be written: %w", path, failure.Cause(err))
		}
		got, known, err := try(f)
		if err != nil {
			f.Close()
			return nil, fmt.Errorf("%s cannot be locked: %w", path, failure.Cause(err))
		}
		if !got {
			holder, _ := io.ReadAll(io.LimitReader(f, 300))
			f.Close()
			if who := strings.TrimSpace(string(holder)); who != "" {
				return nil, fmt.Errorf("%w: %s, which has locked %s", ErrBusy, who, path)
			}
			return nil, fmt.Errorf("%w: it has locked %s", ErrBusy, path)
		}
		// Who had the lock before may have removed its file between the two calls.
		mine, err1 := f.Stat()
		there, err2 := os.Stat(path)
		if err1 != nil || err2 != nil || !os.SameFile(mine, there) {
			f.Close()
			continue
		}
		host, _ := os.Hostname()
		if err := f.Truncate(0); err == nil {
			fmt.Fprintf(f, "process %d on %s\n", os.Getpid(), host)
		}
		return &lock{path, f, known}, nil
	}
}

// release removes the lock.
func (l *lock) release() {
	// Before it is given up: nobody else may have it yet. (Windows removes no file
	// that is open; there it stays, which harms nobody.)
	os.Remove(l.path)
	l.file.Close()
}
