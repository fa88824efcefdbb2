package gonum

import (
	"math"

	"arago/backend"
	"arago/internal/kernel"
	"arago/internal/kernel/pure"
)

// line is a Fourier transform of negative sign of lines of one length. It is
// immutable; many goroutines may use it at once.
type line[R backend.Real] struct {
	n      int
	passes []pass[R]
	chirp  *chirp[R] // not nil where n has a prime factor that no pass serves
}

// pass is one Stockham pass: m butterflies of radix r.
type pass[R backend.Real] struct {
	radix, m  int
	twiddles  []R
	unitRoots []R // of RadixOdd
}

// radices are the radices of the passes, in the order in which they are taken
// out of a length. Four before two: fewer passes over memory.
var radices = []int{4, 2, 3, 5, 7, 11, pure.MaxOddRadix}

// factor returns the radices whose product is n, and false if n has a prime
// factor that none of them serves.
func factor(n int) (factors []int, ok bool) {
	for _, r := range radices {
		for n%r == 0 {
			factors = append(factors, r)
			n /= r
		}
	}
	return factors, n == 1
}

func newLine[R backend.Real](n int) *line[R] {
	l := &line[R]{n: n}
	factors, ok := factor(n)
	if !ok {
		l.chirp = newChirp[R](n)
		return l
	}
	for length := n; len(factors) > 0; factors = factors[1:] {
		r := factors[0]
		m := length / r
		p := pass[R]{radix: r, m: m, twiddles: make([]R, 0, 2*m*(r-1))}
		for i := range m {
			for k := 1; k < r; k++ {
				re, im := root(i*k, length)
				p.twiddles = append(p.twiddles, R(re), R(im))
			}
		}
		for j := range r {
			re, im := root(j, r)
			p.unitRoots = append(p.unitRoots, R(re), R(im))
		}
		l.passes = append(l.passes, p)
		length = m
	}
	return l
}

// root returns exp(−2πi·k/n), correct to the last bit or nearly so: the angle
// is brought into the first eighth of the circle by integer arithmetic.
func root(k, n int) (re, im float64) {
	k = ((k % n) + n) % n
	// Eighths of the circle: 8k/n counts them.
	octant, rest := 8*k/n, 8*k%n // angle = (octant + rest/n)·π/4
	if octant%2 == 1 {
		rest = n - rest // measured back from the end of the octant
	}
	sin, cos := math.Sincos(float64(rest) * (math.Pi / 4) / float64(n))
	if octant%4 == 1 || octant%4 == 2 {
		sin, cos = cos, sin
	}
	// The angle is −2πk/n: cosine negative in the middle half of the circle,
	// sine of the negative angle negative in the first half.
	if octant >= 2 && octant < 6 {
		cos = -cos
	}
	if octant < 4 {
		sin = -sin
	}
	return cos, sin
}

// work returns the number of reals of scratch memory that transform needs for
// a batch of lines.
func (l *line[R]) work(batch int) int {
	if l.chirp != nil {
		return 4 * l.chirp.length.n * batch
	}
	return 2 * l.n * batch
}

// transform replaces the lines in x by their transforms. Element e of line b
// stands at complex index e·batch + b. work is scratch memory.
func (l *line[R]) transform(x, work []R, batch int) {
	if l.chirp != nil {
		l.chirp.transform(x, work, batch)
		return
	}
	if out := l.run(x, work, batch); len(out) > 0 && &out[0] != &x[0] {
		copy(x, out)
	}
}

// run passes the lines back and forth between x and y and returns the one in
// which they end.
func (l *line[R]) run(x, y []R, batch int) []R {
	table := kernel.For[R]()
	x, y = x[:2*l.n*batch], y[:2*l.n*batch]
	s := batch
	for i := range l.passes {
		p := &l.passes[i]
		switch p.radix {
		case 2:
			table.Radix2(y, x, p.twiddles, p.m, s)
		case 3:
			table.Radix3(y, x, p.twiddles, p.m, s)
		case 4:
			table.Radix4(y, x, p.twiddles, p.m, s)
		case 5:
			table.Radix5(y, x, p.twiddles, p.m, s)
		default:
			table.RadixOdd(y, x, p.twiddles, p.unitRoots, p.radix, p.m, s)
		}
		s *= p.radix
		x, y = y, x
	}
	return x
}
