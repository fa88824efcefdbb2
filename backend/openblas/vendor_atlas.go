//go:build cgo && atlas && (linux || darwin)

package openblas

var linked = vendor{
	name: "atlas", library: "ATLAS", license: "BSD-3-Clause",
	// Debian's, Fedora's. The number of threads of an ATLAS is fixed when it is
	// built: only the serial libraries are looked for.
	files:     map[string][]string{"linux": {"libcblas.so.3", "libsatlas.so.3"}},
	install:   "install libatlas3-base (Debian) or atlas (Fedora)",
	load:      load,
	recognise: func(l library) bool { return l.has("ATL_xerbla") },
}
