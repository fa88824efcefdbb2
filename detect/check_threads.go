package detect

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// serialRace judges AR104. An OpenBLAS built for one thread hands its buffers
// out without a lock unless it was built with USE_LOCKING (OpenBLAS#2126): two
// callers get the same buffer, and both get wrong numbers.
func serialRace(r Report, p Plan) []Verdict {
	// A host calls the same file as it likes.
	host := r.Process.Embedded
	if p.threads() == 1 && !host {
		return nil
	}
	callers := count(p.threads(), "thread") + " would call it"
	if host {
		callers += ", and the host program may call it too"
	}
	var verdicts []Verdict
	for _, l := range r.Libraries {
		if !l.serves() {
			continue
		}
		v := Verdict{Where: place(l)}
		switch {
		case l.ConcurrentCalls == No && l.Admits != 1:
			v.Refused = true
			v.Problem = describe(l) + " gives wrong numbers when several threads are inside, and " + callers
			v.Instead = lockedBuild(r, l)
			if !host {
				v.Instead += ", or run 1 thread"
			}
		case l.ConcurrentCalls == No && host && !l.Static:
			v.Problem = describe(l) + " gives wrong numbers when several threads are inside; Arago's calls are taken one at a time, those of the host program are not held back"
			v.Instead = lockedBuild(r, l)
		case l.ConcurrentCalls == No && p.threads() > 1:
			v.Problem = describe(l) + " gives wrong numbers when several threads are inside, so calls are taken one at a time"
			v.Instead = lockedBuild(r, l) + " to use all threads"
		case l.ConcurrentCalls == Unknown && l.Admits != 1:
			v.Problem = "it is not known whether " + describe(l) + " may be called by several threads at once, and " + callers
			v.Instead = "run 1 thread, or compare the image with that of the pure Go back end"
		default:
			continue
		}
		verdicts = append(verdicts, v)
	}
	return verdicts
}

// lockedBuild says where to get a library that many threads may call.
func lockedBuild(r Report, l Library) string {
	if l.Kind != OpenBLAS {
		return "use a library that several threads may call"
	}
	if r.Process.OS == "darwin" {
		return "install a build with threads (brew install openblas, or conda install 'libopenblas=*=*pthreads*')"
	}
	if tuple, ok := debianTuples[r.Process.Arch]; ok && strings.HasPrefix(l.Path, "/usr/lib/"+tuple+"/") {
		return "install a build with pthreads and choose it (apt install libopenblas0-pthread, then update-alternatives --config libopenblas.so.0-" + tuple + ")"
	}
	return "install a build with pthreads (Debian: libopenblas0-pthread; Fedora: openblas-threads; conda install 'libopenblas=*=*pthreads*')"
}

// debianTuples are the names of architectures in Debian's folders.
var debianTuples = map[string]string{
	"amd64": "x86_64-linux-gnu", "arm64": "aarch64-linux-gnu", "ppc64le": "powerpc64le-linux-gnu",
	"riscv64": "riscv64-linux-gnu", "s390x": "s390x-linux-gnu",
}

// oversubscribed judges AR105. Threads beyond the processors take turns, and
// teams of threads that wait for their slowest member lose far more than the
// turns.
func oversubscribed(r Report, p Plan) []Verdict {
	usable := r.CPU.Usable
	if usable < 1 {
		return nil
	}
	library, ownThreads := busiest(r.Libraries)
	inner := max(1, p.FFTWThreads, ownThreads)
	total := product(p.processes(), p.threads(), inner)
	if total > usable {
		return []Verdict{{
			Refused: total-usable > usable,
			Problem: fmt.Sprintf("%s × %s = %d threads for %s",
				count(p.processes(), "process"), factors(p, library, ownThreads), total, count(usable, "usable processor")),
			Where:   whatBounds(r.CPU),
			Instead: fitting(p, usable, library, ownThreads),
		}}
	}
	return teams(r, p)
}

// busiest returns the serving library whose calls use most threads, and how
// many: 1 if none uses more.
func busiest(libraries []Library) (Library, int) {
	var busiest Library
	most := 1
	for _, l := range libraries {
		if l.serves() && l.Threads > most {
			busiest, most = l, l.Threads
		}
	}
	return busiest, most
}

// factors writes the threads within a process: "4 threads × 2 threads in each
// call of OpenBLAS 0.3.21 (OpenMP, 2 threads)".
func factors(p Plan, library Library, ownThreads int) string {
	s := count(p.threads(), "thread")
	switch {
	case ownThreads > max(1, p.FFTWThreads):
		s += " × " + count(ownThreads, "thread") + " in each call of " + describe(library)
	case p.FFTWThreads > 1:
		s += " × " + count(p.FFTWThreads, "thread") + " of FFTW in each transform"
	}
	return s
}

// whatBounds says what bounds the usable processors.
func whatBounds(c CPU) string {
	bounds := []string{"affinity " + strconv.Itoa(c.Affinity)}
	if c.Quota > 0 {
		quota := "quota " + strconv.FormatFloat(c.Quota, 'g', 4, 64)
		if c.QuotaFrom != "" {
			quota += " of " + c.QuotaFrom
		}
		bounds = append(bounds, quota)
	}
	return strings.Join(append(bounds, "GOMAXPROCS "+strconv.Itoa(c.MaxProcs)), ", ")
}

// fitting says which numbers would fit: processes are kept as far as they do,
// then threads, then those within a call.
func fitting(p Plan, usable int, library Library, ownThreads int) string {
	var changes []string
	processes := min(p.processes(), usable)
	if processes < p.processes() {
		changes = append(changes, "run "+count(processes, "process"))
	}
	left := usable / processes
	threads := min(p.threads(), left)
	if threads < p.threads() {
		changes = append(changes, "run "+count(threads, "thread")+" in each process")
	}
	left /= threads
	if p.FFTWThreads > left {
		changes = append(changes, "give FFTW "+count(left, "thread"))
	}
	if ownThreads > left {
		changes = append(changes, setThreads(library, left))
	}
	return strings.Join(changes, ", ")
}

// teams warns of libraries whose threads the sum does not count: OpenMP keeps a
// team for each thread that has called, and some libraries do not tell their
// number of threads.
func teams(r Report, p Plan) []Verdict {
	if product(p.processes(), p.threads()) == 1 {
		return nil
	}
	var verdicts []Verdict
	for _, l := range r.Libraries {
		// FFTW's threads are those of a plan, and in the sum.
		if !l.serves() || !l.mayThread() || l.Kind == FFTW {
			continue
		}
		v := Verdict{Where: place(l), Instead: setThreads(l, 1)}
		switch {
		case l.Threads > 1 && l.Layer == LayerOpenMP && p.threads() > 1:
			v.Problem = describe(l) + " keeps a team of threads for each thread that has called it, more than there are callers at one time"
		case l.Threads == 0 && countless(l) && !(l.Kind == Accelerate && singlePerCall(r.Process.Kernel)):
			v.Problem = describe(l) + " does not say how many threads it uses in a call, and " + count(product(p.processes(), p.threads()), "thread") + " would call it"
		default:
			continue
		}
		verdicts = append(verdicts, v)
	}
	return verdicts
}

// countless says whether a library that does not tell its number of threads may
// be assumed to have several.
func countless(l Library) bool {
	switch l.Layer {
	case LayerOpenMP, LayerTBB, LayerDispatch:
		return true
	case LayerUnknown:
		return l.Kind == MKL || l.Kind == Accelerate
	}
	return false
}

// singlePerCall says whether the release of macOS's kernel is one where calls
// of Accelerate are told to stay on their thread: Darwin 24, which is macOS 15.
func singlePerCall(kernel string) bool {
	major, _, _ := strings.Cut(kernel, ".")
	n, err := strconv.Atoi(major)
	return err == nil && n >= 24
}

// product multiplies positive numbers; what does not fit is the largest number.
func product(factors ...int) int {
	p := 1
	for _, f := range factors {
		if f > math.MaxInt/p {
			return math.MaxInt
		}
		p *= f
	}
	return p
}

// capacity judges AR110. OpenBLAS ends the process when more threads are inside
// than it has buffers (driver/others/memory.c).
func capacity(r Report, p Plan) []Verdict {
	var verdicts []Verdict
	for _, l := range r.Libraries {
		callers := l.Admits
		if callers == 0 {
			callers = p.threads()
		}
		if !l.serves() || l.Capacity < 1 || callers <= l.Capacity {
			continue
		}
		verdicts = append(verdicts, Verdict{
			Refused: true,
			Problem: fmt.Sprintf("%s ends the process when more than %d threads are inside, and %d may come", describe(l), l.Capacity, callers),
			Where:   place(l),
			Instead: "run at most " + count(l.Capacity, "thread") + " in each process",
		})
	}
	return verdicts
}

// fftwThreadsAndProcesses judges AR113.
func fftwThreadsAndProcesses(_ Report, p Plan) []Verdict {
	if p.FFTWThreads < 2 || p.Processes < 2 {
		return nil
	}
	return []Verdict{{
		Refused: true,
		Problem: fmt.Sprintf("%s with %d threads of FFTW in each would get in each other's way; POPPY's manual warns that the two together crash now and then",
			count(p.Processes, "process"), p.FFTWThreads),
		Instead: "take the mode processes or the mode fftw-threads, or goroutines, which need neither",
	}}
}

// sharedPool judges AR114. An OpenBLAS with pthreads gives its threads to one
// call after the other, by a lock. Before 0.3.34 each kind of product had a lock
// of its own, so that a real and a complex one disturbed each other
// (OpenBLAS#5836).
func sharedPool(r Report, p Plan) []Verdict {
	var verdicts []Verdict
	for _, l := range r.Libraries {
		host := r.Process.Embedded && !l.Static
		several := p.threads() > 1 || host
		if !several || !l.serves() || l.Kind != OpenBLAS || l.Layer != LayerPthreads || !l.mayThread() {
			continue
		}
		v := Verdict{
			Problem: describe(l) + " lets one caller at a time use its threads, and others wait",
			Where:   place(l),
			Instead: setThreads(l, 1),
		}
		if !since(l.Version, 0, 3, 34) && (l.Admits != 1 || host) {
			v.Refused = true
			v.Problem = describe(l) + " may mix up products of different kinds when several callers use its threads, and give wrong numbers"
			v.Instead += ", or install 0.3.34 or later"
		}
		verdicts = append(verdicts, v)
	}
	return verdicts
}

// since says whether a version is at least that of the numbers. One that cannot
// be read is not.
func since(version string, numbers ...int) bool {
	for _, n := range numbers {
		var part string
		part, version, _ = strings.Cut(version, ".")
		v, err := strconv.Atoi(part)
		if err != nil || v < n {
			return false
		}
		if v > n {
			return true
		}
	}
	return true
}
