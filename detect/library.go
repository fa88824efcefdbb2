package detect

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// examination is the look at one file.
type examination struct {
	image
	library Library
	// served are the functions of the file that Arago calls. What nobody of
	// Arago's calls is asked for its name and settings, and never computes.
	served []string
	// mapped are the files of the process.
	mapped []string
	// parts are the other files that belong to the library.
	parts []string
	// within says that the file is only a part of another one's library.
	within bool
}

// recognisers tell the kinds of libraries apart. The order matters: FlexiBLAS
// has functions under the names of OpenBLAS and MKL, MKL those of FFTW.
var recognisers = []func(*examination) bool{
	(*examination).flexiBLAS, (*examination).mkl, (*examination).openBLAS, (*examination).blis, (*examination).atlas,
	(*examination).accelerate, (*examination).fftw, (*examination).openMP, (*examination).reference,
}

// identify finds out what library a file is; ok is false if it is none that
// Arago knows. It fills all of Library but Serves and Admits.
func identify(i image, served, mapped []string) (library Library, parts []string, ok bool) {
	x := &examination{image: i, served: served, mapped: mapped}
	x.library = Library{
		Path: i.path(), Static: i.static(), Symbols: served,
		ConcurrentCalls: Unknown,
	}
	for _, recognised := range recognisers {
		if recognised(x) {
			x.openMPBinding()
			return x.library, x.parts, !x.within
		}
	}
	return x.library, nil, false
}

func (x *examination) serving() bool { return len(x.served) > 0 }

// says adds evidence.
func (x *examination) says(format string, a ...any) {
	x.library.Evidence = append(x.library.Evidence, fmt.Sprintf(format, a...))
}

// isBLAS says whether the functions of BLAS lie in the file.
func (x *examination) isBLAS() bool {
	return x.defines("cblas_zgemm") || x.defines("zgemm_")
}

// sign looks for the first of some symbols that shows a kind of library: in
// the file itself or, for BLAS functions that only lead to the library proper,
// in what the file brings along.
func (x *examination) sign(kind Kind, symbols ...string) bool {
	for _, s := range symbols {
		if x.defines(s) {
			x.library.Kind = kind
			x.says("it has %s", s)
			return true
		}
	}
	if !x.isBLAS() {
		return x.named(kind)
	}
	for _, s := range symbols {
		if other := x.behind(s); other != "" && other != x.path() {
			x.library.Kind = kind
			x.says("it leads to %s in %s", s, other)
			x.parts = append(x.parts, other)
			return true
		}
	}
	return x.named(kind)
}

// named recognises a library by its file name alone, where symbols do not tell:
// the file cannot be read, or it has BLAS functions and hides the rest.
func (x *examination) named(kind Kind) bool {
	if x.static() || kindOf(x.path()) != kind || !x.isBLAS() && x.readable() {
		return false
	}
	x.library.Kind = kind
	x.says("its file is called so")
	return true
}

// names are the files of libraries, in lower case, in the order in which they
// are tried. libblas.so.3 may be anything; the folder tells.
var names = []struct {
	pattern *regexp.Regexp
	kind    Kind
}{
	{regexp.MustCompile(`(?i)/(accelerate|veclib)\.framework/`), Accelerate},
	{regexp.MustCompile(`/libflexiblas(64)?\.[^/]*$`), FlexiBLAS},
	{regexp.MustCompile(`/lib(mkl_rt|mkl_intel_i?lp64)[^/]*$`), MKL},
	{regexp.MustCompile(`/lib(scipy_)?openblas[^/]*$`), OpenBLAS},
	{regexp.MustCompile(`/libblis[^/]*$`), BLIS},
	{regexp.MustCompile(`/lib[st]?atlas[^/]*$`), ATLAS},
	{regexp.MustCompile(`/libfftw3[^/]*$`), FFTW},
	{regexp.MustCompile(`/libgomp[-.0-9][^/]*$`), LibGOMP},
	{regexp.MustCompile(`/libiomp[-.0-9][^/]*$`), LibIOMP},
	{regexp.MustCompile(`/libomp[-.0-9][^/]*$`), LibOMP},
	{regexp.MustCompile(`/openblas[^/]*/libblas[^/]*$`), OpenBLAS},
	{regexp.MustCompile(`/blis[^/]*/libblas[^/]*$`), BLIS},
	{regexp.MustCompile(`/atlas[^/]*/libblas[^/]*$`), ATLAS},
	{regexp.MustCompile(`/lib(c|f77)?blas[^/]*$`), Reference},
}

// kindOf returns the kind of library that a file is by its name, "" if by its
// name it is none.
func kindOf(path string) Kind {
	path = filepath.ToSlash(path)
	for _, n := range names {
		if n.pattern.MatchString(path) {
			return n.kind
		}
	}
	return ""
}

// "libblas.so.3.11.0", "libopenblasp-r0.3.21.so", "libopenblas.0.3.28.dylib".
var fileVersion = regexp.MustCompile(`(?:\.so\.|-r|^lib[a-z]+\.)([0-9]+(?:\.[0-9]+)+)(?:\.so|\.dylib)?$`)

// versionOf reads a version from the name of a file, "" if there is none.
func versionOf(path string) string {
	if m := fileVersion.FindStringSubmatch(filepath.Base(path)); m != nil {
		return m[1]
	}
	return ""
}

// width notes how wide integers are: what a function answers that is called
// counts more than what the library says of itself.
func (x *examination) width(isamax string, says int, how string) {
	if x.serving() && slices.ContainsFunc(x.served, func(s string) bool { return strings.HasPrefix(s, "cblas_") }) {
		if bits, ok := x.integerBits(isamax); ok {
			x.library.IntegerBits = bits
			x.says("%s reads integers of %d bits", isamax, bits)
			return
		}
	}
	if says != 0 {
		x.library.IntegerBits = says
		x.says("%s says that integers have %d bits", how, says)
	}
}

// usesOpenMP says whether the file wants functions of OpenMP from another one.
func (x *examination) usesOpenMP() bool {
	return x.imports("GOMP_parallel") || x.imports("__kmpc_fork_call")
}

// openMPBinding says which OpenMP a library that uses it has got.
func (x *examination) openMPBinding() {
	if x.library.Layer != LayerOpenMP {
		return
	}
	switch x.library.Kind {
	case LibGOMP, LibIOMP, LibOMP:
		return
	}
	for _, s := range []string{"GOMP_parallel", "__kmpc_fork_call"} {
		wanted := x.imports(s) || slices.ContainsFunc(x.parts, func(part string) bool { return (&file{name: part}).imports(s) })
		if runtime := x.binds(s); wanted && runtime != "" {
			x.says("its OpenMP is %s", runtime)
			return
		}
	}
}
