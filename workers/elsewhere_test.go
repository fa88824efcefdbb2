//go:build !unix

package workers

import (
	"context"
	"errors"
	"testing"

	"arago/propagate"
)

func TestThereAreNoWorkerProcessesHere(t *testing.T) {
	if Supported() {
		t.Error("they are said to be supported")
	}
	if _, _, err := Run(context.Background(), new(propagate.Plan), Job{}); !errors.Is(err, ErrUnsupported) {
		t.Errorf("error %v, want ErrUnsupported", err)
	}
	if code := Serve(nil); code != 1 {
		t.Errorf("exit code %d", code)
	}
}
