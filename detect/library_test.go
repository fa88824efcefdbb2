package detect

import (
	"slices"
	"strings"
	"testing"
)

// recorded is an image of a library that is not here: what it answers was
// recorded from one or is what its documentation says.
type recorded struct {
	file
	t *testing.T
	// symbols of the file itself: a string, a number or three numbers is the
	// answer of the function, reads that of one with the form of isamax.
	symbols map[string]any
	// wants are the symbols that it imports, leads those of files that it
	// brings along, runtime the OpenMP that it has got.
	wants   []string
	leads   map[string]string
	runtime string

	called []string
}

type reads int

func (r *recorded) readable() bool { return true }

func (r *recorded) defines(symbol string) bool {
	_, ok := r.symbols[symbol]
	return ok
}

func (r *recorded) imports(symbol string) bool { return slices.Contains(r.wants, symbol) }

func (r *recorded) behind(symbol string) string {
	if r.defines(symbol) {
		return r.name
	}
	return r.leads[symbol]
}

func (r *recorded) binds(string) string { return r.runtime }

// answer returns what the function called symbol returns.
func answer[T any](r *recorded, symbol string) (T, bool) {
	r.t.Helper()
	v, exists := r.symbols[symbol]
	if !exists {
		var none T
		return none, false
	}
	r.called = append(r.called, symbol)
	a, ok := v.(T)
	if !ok {
		r.t.Errorf("%s is called as what it is not", symbol)
	}
	return a, ok
}

func (r *recorded) text(symbol string) (string, bool)          { return answer[string](r, symbol) }
func (r *recorded) textOf(symbol string, _ int) (string, bool) { return answer[string](r, symbol) }
func (r *recorded) number(symbol string) (int, bool)           { return answer[int](r, symbol) }
func (r *recorded) numberOf(symbol string, _ int) (int, bool)  { return answer[int](r, symbol) }
func (r *recorded) fill(symbol string) (string, bool)          { return answer[string](r, symbol) }
func (r *recorded) three(symbol string) ([3]int, bool)         { return answer[[3]int](r, symbol) }
func (r *recorded) data(symbol string) (string, bool)          { return answer[string](r, symbol) }

func (r *recorded) integerBits(isamax string) (int, bool) {
	n, ok := answer[reads](r, isamax)
	return int(n), ok
}

// here is a function that exists and is not called.
const here = true

const (
	debianConfig = "OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH NO_AFFINITY Cooperlake MAX_THREADS=64"
	serialConfig = "OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH NO_AFFINITY Prescott SINGLE_THREADED"
	numpyConfig  = "OpenBLAS 0.3.27  USE64BITINT DYNAMIC_ARCH NO_AFFINITY Zen MAX_THREADS=64"
	mklSays      = "Intel(R) oneAPI Math Kernel Library Version 2024.1-Product Build 20240215 for Intel(R) 64 architecture applications"
)

func TestLibrariesAreRecognisedByWhatTheyAnswer(t *testing.T) {
	dot := []string{"cblas_zgemm", "cblas_dgemm"}
	fft := []string{"fftw_execute_dft", "fftw_plan_guru64_dft"}
	const mklFolder = "/opt/intel/lib/"
	for _, c := range []struct {
		what     string
		image    recorded
		served   []string
		mapped   []string
		want     Library
		evidence []string
		not      []string // what must not be called
	}{
		{
			what: "Debian's OpenBLAS with pthreads",
			image: recorded{file: file{name: "/lib/libopenblasp-r0.3.21.so"}, wants: []string{"pthread_mutex_lock"}, symbols: map[string]any{
				"cblas_zgemm": here, "cblas_isamax": reads(32), "openblas_get_config": debianConfig, "openblas_get_parallel": 1,
				"openblas_get_num_threads": 1, "openblas_get_corename": "Cooperlake", "blas_server_avail": here,
			}},
			served: dot,
			want: Library{Kind: OpenBLAS, Version: "0.3.21", Layer: LayerPthreads, Threads: 1, Architecture: "Cooperlake",
				IntegerBits: 32, ConcurrentCalls: Yes, Capacity: 65},
			evidence: []string{"it has openblas_get_config", debianConfig, "cblas_isamax reads integers of 32 bits"},
		},
		{
			what: "a serial OpenBLAS behind a file that only leads to it",
			image: recorded{file: file{name: "/lib/libblas.so.3"}, leads: map[string]string{"openblas_get_config": "/lib/libopenblas-r0.3.21.so"}, symbols: map[string]any{
				"cblas_zgemm": here, "zgemm_": here,
			}},
			want:     Library{Kind: OpenBLAS, Version: "0.3.21", ConcurrentCalls: Unknown, Capacity: 50},
			evidence: []string{"it leads to openblas_get_config in /lib/libopenblas-r0.3.21.so"},
		},
		{
			what: "a serial OpenBLAS without locks",
			image: recorded{file: file{name: "/lib/libopenblas-r0.3.21.so"}, symbols: map[string]any{
				"cblas_zgemm": here, "openblas_get_config": serialConfig, "openblas_get_parallel": 0, "openblas_get_num_threads": 1,
			}},
			want:     Library{Kind: OpenBLAS, Version: "0.3.21", Layer: LayerSerial, Threads: 1, IntegerBits: 32, ConcurrentCalls: No, Capacity: 50},
			evidence: []string{"without locks"},
		},
		{
			what: "numpy's own OpenBLAS, whose functions have other names and wide integers",
			image: recorded{file: file{name: "/site-packages/numpy.libs/libscipy_openblas64_-99b71e71.so"}, symbols: map[string]any{
				"scipy_openblas_get_config64_": numpyConfig, "scipy_openblas_get_parallel64_": 1, "scipy_openblas_get_num_threads64_": 8,
				"scipy_openblas_get_corename64_": "Zen", "scipy_cblas_isamax64_": reads(64),
			}},
			want: Library{Kind: OpenBLAS, Version: "0.3.27", Layer: LayerPthreads, Threads: 8, Architecture: "Zen",
				IntegerBits: 64, ConcurrentCalls: Yes, Capacity: 65},
			not: []string{"scipy_cblas_isamax64_"},
		},
		{
			what: "an OpenBLAS with OpenMP",
			image: recorded{file: file{name: "/lib/libopenblas.so.0"}, wants: []string{"GOMP_parallel", "pthread_mutex_lock"}, runtime: "/lib/libiomp5.so", symbols: map[string]any{
				"openblas_get_config64_": "OpenBLAS 0.3.21 USE_OPENMP USE64BITINT Haswell MAX_THREADS=4", "openblas_get_parallel64_": 2,
			}},
			want:     Library{Kind: OpenBLAS, Version: "0.3.21", Layer: LayerOpenMP, IntegerBits: 64, ConcurrentCalls: Yes, Capacity: 47},
			evidence: []string{"its OpenMP is /lib/libiomp5.so"},
		},
		{
			// flexiblas(7): it answers for OpenBLAS and MKL too.
			what: "FlexiBLAS",
			image: recorded{file: file{name: "/usr/lib64/libflexiblas.so.3.4"}, symbols: map[string]any{
				"cblas_zgemm": here, "flexiblas_current_backend": "OPENBLAS-OPENMP", "flexiblas_get_version": [3]int{3, 4, 2},
				"flexiblas_get_num_threads": 4, "openblas_get_num_threads": 4, "openblas_get_config": debianConfig, "MKL_Get_Version_String": mklSays,
			}},
			want:     Library{Kind: FlexiBLAS, Version: "3.4.2", Threads: 4, ConcurrentCalls: Unknown},
			evidence: []string{"its calls go to its back end OPENBLAS-OPENMP"},
			not:      []string{"openblas_get_config", "MKL_Get_Version_String"},
		},
		{
			what: "an MKL that nobody has used yet, and must not be made to choose a layer",
			image: recorded{file: file{name: mklFolder + "libmkl_rt.so.2"}, symbols: map[string]any{
				"cblas_zgemm": here, "MKL_Get_Version_String": mklSays, "MKL_Set_Threading_Layer": 0, "MKL_Get_Max_Threads": 8,
				"fftw_execute_dft": here, "fftw_version": "fftw", "cblas_isamax": reads(32),
			}},
			mapped: []string{mklFolder + "libmkl_rt.so.2"},
			want:   Library{Kind: MKL, Version: "2024.1", ConcurrentCalls: Yes},
			not:    []string{"MKL_Set_Threading_Layer", "MKL_Get_Max_Threads", "cblas_isamax"},
		},
		{
			what: "an MKL that serves, on one thread",
			image: recorded{file: file{name: mklFolder + "libmkl_rt.so.2"}, symbols: map[string]any{
				"cblas_zgemm": here, "MKL_Get_Version_String": mklSays, "MKL_Set_Threading_Layer": 1, "MKL_Get_Max_Threads": 1,
				"MKL_CBWR_Get_Auto_Branch": 12, "cblas_isamax": reads(32),
			}},
			served:   dot,
			mapped:   []string{mklFolder + "libmkl_rt.so.2", mklFolder + "libmkl_sequential.so.2", mklFolder + "libmkl_intel_lp64.so.2"},
			want:     Library{Kind: MKL, Version: "2024.1", Layer: LayerSerial, Threads: 1, Architecture: "AVX512", IntegerBits: 32, ConcurrentCalls: Yes},
			evidence: []string{"MKL_Set_Threading_Layer(-1) is 1", "its threading layer is mkl_sequential"},
		},
		{
			what: "an MKL linked by its layers, with GCC's OpenMP and wide integers",
			image: recorded{file: file{name: mklFolder + "libmkl_intel_ilp64.so.2"}, runtime: "/lib/libgomp.so.1", wants: []string{"GOMP_parallel"}, symbols: map[string]any{
				"cblas_zgemm": here, "MKL_Get_Version_String": mklSays, "MKL_Get_Max_Threads": 8,
			}},
			mapped:   []string{mklFolder + "libmkl_core.so.2", mklFolder + "libmkl_intel_ilp64.so.2", mklFolder + "libmkl_gnu_thread.so.2", "/other/libmkl_sequential.so.2"},
			want:     Library{Kind: MKL, Version: "2024.1", Layer: LayerOpenMP, Threads: 8, IntegerBits: 64, ConcurrentCalls: Yes},
			evidence: []string{"its threading layer is mkl_gnu_thread", "its OpenMP is /lib/libgomp.so.1"},
		},
		{
			what: "an MKL with TBB",
			image: recorded{file: file{name: mklFolder + "libmkl_intel_lp64.so.2"}, symbols: map[string]any{
				"MKL_Get_Version_String": "no version in it", "MKL_Get_Max_Threads": 8,
			}},
			mapped: []string{mklFolder + "libmkl_intel_lp64.so.2", mklFolder + "libmkl_tbb_thread.so.2"},
			want:   Library{Kind: MKL, Version: "no version in it", Layer: LayerTBB, Threads: 8, IntegerBits: 32, ConcurrentCalls: Yes},
		},
		{
			what: "an MKL beside two OpenMP runtimes of its family, which must not be started",
			image: recorded{file: file{name: mklFolder + "libmkl_intel_lp64.so.2"}, symbols: map[string]any{
				"MKL_Get_Version_String": mklSays, "MKL_Get_Max_Threads": 8, "MKL_CBWR_Get_Auto_Branch": 12,
			}},
			mapped: []string{mklFolder + "libmkl_intel_lp64.so.2", mklFolder + "libmkl_intel_thread.so.2", mklFolder + "libiomp5.so", "/torch/lib/libomp-1234.so"},
			want:   Library{Kind: MKL, Version: "2024.1", Layer: LayerOpenMP, IntegerBits: 32, ConcurrentCalls: Yes},
			not:    []string{"MKL_Get_Max_Threads", "MKL_CBWR_Get_Auto_Branch"},
		},
		{
			what: "MKL under FFTW's names",
			image: recorded{file: file{name: mklFolder + "libmkl_rt.so.2"}, symbols: map[string]any{
				"cblas_zgemm": here, "fftw_execute_dft": here, "MKL_Get_Version_String": mklSays, "MKL_Set_Threading_Layer": 0, "MKL_Get_Max_Threads": 2,
				"cblas_isamax": reads(32),
			}},
			served: fft,
			want:   Library{Kind: MKLFFTW, Version: "2024.1", Layer: LayerOpenMP, Threads: 2, ConcurrentCalls: Yes},
			not:    []string{"cblas_isamax"},
		},
		{
			what: "BLIS with OpenMP",
			image: recorded{file: file{name: "/lib/libblis.so.4"}, runtime: "/lib/libgomp.so.1", wants: []string{"GOMP_parallel"}, symbols: map[string]any{
				"cblas_zgemm": here, "bli_info_get_version_str": "0.9.0", "bli_thread_get_num_threads": -1, "bli_info_get_enable_openmp": 1,
				"bli_info_get_enable_pthreads": 0, "bli_arch_query_id": 5, "bli_arch_string": "zen3", "bli_info_get_blas_int_type_size": 32,
				"bli_info_get_int_type_size": 64,
			}},
			want:     Library{Kind: BLIS, Version: "0.9.0", Layer: LayerOpenMP, Threads: 1, Architecture: "zen3", IntegerBits: 32, ConcurrentCalls: Yes},
			evidence: []string{"its OpenMP is /lib/libgomp.so.1"},
			not:      []string{"bli_info_get_int_type_size"},
		},
		{
			what: "BLIS without threads",
			image: recorded{file: file{name: "/lib/libblis.so.4"}, symbols: map[string]any{
				"bli_info_get_version_str": "1.0", "bli_thread_get_num_threads": 1, "bli_info_get_enable_openmp": 0, "bli_info_get_enable_pthreads": 0,
			}},
			want: Library{Kind: BLIS, Version: "1.0", Layer: LayerSerial, Threads: 1, ConcurrentCalls: Yes},
		},
		{
			what: "BLIS with pthreads",
			image: recorded{file: file{name: "/lib/libblis.so.4"}, symbols: map[string]any{
				"bli_info_get_version_str": "1.0", "bli_thread_get_num_threads": 6, "bli_info_get_enable_openmp": 0, "bli_info_get_enable_pthreads": 1,
			}},
			want: Library{Kind: BLIS, Version: "1.0", Layer: LayerPthreads, Threads: 6, ConcurrentCalls: Yes},
		},
		{
			what: "Debian's BLIS that hides its own names, known by its folder",
			image: recorded{file: file{name: "/usr/lib/x86_64-linux-gnu/blis-openmp/libblas.so.3"}, wants: []string{"GOMP_parallel"}, symbols: map[string]any{
				"cblas_zgemm": here, "zgemm_": here,
			}},
			want: Library{Kind: BLIS, Layer: LayerOpenMP, ConcurrentCalls: Yes},
		},
		{
			// Its ATL_buildinfo writes to the standard output.
			what:  "ATLAS",
			image: recorded{file: file{name: "/lib/libatlas.so.3.10.3"}, symbols: map[string]any{"ATL_buildinfo": here, "ATL_xerbla": here}},
			want:  Library{Kind: ATLAS, Version: "3.10.3", Layer: LayerSerial, Threads: 1, ConcurrentCalls: Yes},
		},
		{
			what: "ATLAS with threads, whose number is part of the build",
			image: recorded{file: file{name: "/lib64/atlas/libtatlas.so.3.10"}, symbols: map[string]any{
				"ATL_buildinfo": here, "cblas_zgemm": here, "cblas_isamax": reads(32),
			}},
			served: dot,
			want:   Library{Kind: ATLAS, Version: "3.10", Layer: LayerPthreads, IntegerBits: 32, ConcurrentCalls: Yes},
		},
		{
			what: "the reference BLAS",
			image: recorded{file: file{name: "/lib/blas/libblas.so.3.11.0"}, symbols: map[string]any{
				"cblas_zgemm": here, "zgemm_": here, "CBLAS_CallFromC": here, "cblas_isamax": reads(32),
			}},
			served: dot,
			want:   Library{Kind: Reference, Version: "3.11.0", Layer: LayerSerial, Threads: 1, IntegerBits: 32, ConcurrentCalls: Yes},
		},
		{
			what:  "the reference BLAS without CBLAS",
			image: recorded{file: file{name: "/lib64/librefblas.so"}, symbols: map[string]any{"zgemm_": here}},
			want:  Library{Kind: Reference, Layer: LayerSerial, Threads: 1, ConcurrentCalls: Yes},
		},
		{
			what: "Accelerate",
			image: recorded{file: file{name: "/System/Library/Frameworks/Accelerate.framework/Versions/A/Frameworks/vecLib.framework/Versions/A/libBLAS.dylib"}, symbols: map[string]any{
				"cblas_zgemm": here, "cblas_isamax$NEWLAPACK": reads(32), "cblas_isamax": reads(32),
			}},
			served: dot,
			want:   Library{Kind: Accelerate, Version: systemVersion(), Layer: LayerDispatch, IntegerBits: 32, ConcurrentCalls: Yes},
			not:    []string{"cblas_isamax"},
		},
		{
			what: "FFTW with its threads",
			image: recorded{file: file{name: "/opt/homebrew/lib/libfftw3.3.dylib"}, symbols: map[string]any{
				"fftw_execute_dft": here, "fftw_init_threads": here, "fftw_version": "fftw-3.3.10-sse2-avx",
			}},
			served: fft,
			want:   Library{Kind: FFTW, Version: "3.3.10", Architecture: "sse2-avx", Layer: LayerPthreads, ConcurrentCalls: Yes},
		},
		{
			what: "FFTW in single precision",
			image: recorded{file: file{name: "/lib/libfftw3f.so.3.6.10"}, symbols: map[string]any{
				"fftwf_execute_dft": here, "fftwf_version": "fftw-3.3.10-sse2-avx",
			}},
			want: Library{Kind: FFTW, Version: "3.3.10", Architecture: "sse2-avx", Layer: LayerSerial, Threads: 1, ConcurrentCalls: Yes},
		},
		{
			what: "FFTW's layer for OpenMP",
			image: recorded{file: file{name: "/lib/libfftw3_omp.so.3.6.10"}, wants: []string{"GOMP_parallel"}, runtime: "/lib/libgomp.so.1", symbols: map[string]any{
				"fftw_init_threads": here,
			}},
			want:     Library{Kind: FFTW, Layer: LayerOpenMP, ConcurrentCalls: Yes},
			evidence: []string{"it has fftw_init_threads", "its OpenMP is /lib/libgomp.so.1"},
		},
		{
			what:  "GCC's OpenMP",
			image: recorded{file: file{name: "/lib/libgomp.so.1.0.0"}, symbols: map[string]any{"GOMP_parallel": here, "omp_get_max_threads": 4}},
			want:  Library{Kind: LibGOMP, Layer: LayerOpenMP, Threads: 4, ConcurrentCalls: Yes},
		},
		{
			what: "Intel's OpenMP, which has GCC's names too and may end the process when it is asked",
			image: recorded{file: file{name: "/lib/libiomp5.so"}, symbols: map[string]any{
				"GOMP_parallel": here, "__kmpc_fork_call": here, "omp_get_max_threads": 4,
			}},
			want: Library{Kind: LibIOMP, Layer: LayerOpenMP, ConcurrentCalls: Yes},
			not:  []string{"omp_get_max_threads"},
		},
		{
			what: "LLVM's OpenMP",
			image: recorded{file: file{name: "/lib/libomp.so.5"}, symbols: map[string]any{
				"GOMP_parallel": here, "__kmpc_fork_call": here, "omp_get_max_threads": 4,
			}},
			want: Library{Kind: LibOMP, Layer: LayerOpenMP, ConcurrentCalls: Yes},
			not:  []string{"omp_get_max_threads"},
		},
	} {
		t.Run(c.what, func(t *testing.T) {
			c.image.t = t
			got, _, ok := identify(&c.image, c.served, c.mapped)
			if !ok {
				t.Fatal("it is not recognised")
			}
			evidence := strings.Join(got.Evidence, "\n")
			for _, e := range c.evidence {
				if !strings.Contains(evidence, e) {
					t.Errorf("the evidence %q does not say %q", got.Evidence, e)
				}
			}
			for _, f := range c.not {
				if slices.Contains(c.image.called, f) {
					t.Errorf("%s was called", f)
				}
			}
			c.want.Path, c.want.Symbols, c.want.Evidence = c.image.name, c.served, got.Evidence
			if !same(got, c.want) {
				t.Errorf("it is\n%+v, want\n%+v", got, c.want)
			}
		})
	}
}

// same compares libraries in all that they say of themselves.
func same(a, b Library) bool {
	ok := slices.Equal(a.Serves, b.Serves) && slices.Equal(a.Symbols, b.Symbols) && slices.Equal(a.Evidence, b.Evidence)
	return ok && a.Kind == b.Kind && a.Version == b.Version && a.Path == b.Path && a.Static == b.Static && a.Layer == b.Layer &&
		a.Threads == b.Threads && a.Architecture == b.Architecture && a.IntegerBits == b.IntegerBits &&
		a.ConcurrentCalls == b.ConcurrentCalls && a.Capacity == b.Capacity && a.Admits == b.Admits
}

func TestFilesThatAreNoLibraryOfTheirOwnAreNotListed(t *testing.T) {
	for what, i := range map[string]*recorded{
		"the C library":             {file: file{name: "/lib/libc.so.6"}, symbols: map[string]any{"printf": here}},
		"what only uses OpenBLAS":   {file: file{name: "/lib/libgsl.so"}, leads: map[string]string{"openblas_get_config": "/lib/libopenblas.so.0"}, symbols: map[string]any{}},
		"a stub by a name":          {file: file{name: "/lib/libomp.so"}, symbols: map[string]any{}},
		"another BLAS with threads": {file: file{name: "/lib/libarmpl_lp64.so"}, wants: []string{"pthread_create"}, symbols: map[string]any{"zgemm_": here}},
		"a layer of MKL's beside libmkl_rt": {file: file{name: "/mkl/libmkl_intel_lp64.so.2"}, symbols: map[string]any{
			"MKL_Get_Version_String": mklSays, "zgemm_": here, "fftw_execute_dft": here,
		}},
		"another file of Accelerate": {file: file{name: "/System/Library/Frameworks/Accelerate.framework/Accelerate"}, symbols: map[string]any{"zgemm_": here}},
	} {
		i.t = t
		if l, _, ok := identify(i, nil, []string{"/mkl/libmkl_rt.so.2", "/mkl/libmkl_intel_lp64.so.2"}); ok {
			t.Errorf("%s is listed as %+v", what, l)
		}
	}
}

// MKL's FFTW functions in front of FFTW's, and a serial OpenBLAS in a file of
// its own: files that belong to a library are named, so that they are listed once.
func TestTheFilesOfOneLibraryBelongTogether(t *testing.T) {
	i := &recorded{t: t, file: file{name: "/mkl/libmkl_rt.so.2"}, symbols: map[string]any{"MKL_Get_Version_String": mklSays}}
	mapped := []string{"/mkl/libmkl_rt.so.2", "/mkl/libmkl_core.so.2", "/mkl/libmkl_intel_lp64.so.2", "/mkl/libiomp5.so", "/elsewhere/libmkl_core.so.2"}
	if _, parts, _ := identify(i, nil, mapped); !slices.Equal(parts, mapped[1:3]) {
		t.Errorf("the parts of MKL are %v", parts)
	}
	i = &recorded{t: t, file: file{name: "/lib/libcblas.so.3.10.3"}, symbols: map[string]any{"cblas_zgemm": here, "cblas_isamax": reads(32)},
		leads: map[string]string{"ATL_buildinfo": "/lib/libatlas.so.3.10.3", "ATL_xerbla": "/lib/libatlas.so.3.10.3"}}
	if l, parts, _ := identify(i, nil, nil); l.Kind != ATLAS || !slices.Equal(parts, []string{"/lib/libatlas.so.3.10.3"}) {
		t.Errorf("the parts of %s are %v", l.Kind, parts)
	}
}

func TestHowManyCallersAnOpenBLASTakes(t *testing.T) {
	for _, c := range []struct {
		config   string
		layer    Layer
		mutex    bool
		answer   Answer
		capacity int
	}{
		// 128 buffers, of which 63 threads of its own may keep one each.
		{debianConfig, LayerPthreads, true, Yes, 65},
		{"OpenBLAS 0.3.21 DYNAMIC_ARCH NO_AFFINITY USE_OPENMP Haswell MAX_THREADS=4", LayerOpenMP, true, Yes, 47},
		{"OpenBLAS 0.3.21 Haswell MAX_THREADS=30", LayerPthreads, true, Yes, 31},
		{"OpenBLAS 0.3.4 Haswell", LayerPthreads, true, Yes, 50},
		{"NO_LAPACKE DYNAMIC_ARCH Haswell", LayerPthreads, true, Unknown, 2},
		{serialConfig, LayerSerial, false, No, 50},
		{serialConfig, LayerSerial, true, Yes, 50},
		{"OpenBLAS 0.3.29 USE_LOCKING DYNAMIC_ARCH Haswell SINGLE_THREADED", LayerSerial, false, Yes, 50},
		{debianConfig, LayerUnknown, true, Unknown, 50},
	} {
		if answer, n := openBLASCallers(c.config, true, c.layer, c.mutex); answer != c.answer || n != c.capacity {
			t.Errorf("%s: several callers %s, at most %d; want %s, %d", c.config, answer, n, c.answer, c.capacity)
		}
	}
}

func TestVersionsAreRead(t *testing.T) {
	for text, want := range map[string]string{
		debianConfig:                  "0.3.21",
		"NO_LAPACKE DYNAMIC_ARCH Zen": "before 0.3.4",
		"":                            "before 0.3.4",
	} {
		if got := openBLASVersion(text); got != want {
			t.Errorf("OpenBLAS %q: version %q, want %q", text, got, want)
		}
	}
	for text, want := range map[string]string{mklSays: "2024.1", "something else": "something else", "": ""} {
		if got := mklVersion(text); got != want {
			t.Errorf("MKL %q: version %q, want %q", text, got, want)
		}
	}
	for text, want := range map[string][2]string{
		"fftw-3.3.10-sse2-avx":               {"3.3.10", "sse2-avx"},
		"fftw-3.3.8-sse2-avx-avx2-avx2_128":  {"3.3.8", "sse2-avx-avx2-avx2_128"},
		"fftw-3.3.10":                        {"3.3.10", ""},
		"FFTW something else":                {"FFTW something else", ""},
		"fftw-3.3.6-pl2-fma-sse2-avx512":     {"3.3.6", "pl2-fma-sse2-avx512"},
		"fftw-3.3.11beta-neon":               {"3.3.11beta", "neon"},
		"fftw-3.3.10-generic-simd128-vsx-x1": {"3.3.10", "generic-simd128-vsx-x1"},
	} {
		if version, architecture := fftwVersion(text); version != want[0] || architecture != want[1] {
			t.Errorf("FFTW %q: version %q, architecture %q", text, version, architecture)
		}
	}
	for path, want := range map[string]string{
		"/lib/libblas.so.3.11.0":                  "3.11.0",
		"/lib/libopenblasp-r0.3.21.so":            "0.3.21",
		"/lib/libopenblas.0.3.28.dylib":           "0.3.28",
		"/lib/libblas.so":                         "",
		"/lib/libscipy_openblas64_-99b71e71.so":   "",
		"/lib-3.1.4.so/libatlas.so.3.10.3":        "3.10.3",
		"/opt/OpenBLAS-0.3.1.so/libopenblas.so.0": "",
	} {
		if got := versionOf(path); got != want {
			t.Errorf("%s: version %q, want %q", path, got, want)
		}
	}
}

func TestKindsAreKnownByTheNamesOfFiles(t *testing.T) {
	for path, want := range map[string]Kind{
		"/usr/lib64/libflexiblas.so.3":                                      FlexiBLAS,
		"/opt/intel/lib/libmkl_rt.so.2":                                     MKL,
		"/opt/intel/lib/libmkl_intel_ilp64.so.2":                            MKL,
		"/opt/intel/lib/libmkl_avx512.so.2":                                 "",
		"/p/numpy.libs/libscipy_openblas64_-99b71e71.so":                    OpenBLAS,
		"/p/numpy.libs/libopenblas64_p-r0-15028c96.3.21.so":                 OpenBLAS,
		"/usr/lib/x86_64-linux-gnu/openblas-serial/libblas.so.3":            OpenBLAS,
		"/usr/lib/x86_64-linux-gnu/blis-openmp/libblas.so.3":                BLIS,
		"/usr/lib/x86_64-linux-gnu/blis-openmp/libblis.so.4":                BLIS,
		"/usr/lib/x86_64-linux-gnu/atlas/libblas.so.3.10.3":                 ATLAS,
		"/usr/lib64/atlas/libsatlas.so.3.10":                                ATLAS,
		"/usr/lib/x86_64-linux-gnu/blas/libblas.so.3.11.0":                  Reference,
		"/usr/lib64/libcblas.so.3":                                          Reference,
		"/p/pyfftw.libs/libfftw3f-1ef0d1c2.so.3.6.10":                       FFTW,
		"/p/torch.libs/libgomp-a34b3233.so.1":                               LibGOMP,
		"/opt/intel/lib/libiomp5.so":                                        LibIOMP,
		"/opt/homebrew/opt/libomp/lib/libomp.dylib":                         LibOMP,
		"/usr/lib/llvm-14/lib/libomp.so.5":                                  LibOMP,
		"/usr/lib/llvm-14/lib/libomptarget.so":                              "",
		"/usr/lib/libompd.so":                                               "",
		"/System/Library/Frameworks/Accelerate.framework/Versions/A/vecLib": Accelerate,
		"/usr/lib/x86_64-linux-gnu/libc.so.6":                               "",
		"/usr/lib/libgslcblas.so.0":                                         "",
	} {
		if got := kindOf(path); got != want {
			t.Errorf("%s is %q by its name, want %q", path, got, want)
		}
	}
}

// Files that are gone, or in a format that nobody here reads, have names only.
func TestAFileThatCannotBeReadIsKnownByItsName(t *testing.T) {
	for path, want := range map[string]Kind{
		"/gone/libopenblasp-r0.3.21.so":     OpenBLAS,
		"/gone/libmkl_rt.so.2":              MKL,
		"/gone/libfftw3.so.3":               FFTW,
		"/gone/libomp.so.5":                 LibOMP,
		"/gone/blis-openmp/libblas.so.3":    BLIS,
		"/gone/atlas/libblas.so.3":          ATLAS,
		"/gone/blas/libblas.so.3":           Reference,
		"/gone/libflexiblas64.so.3":         FlexiBLAS,
		"/gone/libscipy_openblas64_-99b.so": OpenBLAS,
		"/gone/libstdc++.so.6":              "",
	} {
		l, _, ok := identify(&file{name: path}, nil, nil)
		if ok != (want != "") || l.Kind != want {
			t.Errorf("%s is recognised %t, as %q; want %q", path, ok, l.Kind, want)
		}
		if ok && !slices.Contains(l.Evidence, "its file is called so") {
			t.Errorf("%s: the evidence is %q", path, l.Evidence)
		}
	}
}
