//go:build cgo && (atlas || netlib) && (linux || darwin)

package openblas

import "regexp"

var fileVersion = regexp.MustCompile(`\.so\.([0-9.]+)$`)

// versionOf reads a version from the name of a file: "libblas.so.3.11.0".
func versionOf(file string) string {
	if m := fileVersion.FindStringSubmatch(file); m != nil {
		return m[1]
	}
	return "unknown"
}
