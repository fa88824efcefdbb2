package fft_test

import (
	"fmt"
	"testing"

	"arago/internal/fft"
	"arago/internal/kernel"
)

// plain are costs that make every recipe plain to see: in each pass the work per
// element is the radix plus something for memory.
var plain = &fft.Costs{
	Near: 256,
	Pass: fft.RadixCosts{2: 6, 3: 8, 4: 8, 5: 11, 7: 16, 8: 12, 11: 30, 13: 40, 16: 14},
	Far:  fft.RadixCosts{2: 9, 3: 10, 4: 10, 5: 12, 7: 16, 8: 12, 11: 30, 13: 40, 16: 16},
	Move: 3, Clear: 1,
}

func TestRecipesOfSomeLengths(t *testing.T) {
	for _, c := range []struct {
		n, inputs, outputs int
		want               string
	}{
		{1, 1, 1, "1: "},
		{2, 2, 2, "2: passes 2"},
		{30, 30, 30, "30: passes 5·3·2"},
		{1024, 1024, 1024, "1024: passes 16·16·4"},
		{4096, 4096, 4096, "4096: passes 16·16·16"},
		{1001, 1001, 1001, "1001: passes 13·11·7"},
		// 1 kilopixel in 4: the first pass of radix 4 only copies, and the last one
		// makes 640 of its 2048 butterflies.
		{4096, 1024, 640, "4096: spread 4, passes 16·4·8·2"},
		{4096, 1025, 4096, "4096: spread 2, passes 16·8·16"},
		// A prime p for which p−1 has small factors only; one for which it has not.
		{257, 257, 257, "257: rader 257 by 16·16"},
		{47, 47, 47, "47: bluestein 47 by 16·3·2"},
		{514, 514, 514, "514: rader 257 by 16·16, passes 2"},
		// 997·991: both by one convolution.
		{988027, 988027, 988027, "988027: bluestein 988027 by 16·16·8·8·8·16"},
	} {
		t.Run(fmt.Sprintf("%d of %d, %d wanted", c.inputs, c.n, c.outputs), func(t *testing.T) {
			if got := fft.Choose(plain, c.n, c.inputs, c.outputs).String(); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

func TestEveryRecipeMakesItsLengthOfWhatTheKernelsHave(t *testing.T) {
	for _, set := range kernel.Sets() {
		check(t, fft.CostsOf[float64](set), kernel.Of[float64](set).Pass[:])
		check(t, fft.CostsOf[float32](set), kernel.Of[float32](set).Pass[:])
	}
}

func check[F any](t *testing.T, c *fft.Costs, passes []F) {
	t.Helper()
	for n := 1; n <= 2000; n++ {
		for _, part := range []int{1, 3, 16} {
			inputs, outputs := (n+part-1)/part, (n+part)/(part+1)
			r := fft.Choose(c, n, inputs, outputs)
			length := r.Spread
			if r.Leaf.Method != 0 {
				length *= r.Leaf.N
			}
			for _, radix := range append(r.Radices, r.Leaf.Inner...) {
				if c.Pass[radix] == 0 {
					t.Fatalf("%v: radix %d has no cost", r, radix)
				}
			}
			for _, radix := range r.Radices {
				length *= radix
			}
			if length != n {
				t.Fatalf("%v has length %d", r, length)
			}
			if r.Spread*inputs > n {
				t.Fatalf("%v cannot spread %d inputs", r, inputs)
			}
			switch r.Leaf.Method {
			case fft.Rader:
				if got := product(r.Leaf.Inner); got != r.Leaf.N-1 {
					t.Fatalf("%v: the convolution has length %d", r, got)
				}
			case fft.Bluestein:
				if got := product(r.Leaf.Inner); got < 2*r.Leaf.N-1 {
					t.Fatalf("%v: the convolution has length %d", r, got)
				}
			}
		}
	}
}

func product(factors []int) int {
	n := 1
	for _, f := range factors {
		n *= f
	}
	return n
}
