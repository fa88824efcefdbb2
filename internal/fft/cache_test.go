package fft

import (
	"testing"

	"arago/internal/kernel"
)

func TestTheCostOfAWindowIsItsOwnWhateverWasTransformedBefore(t *testing.T) {
	for _, set := range kernel.Sets() {
		for _, n := range []int{480, 600, 640} {
			fresh, used := caches[float64]()[set], caches[float64]()[set]
			used.get(n, 0, n, 0, n)
			want, got := fresh.get(n, 0, 400, 0, n).cost, used.get(n, 0, 400, 0, n).cost
			if got != want || got <= 0 {
				t.Errorf("%s: a window of %d costs %g, and %g after a whole transform: the order of the axes, and with it the bits, would change", set, n, want, got)
			}
		}
	}
}

func TestAxesOfOneRecipeShareTheirLine(t *testing.T) {
	c := caches[float64]()[kernel.Sets()[0]]
	a, b := c.get(640, 0, 640, 0, 640), c.get(640, 0, 640, 320, 640)
	if a.line != b.line {
		t.Error("the tables of a length were made twice")
	}
	if a == b || c.get(640, 0, 640, 0, 640) != a {
		t.Error("an axis was not kept apart by its window")
	}
}
