package detect

import "testing"

var forkedGoCases = []verdictCase{
	{"a process that was not forked", onLinux(), Plan{}, silent, nil},
	{"worker processes by exec", onLinux(), Plan{Start: StartExec, Processes: 2}, silent, nil},
	{"worker processes by exec on macOS", onMac(), Plan{Start: StartExec, Processes: 2}, silent, nil},
	{
		"a forked child of a process that had loaded Arago",
		Report{Process: Process{PID: 42, Loader: 41, Forked: true}}, Plan{}, refused,
		[]string{"(process 42, loaded in process 41)", "spawn", "forkserver", "inside the worker"},
	},
	{
		"workers that are to be forked", onLinux(), Plan{Start: StartFork, Processes: 2}, refused,
		[]string{"process 4711", "spawn"},
	},
	{"workers that are to be forked on macOS", onMac(), Plan{Start: StartFork}, refused, nil},
}

func TestAProcessWithGoInItIsNotForked(t *testing.T) { expectVerdicts(t, AR101, forkedGoCases) }

func TestAForkedProcessIsToldOnce(t *testing.T) {
	v := Check(Report{Process: Process{Forked: true}}, Plan{Start: StartFork})
	if len(v) != 1 || v[0].Code != AR101 {
		t.Errorf("verdicts %v", v)
	}
}

var (
	usedAndForked   = Plan{Start: StartFork, UsedBefore: true}
	unusedAndForked = Plan{Start: StartFork}

	blisOpenMP = blas(BLIS, "0.9.0", debian+"blis-openmp/libblis.so.4.0.0", LayerOpenMP, 8)
	mklFile    = "/opt/intel/oneapi/mkl/latest/lib/libmkl_rt.so.2"
)

// mkl is MKL in one of its threading layers; Intel's, GNU's and PGI's are all
// OpenMP.
func mkl(layer Layer, threads int) Library { return blas(MKL, "2024.1", mklFile, layer, threads) }

// mklAsFFTW is MKL by its FFTW interface, serving FFT2.
func mklAsFFTW(layer Layer, threads int) Library {
	return Library{
		Kind: MKLFFTW, Version: "2024.1", Path: mklFile, Serves: []string{"FFT2"},
		Symbols: []string{"fftw_plan_many_dft", "fftw_execute_dft"}, Layer: layer, Threads: threads, ConcurrentCalls: Yes,
	}
}

var forkedPoolCases = []verdictCase{
	{
		"OpenBLAS with OpenMP", onLinux(openBLAS(LayerOpenMP, 4)), usedAndForked, refused,
		[]string{"OpenBLAS 0.3.21 (OpenMP, 4 threads)", debian, "spawn", "OMP_NUM_THREADS=1"},
	},
	{"OpenBLAS with OpenMP that has not run", onLinux(openBLAS(LayerOpenMP, 4)), unusedAndForked, silent, nil},
	{"OpenBLAS with OpenMP on one thread", onLinux(openBLAS(LayerOpenMP, 1)), usedAndForked, silent, nil},
	{"OpenBLAS with OpenMP, workers by exec", onLinux(openBLAS(LayerOpenMP, 4)), Plan{Start: StartExec, UsedBefore: true}, silent, nil},
	{
		"somebody else's OpenBLAS with OpenMP", onLinux(somebodys(openBLAS(LayerOpenMP, 4))), usedAndForked, refused,
		[]string{"may have run"},
	},
	{"OpenBLAS with pthreads starts its threads anew", onLinux(openBLAS(LayerPthreads, 4)), usedAndForked, silent, nil},
	{
		"OpenBLAS 0.3.30 with pthreads does not",
		onLinux(blas(OpenBLAS, "0.3.30", "/opt/lib/libopenblas.so.0", LayerPthreads, 4)), usedAndForked, refused,
		[]string{"OPENBLAS_NUM_THREADS=1"},
	},
	{
		"OpenBLAS 0.3.31 with pthreads does again",
		onLinux(blas(OpenBLAS, "0.3.31", "/opt/lib/libopenblas.so.0", LayerPthreads, 4)), usedAndForked, silent, nil,
	},
	{"OpenBLAS for one thread", onLinux(serialOpenBLAS(1)), usedAndForked, silent, nil},
	{"BLIS with OpenMP", onLinux(blisOpenMP), usedAndForked, refused, []string{"BLIS 0.9.0 (OpenMP, 8 threads)", "BLIS_NUM_THREADS=1"}},
	{
		"BLIS with OpenMP on one thread",
		onLinux(blas(BLIS, "0.9.0", "/opt/lib/libblis.so.4", LayerOpenMP, 1)), usedAndForked, silent, nil,
	},
	{
		"BLIS with pthreads joins them after each call",
		onLinux(blas(BLIS, "0.9.0", "/opt/lib/libblis.so.4", LayerPthreads, 8)), usedAndForked, silent, nil,
	},
	{"MKL with OpenMP of Intel or GNU", onLinux(mkl(LayerOpenMP, 8)), usedAndForked, refused, []string{"Intel MKL 2024.1 (OpenMP, 8 threads)", "MKL_NUM_THREADS=1"}},
	{"MKL with TBB", onLinux(mkl(LayerTBB, 8)), usedAndForked, refused, nil},
	{"MKL with nobody knows what", onLinux(mkl(LayerUnknown, 0)), usedAndForked, refused, []string{"Intel MKL 2024.1 has run"}},
	{"MKL, sequential", onLinux(mkl(LayerSerial, 1)), usedAndForked, silent, nil},
	{"MKL with OpenMP on one thread", onLinux(mkl(LayerOpenMP, 1)), usedAndForked, silent, nil},
	{"MKL's transforms with OpenMP", onLinux(mklAsFFTW(LayerOpenMP, 8)), usedAndForked, refused, []string{"MKL_NUM_THREADS=1"}},
	{"MKL's transforms, sequential", onLinux(mklAsFFTW(LayerSerial, 1)), usedAndForked, silent, nil},
	{
		"FlexiBLAS with threads of its back end's",
		onLinux(blas(FlexiBLAS, "3.4.2", "/usr/lib64/libflexiblas.so.3", LayerUnknown, 8)), usedAndForked, refused, nil,
	},
	{"ATLAS", onLinux(blas(ATLAS, "3.10.3", debian+"atlas/libblas.so.3.10.3", LayerSerial, 1)), usedAndForked, silent, nil},
	{"the reference BLAS", onLinux(blas(Reference, "3.11.0", debian+"blas/libblas.so.3.11.0", LayerSerial, 1)), usedAndForked, silent, nil},
	{"FFTW on one thread", onLinux(fftw(), fftwThreads(LayerPthreads)), usedAndForked, silent, nil},
	{
		"FFTW with pthreads", onLinux(fftw(), fftwThreads(LayerPthreads)),
		Plan{Start: StartFork, UsedBefore: true, FFTWThreads: 4}, refused,
		[]string{"FFTW 3.3.10 (pthreads, 4 threads)", "libfftw3_threads", "plan transforms for 1 thread"},
	},
	{
		"FFTW with OpenMP", onLinux(fftw(), fftwThreads(LayerOpenMP)),
		Plan{Start: StartFork, UsedBefore: true, FFTWThreads: 4}, refused, []string{"libfftw3_omp"},
	},
	{
		"FFTW with pthreads that has only planned", onLinux(fftw(), fftwThreads(LayerPthreads)),
		Plan{Start: StartFork, FFTWThreads: 4}, silent, nil,
	},
	{"an OpenMP runtime by itself", onLinux(runtimeOf(LibGOMP, debian+"libgomp.so.1.0.0")), usedAndForked, silent, nil},
	{"Accelerate has a code of its own", onMac(accelerate(0)), usedAndForked, silent, nil},
}

func TestPoolsOfThreadsDoNotSurviveAFork(t *testing.T) { expectVerdicts(t, AR102, forkedPoolCases) }

// accelerate is Apple's.
func accelerate(threads int) Library {
	return blas(Accelerate, "15.1", "/System/Library/Frameworks/Accelerate.framework/Versions/A/Frameworks/vecLib.framework/Versions/A/libBLAS.dylib", LayerDispatch, threads)
}

var accelerateForkCases = []verdictCase{
	{
		"Accelerate serves", onMac(accelerate(0)), unusedAndForked, refused,
		[]string{"Accelerate 15.1 (libdispatch)", "vecLib.framework", "fork without exec", "OBJC_DISABLE_INITIALIZE_FORK_SAFETY"},
	},
	{"numpy has loaded Accelerate", onMac(somebodys(accelerate(0))), usedAndForked, refused, nil},
	{"Accelerate on one thread", onMac(accelerate(1)), unusedAndForked, refused, nil},
	{"Accelerate, workers by exec", onMac(accelerate(0)), Plan{Start: StartExec, Processes: 4}, silent, nil},
	{"no workers", onMac(accelerate(0)), Plan{UsedBefore: true}, silent, nil},
	{"no Accelerate", onMac(openBLAS(LayerPthreads, 1)), usedAndForked, silent, nil},
}

func TestNobodyForksWithAccelerate(t *testing.T) { expectVerdicts(t, AR103, accelerateForkCases) }

var forkWhileBusyCases = []verdictCase{
	{
		"OpenBLAS with pthreads serves", onLinux(openBLAS(LayerPthreads, 4)), unusedAndForked, refused,
		[]string{"OpenBLAS 0.3.21 (pthreads, 4 threads)", "hangs", "OPENBLAS_NUM_THREADS=1"},
	},
	{
		"numpy has loaded OpenBLAS with pthreads",
		embedded(onLinux(somebodys(blas(OpenBLAS, "0.3.28", "/venv/numpy.libs/libscipy_openblas64_.so", LayerPthreads, 8)))),
		unusedAndForked, refused, []string{"numpy.libs"},
	},
	{"OpenBLAS with pthreads on one thread", onLinux(openBLAS(LayerPthreads, 1)), unusedAndForked, silent, nil},
	{"OpenBLAS with OpenMP", onLinux(openBLAS(LayerOpenMP, 4)), unusedAndForked, silent, nil},
	{"OpenBLAS for one thread", onLinux(serialOpenBLAS(1)), unusedAndForked, silent, nil},
	{"workers by exec on Linux", onLinux(openBLAS(LayerPthreads, 4)), Plan{Start: StartExec, Processes: 2}, silent, nil},
	{"workers by exec on macOS", onMac(openBLAS(LayerPthreads, 4)), Plan{Start: StartExec, Processes: 2}, warned, []string{"before anything computes"}},
	{"workers by exec on macOS, OpenBLAS on one thread", onMac(openBLAS(LayerPthreads, 1)), Plan{Start: StartExec, Processes: 2}, silent, nil},
	{"no workers", onMac(openBLAS(LayerPthreads, 4)), Plan{}, silent, nil},
}

func TestNobodyForksWhileOpenBLASMayBeBusy(t *testing.T) {
	expectVerdicts(t, AR111, forkWhileBusyCases)
}
