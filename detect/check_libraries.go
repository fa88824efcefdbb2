package detect

import (
	"fmt"
	"slices"
	"strings"
)

// ilp64Mismatch judges AR106: a function that expects 64 bits reads sizes with
// rubbish in their upper halves.
func ilp64Mismatch(r Report, _ Plan) []Verdict {
	var verdicts []Verdict
	for _, l := range r.Libraries {
		if l.serves() && l.IntegerBits == 64 {
			verdicts = append(verdicts, Verdict{
				Refused: true,
				Problem: describe(l) + " has integers of 64 bits (ILP64), and Arago passes integers of 32",
				Where:   place(l),
				Instead: lp64Build(l),
			})
		}
	}
	return verdicts
}

// lp64Build says where to get the library with integers of 32 bits.
func lp64Build(l Library) string {
	switch l.Kind {
	case MKL, MKLFFTW:
		return "set MKL_INTERFACE_LAYER=LP64 before the program starts"
	case OpenBLAS:
		return "use the LP64 build (Debian: libopenblas0 instead of libopenblas64-0; conda: libopenblas instead of libopenblas-ilp64)"
	}
	return "use the LP64 build"
}

// mixedOpenMP judges AR107. Intel's and LLVM's runtimes are one code base that
// expects to be alone: whatever comes second ends the process when it starts, or
// deadlocks. Beside GNU's each has threads of its own. A runtime starts with its first
// parallel region, not when it is loaded: what a host has loaded is its own affair as long
// as no call of Arago can start one.
func mixedOpenMP(r Report, _ Plan) []Verdict {
	starts := !r.Process.Embedded || slices.ContainsFunc(r.Libraries, func(l Library) bool {
		return l.serves() && (l.Layer == LayerOpenMP || l.Layer == LayerUnknown)
	})
	intel, llvm, gnu := copies(r, LibIOMP), copies(r, LibOMP), copies(r, LibGOMP)
	var verdicts []Verdict
	switch {
	case len(intel) > 0 && len(llvm) > 0 && places(intel) != places(llvm):
		verdicts = append(verdicts, Verdict{
			Refused: starts,
			Problem: "libiomp and libomp are both loaded, and the second one to start ends the process with \"OMP: Error #15\" or deadlocks",
			Where:   places(slices.Concat(intel, llvm)),
			Instead: "load one of them only: take all libraries from one source (all from conda, or all from the system), or set MKL_THREADING_LAYER=SEQUENTIAL if MKL brings libiomp",
		})
	case len(intel) > 1 || len(llvm) > 1:
		two := intel
		if len(llvm) > 1 {
			two = llvm
		}
		verdicts = append(verdicts, Verdict{
			Refused: starts,
			Problem: fmt.Sprintf("%d copies of %s are loaded, and the second one to start ends the process with \"OMP: Error #15\"", len(two), two[0].Kind),
			Where:   places(two),
			Instead: "take all libraries from one source, so that they share one copy; KMP_DUPLICATE_LIB_OK lets wrong results through and is no remedy",
		})
	}
	if len(gnu) > 1 {
		verdicts = append(verdicts, Verdict{
			Problem: fmt.Sprintf("%d copies of libgomp are loaded, and each starts threads without regard to the other", len(gnu)),
			Where:   places(gnu),
			Instead: "set OMP_NUM_THREADS=1 before the program starts, or take all libraries from one source",
		})
	}
	if others := slices.Concat(intel, llvm); len(gnu) > 0 && len(others) > 0 {
		verdicts = append(verdicts, Verdict{
			Problem: fmt.Sprintf("libgomp and %s are both loaded, and each starts threads without regard to the other", others[0].Kind),
			Where:   places(slices.Concat(gnu, others)),
			Instead: "set OMP_NUM_THREADS=1 before the program starts, or take all libraries from one source",
		})
	}
	return verdicts
}

// copies returns the libraries of a kind, each file once.
func copies(r Report, kind Kind) []Library {
	var found []Library
	for _, l := range r.Libraries {
		if l.Kind == kind && !slices.ContainsFunc(found, func(f Library) bool { return f.Path == l.Path }) {
			found = append(found, l)
		}
	}
	return found
}

// interposedFFTW judges AR108. A plan made by one library and executed by
// another crashes or gives wrong numbers, without a word.
func interposedFFTW(r Report, _ Plan) []Verdict {
	var verdicts []Verdict
	for _, prefix := range []string{"fftw_", "fftwf_"} {
		if where := scattered(r.Libraries, prefix); where != "" {
			verdicts = append(verdicts, Verdict{
				Refused: true,
				Problem: "the functions " + prefix + "* that Arago calls lie in different libraries, and a plan of one run by another gives wrong numbers",
				Where:   where,
				Instead: oneFFTW,
			})
		}
	}
	var own, mkl, foreign []Library // FFTW that serves, MKL under its name that serves, MKL that does not
	var real []Library
	for _, l := range r.Libraries {
		switch {
		case l.Kind == FFTW:
			real = append(real, l)
			if l.serves() {
				own = append(own, l)
			}
		case l.standsForFFTW():
			mkl = append(mkl, l)
		case (l.Kind == MKL || l.Kind == MKLFFTW) && !servesFrom(r.Libraries, l.Path):
			foreign = append(foreign, l)
		}
	}
	// Where MKL stands in for FFTW alone, somebody wanted it.
	if len(mkl) > 0 && len(real) > 0 {
		verdicts = append(verdicts, Verdict{
			Refused: true,
			Problem: "the fftw functions that Arago calls are those of " + describe(mkl[0]) + ", although " + describe(real[0]) + " is loaded too",
			Where:   places([]Library{mkl[0], real[0]}),
			Instead: oneFFTW,
		})
	}
	if len(own) > 0 && len(mkl) == 0 && len(foreign) > 0 {
		verdicts = append(verdicts, Verdict{
			Problem: describe(foreign[0]) + " is loaded beside " + describe(own[0]) + " and has functions of the same names, which FFTW's own calls may reach",
			Where:   places([]Library{foreign[0], own[0]}),
			Instead: "load FFTW before MKL, or keep MKL out of this process",
		})
	}
	return verdicts
}

// standsForFFTW says whether Arago's calls of FFTW reach MKL.
func (l Library) standsForFFTW() bool {
	return l.serves() && (l.Kind == MKLFFTW ||
		l.Kind == MKL && slices.ContainsFunc(l.Symbols, func(s string) bool { return strings.HasPrefix(s, "fftw") }))
}

// oneFFTW is what to do about two libraries under one name.
const oneFFTW = "load one of the two only: unset LD_PRELOAD, and let ARAGO_FFTW_LIBRARY name the folder of FFTW (Debian: libfftw3-double3; conda: fftw)"

// scattered says where functions with a prefix lie if they lie in more than one
// library, and otherwise "". The functions for threads may have a file of their
// own, as FFTW's do, if it is of the same kind.
func scattered(libraries []Library, prefix string) string {
	var holders []Library
	var where []string
	for _, threads := range []bool{false, true} {
		for _, l := range libraries {
			symbol := firstSymbol(l, prefix, threads)
			if symbol == "" || slices.ContainsFunc(holders, func(h Library) bool { return h.Path == l.Path }) {
				continue
			}
			if threads && len(holders) == 1 && holders[0].Kind == l.Kind {
				continue
			}
			holders = append(holders, l)
			where = append(where, symbol+" in "+place(l))
		}
	}
	if len(holders) < 2 {
		return ""
	}
	return strings.Join(where, ", ")
}

// firstSymbol returns the first function with a prefix that a serving library
// holds, among those for threads or among the others.
func firstSymbol(l Library, prefix string, threads bool) string {
	if !l.serves() {
		return ""
	}
	for _, s := range l.Symbols {
		if name, ok := strings.CutPrefix(s, prefix); ok && strings.Contains(name, "thread") == threads {
			return s
		}
	}
	return ""
}

// servesFrom says whether a file serves Arago.
func servesFrom(libraries []Library, path string) bool {
	return slices.ContainsFunc(libraries, func(l Library) bool { return l.serves() && l.Path == path })
}

// plannerBusy judges AR109. FFTW has one planner in each process and expects
// its users to take turns; each user has a lock of its own.
func plannerBusy(r Report, _ Plan) []Verdict {
	if !r.Process.Embedded {
		return nil
	}
	var shared []Library
	for _, l := range r.Libraries {
		if l.Kind == FFTW && l.serves() && !l.Static {
			shared = append(shared, l)
		}
	}
	if len(shared) == 0 {
		return nil
	}
	host := "the host program"
	if r.Process.Host != "" {
		host += " " + r.Process.Host
	}
	return []Verdict{{
		Problem: host + " may use the same planner of " + describe(shared[0]) + ", which lets in one caller at a time, and Arago's lock does not hold it back",
		Where:   places(shared),
		Instead: "make no FFTW plans elsewhere (pyFFTW, for one) while Arago plans, or take a back end without FFTW",
	}}
}
