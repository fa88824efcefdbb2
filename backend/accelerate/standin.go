//go:build cgo && accelerate_standin

package accelerate

// #cgo linux LDFLAGS: -rdynamic -lm
// #include "standin.h"
import "C"

import "arago/detect"

const libraryName = "stand-in for Accelerate"

// versionOf returns the version of macOS whose Accelerate the stand-in stands
// for.
func versionOf(detect.Library) string { return "15.0" }

// ignoreThreading makes the stand-in's BLAS, from now on, agree to be single and
// stay as it is, or no longer.
func ignoreThreading(ignore bool) {
	var c C.int
	if ignore {
		c = 1
	}
	C.arago_standin_ignore_threading(c)
}

// refuseSetups makes all further setups of vDSP fail, or no longer.
func refuseSetups(refuse bool) {
	var c C.int
	if refuse {
		c = 1
	}
	C.arago_standin_refuse_setups(c)
}

// standinLines returns how many lines vDSP has transformed.
func standinLines() int { return int(C.arago_standin_lines()) }

// standinProducts returns how many products BLAS has made, and how many of
// them were free to use many threads.
func standinProducts() (all, threaded int) {
	return int(C.arago_standin_products()), int(C.arago_standin_threaded_products())
}
