package detect

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// "Intel(R) oneAPI Math Kernel Library Version 2024.1-Product Build 20240215
// for Intel(R) 64 architecture applications".
var mklVersionForm = regexp.MustCompile(`Version ([0-9][0-9.]*)`)

// mklVersion reads the version from what MKL says of itself.
func mklVersion(text string) string {
	if m := mklVersionForm.FindStringSubmatch(text); m != nil {
		return m[1]
	}
	return text
}

// mklBranches are the kernels that MKL_CBWR_Get_Auto_Branch numbers
// (mkl_types.h).
var mklBranches = map[int]string{
	3: "compatible", 4: "SSE2", 8: "SSE4.2", 9: "AVX", 10: "AVX2", 12: "AVX512", 14: "AVX512_E1", 15: "AVX10",
}

// mklLayers are the threading layers that MKL_Set_Threading_Layer numbers.
var mklLayers = map[int]Layer{0: LayerOpenMP, 1: LayerSerial, 2: LayerOpenMP, 3: LayerOpenMP, 4: LayerTBB}

// mklLayerFiles are the files of the threading layers, without "lib".
var mklLayerFiles = map[string]Layer{
	"mkl_intel_thread": LayerOpenMP, "mkl_gnu_thread": LayerOpenMP, "mkl_pgi_thread": LayerOpenMP,
	"mkl_tbb_thread": LayerTBB, "mkl_sequential": LayerSerial,
}

func (x *examination) mkl() bool {
	if !x.sign(MKL, "MKL_Get_Version_String") {
		return false
	}
	l := &x.library
	if x.serving() && !slices.ContainsFunc(x.served, func(s string) bool { return !strings.HasPrefix(s, "fftw") }) {
		l.Kind = MKLFFTW
	}
	// The files of one MKL lie in one folder, and libmkl_rt stands for all.
	var layers, interfaces []string
	for _, f := range x.mapped {
		name, _, _ := strings.Cut(strings.TrimPrefix(filepath.Base(f), "lib"), ".")
		if filepath.Dir(f) != filepath.Dir(x.path()) || !strings.HasPrefix(name, "mkl_") {
			continue
		}
		if f != x.path() {
			x.part(f)
			if name == "mkl_rt" && !x.serving() {
				x.within = true
				return true
			}
		}
		if layer, ok := mklLayerFiles[name]; ok {
			layers = append(layers, name)
			l.Layer = layer
		}
		if name == "mkl_intel_lp64" || name == "mkl_intel_ilp64" {
			interfaces = append(interfaces, name)
		}
	}
	if len(layers) != 1 {
		l.Layer = LayerUnknown
	}
	if len(layers) > 0 {
		x.says("its threading layer is %s", strings.Join(layers, ", "))
	}
	// An MKL that nobody has used yet would choose and load a layer if it were
	// asked for more than its version.
	if x.serving() || len(layers) > 0 {
		x.askMKL()
	}
	if text, ok := x.fill("MKL_Get_Version_String"); ok {
		l.Version = mklVersion(text)
		x.says("MKL_Get_Version_String() is %q", strings.TrimSpace(text))
	}
	says, how := 0, "the interface layer "+strings.Join(interfaces, "")
	if len(interfaces) == 1 {
		says = 32
		if strings.Contains(interfaces[0], "ilp64") {
			says = 64
		}
	}
	x.width("cblas_isamax", says, how)
	l.ConcurrentCalls = Yes
	return true
}

// askMKL asks for the threads and the layer of an MKL that has chosen it, or may.
func (x *examination) askMKL() {
	l := &x.library
	layer := func() {
		// −1 changes nothing and returns the layer, or −1 if none is chosen.
		if n, ok := x.numberOf("MKL_Set_Threading_Layer", -1); ok && n >= 0 {
			l.Layer = mklLayers[n]
			x.says("MKL_Set_Threading_Layer(-1) is %d", n)
		}
	}
	layer()
	if rivalOpenMP(x.mapped) && l.Layer != LayerSerial && l.Layer != LayerTBB {
		return
	}
	if n, ok := x.number("MKL_Get_Max_Threads"); ok {
		l.Threads = n
	}
	if branch, ok := x.number("MKL_CBWR_Get_Auto_Branch"); ok {
		l.Architecture = mklBranches[branch]
	}
	if l.Layer == LayerUnknown {
		layer()
	}
}

// rivalOpenMP says whether there are two OpenMP runtimes of Intel's and LLVM's
// family, of which the one that is used second ends the process.
func rivalOpenMP(mapped []string) bool {
	n := 0
	for _, f := range mapped {
		if k := kindOf(f); k == LibIOMP || k == LibOMP {
			n++
		}
	}
	return n > 1
}
