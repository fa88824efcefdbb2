package detect

import (
	"io/fs"
	"os"
	"runtime"
)

// Limits returns what this process is and what it may use of the machine, as
// it is now: memory, quotas and masks change while a process runs. What the
// system does not tell is zero, as the fields say.
func Limits() (Process, CPU, Memory) {
	return readProcess(), readCPU(), readMemory()
}

// linux returns the root of the file system on Linux, where the kernel tells
// limits in files, and a file system without files elsewhere.
func linux() fs.FS {
	if runtime.GOOS != "linux" {
		return noFiles{}
	}
	return os.DirFS("/")
}

type noFiles struct{}

func (noFiles) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}
