package main

import (
	"fmt"
	"math"
	"math/rand/v2"

	"arago/internal/truth"
)

// product is a matrix product of Rows × Inner by Inner × Cols complex numbers.
// With Real the left matrix is real.
type product struct {
	Rows, Inner, Cols int
	Real              bool
	Kind              kind
}

// kind says what stands in the matrices.
type kind string

const (
	// uniform numbers lie in [−1, 1).
	uniform kind = "uniform"
	// wide numbers have magnitudes of 10⁻⁸ … 10⁸, evenly on a logarithmic scale.
	wide kind = "10⁻⁸ … 10⁸"
	// cancelling sums: the second half of each takes away the first but for 10⁻⁵.
	cancelling kind = "cancelling"
)

// products are the cases of the tables: square ones, the thin ones of folded and
// compressed transforms, and one with a long inner size. Large ones are of one
// kind: what numbers do to errors, smaller ones show.
var products = func() []product {
	var list []product
	for _, realLeft := range []bool{true, false} {
		for _, c := range []struct {
			rows, inner, cols int
			kinds             []kind
		}{
			{64, 64, 64, []kind{uniform, wide, cancelling}},
			{512, 512, 512, []kind{uniform, wide, cancelling}},
			{1024, 1024, 1024, []kind{uniform}},
			{40, 512, 1024, []kind{uniform, wide, cancelling}},
			{120, 1024, 2048, []kind{uniform}},
			{240, 2048, 2048, []kind{uniform}},
			{48, 16384, 48, []kind{uniform, wide, cancelling}},
		} {
			for _, k := range c.kinds {
				list = append(list, product{c.rows, c.inner, c.cols, realLeft, k})
			}
		}
	}
	return list
}()

func (c product) String() string {
	left := "complex"
	if c.Real {
		left = "real"
	}
	return fmt.Sprintf("%s %d × %d · complex %d × %d", left, c.Rows, c.Inner, c.Inner, c.Cols)
}

// terms is the number of products of reals in the sum of one part of an element.
func (c product) terms() int {
	if c.Real {
		return c.Inner
	}
	return 2 * c.Inner
}

// gamma is γ_n = n·u/(1 − n·u) of the classical bound |C − Ĉ| ≤ γ_n·|A|·|B|
// (Higham 2002, Accuracy and Stability of Numerical Algorithms, equation 3.13).
func gamma(n int, u float64) float64 { return float64(n) * u / (1 - float64(n)*u) }

// operands returns the reals of the two matrices.
func (c product) operands(p precision) (a, b []float64) {
	r := rand.New(rand.NewPCG(uint64(c.Rows), uint64(c.Inner)))
	number := func() float64 {
		x := 2*r.Float64() - 1
		if c.Kind == wide {
			x = math.Copysign(math.Pow(10, 8*(2*r.Float64()-1)), x)
		}
		return p.round(x)
	}
	width := 2 * c.Inner
	if c.Real {
		width = c.Inner
	}
	a, b = make([]float64, c.Rows*width), make([]float64, 2*c.Inner*c.Cols)
	for i := range a {
		a[i] = number()
	}
	for i := range b {
		b[i] = number()
	}
	if c.Kind == cancelling {
		for i := range c.Rows {
			row := a[i*width:][:width]
			copy(row[width/2:], row)
		}
		for i := range b[:len(b)/2] {
			b[len(b)/2+i] = p.round(-b[i] * (1 + 1e-5*(2*r.Float64()-1)))
		}
	}
	return a, b
}

// elements is how many elements of a large product are looked at.
const elements = 1 << 14

// measure returns the errors of libraries: those of real and imaginary parts,
// each divided by its bound.
func (c product) measure(p precision, libraries []library) ([]deviation, error) {
	a, b := c.operands(p)
	bound := gamma(c.terms(), p.unit())
	step := max(1, c.Rows*c.Cols/elements)
	if step > 1 {
		step |= 1 // odd, so that all columns have their turn
	}
	type element struct {
		at             int
		exact          truth.Complex
		boundR, boundI float64
	}
	var looked []element
	for at := 0; at < c.Rows*c.Cols; at += step {
		i, j := at/c.Cols, at%c.Cols
		e := element{at: at}
		var s truth.Sum
		for k := range c.Inner {
			y := complex(b[2*(k*c.Cols+j)], b[2*(k*c.Cols+j)+1])
			var x complex128
			if c.Real {
				x = complex(a[i*c.Inner+k], 0)
			} else {
				x = complex(a[2*(i*c.Inner+k)], a[2*(i*c.Inner+k)+1])
			}
			s.Add(x, y)
			e.boundR += math.Abs(real(x)*real(y)) + math.Abs(imag(x)*imag(y))
			e.boundI += math.Abs(real(x)*imag(y)) + math.Abs(imag(x)*real(y))
		}
		e.exact = s.Exact()
		e.boundR *= bound
		e.boundI *= bound
		looked = append(looked, e)
	}
	t := task{Do: "product", Precision: p, Rows: c.Rows, Cols: c.Cols, Inner: c.Inner, RealLeft: c.Real}
	left, right := p.encode(a), p.encode(b)
	return each(libraries, func(l library) (deviation, error) {
		data, err := l.compute(t, left, right)
		if err != nil {
			return deviation{}, err
		}
		result := complexes(p.decode(data))
		if len(result) != c.Rows*c.Cols {
			return deviation{}, errSize
		}
		var d deviation
		for _, e := range looked {
			off := e.exact.Less(result[e.at])
			d.add(math.Abs(real(off)) / e.boundR)
			d.add(math.Abs(imag(off)) / e.boundI)
		}
		return d.of(2 * len(looked))
	})
}
