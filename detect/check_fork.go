package detect

import (
	"fmt"
	"strings"
)

// useExec says how to start processes instead.
const useExec = "start workers as new programs (in Python multiprocessing.get_context('spawn'))"

// forkedGo judges AR101. Only the thread that called fork exists in the child:
// whatever the Go runtime's other threads were doing is never finished, and
// the first call that needs them waits for ever.
func forkedGo(r Report, p Plan) []Verdict {
	if r.Process.Forked {
		return []Verdict{{
			Refused: true,
			Problem: "this process was forked after Arago had been loaded, and the Go runtime does not survive a fork",
			Where:   fmt.Sprintf("process %d, loaded in process %d", r.Process.PID, r.Process.Loader),
			Instead: useExec + ", do not preload Arago in a forkserver, or load it inside the worker only",
		}}
	}
	if p.Start == StartFork {
		return []Verdict{{
			Refused: true,
			Problem: "worker processes are to be forked from a process that has loaded Arago, and the Go runtime does not survive a fork",
			Where:   fmt.Sprintf("process %d", r.Process.PID),
			Instead: useExec + ", or load Arago inside the worker only",
		}}
	}
	return nil
}

// forkedPool judges AR102: libraries keep their threads for the next call, and
// in a forked child wait for threads that do not exist there.
func forkedPool(r Report, p Plan) []Verdict {
	if p.Start != StartFork || !p.UsedBefore {
		return nil
	}
	var verdicts []Verdict
	for _, l := range r.Libraries {
		if !losesPool(l, p) {
			continue
		}
		one, ran := setThreads(l, 1), " has run"
		if l.Kind == FFTW {
			l.Threads = max(l.Threads, p.FFTWThreads)
			one = "plan transforms for 1 thread"
		}
		if !l.serves() {
			ran = " may have run"
		}
		verdicts = append(verdicts, Verdict{
			Refused: true,
			Problem: describe(l) + ran + " before the fork, and its threads do not exist in the forked processes",
			Where:   place(l),
			Instead: useExec + ", or " + one,
		})
	}
	return verdicts
}

// losesPool says whether a library that has run hangs in a forked child, by the
// first column of the matrix in docs/parallel-safety.md.
func losesPool(l Library, p Plan) bool {
	switch l.Kind {
	case OpenBLAS:
		switch l.Layer {
		case LayerOpenMP:
			return l.mayThread()
		case LayerPthreads:
			// It starts its threads anew in the child, except in this release,
			// where factorisations hang (OpenBLAS#5520).
			return l.mayThread() && (l.Version == "0.3.30" || strings.HasPrefix(l.Version, "0.3.30."))
		}
		return false
	case BLIS:
		// With pthreads it starts and joins them in each call.
		return l.Layer != LayerPthreads && l.mayThread()
	case MKL, MKLFFTW, FlexiBLAS:
		return l.mayThread()
	case FFTW:
		return l.Layer != LayerSerial && (l.Threads > 1 || p.FFTWThreads > 1)
	}
	return false
}

// accelerateFork judges AR103.
func accelerateFork(r Report, p Plan) []Verdict {
	if p.Start != StartFork {
		return nil
	}
	for _, l := range r.Libraries {
		if l.Kind == Accelerate {
			return []Verdict{{
				Refused: true,
				Problem: describe(l) + " is loaded, and Apple does not support fork without exec: forked processes hang or crash",
				Where:   place(l),
				Instead: useExec + "; OBJC_DISABLE_INITIALIZE_FORK_SAFETY hides the crash and does not prevent the hang",
			}}
		}
	}
	return nil
}

// forkWhileBusy judges AR111. Before a fork OpenBLAS joins its own threads
// (openblas_fork_handler in driver/others/memory.c); when another thread waits
// for their results at that moment, nobody goes on any more.
func forkWhileBusy(r Report, p Plan) []Verdict {
	// Go starts programs through the C library's fork on macOS, whose handlers
	// run then; on Linux by clone, which knows no handlers.
	byLibC := p.Start == StartExec && r.Process.OS == "darwin"
	if p.Start != StartFork && !byLibC {
		return nil
	}
	var verdicts []Verdict
	for _, l := range r.Libraries {
		if l.Kind != OpenBLAS || l.Layer != LayerPthreads || !l.mayThread() {
			continue
		}
		v := Verdict{
			Refused: true,
			Problem: describe(l) + " ends its threads before a fork, and this process hangs if another thread is inside the library then",
			Where:   place(l),
			Instead: useExec + ", or " + setThreads(l, 1),
		}
		if byLibC {
			v.Refused = false
			v.Problem = describe(l) + " ends its threads before a fork, by which macOS starts programs too, and this process may hang if another thread is inside the library then"
			v.Instead = setThreads(l, 1) + ", or start the workers before anything computes"
		}
		verdicts = append(verdicts, v)
	}
	return verdicts
}
