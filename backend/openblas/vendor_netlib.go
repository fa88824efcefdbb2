//go:build cgo && netlib && (linux || darwin)

package openblas

var linked = vendor{
	name: "netlib", library: "reference BLAS", license: "BSD-3-Clause",
	// On Debian libblas.so.3 is whatever BLAS the administrator prefers, and the
	// reference stands in a folder of its own; the loader knows what $LIB is.
	// Fedora has the CBLAS in a file of its own.
	files:   map[string][]string{"linux": {"libblas.so.3", "/usr/$LIB/blas/libblas.so.3", "libcblas.so.3"}},
	install: "install libblas3 (Debian) or blas (Fedora)",
	// CBLAS_CallFromC is a variable of the reference CBLAS (cblas_globals.c).
	load:      load,
	recognise: func(l library) bool { return l.has("CBLAS_CallFromC") && !l.has("openblas_get_config") },
}
