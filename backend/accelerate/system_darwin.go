//go:build cgo && accelerate && !accelerate_standin

package accelerate

import (
	"strings"

	"arago/detect"
)

const libraryName = "Accelerate"

// versionOf returns the version of macOS, whose part the library is.
func versionOf(l detect.Library) string { return strings.TrimPrefix(l.Version, "macOS ") }
