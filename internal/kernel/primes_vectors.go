//go:build (amd64 || arm64) && !race && !purego

package kernel

import (
	"sync"

	"arago/internal/kernel/pure"
	"arago/internal/roots"
)

// primeCall is how many butterflies of a radix times its square one call of a
// kernel makes at most: those of radix 61 take 0.7 µs with AVX-512, so that a call, in which the
// goroutine cannot be interrupted, takes 80 µs.
const primeCall = 400_000

// withPrimes adds the passes of the radices in primeRadices to passes, for blocks of
// width lines. They are made by a kernel that loops over the inputs of their
// butterflies and makes at most widest pairs of outputs at a time.
func withPrimes[R float32 | float64](width, widest int, kernel func(dst, src, tw, table []R, pairs []int, radix, chunk, blocks, span, from, to int), passes [MaxRadix + 1]func(dst, src, tw []R, blocks, span, from, to int)) [MaxRadix + 1]func(dst, src, tw []R, blocks, span, from, to int) {
	for _, r := range primeRadices {
		pairs, chunk, most := shares(r/2, widest), pure.Summands(r), primeCall/(r*r)
		table := sync.OnceValue(func() []R { return primeTable[R](r, pairs) })
		passes[r] = func(dst, src, tw []R, blocks, span, from, to int) {
			if from >= to {
				return
			}
			together := max(1, most/(to-from))
			for done := 0; done < blocks; done += together {
				at := 2 * done * r * span * width
				for q := from; q < to; q += most {
					kernel(dst[at:], src[at:], tw, table(), pairs, r, chunk, min(together, blocks-done), span, q, min(to, q+most))
				}
			}
		}
	}
	return passes
}

// shares cuts n into as few numbers of at most widest as can be, which differ by one
// at most.
func shares(n, widest int) []int {
	var s []int
	for left := (n + widest - 1) / widest; left > 0; left-- {
		s = append(s, (n+left-1)/left)
		n -= s[len(s)-1]
	}
	return s
}

// primeTable returns the cosines and sines that the kernel reads in its order.
func primeTable[R float32 | float64](r int, pairs []int) []R {
	cos, sin := make([]R, r), make([]R, r)
	for k := range r {
		c, s := roots.Of(k, r)
		cos[k], sin[k] = R(c), R(-s)
	}
	var table []R
	k := 1
	for _, n := range pairs {
		for j := 1; j <= r/2; j++ {
			for _, of := range [][]R{cos, sin} {
				for i := range n {
					table = append(table, of[j*(k+i)%r])
				}
			}
		}
		k += n
	}
	return table
}
