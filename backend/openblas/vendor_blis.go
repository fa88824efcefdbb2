//go:build cgo && blis && (linux || darwin)

package openblas

// #include "library.h"
import "C"

import (
	"errors"
	"strconv"
)

var linked = vendor{
	name: "blis", library: "BLIS", license: "BSD-3-Clause",
	files: map[string][]string{
		"linux":  {"libblis.so.4", "libblis.so.3"},
		"darwin": {"libblis.4.dylib", "/opt/homebrew/opt/blis/lib/libblis.4.dylib"},
	},
	install:   "install libblis4-openmp or libblis4-pthread (Debian), blis (Fedora, Homebrew, conda)",
	load:      load,
	recognise: func(l library) bool { return l.has("bli_info_get_version_str") && l.has("bli_thread_set_num_threads") },
	prepare:   prepareBLIS,
}

func prepareBLIS(l library) (answer, error) {
	l.set("bli_thread_set_num_threads", 1)
	if n := l.number("bli_thread_get_num_threads"); n != 1 {
		return answer{}, errors.New("it was set to 1 thread and uses " + strconv.Itoa(n))
	}
	return answer{
		version:      l.text("bli_info_get_version_str"),
		architecture: C.GoString(C.arago_blas_text_of(l.symbol("bli_arch_string"), C.int(l.number("bli_arch_query_id")))),
	}, nil
}
