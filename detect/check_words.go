package detect

import (
	"fmt"
	"slices"
	"strings"
)

// describe names a library with what is known of it: "OpenBLAS 0.3.21 (OpenMP,
// 4 threads)".
func describe(l Library) string {
	name := string(l.Kind)
	if l.Version != "" {
		name += " " + l.Version
	}
	var more []string
	if l.Layer != LayerUnknown {
		more = append(more, string(l.Layer))
	}
	if l.Threads > 0 {
		more = append(more, count(l.Threads, "thread"))
	}
	if len(more) == 0 {
		return name
	}
	return name + " (" + strings.Join(more, ", ") + ")"
}

// place says in which file a library lies.
func place(l Library) string {
	if l.Static {
		return strings.TrimSpace("inside the program " + l.Path)
	}
	return l.Path
}

// places says in which files libraries lie, each file once.
func places(libraries []Library) string {
	var files []string
	for _, l := range libraries {
		if p := place(l); p != "" && !slices.Contains(files, p) {
			files = append(files, p)
		}
	}
	return strings.Join(files, ", ")
}

// count returns a number with what it counts: "1 thread", "2 processes".
func count(n int, what string) string {
	switch {
	case n == 1:
		return "1 " + what
	case strings.HasSuffix(what, "s"):
		return fmt.Sprint(n, " ", what, "es")
	}
	return fmt.Sprint(n, " ", what, "s")
}

// setThreads says how to give a library n threads before the program starts,
// which is when libraries read the environment.
func setThreads(l Library, n int) string {
	variable := "OMP_NUM_THREADS"
	switch {
	case l.Kind == MKL || l.Kind == MKLFFTW:
		variable = "MKL_NUM_THREADS"
	case l.Kind == Accelerate:
		variable = "VECLIB_MAXIMUM_THREADS"
	case l.Kind == BLIS:
		variable = "BLIS_NUM_THREADS"
	case l.Kind == OpenBLAS && l.Layer != LayerOpenMP:
		// With OpenMP it asks OpenMP again before each call.
		variable = "OPENBLAS_NUM_THREADS"
	}
	return fmt.Sprintf("set %s=%d before the program starts", variable, n)
}
