package detect

import (
	"os"
	"runtime"
	"runtime/debug"

	"arago/detect/forkguard"
)

// readProcess describes this process.
func readProcess() Process {
	p := Process{
		PID: os.Getpid(),
		OS:  runtime.GOOS, Arch: runtime.GOARCH, Go: runtime.Version(),
		Kernel: kernel(),
		Forked: forkguard.Forked(),
	}
	if p.Forked {
		p.Loader = forkguard.Loader()
	}
	if info, ok := debug.ReadBuildInfo(); ok && builtAsLibrary(info) {
		p.Embedded = true
		p.Host, _ = os.Executable()
	}
	return p
}

// builtAsLibrary says whether the code that info describes was built to be part of a
// program that somebody else starts.
func builtAsLibrary(info *debug.BuildInfo) bool {
	for _, s := range info.Settings {
		if s.Key == "-buildmode" {
			return s.Value == "c-shared" || s.Value == "c-archive"
		}
	}
	return false
}
