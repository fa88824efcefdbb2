package detect

import (
	"cmp"
	"slices"
)

// Codes of verdicts. They are stable: a code keeps its meaning, and one that is
// given up is not used again. docs/parallel-safety.md explains each of them.
const (
	// AR101 FORKED_GO (refused): this process was forked after it had loaded
	// Arago, or is about to be. The Go runtime does not survive a fork.
	AR101 = "AR101"
	// AR102 FORKED_POOL (refused): processes are to be forked after a library has
	// started threads that will not exist in them.
	AR102 = "AR102"
	// AR103 ACCELERATE_FORK (refused): processes are to be forked with Apple's
	// Accelerate loaded.
	AR103 = "AR103"
	// AR104 SERIAL_RACE: several threads may call a library that gives wrong
	// numbers then. Refused, or a warning where Arago lets one call in at a time,
	// or where it is not known whether the library is safe.
	AR104 = "AR104"
	// AR105 OVERSUBSCRIBED: more threads than processors. A warning, and refused
	// when they are more than twice as many.
	AR105 = "AR105"
	// AR106 ILP64_MISMATCH (refused): a serving library has integers of 64 bits;
	// Arago passes 32.
	AR106 = "AR106"
	// AR107 MIXED_OPENMP: several OpenMP runtimes in the process. Refused for
	// those of Intel and LLVM beside each other, otherwise a warning.
	AR107 = "AR107"
	// AR108 INTERPOSED_FFTW: FFTW's names may lead to another library. Refused if
	// Arago's calls are concerned, otherwise a warning.
	AR108 = "AR108"
	// AR109 PLANNER_BUSY (warning): another user of FFTW's planner may be in the
	// process, whom Arago's lock does not hold back.
	AR109 = "AR109"
	// AR110 CAPACITY (refused): more callers than a library has room for; it ends
	// the process then.
	AR110 = "AR110"
	// AR111 FORK_WHILE_BUSY: a fork while another thread is inside an OpenBLAS
	// with pthreads hangs the parent. Refused; a warning where starting a new
	// program passes through such a fork.
	AR111 = "AR111"
	// AR112 MEMORY (refused): the plan needs more memory than there is. Programs
	// end with exit code 4 rather than 3.
	AR112 = "AR112"
	// AR113 FFTW_THREADS_AND_PROCESSES (refused): worker processes with FFTW's own
	// threads in each.
	AR113 = "AR113"
	// AR114 SHARED_POOL: several callers use the threads of one OpenBLAS.
	// Refused for releases in which that gives wrong numbers, a warning where
	// they only wait for one another.
	AR114 = "AR114"
)

// rule is how one code is judged. The verdicts that judge returns lack Code
// and Name.
type rule struct {
	code, name string
	judge      func(Report, Plan) []Verdict
}

// rules holds every code once, in order.
var rules = [...]rule{
	{AR101, "FORKED_GO", forkedGo},
	{AR102, "FORKED_POOL", forkedPool},
	{AR103, "ACCELERATE_FORK", accelerateFork},
	{AR104, "SERIAL_RACE", serialRace},
	{AR105, "OVERSUBSCRIBED", oversubscribed},
	{AR106, "ILP64_MISMATCH", ilp64Mismatch},
	{AR107, "MIXED_OPENMP", mixedOpenMP},
	{AR108, "INTERPOSED_FFTW", interposedFFTW},
	{AR109, "PLANNER_BUSY", plannerBusy},
	{AR110, "CAPACITY", capacity},
	{AR111, "FORK_WHILE_BUSY", forkWhileBusy},
	{AR112, "MEMORY", notEnoughMemory},
	{AR113, "FFTW_THREADS_AND_PROCESSES", fftwThreadsAndProcesses},
	{AR114, "SHARED_POOL", sharedPool},
}

// Check says what is unsafe or unwise about a plan in the process of a report:
// refusals first, then warnings, each in the order of their codes; none if all
// is well. It looks at nothing but its arguments.
func Check(r Report, p Plan) []Verdict {
	var verdicts []Verdict
	for _, rule := range rules {
		for _, v := range rule.judge(r, p) {
			v.Code, v.Name = rule.code, rule.name
			verdicts = append(verdicts, v)
		}
	}
	slices.SortStableFunc(verdicts, func(a, b Verdict) int {
		if a.Refused != b.Refused {
			if a.Refused {
				return -1
			}
			return 1
		}
		return cmp.Compare(a.Code, b.Code)
	})
	return verdicts
}

// processes returns how many processes compute at once.
func (p Plan) processes() int { return max(1, p.Processes) }

// threads returns how many of Arago's threads compute in each process.
func (p Plan) threads() int { return max(1, p.Threads) }

// serves says whether calls of Arago reach the library.
func (l Library) serves() bool { return len(l.Serves) > 0 }

// mayThread says whether a call may start threads of the library's own: it does
// not say how many it uses, or says more than one, and is not known to have
// none.
func (l Library) mayThread() bool { return l.Layer != LayerSerial && l.Threads != 1 }
