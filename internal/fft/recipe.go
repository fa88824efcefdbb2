package fft

import (
	"fmt"
	"slices"
	"strings"
)

// Recipe is how lines of a length are transformed: from the inside out, a leaf or
// a spreading if there is one, then passes. It is plain data; [Choose] makes it.
type Recipe struct {
	// N is the length.
	N int

	// Leaf transforms the groups of elements that the first pass works on, where N
	// has a prime factor for which there is no pass; its method is 0 where there is
	// none.
	Leaf Leaf

	// Spread is 1, or the radix of a first pass that finds at most one element of
	// each butterfly different from zero: it only copies and turns.
	Spread int

	// Radices are the radices of the passes, in their order. Their product with
	// Spread and the length of the leaf is N.
	Radices []int

	// Cost is the predicted time for one line, in the unit of the cost tables.
	Cost float64
}

// Method is a way to transform a length that no pass serves.
type Method int

const (
	// Rader writes the transform of a prime p as a cyclic convolution of length p−1
	// (Rader 1968, Proc. IEEE 56, 1107).
	Rader Method = iota + 1
	// Bluestein writes that of any n as a convolution of length 2n−1, filled up to
	// a good length (Bluestein 1970, IEEE Trans. AU-18, 451).
	Bluestein
)

// Leaf is a transform by convolution.
type Leaf struct {
	Method Method
	// N is the length of the transform.
	N int
	// Inner are the radices of the transforms that make the convolution, in their
	// order; their product is its length.
	Inner []int
}

// innerLength returns the length of the convolution.
func (l Leaf) innerLength() int { return product(l.Inner) }

// String says it all in a line: "134: rader 67 by 6·11, passes 2".
func (r Recipe) String() string {
	parts := []string{}
	switch r.Leaf.Method {
	case Rader:
		parts = append(parts, fmt.Sprintf("rader %d by %s", r.Leaf.N, joined(r.Leaf.Inner)))
	case Bluestein:
		parts = append(parts, fmt.Sprintf("bluestein %d by %s", r.Leaf.N, joined(r.Leaf.Inner)))
	}
	if r.Spread > 1 {
		parts = append(parts, fmt.Sprintf("spread %d", r.Spread))
	}
	if len(r.Radices) > 0 {
		parts = append(parts, "passes "+joined(r.Radices))
	}
	return fmt.Sprintf("%d: %s", r.N, strings.Join(parts, ", "))
}

func joined(radices []int) string {
	return strings.ReplaceAll(strings.Trim(fmt.Sprint(radices), "[]"), " ", "·")
}

func product(factors []int) int {
	n := 1
	for _, f := range factors {
		n *= f
	}
	return n
}

// Choose returns the cheapest recipe for lines of n elements, of which inputs in
// succession (modulo n) may differ from zero and outputs in succession are
// wanted.
func Choose(c *Costs, n, inputs, outputs int) Recipe {
	smooth, rest := c.split(n)
	if rest == 1 {
		return c.cheapestPasses(n, inputs, outputs)
	}
	best := c.withLeaf(n, n, outputs)
	if smooth > 1 {
		if r := c.withLeaf(n, rest, outputs); r.Cost < best.Cost {
			best = r
		}
	}
	return best
}

// split returns the factors of n that passes serve and the rest.
func (c *Costs) split(n int) (smooth, rest int) {
	rest = n
	for p := 2; p < len(c.Pass); p++ {
		for isPrime(p) && c.Pass[p] > 0 && rest%p == 0 {
			rest /= p
		}
	}
	return n / rest, rest
}

// cheapestPasses is Choose for an n that passes serve.
func (c *Costs) cheapestPasses(n, inputs, outputs int) Recipe {
	best := Recipe{N: n, Spread: 1}
	best.Radices, best.Cost = c.chain(n, 1, outputs)
	if inputs == n {
		return best
	}
	best.Cost += c.expansion(n, inputs)
	for spread := 2; spread*inputs <= n; spread++ {
		if n%spread != 0 {
			continue
		}
		radices, cost := c.chain(n, spread, outputs)
		if cost += c.expansion(n, spread*inputs); cost < best.Cost {
			best = Recipe{N: n, Spread: spread, Radices: radices, Cost: cost}
		}
	}
	return best
}

// expansion returns what it costs to bring some of the n elements of a line to their
// positions where the others are zero.
func (c *Costs) expansion(n, some int) float64 {
	cost := c.Move * float64(some)
	if some < n {
		cost += c.Clear * float64(n)
	}
	return cost
}

// chain returns the cheapest radices that lead from groups of span elements to
// n, and what they cost. A pass whose span is greater than the outputs wanted
// makes only those of its butterflies that give one.
func (c *Costs) chain(n, span, outputs int) (radices []int, cost float64) {
	type step struct {
		radix int
		cost  float64
	}
	known := map[int]step{n: {}}
	var from func(span int) step
	from = func(span int) step {
		if s, ok := known[span]; ok {
			return s
		}
		best := step{cost: -1}
		for r := len(c.Pass) - 1; r > 1; r-- {
			if c.Pass[r] == 0 || n/span%r != 0 {
				continue
			}
			cost := from(span*r).cost + c.pass(r, n, span)*min(1, float64(outputs)/float64(span))
			if best.cost < 0 || cost < best.cost {
				best = step{r, cost}
			}
		}
		known[span] = best
		return best
	}
	cost = from(span).cost
	for span < n {
		r := known[span].radix
		radices = append(radices, r)
		span *= r
	}
	return radices, cost
}

// withLeaf returns the recipe that begins with leaves of length leaf, the rest by
// passes.
func (c *Costs) withLeaf(n, leaf, outputs int) Recipe {
	l, leafCost := c.leaf(leaf)
	r := Recipe{N: n, Leaf: l, Spread: 1}
	r.Radices, r.Cost = c.chain(n, leaf, outputs)
	r.Cost += leafCost * float64(n/leaf)
	return r
}

// leaf returns the cheaper of the methods for n.
func (c *Costs) leaf(n int) (Leaf, float64) {
	best := Leaf{Method: Bluestein, N: n}
	cost := -1.0
	for _, m := range goodLengths(2*n - 1) {
		radices, passes := c.chain(m, 1, m)
		if total := 2*passes + c.Move*float64(2*m+2*n); cost < 0 || total < cost {
			best.Inner, cost = radices, total
		}
	}
	if _, rest := c.split(n - 1); rest == 1 && isPrime(n) {
		radices, passes := c.chain(n-1, 1, n-1)
		if total := 2*passes + c.Move*float64(3*n); total < cost {
			best, cost = Leaf{Rader, n, radices}, total
		}
	}
	return best, cost
}

// goodLengths returns the numbers with no prime factor above 7 from n up to some
// more than n: the next power of two would be at most twice as much, and a good
// length is much nearer.
func goodLengths(n int) []int {
	var lengths []int
	limit := n + n/4 + 16
	for seven := 1; seven <= limit; seven *= 7 {
		for five := seven; five <= limit; five *= 5 {
			for three := five; three <= limit; three *= 3 {
				for m := three; m <= limit; m *= 2 {
					if m >= n {
						lengths = append(lengths, m)
					}
				}
			}
		}
	}
	slices.Sort(lengths)
	return lengths
}

func isPrime(n int) bool {
	for d := 2; d*d <= n; d++ {
		if n%d == 0 {
			return false
		}
	}
	return n > 1
}
