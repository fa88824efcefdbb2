package roots_test

import (
	"math/rand/v2"
	"testing"

	"arago/internal/roots"
	"arago/internal/truth"
)

func TestRootsAreTheNearestNumbers(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{1, 2, 3, 4, 5, 7, 8, 12, 16, 60, 97, 1000, 1009, 4096, 8192, 999983, 1 << 20} {
		table := roots.NewTable(n)
		for range 300 {
			k := r.IntN(n)
			want := truth.Root(-k, n)
			re, im := table.At(k)
			of, imOf := roots.Of(k, n)
			if re != want.Re.Hi || im != want.Im.Hi {
				t.Fatalf("root %d of %d from the table is (%v, %v), want (%v, %v)", k, n, re, im, want.Re.Hi, want.Im.Hi)
			}
			if of != re || imOf != im {
				t.Fatalf("root %d of %d by itself is (%v, %v), from the table (%v, %v)", k, n, of, imOf, re, im)
			}
		}
	}
}

func TestRootsOfAnyIndexAreCountedModuloTheOrder(t *testing.T) {
	for _, k := range []int{-13, -1, 5, 19} {
		re, im := roots.Of(k, 12)
		wantRe, wantIm := roots.Of(((k%12)+12)%12, 12)
		if re != wantRe || im != wantIm {
			t.Errorf("root %d of 12 is (%v, %v), want (%v, %v)", k, re, im, wantRe, wantIm)
		}
	}
}
