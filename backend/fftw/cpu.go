//go:build fftw && cgo && (linux || darwin)

package fftw

import (
	"crypto/sha256"
	"fmt"
	"strings"
)

// cpuModel names the model of the processor. Two models have the same name only
// if plans that are fast on one are fast on the other.
func cpuModel() string { return describeCPU(cpuFacts()) }

// cpuKeys are the lines of the system's description that belong to the model,
// not to one processor at one moment.
var cpuKeys = map[string]bool{
	"vendor_id": true, "cpu family": true, "model": true, "model name": true, "stepping": true, "flags": true,
	"CPU implementer": true, "CPU architecture": true, "CPU variant": true, "CPU part": true, "Features": true,
}

// describeCPU makes a name from the first processor of a description in the
// form of Linux's /proc/cpuinfo: the model's own name, which may be as vague as
// "Intel(R) Xeon(R) Processor", and a digest of what else there is.
func describeCPU(facts string) string {
	first, _, _ := strings.Cut(facts, "\n\n")
	digest := sha256.New()
	name := "unknown-processor"
	for line := range strings.Lines(first) {
		key, value, _ := strings.Cut(line, ":")
		key, value = strings.TrimSpace(key), strings.TrimSpace(value)
		if !cpuKeys[key] {
			continue
		}
		fmt.Fprintln(digest, key, value)
		if key == "model name" {
			name = value
		}
	}
	return fmt.Sprintf("%s %.4x", name, digest.Sum(nil))
}
