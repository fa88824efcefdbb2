package fourier

import (
	"math"
	"slices"
)

// Machine says how fast a machine computes with one choice of back ends, in
// either precision.
type Machine struct {
	// Double and Single are the rates of one processor, by which recipes are chosen:
	// for any number of processors the same ones, so that the results are the same.
	Double Rates `json:"double"`
	Single Rates `json:"single"`
	// Together says what all processors do; with it times are predicted.
	Together Together `json:"together"`
}

// Together says by how much faster all processors are than one.
type Together struct {
	Processors int `json:"processors"`
	// Gains, from 1 to about the number of processors.
	Products float64 `json:"products"`
	Lines    float64 `json:"lines"`
	Memory   float64 `json:"memory"`
	Phasors  float64 `json:"phasors"`
	// Fork is the time in seconds that a product, a transform or a pass takes besides if
	// it is shared. What would not be faster is not shared.
	Fork float64 `json:"fork"`
}

// alone is one processor.
var alone = Together{Processors: 1, Products: 1, Lines: 1, Memory: 1, Phasors: 1}

// Seconds returns the predicted time of work by all processors that nothing else
// disturbs.
func (m *Machine) Seconds(w Work, single bool) float64 { return m.rates(single).seconds(w, m.Together) }

func (m *Machine) rates(single bool) *Rates {
	if single {
		return &m.Single
	}
	return &m.Double
}

// Rates are the coefficients of the cost model in one precision, of one processor.
type Rates struct {
	// Sample is the size of a complex number in bytes.
	Sample int `json:"sample"`
	// RealProduct and ComplexProduct are the operations per second of products by a
	// real and by a complex left matrix, over the smallest of rows, inner and columns;
	// FoldedProduct that of real ones that fold their right matrix.
	RealProduct    Curve `json:"real_product"`
	ComplexProduct Curve `json:"complex_product"`
	FoldedProduct  Curve `json:"folded_product"`
	// FFT is that of transforms of many lines, counted as 5·n·log₂n operations for
	// each, over the length n.
	FFT Curve `json:"fft"`
	// Rough is by how much longer a transform takes whose length has a prime factor
	// above LargestRadix.
	Rough float64 `json:"rough"`
	// Window is by how much longer one takes of whose inputs or outputs only a part is
	// there or wanted, where that saves no operations.
	Window float64 `json:"window"`
	// Memory is the number of bytes per second that are read and written, over the
	// bytes of an array: small ones stay in the caches.
	Memory Curve `json:"memory"`
	// Elements and Phasors are the numbers of complex exponentials per second, for
	// kernels and others; see Work.
	Elements float64 `json:"elements"`
	Phasors  float64 `json:"phasors"`
	// Scalar is the number of additions and multiplications per second of a plain loop.
	Scalar float64 `json:"scalar"`
	// Call is the time in seconds that each product, each transform of lines and each pass
	// takes whatever its size.
	Call float64 `json:"call"`
}

// LargestRadix is the largest prime factor of lengths that every Fourier transform
// does as fast as others.
const LargestRadix = 13

// Curve is a rate over a size, by points in the order of their sizes.
type Curve []Point

// Point is a rate at a size.
type Point struct {
	Size int     `json:"size"`
	Rate float64 `json:"rate"`
}

// At returns the rate at a size: between the points straight in the logarithms of
// both, beyond them that of the nearest.
func (c Curve) At(size int) float64 {
	i, found := slices.BinarySearchFunc(c, size, func(p Point, size int) int { return p.Size - size })
	switch {
	case found:
		return c[i].Rate
	case i == 0:
		return c[0].Rate
	case i == len(c):
		return c[i-1].Rate
	}
	a, b := c[i-1], c[i]
	part := math.Log(float64(size)/float64(a.Size)) / math.Log(float64(b.Size)/float64(a.Size))
	return a.Rate * math.Pow(b.Rate/a.Rate, part)
}

// Seconds returns the predicted time of work by one processor.
func (r *Rates) Seconds(w Work) float64 { return r.seconds(w, alone) }

func (r *Rates) seconds(w Work, together Together) float64 {
	passes := float64(w.Passes)
	moved := r.pass(w.Moved/2, 2)
	seconds := w.Scalar/r.Scalar + (w.Elements/r.Elements+w.Phasors/r.Phasors)/together.Phasors +
		passes*r.Call + min(moved, moved/together.Memory+passes*together.Fork)
	call := func(working, moving, gain, calls float64) {
		shared := working/gain + moving/together.Memory + calls*together.Fork
		seconds += calls*r.Call + min(working+moving, shared)
	}
	for _, p := range w.Products {
		gain := together.Products
		if p.multiplications() <= leastShared {
			gain = 1
		}
		call(p.Operations()/r.productRate(p), r.operands(p), gain, p.calls())
	}
	for _, l := range w.Lines {
		line := float64(l.Count) * float64(r.Sample)
		call(l.Operations()/r.lineRate(l), r.pass(line*float64(l.In), 1)+r.pass(line*float64(l.Out), 1), together.Lines, 1)
	}
	return seconds
}

// leastShared is the number of multiplications of reals up to which products are not
// shared (internal/product).
const leastShared = 1 << 21

func (r *Rates) productRate(p Product) float64 {
	curve := r.RealProduct
	switch {
	case p.Complex:
		curve = r.ComplexProduct
	case p.Folded:
		curve = r.FoldedProduct
	}
	return curve.At(min(p.Rows, p.Inner, p.Cols))
}

func (r *Rates) lineRate(l Lines) float64 {
	rate := r.FFT.At(l.Length)
	if !smooth(l.Length) {
		rate /= r.Rough
	}
	for _, n := range []int{l.In, l.Out} {
		if n < l.Length && !l.saves(n) {
			rate /= r.Window
		}
	}
	return rate
}

// pass returns the time to read or write an array so many times.
func (r *Rates) pass(bytes, times float64) float64 {
	if bytes == 0 {
		return 0
	}
	return times * bytes / r.Memory.At(int(min(bytes, math.MaxInt32)))
}

// operands returns the time to read and write the operands of a product.
func (r *Rates) operands(p Product) float64 {
	left := float64(r.Sample)
	if !p.Complex {
		left /= 2
	}
	rows, inner, cols := float64(p.Rows), float64(p.Inner), float64(p.Cols)
	return r.pass(left*rows*inner, 1) + r.pass(float64(r.Sample)*inner*cols, 1) + r.pass(float64(r.Sample)*rows*cols, 1)
}

// smooth says whether n has no prime factor above LargestRadix.
func smooth(n int) bool {
	for p := 2; p <= LargestRadix; p++ {
		for n > 1 && n%p == 0 {
			n /= p
		}
	}
	return n == 1
}
