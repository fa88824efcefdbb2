package detect

import (
	"path/filepath"
	"strings"
)

// openMP recognises the runtimes of OpenMP. They have each other's functions:
// Intel's and LLVM's are one family and serve programs made for GCC's.
func (x *examination) openMP() bool {
	family := x.defines("__kmpc_fork_call")
	switch {
	case family && strings.Contains(filepath.Base(x.path()), "iomp"):
		x.library.Kind = LibIOMP
		x.says("it has __kmpc_fork_call, and iomp in its name")
	case family:
		x.library.Kind = LibOMP
		x.says("it has __kmpc_fork_call")
	case x.defines("GOMP_parallel"):
		x.library.Kind = LibGOMP
		x.says("it has GOMP_parallel and no __kmpc_fork_call")
		// The number is of this thread; a new one begins with the process's.
		// Runtimes of the other family may end the process if asked.
		if n, ok := x.number("omp_get_max_threads"); ok {
			x.library.Threads = n
		}
	case x.named(LibGOMP), x.named(LibIOMP), x.named(LibOMP):
	default:
		return false
	}
	x.library.Layer, x.library.ConcurrentCalls = LayerOpenMP, Yes
	return true
}
