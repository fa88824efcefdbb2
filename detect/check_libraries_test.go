package detect

import "testing"

// wide gives a library integers of 64 bits.
func wide(l Library) Library {
	l.IntegerBits = 64
	return l
}

var ilp64MismatchCases = []verdictCase{
	{
		"OpenBLAS", onLinux(wide(openBLAS(LayerPthreads, 1))), Plan{}, refused,
		[]string{"OpenBLAS 0.3.21 (pthreads, 1 thread)", "ILP64", debian, "libopenblas0"},
	},
	{"MKL", onLinux(wide(mkl(LayerSerial, 1))), Plan{}, refused, []string{"MKL_INTERFACE_LAYER=LP64"}},
	{"Accelerate", onMac(wide(accelerate(0))), Plan{}, refused, []string{"LP64"}},
	{"32 bits", onLinux(openBLAS(LayerPthreads, 1)), Plan{}, silent, nil},
	{"not known", onLinux(with(openBLAS(LayerPthreads, 1), func(l *Library) { l.IntegerBits = 0 })), Plan{}, silent, nil},
	{"numpy's", embedded(onLinux(openBLAS(LayerPthreads, 1), somebodys(wide(blas(OpenBLAS, "0.3.28", "/venv/libscipy_openblas64_.so", LayerPthreads, 1))))), Plan{}, silent, nil},
}

func TestIntegersAreAsWideAsTheLibrarys(t *testing.T) { expectVerdicts(t, AR106, ilp64MismatchCases) }

var mixedOpenMPCases = []verdictCase{
	{"GNU's alone", onLinux(runtimeOf(LibGOMP, debian+"libgomp.so.1.0.0")), Plan{}, silent, nil},
	{"Intel's alone", onLinux(runtimeOf(LibIOMP, "/opt/libiomp5.so")), Plan{}, silent, nil},
	{"LLVM's alone", onMac(runtimeOf(LibOMP, "/opt/homebrew/opt/libomp/lib/libomp.dylib")), Plan{}, silent, nil},
	{
		"Intel's and LLVM's", onLinux(runtimeOf(LibIOMP, "/opt/libiomp5.so"), runtimeOf(LibOMP, "/usr/lib/llvm/libomp.so")), Plan{}, refused,
		[]string{"libiomp and libomp", "/opt/libiomp5.so, /usr/lib/llvm/libomp.so", "MKL_THREADING_LAYER"},
	},
	{
		"Intel's and LLVM's on macOS", onMac(runtimeOf(LibIOMP, "/venv/libiomp5.dylib"), runtimeOf(LibOMP, "/opt/homebrew/lib/libomp.dylib")), Plan{}, refused, nil,
	},
	{
		"two copies of Intel's", onLinux(runtimeOf(LibIOMP, "/a/libiomp5.so"), runtimeOf(LibIOMP, "/b/libiomp5.so")), Plan{}, refused,
		[]string{"2 copies of libiomp", "OMP: Error #15", "/a/libiomp5.so, /b/libiomp5.so"},
	},
	{
		"two copies of LLVM's", onMac(runtimeOf(LibOMP, "/a/libomp.dylib"), runtimeOf(LibOMP, "/b/libomp.dylib")), Plan{}, refused,
		[]string{"2 copies of libomp"},
	},
	{
		"Intel's and LLVM's in a host, while Arago computes by itself", embedded(onLinux(runtimeOf(LibIOMP, "/opt/libiomp5.so"), runtimeOf(LibOMP, "/usr/lib/llvm/libomp.so"))), Plan{}, warned,
		[]string{"libiomp and libomp"},
	},
	{
		"the same, while Arago computes by a library that uses neither",
		embedded(onLinux(openBLAS(LayerPthreads, 1), runtimeOf(LibIOMP, "/a/libiomp5.so"), runtimeOf(LibIOMP, "/b/libiomp5.so"))), Plan{}, warned, nil,
	},
	{
		"the same, while Arago computes by a library that may start one",
		embedded(onLinux(openBLAS(LayerOpenMP, 1), runtimeOf(LibIOMP, "/opt/libiomp5.so"), runtimeOf(LibOMP, "/usr/lib/llvm/libomp.so"))), Plan{}, refused, nil,
	},
	{"one file listed twice", onLinux(runtimeOf(LibIOMP, "/a/libiomp5.so"), runtimeOf(LibIOMP, "/a/libiomp5.so")), Plan{}, silent, nil},
	{"one file under both names", onLinux(runtimeOf(LibIOMP, "/a/libomp.so"), runtimeOf(LibOMP, "/a/libomp.so")), Plan{}, silent, nil},
	{
		"two copies of GNU's", onLinux(runtimeOf(LibGOMP, "/a/libgomp.so.1"), runtimeOf(LibGOMP, "/b/libgomp-a34b.so.1")), Plan{}, warned,
		[]string{"2 copies of libgomp", "OMP_NUM_THREADS=1"},
	},
	{"GNU's and Intel's", onLinux(runtimeOf(LibGOMP, "/a/libgomp.so.1"), runtimeOf(LibIOMP, "/b/libiomp5.so")), Plan{}, warned, []string{"libgomp and libiomp"}},
	{"GNU's and LLVM's", onLinux(runtimeOf(LibGOMP, "/a/libgomp.so.1"), runtimeOf(LibOMP, "/b/libomp.so")), Plan{}, warned, []string{"libgomp and libomp"}},
}

func TestOpenMPRuntimesDoNotMix(t *testing.T) { expectVerdicts(t, AR107, mixedOpenMPCases) }

// single is FFTW in single precision.
func single() Library {
	l := fftw()
	l.Path, l.Symbols = debian+"libfftw3f.so.3.6.9", []string{"fftwf_plan_many_dft", "fftwf_execute_dft"}
	return l
}

// holding gives a library the functions that Arago calls.
func holding(l Library, symbols ...string) Library {
	l.Symbols = symbols
	return l
}

var interposedFFTWCases = []verdictCase{
	{"both precisions of FFTW and its threads", onLinux(fftw(), single(), fftwThreads(LayerPthreads)), Plan{}, silent, nil},
	{"threads with OpenMP", onLinux(fftw(), fftwThreads(LayerOpenMP)), Plan{}, silent, nil},
	{"MKL alone under FFTW's name, as somebody wished", onLinux(mklAsFFTW(LayerSerial, 1)), Plan{}, silent, nil},
	{
		"MKL for both Dot and FFT2", onLinux(holding(mkl(LayerSerial, 1), "cblas_zgemm", "fftw_execute_dft")), Plan{}, silent, nil,
	},
	{"Dot by MKL, FFT2 by FFTW", onLinux(mkl(LayerSerial, 1), fftw()), Plan{}, silent, nil},
	{
		"plans by MKL, execution by FFTW",
		onLinux(holding(mklAsFFTW(LayerSerial, 1), "fftw_plan_many_dft"), holding(fftw(), "fftw_execute_dft")), Plan{}, refused,
		[]string{"fftw_plan_many_dft in " + mklFile, "fftw_execute_dft in " + debian, "LD_PRELOAD", "ARAGO_FFTW_LIBRARY"},
	},
	{
		"functions in two files of FFTW",
		onLinux(holding(fftw(), "fftw_plan_many_dft"), holding(with(fftw(), func(l *Library) { l.Path = "/venv/libfftw3.so.3" }), "fftw_execute_dft")),
		Plan{}, refused, []string{"/venv/libfftw3.so.3"},
	},
	{
		"single precision in two files",
		onLinux(fftw(), holding(single(), "fftwf_plan_many_dft"), holding(mklAsFFTW(LayerSerial, 1), "fftwf_execute_dft")),
		Plan{}, refused, []string{"fftwf_*"},
	},
	{
		"threads of MKL for plans of FFTW", onLinux(fftw(), holding(mklAsFFTW(LayerSerial, 1), "fftw_init_threads")), Plan{}, refused,
		[]string{"fftw_init_threads in " + mklFile},
	},
	{
		"MKL answers, FFTW is loaded too", onLinux(mklAsFFTW(LayerSerial, 1), somebodys(fftw())), Plan{}, refused,
		[]string{"MKL, by its FFTW interface 2024.1", "although FFTW 3.3.10", mklFile + ", " + debian},
	},
	{
		"MKL answers for Dot and FFT2, FFTW is loaded too",
		onLinux(holding(mkl(LayerSerial, 1), "cblas_zgemm", "fftw_execute_dft"), somebodys(fftw())), Plan{}, refused, nil,
	},
	{
		"FFTW answers, somebody has loaded MKL", onLinux(fftw(), somebodys(mkl(LayerOpenMP, 8))), Plan{}, warned,
		[]string{"Intel MKL 2024.1 (OpenMP, 8 threads) is loaded beside FFTW 3.3.10", mklFile},
	},
	{"somebody has loaded both", onLinux(somebodys(fftw()), somebodys(mkl(LayerOpenMP, 8))), Plan{}, silent, nil},
	{"somebody has loaded MKL, no FFTW", onLinux(openBLAS(LayerPthreads, 1), somebodys(mkl(LayerOpenMP, 8))), Plan{}, silent, nil},
	{"Accelerate and FFTW on macOS", onMac(accelerate(0), fftw()), Plan{}, silent, nil},
}

func TestFFTWsFunctionsAreFFTWs(t *testing.T) { expectVerdicts(t, AR108, interposedFFTWCases) }

var plannerBusyCases = []verdictCase{
	{
		"inside Python", embedded(onLinux(fftw(), single(), fftwThreads(LayerPthreads))), Plan{}, warned,
		[]string{"/usr/bin/python3.11", "FFTW 3.3.10", "libfftw3f", "pyFFTW"},
	},
	{"inside a host without a name", Report{Process: Process{Embedded: true}, Libraries: []Library{fftw()}}, Plan{}, warned, []string{"the host program may"}},
	{"in our own program", onLinux(fftw()), Plan{}, silent, nil},
	{"FFTW inside of us", embedded(onLinux(with(fftw(), func(l *Library) { l.Static = true }))), Plan{}, silent, nil},
	{"the host's FFTW, which we do not call", embedded(onLinux(somebodys(fftw()))), Plan{}, silent, nil},
	{"MKL, which needs no turns", embedded(onLinux(mklAsFFTW(LayerSerial, 1))), Plan{}, silent, nil},
}

func TestAPlannerMayHaveAnotherUser(t *testing.T) { expectVerdicts(t, AR109, plannerBusyCases) }
