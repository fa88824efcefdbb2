//go:build !cgo || !((accelerate && darwin) || accelerate_standin)

package accelerate_test

import (
	"errors"
	"testing"

	"arago/backend"
	"arago/backend/accelerate"
)

func TestABuildWithoutAccelerateNamesTheTagThatAddsIt(t *testing.T) {
	_, err := accelerate.New()
	var missing *backend.NotBuiltError
	if !errors.Is(err, backend.ErrNotBuilt) || !errors.As(err, &missing) {
		t.Fatalf("New answers %v, want a NotBuiltError", err)
	}
	if missing.Name != accelerate.Name || missing.Tag != "accelerate" || missing.Adds == "" {
		t.Errorf("the error is about %+v", missing)
	}
}
