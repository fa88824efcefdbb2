package detect

import (
	"math"
	"testing"
)

// with changes a library.
func with(l Library, change func(*Library)) Library {
	change(&l)
	return l
}

var serialRaceCases = []verdictCase{
	{
		"OpenBLAS without locks, nothing holds callers back", onLinux(serialOpenBLAS(0)), Plan{Threads: 4}, refused,
		[]string{"OpenBLAS 0.3.21 (serial, 1 thread)", "wrong numbers", "4 threads", "openblas-serial", "apt install libopenblas0-pthread",
			"update-alternatives --config libopenblas.so.0-x86_64-linux-gnu", "or run 1 thread"},
	},
	{"two callers let in are one too many", onLinux(serialOpenBLAS(2)), Plan{Threads: 2}, refused, nil},
	{"one caller let in", onLinux(serialOpenBLAS(1)), Plan{Threads: 2}, warned, []string{"one at a time"}},
	{"one thread", onLinux(serialOpenBLAS(0)), Plan{Threads: 1}, silent, nil},
	{"one thread in each of several processes", onLinux(serialOpenBLAS(0)), Plan{Start: StartExec, Processes: 4}, silent, nil},
	{"somebody else's", onLinux(somebodys(serialOpenBLAS(0))), Plan{Threads: 4}, silent, nil},
	{"one thread, and a host that calls too", embedded(onLinux(serialOpenBLAS(0))), Plan{Threads: 1}, refused, []string{"host program may call"}},
	{"one caller let in, and a host that calls too", embedded(onLinux(serialOpenBLAS(1))), Plan{Threads: 1}, warned, []string{"not held back"}},
	{
		"a host cannot reach what is inside of us",
		embedded(onLinux(with(serialOpenBLAS(1), func(l *Library) { l.Static = true }))), Plan{Threads: 1}, silent, nil,
	},
	{
		"inside the program", onLinux(with(serialOpenBLAS(0), func(l *Library) { l.Static, l.Path = true, "/opt/arago" })),
		Plan{Threads: 4}, refused, []string{"inside the program /opt/arago"},
	},
	{
		"in conda's folder", onLinux(with(serialOpenBLAS(0), func(l *Library) { l.Path = "/home/a/miniforge3/lib/libopenblas.so.0" })),
		Plan{Threads: 4}, refused, []string{"conda install 'libopenblas=*=*pthreads*'"},
	},
	{"on macOS", onMac(serialOpenBLAS(0)), Plan{Threads: 4}, refused, []string{"brew install openblas"}},
	{
		"another library", onLinux(with(blas(Unrecognised, "", "/lib/libx.so", LayerUnknown, 0), func(l *Library) { l.ConcurrentCalls = No })),
		Plan{Threads: 4}, refused, []string{"several threads may call"},
	},
	{
		"a library that nobody knows", onLinux(with(blas(Unrecognised, "", "/lib/libx.so", LayerUnknown, 0), func(l *Library) { l.ConcurrentCalls = Unknown })),
		Plan{Threads: 4}, warned, []string{"not known whether", "pure Go"},
	},
	{
		"a library that nobody knows, one caller let in", onLinux(with(blas(Unrecognised, "", "/lib/libx.so", LayerUnknown, 0), func(l *Library) { l.ConcurrentCalls, l.Admits = Unknown, 1 })),
		Plan{Threads: 4}, silent, nil,
	},
	{"OpenBLAS with locks", onLinux(with(serialOpenBLAS(0), func(l *Library) { l.ConcurrentCalls = Yes })), Plan{Threads: 4}, silent, nil},
	{"OpenBLAS with pthreads", onLinux(openBLAS(LayerPthreads, 1)), Plan{Threads: 4}, silent, nil},
	{"MKL in every layer", onLinux(mkl(LayerOpenMP, 1), mkl(LayerTBB, 1), mkl(LayerSerial, 1)), Plan{Threads: 4}, silent, nil},
	{"Accelerate", onMac(accelerate(0)), Plan{Threads: 4}, silent, nil},
}

func TestCallersOfALibraryWithoutLocksTakeTurns(t *testing.T) {
	expectVerdicts(t, AR104, serialRaceCases)
}

// narrow is a process that may use fewer processors than there are.
func narrow(usable int, libraries ...Library) Report {
	r := onLinux(libraries...)
	r.CPU = CPU{Affinity: 16, Quota: 2.5, QuotaFrom: "/sys/fs/cgroup/job", MaxProcs: 3, Usable: usable}
	return r
}

var oversubscribedCases = []verdictCase{
	{"as many threads as processors", narrow(2), Plan{Threads: 2}, silent, nil},
	{
		"one more", narrow(2), Plan{Threads: 3}, warned,
		[]string{"1 process × 3 threads = 3 threads for 2 usable processors", "affinity 16, quota 2.5 of /sys/fs/cgroup/job, GOMAXPROCS 3", "run 2 threads in each process"},
	},
	{"twice as many", narrow(2), Plan{Threads: 4}, warned, nil},
	{"more than twice as many", narrow(2), Plan{Threads: 5}, refused, nil},
	{"one processor", narrow(1), Plan{Threads: 2}, warned, []string{"1 usable processor", "run 1 thread in each"}},
	{
		"processes and threads", narrow(4), Plan{Start: StartExec, Processes: 8, Threads: 2}, refused,
		[]string{"8 processes × 2 threads = 16 threads", "run 4 processes, run 1 thread in each process"},
	},
	{"processes that leave room", narrow(4), Plan{Start: StartExec, Processes: 2, Threads: 3}, warned, []string{"run 2 threads in each process"}},
	{
		"threads of FFTW", narrow(4), Plan{FFTWThreads: 9}, refused,
		[]string{"1 thread × 9 threads of FFTW in each transform = 9 threads", "give FFTW 4 threads"},
	},
	{
		"threads of the library", narrow(4, openBLAS(LayerOpenMP, 4)), Plan{Threads: 4}, refused,
		[]string{"4 threads × 4 threads in each call of OpenBLAS 0.3.21 (OpenMP, 4 threads) = 16 threads", "set OMP_NUM_THREADS=1"},
	},
	{
		"threads of the library and of FFTW do not run at once", narrow(4, openBLAS(LayerPthreads, 4)), Plan{FFTWThreads: 4},
		silent, nil,
	},
	{
		"what does not fit of library and FFTW is named both", narrow(4, openBLAS(LayerPthreads, 8)), Plan{FFTWThreads: 6},
		warned, []string{"give FFTW 4 threads", "set OPENBLAS_NUM_THREADS=4"},
	},
	{"MKL with threads", narrow(4, mkl(LayerOpenMP, 4)), Plan{Threads: 2}, warned, []string{"set MKL_NUM_THREADS=2"}},
	{"MKL with TBB", narrow(4, mkl(LayerTBB, 4)), Plan{Threads: 4}, refused, []string{"set MKL_NUM_THREADS=1"}},
	{"BLIS with threads", narrow(4, blas(BLIS, "0.9.0", "/l/libblis.so.4", LayerOpenMP, 8)), Plan{}, warned, []string{"set BLIS_NUM_THREADS=4"}},
	{"threads of a library that does not serve", narrow(4, somebodys(openBLAS(LayerPthreads, 64))), Plan{Threads: 4}, silent, nil},
	{"processors that nobody has counted", Report{}, Plan{Threads: 1000}, silent, nil},
	{"numbers beyond all numbers", narrow(4), Plan{Processes: math.MaxInt, Threads: math.MaxInt}, refused, nil},
	{
		"teams of OpenMP that would fit, of which there may be more", onLinux(openBLAS(LayerOpenMP, 2)), Plan{Threads: 4}, warned,
		[]string{"team of threads", "OMP_NUM_THREADS=1"},
	},
	{"teams of MKL's OpenMP", onLinux(mkl(LayerOpenMP, 2)), Plan{Threads: 4}, warned, []string{"MKL_NUM_THREADS=1"}},
	{"one caller with one team", onLinux(openBLAS(LayerOpenMP, 8)), Plan{Threads: 1}, silent, nil},
	{"one caller with one team in each process", onLinux(openBLAS(LayerOpenMP, 2)), Plan{Start: StartExec, Processes: 4}, silent, nil},
	{"MKL's TBB has one pool for all callers", onLinux(mkl(LayerTBB, 2)), Plan{Threads: 4}, silent, nil},
	{"an MKL that does not say", onLinux(mkl(LayerUnknown, 0)), Plan{Threads: 4}, warned, []string{"does not say how many threads", "4 threads would call it"}},
	{"an MKL with OpenMP that does not say", onLinux(mkl(LayerOpenMP, 0)), Plan{Start: StartExec, Processes: 4}, warned, nil},
	{"an MKL that does not say and one caller", onLinux(mkl(LayerUnknown, 0)), Plan{}, silent, nil},
	{"an MKL that says sequential", onLinux(mkl(LayerSerial, 0)), Plan{Threads: 4}, silent, nil},
	{"FFTW's layer for threads, which is not asked for", onLinux(fftw(), fftwThreads(LayerPthreads)), Plan{Threads: 4}, silent, nil},
	{"Accelerate on macOS 15, told in each call", onMac(accelerate(0)), Plan{Threads: 4}, silent, nil},
	{"Accelerate on macOS 14", onMacBefore15(accelerate(0)), Plan{Threads: 4}, warned, []string{"VECLIB_MAXIMUM_THREADS=1"}},
	{"Accelerate on macOS 14, one caller", onMacBefore15(accelerate(0)), Plan{}, silent, nil},
}

func TestThreadsDoNotOutnumberProcessors(t *testing.T) {
	expectVerdicts(t, AR105, oversubscribedCases)
}

var capacityCases = []verdictCase{
	{
		"more threads than buffers", onLinux(openBLAS(LayerPthreads, 1)), Plan{Threads: 66}, refused,
		[]string{"more than 65 threads", "66 may come", "at most 65 threads"},
	},
	{"as many threads as buffers", onLinux(openBLAS(LayerPthreads, 1)), Plan{Threads: 65}, silent, nil},
	{"more threads, fewer let in", onLinux(with(openBLAS(LayerPthreads, 1), func(l *Library) { l.Admits = 8 })), Plan{Threads: 1000}, silent, nil},
	{"more let in than buffers", onLinux(with(openBLAS(LayerPthreads, 1), func(l *Library) { l.Admits = 100 })), Plan{Threads: 4}, refused, []string{"100 may come"}},
	{"any number of callers", onLinux(mkl(LayerSerial, 1)), Plan{Threads: 1000}, silent, nil},
	{"somebody else's", onLinux(somebodys(openBLAS(LayerPthreads, 1))), Plan{Threads: 1000}, silent, nil},
	{"Accelerate", onMac(accelerate(0)), Plan{Threads: 1000}, silent, nil},
}

func TestNoMoreCallersThanTheLibraryHasRoomFor(t *testing.T) {
	expectVerdicts(t, AR110, capacityCases)
}

var fftwThreadsAndProcessesCases = []verdictCase{
	{"both", onLinux(fftw()), Plan{Start: StartExec, Processes: 2, FFTWThreads: 2}, refused, []string{"2 processes with 2 threads", "POPPY", "fftw-threads"}},
	{"both, forked", onLinux(fftw()), Plan{Start: StartFork, Processes: 3, FFTWThreads: 2}, refused, nil},
	{"threads of FFTW", onLinux(fftw()), Plan{FFTWThreads: 2}, silent, nil},
	{"threads of FFTW in the only process", onLinux(fftw()), Plan{Start: StartExec, Processes: 1, FFTWThreads: 2}, silent, nil},
	{"processes", onLinux(fftw()), Plan{Start: StartExec, Processes: 2, FFTWThreads: 1}, silent, nil},
}

func TestProcessesAndThreadsOfFFTWExcludeEachOther(t *testing.T) {
	expectVerdicts(t, AR113, fftwThreadsAndProcessesCases)
}

var sharedPoolCases = []verdictCase{
	{
		"OpenBLAS with pthreads and many callers", onLinux(openBLAS(LayerPthreads, 4)), Plan{Threads: 4}, refused,
		[]string{"OpenBLAS 0.3.21 (pthreads, 4 threads)", "wrong numbers", "OPENBLAS_NUM_THREADS=1", "0.3.34"},
	},
	{"since 0.3.34 callers only wait", onLinux(blas(OpenBLAS, "0.3.34", "/l/libopenblas.so.0", LayerPthreads, 4)), Plan{Threads: 4}, warned, []string{"others wait"}},
	{"since 0.4", onLinux(blas(OpenBLAS, "0.4.0", "/l/libopenblas.so.0", LayerPthreads, 4)), Plan{Threads: 4}, warned, nil},
	{"a version before 0.3.4", onLinux(blas(OpenBLAS, "before 0.3.4", "/l/libopenblas.so.0", LayerPthreads, 4)), Plan{Threads: 4}, refused, nil},
	{"a version that nobody knows", onLinux(blas(OpenBLAS, "", "/l/libopenblas.so.0", LayerPthreads, 4)), Plan{Threads: 4}, refused, nil},
	{"many callers, of whom one is let in", onLinux(with(openBLAS(LayerPthreads, 4), func(l *Library) { l.Admits = 1 })), Plan{Threads: 4}, warned, nil},
	{"one caller", onLinux(openBLAS(LayerPthreads, 4)), Plan{}, silent, nil},
	{"one caller, and a host that calls too", embedded(onLinux(with(openBLAS(LayerPthreads, 4), func(l *Library) { l.Admits = 1 }))), Plan{}, refused, nil},
	{"one caller, and a host that cannot reach it", embedded(onLinux(with(openBLAS(LayerPthreads, 4), func(l *Library) { l.Static = true }))), Plan{}, silent, nil},
	{"on one thread", onLinux(openBLAS(LayerPthreads, 1)), Plan{Threads: 4}, silent, nil},
	{"with OpenMP", onLinux(openBLAS(LayerOpenMP, 4)), Plan{Threads: 4}, silent, nil},
	{"for one thread", onLinux(serialOpenBLAS(1)), Plan{Threads: 4}, silent, nil},
	{"somebody else's", onLinux(somebodys(openBLAS(LayerPthreads, 4))), Plan{Threads: 4}, silent, nil},
	{"MKL", onLinux(mkl(LayerOpenMP, 4)), Plan{Threads: 4}, silent, nil},
}

func TestCallersDoNotShareTheThreadsOfAnOpenBLAS(t *testing.T) {
	expectVerdicts(t, AR114, sharedPoolCases)
}
