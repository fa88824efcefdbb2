package house_test

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// knows lists, for each package, the packages of Arago that it may import. A
// package that is not listed here fails the test: its place in the house is
// decided when it is built.
var knows = map[string][]string{
	// The ground floor: vocabulary and tools, which know nobody.
	"arago/grid":                {},
	"arago/internal/bytesize":   {},
	"arago/detect":              {"arago/detect/forkguard", "arago/internal/bytesize"},
	"arago/detect/forkguard":    {},
	"arago/detect/provoke":      {},
	"arago/internal/area":       {"arago/grid"},
	"arago/internal/atomicfile": {},
	"arago/internal/guarded":    {},
	"arago/internal/house":      {},
	"arago/internal/hugepage":   {},
	"arago/internal/parallel":   {},
	"arago/internal/roots":      {},

	"arago/internal/house/stopwatch": {},

	"arago/internal/kernel/pure":   {"arago/internal/roots"},
	"arago/internal/kernel/avx2":   {},
	"arago/internal/kernel/avx512": {},
	"arago/internal/kernel/neon":   {},
	"arago/internal/kernel":        {"arago/internal/roots", "arago/internal/kernel/pure", "arago/internal/kernel/avx2", "arago/internal/kernel/avx512", "arago/internal/kernel/neon"},
	"arago/internal/randomfield":   {"arago/internal/parallel"},
	"arago/internal/spline":        {"arago/grid", "arago/internal/parallel"},

	"arago/internal/kernel/kerneltest": {"arago/internal/kernel"},

	"arago/internal/passes": {"arago/backend", "arago/internal/hugepage"},

	"arago/internal/product": {"arago/backend", "arago/internal/kernel", "arago/internal/parallel", "arago/internal/passes"},
	"arago/internal/fft":     {"arago/backend", "arago/internal/kernel", "arago/internal/parallel", "arago/internal/passes", "arago/internal/roots"},

	"arago/internal/truth": {"arago/backend"},

	"arago/internal/kernel/peak":    {},
	"arago/internal/compare":        {"arago/backend", "arago/internal/truth"},
	"arago/internal/compare/report": {"arago/internal/compare", "arago/internal/kernel/peak"},

	"arago/backend":             {"arago/internal/hugepage", "arago/internal/kernel", "arago/internal/parallel"},
	"arago/backend/backendtest": {"arago/backend", "arago/internal/guarded", "arago/internal/truth"},
	"arago/backend/gonum":       {"arago/backend", "arago/internal/fft", "arago/internal/kernel", "arago/internal/parallel", "arago/internal/passes", "arago/internal/product"},
	"arago/backend/openblas":    {"arago/backend", "arago/detect", "arago/internal/bytesize", "arago/backend/gonum", "arago/internal/kernel", "arago/internal/parallel"},
	"arago/backend/fftw":        {"arago/backend", "arago/detect", "arago/internal/kernel", "arago/internal/parallel", "arago/internal/passes"},
	"arago/backend/accelerate":  {"arago/backend", "arago/detect", "arago/backend/gonum", "arago/internal/kernel", "arago/internal/parallel", "arago/internal/passes"},
	"arago/backend/all": {
		"arago/backend", "arago/backend/gonum", "arago/backend/openblas", "arago/backend/fftw", "arago/backend/accelerate",
	},

	"arago/fourier":  {"arago/backend", "arago/grid", "arago/internal/kernel", "arago/internal/parallel", "arago/internal/passes", "arago/internal/product"},
	"arago/tune":     {"arago/backend", "arago/fourier", "arago/grid", "arago/internal/atomicfile", "arago/internal/kernel", "arago/internal/parallel"},
	"arago/optics":   {"arago/grid", "arago/internal/area", "arago/internal/parallel", "arago/internal/randomfield", "arago/internal/spline"},
	"arago/measure":  {"arago/grid", "arago/internal/area"},
	"arago/fitsfile": {"arago/grid", "arago/internal/atomicfile"},

	"arago/propagate": {
		"arago/backend", "arago/fourier", "arago/grid", "arago/optics",
		"arago/internal/bytesize", "arago/internal/hugepage", "arago/internal/kernel", "arago/internal/parallel", "arago/internal/spline",
	},
	"arago/workers": {"arago/backend", "arago/detect", "arago/grid", "arago/propagate", "arago/internal/bytesize"},

	"arago/internal/axes":          {"arago/grid"},
	"arago/internal/colormap":      {},
	"arago/internal/live":          {"arago/grid", "arago/internal/axes", "arago/internal/colormap", "arago/propagate"},
	"arago/internal/live/livetest": {},
	"arago/internal/modes":         {"arago/internal/compare", "arago/internal/compare/report"},

	"arago/system": {"arago/fitsfile", "arago/grid", "arago/optics", "arago/propagate"},
	"arago/sweep": {
		"arago/fitsfile", "arago/fourier", "arago/grid", "arago/measure", "arago/propagate", "arago/system",
		"arago/internal/atomicfile", "arago/internal/failure", "arago/internal/parallel",
	},
	"arago/sweep/submit": {},

	// What the program and the C library share above the numerics.
	"arago/internal/failure":  {"arago/detect", "arago/propagate"},
	"arago/internal/settings": {"arago/backend", "arago/detect", "arago/fourier", "arago/tune", "arago/workers", "arago/internal/failure", "arago/internal/kernel"},
	"arago/internal/about": {
		"arago/backend", "arago/detect", "arago/fourier", "arago/propagate",
		"arago/internal/failure", "arago/internal/kernel", "arago/internal/settings", "arago/internal/source",
	},
	"arago/internal/source":    {"arago/propagate", "arago/system", "arago/internal/failure"},
	"arago/internal/imagefile": {"arago/fitsfile", "arago/grid", "arago/propagate", "arago/internal/about", "arago/internal/axes", "arago/internal/source"},

	"arago/internal/library": {
		"arago/backend", "arago/backend/all", "arago/detect", "arago/fitsfile", "arago/fourier", "arago/grid", "arago/propagate",
		"arago/internal/about", "arago/internal/bytesize", "arago/internal/failure", "arago/internal/imagefile", "arago/internal/kernel",
		"arago/internal/parallel", "arago/internal/passes", "arago/internal/settings", "arago/internal/source",
	},
	"arago/libarago": {"arago/detect/forkguard", "arago/internal/failure", "arago/internal/library"},

	"arago/cmd/arago": {
		"arago/backend", "arago/backend/all", "arago/backend/fftw", "arago/detect", "arago/fitsfile", "arago/fourier", "arago/grid",
		"arago/internal/atomicfile", "arago/internal/axes", "arago/internal/bytesize", "arago/internal/colormap", "arago/internal/compare", "arago/internal/compare/report",
		"arago/internal/about", "arago/internal/failure", "arago/internal/imagefile", "arago/internal/kernel", "arago/internal/settings", "arago/internal/source",
		"arago/internal/live", "arago/internal/modes",
		"arago/measure", "arago/optics", "arago/propagate", "arago/sweep", "arago/sweep/submit", "arago/system", "arago/tune", "arago/workers",
	},
}

// edges are the packages that may need more than the library's few modules:
// they read files of the outside world, or are the program.
var edges = map[string][]string{
	"arago/system":    {"github.com/pelletier/go-toml"},
	"arago/sweep":     {"github.com/pelletier/go-toml"},
	"arago/fitsfile":  {"codeberg.org/astrogo/fitsio"},
	"arago/cmd/arago": nil, // anything
	// The user's arago.toml.
	"arago/internal/settings": {"github.com/pelletier/go-toml"},
	// The comparison's table and charts, which the program shares with bench/.
	"arago/internal/compare/report": {"gonum.org/v1/plot"},
	"arago/internal/modes":          {"gonum.org/v1/plot"},
}

// libraryModules are what the library may need beyond the standard library.
var libraryModules = []string{
	"gonum.org/v1/gonum", "gonum.org/v1/netlib", "github.com/klauspost/cpuid", "golang.org/x/sys", "golang.org/x/sync",
}

type listed struct {
	ImportPath string
	Doc        string
	Standard   bool
	Imports    []string
}

// packages asks the go command for the packages of the repository, in the pure
// Go build and in those with native libraries; a package comes once for each.
func packages(t *testing.T) []listed {
	t.Helper()
	list, err := allPackages()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	return list
}

var allPackages = sync.OnceValues(func() ([]listed, error) {
	all, err := listPackages("CGO_ENABLED=0")
	for _, tags := range []string{"openblas,fftw", "mkl", "accelerate_standin"} {
		list, failed := listPackages("CGO_ENABLED=1", "-tags", tags)
		all, err = append(all, list...), errors.Join(err, failed)
	}
	return all, err
})

func listPackages(cgo string, flags ...string) ([]listed, error) {
	cmd := exec.Command("go", append(append([]string{"list", "-json=ImportPath,Doc,Imports"}, flags...), "./...")...)
	cmd.Dir = filepath.Join("..", "..")
	cmd.Stderr = os.Stderr
	cmd.Env = append(os.Environ(), cgo)
	out, err := cmd.Output()
	if err != nil {
		return nil, err
	}
	var list []listed
	decoder := json.NewDecoder(strings.NewReader(string(out)))
	for {
		var p listed
		err := decoder.Decode(&p)
		if errors.Is(err, io.EOF) {
			return list, nil
		}
		if err != nil {
			return nil, err
		}
		list = append(list, p)
	}
}

func TestArrowsOnlyGoDown(t *testing.T) {
	for _, p := range packages(t) {
		allowed, ok := knows[p.ImportPath]
		if !ok {
			t.Errorf("package %s has no place in the house; give it one in this test and in docs/architecture.md", p.ImportPath)
			continue
		}
		for _, i := range p.Imports {
			if strings.HasPrefix(i, "arago/") && !slices.Contains(allowed, i) {
				t.Errorf("%s imports %s, which it may not know", p.ImportPath, i)
			}
		}
	}
}

func TestTheLibraryNeedsFewModules(t *testing.T) {
	for _, p := range packages(t) {
		allowed := libraryModules
		if more, ok := edges[p.ImportPath]; ok {
			if more == nil {
				continue
			}
			allowed = append(slices.Clone(allowed), more...)
		}
		for _, i := range p.Imports {
			first, _, _ := strings.Cut(i, "/")
			if !strings.Contains(first, ".") { // the standard library, or ours
				continue
			}
			if !slices.ContainsFunc(allowed, func(m string) bool { return i == m || strings.HasPrefix(i, m+"/") }) {
				t.Errorf("%s imports %s; library packages need only %s", p.ImportPath, i, strings.Join(libraryModules, ", "))
			}
		}
	}
}

func TestEveryPackageSaysWhatItIs(t *testing.T) {
	for _, p := range packages(t) {
		if p.Doc == "" {
			t.Errorf("package %s has no package comment", p.ImportPath)
		}
	}
}

func TestTheDefaultBuildNeedsNoCCompiler(t *testing.T) {
	cmd := exec.Command("go", "list", "-deps", "./...")
	cmd.Dir = filepath.Join("..", "..")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	if slices.Contains(strings.Fields(string(out)), "runtime/cgo") {
		t.Error("a package of the default build needs cgo")
	}
}

func TestOnlyReleasedModulesAreUsed(t *testing.T) {
	for _, file := range []string{"go.mod", "tools/go.mod"} {
		text, err := os.ReadFile(filepath.Join("..", "..", file))
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), "replace ") {
			t.Errorf("%s replaces a module", file)
		}
	}
}
