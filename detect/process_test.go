package detect

import (
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
)

func TestTheProcessKnowsItself(t *testing.T) {
	p, _, _ := Limits()
	if p.PID != os.Getpid() || p.OS != runtime.GOOS || p.Arch != runtime.GOARCH || !strings.HasPrefix(p.Go, "go") && !strings.HasPrefix(p.Go, "devel") {
		t.Errorf("the process is %+v", p)
	}
	if p.Embedded || p.Host != "" || p.Forked || p.Loader != 0 {
		t.Errorf("a test is neither embedded nor forked, but the process is %+v", p)
	}
	if runtime.GOOS == "linux" {
		want, err := os.ReadFile("/proc/sys/kernel/osrelease")
		if err != nil {
			t.Fatal(err)
		}
		if p.Kernel != strings.TrimSpace(string(want)) {
			t.Errorf("the kernel is %q, want %q", p.Kernel, want)
		}
	}
}

func TestLibrariesAreEmbeddedProgramsAreNot(t *testing.T) {
	for mode, want := range map[string]bool{"exe": false, "pie": false, "c-shared": true, "c-archive": true} {
		info := &debug.BuildInfo{Settings: []debug.BuildSetting{{Key: "-compiler", Value: "gc"}, {Key: "-buildmode", Value: mode}}}
		if got := builtAsLibrary(info); got != want {
			t.Errorf("build mode %s: embedded is %v, want %v", mode, got, want)
		}
	}
	if builtAsLibrary(&debug.BuildInfo{}) {
		t.Error("a program that does not say how it was built counts as embedded")
	}
}
