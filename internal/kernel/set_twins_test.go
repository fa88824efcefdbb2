//go:build race || purego || (!amd64 && !arm64)

package kernel

import (
	"slices"
	"testing"
)

func TestOnlyTheTwinsAreInThisBuild(t *testing.T) {
	if got := Sets(); !slices.Equal(got, []Set{Pure}) {
		t.Errorf("the sets are %v, want pure alone", got)
	}
}
