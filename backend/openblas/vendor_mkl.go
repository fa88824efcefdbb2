//go:build cgo && mkl && (linux || darwin)

package openblas

var linked = vendor{
	name: "mkl", library: "Intel MKL", license: "LicenseRef-Intel-Simplified-Software-License",
	files: map[string][]string{
		"linux":  {"libmkl_rt.so.3", "libmkl_rt.so.2", "libmkl_rt.so"},
		"darwin": {"libmkl_rt.2.dylib"},
	},
	install:   "install mkl (PyPI, conda) or intel-mkl (Debian, non-free)",
	load:      load,
	recognise: func(l library) bool { return l.has("MKL_Get_Version_String") && l.has("MKL_Set_Interface_Layer") },
	limit:     limitMKL,
}

// Constants of mkl_service.h and mkl_types.h.
const (
	mklInterfaceLP64       = 0
	mklThreadingSequential = 1
	mklReproducible        = 2 // MKL_CBWR_AUTO: the same bits wherever the operands lie
)

func limitMKL(l library) {
	// The layers count only before anything else is called.
	l.set("MKL_Set_Interface_Layer", mklInterfaceLP64)
	l.set("MKL_Set_Threading_Layer", mklThreadingSequential)
	l.set("MKL_CBWR_Set", mklReproducible)
	l.set("MKL_Set_Num_Threads", 1)
}
