//go:build cgo && blis && (linux || darwin)

package openblas

var linked = vendor{
	name: "blis", library: "BLIS", license: "BSD-3-Clause",
	files: map[string][]string{
		"linux":  {"libblis.so.4", "libblis.so.3"},
		"darwin": {"libblis.4.dylib", "/opt/homebrew/opt/blis/lib/libblis.4.dylib"},
	},
	install:   "install libblis4-openmp or libblis4-pthread (Debian), blis (Fedora, Homebrew, conda)",
	load:      load,
	recognise: func(l library) bool { return l.has("bli_info_get_version_str") && l.has("bli_thread_set_num_threads") },
	// BLIS 0.9 on a processor with AVX-512, all products up to 60 × 120 × 120 with each operand before a page
	// that is not there: no read of more than 16 bytes, none of the other precisions.
	readsBehind: 16,
}
