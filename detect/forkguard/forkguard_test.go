package forkguard

import (
	"os"
	"os/exec"
	"testing"
)

const childVariable = "ARAGO_FORKGUARD_TEST_CHILD"

func TestAProcessThatLoadedArago(t *testing.T) {
	if Forked() || Loader() != os.Getpid() {
		t.Errorf("process %d is forked: %v, from %d", os.Getpid(), Forked(), Loader())
	}
}

// The worker processes of Arago begin so.
func TestAProcessThatExecStartedIsNotForked(t *testing.T) {
	if os.Getenv(childVariable) != "" {
		return
	}
	child := exec.Command(os.Args[0], "-test.run=TestAProcessThatLoadedArago")
	child.Env = append(os.Environ(), childVariable+"=1")
	if out, err := child.CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}
