package detect

import (
	"regexp"
	"strings"
)

// "fftw-3.3.10-sse2-avx": the suffix lists the instruction sets.
var fftwVersionForm = regexp.MustCompile(`^fftw-([0-9][0-9.a-z]*)-?(.*)$`)

// fftwVersion takes FFTW's description of itself apart.
func fftwVersion(text string) (version, architecture string) {
	m := fftwVersionForm.FindStringSubmatch(strings.TrimPrefix(text, " "))
	if m == nil {
		return text, ""
	}
	return m[1], m[2]
}

// fftw recognises FFTW, whose precisions and threads layers are files of their
// own.
func (x *examination) fftw() bool {
	for _, precision := range []string{"", "f", "l", "q"} {
		prefix := "fftw" + precision + "_"
		if !x.defines(prefix+"execute_dft") && !x.defines(prefix+"init_threads") {
			continue
		}
		x.sign(FFTW, prefix+"init_threads", prefix+"execute_dft")
		l := &x.library
		if text, ok := x.data(prefix + "version"); ok {
			l.Version, l.Architecture = fftwVersion(text)
			x.says("%sversion is %q", prefix, text)
		}
		// Both layers have the same functions; what they want from others tells.
		switch {
		case !x.defines(prefix + "init_threads"):
			l.Layer, l.Threads = LayerSerial, 1
		case x.usesOpenMP():
			l.Layer = LayerOpenMP
		default:
			l.Layer = LayerPthreads
		}
		// Of plans that exist; the planner takes one caller at a time.
		l.ConcurrentCalls = Yes
		return true
	}
	return x.named(FFTW)
}
