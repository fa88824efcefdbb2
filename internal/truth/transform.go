package truth

import (
	"math/bits"

	"arago/backend"
)

// Transform returns the transform t of src in double-double precision: the
// whole result, t.Rows × t.Cols elements row by row, or that of one axis of
// every line. src is the whole input.
func Transform(src backend.Matrix[complex128], t backend.FFT2) []Complex {
	x := make([]Complex, src.Rows*src.Cols)
	for i := range src.Rows {
		for j, v := range src.Row(i) {
			x[i*src.Cols+j] = ComplexOf(v)
		}
	}
	if t.Along != backend.AlongColumns {
		lines(x, newPlan(src.Cols, t.Sign), src.Rows, src.Cols, 1)
	}
	if t.Along != backend.AlongRows {
		lines(x, newPlan(src.Rows, t.Sign), src.Cols, 1, src.Cols)
	}
	return x
}

// lines transforms lines of x: element e of line l stands at l·lineStep + e·step.
func lines(x []Complex, p plan, count, lineStep, step int) {
	in, out := make([]Complex, p.size()), make([]Complex, p.size())
	for l := range count {
		for e := range in {
			in[e] = x[l*lineStep+e*step]
		}
		p.transform(out, in)
		for e := range out {
			x[l*lineStep+e*step] = out[e]
		}
	}
}

// plan is the transform of lines of one length.
type plan interface {
	size() int
	// transform writes the transform of in to out and leaves in as it is.
	transform(out, in []Complex)
}

// largestRadix is the largest prime that is transformed by its definition.
const largestRadix = 13

func newPlan(n, sign int) plan {
	var radices []int
	rest := n
	for r := 2; r <= largestRadix; r++ {
		for rest%r == 0 {
			radices = append(radices, r)
			rest /= r
		}
	}
	if rest > 1 {
		return newChirp(n, sign)
	}
	return mixed{radices, roots(n, sign)}
}

// roots returns exp(sign·2πi·k/n), k = 0 … n−1.
func roots(n, sign int) []Complex {
	w := make([]Complex, n)
	for k := range w {
		w[k] = Root(sign*k, n)
	}
	return w
}

// mixed is the transform of a product of small primes, by decimation in time
// (Cooley and Tukey 1965, Math. Comp. 19, 297).
type mixed struct {
	radices []int
	roots   []Complex
}

func (m mixed) size() int { return len(m.roots) }

func (m mixed) transform(out, in []Complex) { m.part(out, in, 1, m.radices) }

// part transforms every step-th element of in, len(out) of them.
func (m mixed) part(out, in []Complex, step int, radices []int) {
	if len(out) == 1 {
		out[0] = in[0]
		return
	}
	r := radices[0]
	span := len(out) / r
	for j := range r {
		m.part(out[j*span:][:span], in[j*step:], step*r, radices[1:])
	}
	var a [largestRadix]Complex
	for q := range span {
		for j := range r {
			a[j] = out[q+j*span]
			if j*q > 0 {
				a[j] = a[j].Mul(m.roots[j*q*step])
			}
		}
		if r == 2 {
			out[q], out[q+span] = a[0].Add(a[1]), a[0].Sub(a[1])
			continue
		}
		for k := range r {
			sum := a[0]
			for j := 1; j < r; j++ {
				sum = sum.Add(a[j].Mul(m.roots[j*k%r*(len(m.roots)/r)]))
			}
			out[q+k*span] = sum
		}
	}
}

// chirp is the transform of any length as a convolution, whose length is a
// power of two (Bluestein 1970, IEEE Trans. Audio Electroacoust. 18, 451).
type chirp struct {
	// factors are exp(sign·πi·k²/n).
	factors []Complex
	// kernel is the transform of their conjugates, divided by its length.
	kernel       []Complex
	there, again mixed
}

func newChirp(n, sign int) chirp {
	size := 1 << bits.Len(uint(2*n-2))
	c := chirp{factors: make([]Complex, n), kernel: make([]Complex, size)}
	c.there, c.again = newPlan(size, 1).(mixed), newPlan(size, -1).(mixed)
	kernel := make([]Complex, size)
	scale := Of(1 / float64(size))
	for k := range n {
		// k² may not be an int where it has 32 bits.
		f := Root(sign*int(int64(k)*int64(k)%int64(2*n)), 2*n)
		c.factors[k] = f
		f = f.Conj()
		f = Complex{f.Re.Mul(scale), f.Im.Mul(scale)}
		kernel[k], kernel[(size-k)%size] = f, f
	}
	c.there.transform(c.kernel, kernel)
	return c
}

func (c chirp) size() int { return len(c.factors) }

func (c chirp) transform(out, in []Complex) {
	a, b := make([]Complex, len(c.kernel)), make([]Complex, len(c.kernel))
	for k, f := range c.factors {
		a[k] = in[k].Mul(f)
	}
	c.there.transform(b, a)
	for k, f := range c.kernel {
		b[k] = b[k].Mul(f)
	}
	c.again.transform(a, b)
	for k, f := range c.factors {
		out[k] = a[k].Mul(f)
	}
}
