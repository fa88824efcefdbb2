//go:build !race && !purego

package kernel

import (
	"slices"
	"testing"
)

func TestEveryARM64HasNEON(t *testing.T) {
	if got := Sets(); !slices.Equal(got, []Set{Pure, NEON}) {
		t.Errorf("the sets are %v, want pure and neon", got)
	}
}
