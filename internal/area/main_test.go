package area_test

import (
	"flag"
	"os"
	"testing"
)

// TestMain gives the properties a fixed seed, unless the command line has
// another, and keeps failures out of the source tree.
func TestMain(m *testing.M) {
	for name, value := range map[string]string{"rapid.seed": "1", "rapid.nofailfile": "true"} {
		if err := flag.Set(name, value); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}
