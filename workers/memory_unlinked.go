//go:build unix && !linux

package workers

import "os"

// nameless returns a file of that size that has no name.
func nameless(size int64) (*os.File, error) { return unlinked(size) }
