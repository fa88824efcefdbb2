//go:build cgo && mkl && (linux || darwin)

package openblas

// #cgo noescape arago_blas_mkl_version
// #cgo nocallback arago_blas_mkl_version
// #include "library.h"
import "C"

import (
	"errors"
	"regexp"
	"strconv"
)

var linked = vendor{
	name: "mkl", library: "Intel MKL", license: "LicenseRef-Intel-Simplified-Software-License",
	files: map[string][]string{
		"linux":  {"libmkl_rt.so.3", "libmkl_rt.so.2", "libmkl_rt.so"},
		"darwin": {"libmkl_rt.2.dylib"},
	},
	install:   "install mkl (PyPI, conda) or intel-mkl (Debian, non-free)",
	load:      load,
	recognise: func(l library) bool { return l.has("MKL_Get_Version_String") && l.has("MKL_Set_Interface_Layer") },
	prepare:   prepareMKL,
}

// Constants of mkl_service.h and mkl_types.h.
const (
	mklInterfaceLP64       = 0
	mklThreadingSequential = 1
	mklReproducible        = 2 // MKL_CBWR_AUTO: the same bits wherever the operands lie
)

// mklBranches are the kernels that MKL_CBWR_Get_Auto_Branch numbers.
var mklBranches = map[int]string{
	3: "compatible", 4: "SSE2", 8: "SSE4.2", 9: "AVX", 10: "AVX2", 12: "AVX512", 14: "AVX512_E1", 15: "AVX10",
}

func prepareMKL(l library) (answer, error) {
	// The layers count only before anything else is called.
	l.set("MKL_Set_Interface_Layer", mklInterfaceLP64)
	l.set("MKL_Set_Threading_Layer", mklThreadingSequential)
	l.set("MKL_CBWR_Set", mklReproducible)
	l.set("MKL_Set_Num_Threads", 1)
	if n := l.number("MKL_Get_Max_Threads"); n != 1 {
		return answer{}, errors.New("it was set to 1 thread and uses " + strconv.Itoa(n))
	}
	return answer{
		version:      mklVersion(mklText(l)),
		architecture: mklBranches[l.number("MKL_CBWR_Get_Auto_Branch")],
	}, nil
}

// mklText returns what MKL says of itself.
func mklText(l library) string {
	var buffer [200]C.char
	C.arago_blas_mkl_version(l.symbol("MKL_Get_Version_String"), &buffer[0], C.int(len(buffer)))
	return C.GoString(&buffer[0])
}

var mklVersionWords = regexp.MustCompile(`Version (\S+)`)

// mklVersion reads "Intel(R) oneAPI Math Kernel Library Version 2024.1-Product
// Build 20240215 for Intel(R) 64 architecture applications".
func mklVersion(text string) string {
	if m := mklVersionWords.FindStringSubmatch(text); m != nil {
		return m[1]
	}
	return text
}
