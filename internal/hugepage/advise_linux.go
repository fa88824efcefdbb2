package hugepage

import "golang.org/x/sys/unix"

// advise asks for large pages. Where there are none, small ones serve.
func advise(memory []byte) { _ = unix.Madvise(memory, unix.MADV_HUGEPAGE) }
