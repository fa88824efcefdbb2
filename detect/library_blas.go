package detect

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

func (x *examination) flexiBLAS() bool {
	if !x.sign(FlexiBLAS, "flexiblas_current_backend", "flexiblas_get_version") {
		return false
	}
	l := &x.library
	if v, ok := x.three("flexiblas_get_version"); ok {
		l.Version = fmt.Sprintf("%d.%d.%d", v[0], v[1], v[2])
	}
	if name, ok := x.fill("flexiblas_current_backend"); ok && name != "" {
		// Threads, locks and kernels are those of the library behind it.
		x.says("its calls go to its back end %s", name)
	}
	if n, ok := x.number("flexiblas_get_num_threads"); ok {
		l.Threads = n
	}
	says := 0
	if strings.Contains(filepath.Base(x.path()), "flexiblas64") {
		says = 64
	}
	x.width("cblas_isamax", says, "the name of the file")
	return true
}

func (x *examination) openBLAS() bool {
	// Builds for wide integers, and those of SciPy, have names of their own.
	for _, prefix := range []string{"", "scipy_"} {
		for _, suffix := range []string{"", "64_", "_64"} {
			name := func(s string) string { return prefix + s + suffix }
			found := x.defines(name("openblas_get_config")) || x.defines(name("openblas_get_num_threads")) ||
				x.isBLAS() && x.behind(name("openblas_get_config")) != ""
			if found && x.sign(OpenBLAS, name("openblas_get_config"), name("openblas_get_num_threads")) {
				x.askOpenBLAS(name)
				return true
			}
		}
	}
	if !x.named(OpenBLAS) {
		return false
	}
	x.askOpenBLAS(func(s string) string { return s })
	return true
}

func (x *examination) askOpenBLAS(name func(string) string) {
	l := &x.library
	// The file that the kernels are in: its imports count.
	home := x.image
	if other := x.behind(name("openblas_get_config")); other != "" && other != x.path() {
		home = &file{name: other}
	}
	config, asked := x.text(name("openblas_get_config"))
	if asked {
		x.says("%s() is %q", name("openblas_get_config"), config)
	}
	if kind, ok := x.number(name("openblas_get_parallel")); ok {
		l.Layer = map[int]Layer{0: LayerSerial, 1: LayerPthreads, 2: LayerOpenMP}[kind]
		x.says("%s() is %d", name("openblas_get_parallel"), kind)
	} else {
		switch {
		case home.imports("GOMP_parallel") || home.imports("__kmpc_fork_call"):
			l.Layer = LayerOpenMP
		case home.defines("blas_server_avail"): // only builds with threads have it
			l.Layer = LayerPthreads
		case home.defines(name("openblas_get_config")):
			l.Layer = LayerSerial
		}
	}
	if n, ok := x.number(name("openblas_get_num_threads")); ok {
		l.Threads = n
	}
	if core, ok := x.text(name("openblas_get_corename")); ok {
		l.Architecture = core
	}
	says := 0
	if asked {
		says = 32
		if strings.Contains(config, "USE64BITINT") {
			says = 64
		}
	}
	x.width(name("cblas_isamax"), says, "its configuration")

	if asked {
		l.Version = openBLASVersion(config)
	} else {
		l.Version = versionOf(home.path())
	}
	mutex := home.imports("pthread_mutex_lock")
	l.ConcurrentCalls, l.Capacity = openBLASCallers(config, asked, l.Layer, mutex)
	if l.Layer == LayerSerial {
		switch {
		case strings.Contains(config, "USE_LOCKING"):
			x.says("it is a build for one thread, with locks: its configuration says USE_LOCKING")
		case mutex:
			x.says("it is a build for one thread, with locks: it imports pthread_mutex_lock")
		default:
			x.says("it is a build for one thread, without locks: its configuration does not say USE_LOCKING, nor does it import pthread_mutex_lock")
		}
	}
}

// openBLASVersion reads "OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH …". The
// version stands there since 0.3.4.
func openBLASVersion(config string) string {
	words := strings.Fields(config)
	if len(words) > 1 && words[0] == "OpenBLAS" {
		return words[1]
	}
	return "before 0.3.4"
}

var maxThreads = regexp.MustCompile(`MAX_THREADS=(\d+)`)

// openBLASCallers says whether several calls may be inside at once, and how
// many. Each one takes a buffer of a table of max(50, 2·MAX_THREADS), and when
// there is none the library ends the process; each of up to MAX_THREADS−1
// threads of its own keeps one (common.h, driver/others/memory.c,
// driver/others/blas_server.c). Before 0.3.4, which does not state its version,
// there may be two buffers. A build for one thread hands them out without a
// lock, unless it was built with USE_LOCKING, which its configuration shows
// since 0.3.28; before, that it imports a mutex does.
func openBLASCallers(config string, asked bool, layer Layer, importsMutex bool) (Answer, int) {
	if asked && !strings.HasPrefix(config, "OpenBLAS ") {
		return Unknown, 2
	}
	const fewest = 50
	switch layer {
	case LayerUnknown:
		return Unknown, fewest
	case LayerSerial:
		if strings.Contains(config, "USE_LOCKING") || importsMutex {
			return Yes, fewest
		}
		return No, fewest
	}
	n := 1
	if m := maxThreads.FindStringSubmatch(config); m != nil {
		n, _ = strconv.Atoi(m[1])
	}
	return Yes, max(fewest, 2*n) - (n - 1)
}

func (x *examination) blis() bool {
	if !x.sign(BLIS, "bli_info_get_version_str", "bli_thread_get_num_threads") {
		return false
	}
	l := &x.library
	l.Version, _ = x.text("bli_info_get_version_str")
	openMP, asked := x.number("bli_info_get_enable_openmp")
	pthreads, _ := x.number("bli_info_get_enable_pthreads")
	switch {
	case openMP == 1, !asked && x.usesOpenMP():
		l.Layer = LayerOpenMP
	case pthreads == 1, !asked && x.imports("pthread_create"):
		l.Layer = LayerPthreads
	case asked:
		l.Layer = LayerSerial
	}
	if n, ok := x.number("bli_thread_get_num_threads"); ok {
		l.Threads = max(1, n) // −1: nobody has set it, which means 1
	}
	if id, ok := x.number("bli_arch_query_id"); ok {
		l.Architecture, _ = x.textOf("bli_arch_string", id)
	}
	// Not bli_info_get_int_type_size: that one is of BLIS's own interface.
	says, _ := x.number("bli_info_get_blas_int_type_size")
	x.width("cblas_isamax", says, "bli_info_get_blas_int_type_size()")
	// Its memory pools have locks in every build (docs/Multithreading.md).
	l.ConcurrentCalls = Yes
	return true
}

func (x *examination) atlas() bool {
	// ATL_buildinfo prints: that it is there must do.
	signs := []string{"ATL_buildinfo", "ATL_xerbla", "atl_f77wrap_dgemm_"}
	if !x.sign(ATLAS, signs...) {
		return false
	}
	l := &x.library
	if home := x.behind("ATL_xerbla"); home != "" && home != x.path() {
		x.part(home)
	}
	for _, f := range append([]string{x.path()}, x.parts...) {
		if l.Version == "" {
			l.Version = versionOf(f)
		}
	}
	// How many threads there are is decided when an ATLAS is built.
	l.Layer, l.Threads = LayerSerial, 1
	if x.imports("pthread_create") || threadedATLAS.MatchString(filepath.Base(x.path())) {
		l.Layer, l.Threads = LayerPthreads, 0
	}
	x.width("cblas_isamax", 0, "")
	l.ConcurrentCalls = Yes
	return true
}

// Libraries whose name begins with t or pt have threads.
var threadedATLAS = regexp.MustCompile(`^lib(tatlas|ptcblas|ptf77blas)`)

// part adds a file that belongs to the library.
func (x *examination) part(file string) {
	for _, p := range x.parts {
		if p == file {
			return
		}
	}
	x.parts = append(x.parts, file)
}

func (x *examination) accelerate() bool {
	// Only a stand-in for it can be in the program itself.
	inside := x.static() && x.defines("BLASSetThreading")
	if kindOf(x.path()) != Accelerate && !inside {
		return false
	}
	base := filepath.Base(x.path())
	if !x.serving() && base != "libBLAS.dylib" {
		x.within = true // one of the many other files of the framework
		return true
	}
	l := &x.library
	l.Kind, l.Layer, l.ConcurrentCalls = Accelerate, LayerDispatch, Yes
	if inside {
		x.says("it has BLASSetThreading")
	} else {
		x.says("its file belongs to the framework")
		l.Version = systemVersion()
	}
	// The newer interface has names of its own.
	for _, isamax := range []string{"cblas_isamax$NEWLAPACK", "cblas_isamax"} {
		if x.defines(isamax) {
			x.width(isamax, 0, "")
			break
		}
	}
	return true
}

func (x *examination) reference() bool {
	threads := x.usesOpenMP() || x.imports("pthread_create")
	switch {
	// A variable of the reference CBLAS (cblas_globals.c).
	case x.sign(Reference, "CBLAS_CallFromC"):
	case x.defines("zgemm_") && !threads:
		x.library.Kind = Reference
		x.says("it has zgemm_ and nothing of any other library")
	default:
		return false
	}
	l := &x.library
	l.Version, l.Layer, l.Threads, l.ConcurrentCalls = versionOf(x.path()), LayerSerial, 1, Yes
	x.width("cblas_isamax", 0, "")
	return true
}
