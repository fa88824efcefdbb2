package fourier

import (
	"math"
	"slices"
)

// estimateFolded counts what NewFolded and Execute do.
func estimateFolded(t Transform, single bool) Estimate {
	return estimateHalves(t, single, RecipeFolded, wholeShape)
}

// estimateCompressed counts what NewCompressed and Execute do, with predicted ranks.
func estimateCompressed(t Transform, single bool) Estimate {
	return estimateHalves(t, single, RecipeCompressed, compressedShape(single))
}

// estimateHalves adds up what Folded does.
func estimateHalves(t Transform, single bool, recipe string, shapeOf shaper) Estimate {
	sample := float64(sampleBytes(single))
	first, second, transposed := t.shapes(shapeOf)
	even, odd := first.squeezed()
	squeezed := even + odd
	in, out := float64(first.n)*float64(second.n), float64(first.m)*float64(second.m)

	var each Work
	columns, lit := second.n, 0.0
	var cut int64
	if s := t.strips(transposed); s != nil {
		cut = s.kernelBytes(first, second, int64(sample)/2)
		columns = s.columns.samples()
		for _, strip := range s.list {
			each.squeeze(first, strip.rows.samples(), strip.to-strip.from)
			lit += float64(strip.rows.samples()) * float64(strip.to-strip.from)
		}
	} else {
		each.squeeze(first, first.n, columns)
	}
	each.squeeze(second, columns, squeezed)
	each.expand(second, squeezed)
	each.expand(first, second.m)
	// Copies of strips, two transposes and the unfolding of the rows, read and written.
	moved := stripCopies*lit + float64(squeezed)*float64(columns+second.m) + out
	each.Passes = 3
	if transposed {
		moved += in + out
		each.Passes += 2
	}
	y, x := t.centring(t.In.Y, t.Out.Y), t.centring(t.In.X, t.Out.X)
	if y.before.turns || x.before.turns {
		moved += in
		each.Passes++
	}
	if y.after.turns || x.after.turns {
		moved += out
		each.Passes++
	}
	each.Moved = 2 * sample * moved

	bases, once := first.makingBasis(), first.making(single)
	basesKernels, kernels := first.basisBytes(single), first.kernelBytes(single)
	if second != first {
		once.Add(second.making(single))
		kernels += second.kernelBytes(single)
		if second.basis != first.basis {
			bases.Add(second.makingBasis())
			basesKernels += second.basisBytes(single)
		}
	}
	kernels += cut
	once.Moved += 2 * float64(cut)
	turning := 0
	if y.before.turns || x.before.turns {
		turning += t.In.Y.N + t.In.X.N
	}
	if y.after.turns || x.after.turns {
		turning += t.Out.Y.N + t.Out.X.N
	}
	kernels += int64(sample) * int64(turning)
	once.Scalar += sincos * float64(turning)
	once.Add(bases)
	e := Estimate{
		Recipe: recipe, Holes: len(t.Lit) > 0, Each: each, Once: once, Bases: bases, Kernels: kernels + basesKernels, BasesKernels: basesKernels,
		Scratch: 2*int64(sample)*int64(squeezed)*int64(max(columns, second.m)) + int64(sample*lit),
		// As for dense, with sums of half as many terms; what is left out of the
		// kernels comes on top.
		Error: first.error(single) + second.error(single) +
			roundoff(single)*(4+math.Sqrt(float64(first.n)/6)+math.Sqrt(float64(second.n)/6)),
	}
	if transposed {
		e.Scratch += int64(sample) * int64(in+out)
	}
	e.Scratch = max(e.Scratch, first.makingScratch(), second.makingScratch())
	return e
}

// stripCopies is what it takes to copy a sample to a strip in terms of reading and writing it
// where it is, as passes do: pieces of rows go from memory that is far apart to memory that is
// not in the caches (1024² samples to 156², 3 to 49 holes of 16 to 310 samples across, 10 GB
// of samples a second on one core of a Sapphire Rapids).
const stripCopies = 2.5

// squeeze adds the products that squeeze so many samples of one axis of so many columns.
func (w *Work) squeeze(s axisShape, samples, columns int) {
	even, odd := s.squeezed()
	w.Products = append(w.Products,
		Product{Rows: even, Inner: samples - samples/2, Cols: columns, Folded: true},
		Product{Rows: odd, Inner: samples / 2, Cols: columns, Folded: true})
}

// expand adds the products that expand one axis of so many columns.
func (w *Work) expand(s axisShape, columns int) {
	if s.rank > 0 {
		w.Products = append(w.Products,
			Product{Rows: s.m - s.m/2, Inner: s.rank, Cols: columns}, Product{Rows: s.m / 2, Inner: s.rank, Cols: columns})
	}
}

// kernelPasses is what a kernel costs besides its elements, in passes over arrays of no size:
// it is looked up, its memory allocated, and made by goroutines (16² to 128² samples).
const kernelPasses = 3

// making returns the work of making the axis from its basis.
func (s axisShape) making(single bool) Work {
	half := float64(s.n-s.n/2) * float64(s.m-s.m/2)
	if s.rank == 0 {
		return Work{Elements: half, Moved: half * float64(sampleBytes(single)), Passes: kernelPasses}
	}
	short, nodes := s.short()-s.short()/2, nodesFor(s.basis.bandwidth())
	factors := Product{Rows: short, Inner: nodes, Cols: (s.rank + 1) / 2} // two real columns are a complex one
	return Work{
		Products: []Product{factors, factors},
		Scalar:   2 * 4 * float64(nodes) * float64(short), // interpolation
	}
}

// basisPasses is the number of loops of making a basis: polynomials, functions, factors,
// kernels, interpolation, transposes and comparisons, of both parities.
const basisPasses = 20

// makingBasis returns the work of making the basis of the axis, if it has one.
func (s axisShape) makingBasis() Work {
	if s.rank == 0 {
		return Work{}
	}
	rank, long := s.rank, s.long()-s.long()/2
	c := s.basis.bandwidth()
	terms, nodes := prolateTerms(c, tolerance(s.basis.single)), nodesFor(c)
	wide, thin := (long+1)/2, (rank+1)/2 // two real columns are a complex one
	r, t, l, n := float64(rank), float64(terms), float64(long), float64(nodes)
	parity := Work{
		Products: []Product{
			{Rows: rank, Inner: terms, Cols: wide},                                       // functions from their coefficients
			{Rows: rank, Inner: long, Cols: thin}, {Rows: rank, Inner: rank, Cols: wide}, // made orthonormal,
			{Rows: rank, Inner: long, Cols: thin}, {Rows: rank, Inner: rank, Cols: wide}, // twice
			{Rows: nodes, Inner: long, Cols: thin},                                          // the kernel at the nodes
			{Rows: nodes, Inner: nodes, Cols: thin}, {Rows: nodes, Inner: rank, Cols: wide}, // and between them
		},
		Elements: n * l, // at and between the nodes, for both parities
		// Eigenvalues and eigenvectors, polynomials, Cholesky factors and their inverses,
		// interpolation.
		Scalar: 45*t*t + 80*r*t + 4*l*t + 4*r*r*r/3 + 4*n*n,
		// Transposes; kernels, taken from their phasors, and one of them compared.
		Moved: 3*16*r*l + 8*5*n*l, Passes: basisPasses / 2,
	}
	both := parity
	both.Products = slices.Clone(parity.Products)
	both.Add(parity)
	return both
}

// kernelBytes returns the size of what the axis multiplies by, but for its basis.
func (s axisShape) kernelBytes(single bool) int64 {
	size := sampleBytes(single) / 2
	even, odd := s.squeezed()
	if s.rank == 0 {
		return size * (int64(even)*int64(s.n-s.n/2) + int64(odd)*int64(s.n/2))
	}
	return size * int64(s.rank) * int64(s.short())
}

// basisBytes returns the size of the basis of the axis, if it has one.
func (s axisShape) basisBytes(single bool) int64 {
	if s.rank == 0 {
		return 0
	}
	bytes := s.basis.bytes()
	if single || s.n < s.m {
		bytes += sampleBytes(single) / 2 * int64(s.rank) * int64(s.long()) // in another precision or order
	}
	return bytes
}

// makingScratch returns the bytes that the making of the axis takes for a while: the
// kernels at the nodes or between them, and one of them as the factors give it.
func (s axisShape) makingScratch() int64 {
	if s.rank == 0 {
		return 0
	}
	return 3 * 8 * int64(s.long()-s.long()/2) * int64(nodesFor(s.basis.bandwidth())+1)
}

// error returns what the basis leaves out of an element of the kernel, and the rounding
// of sums over it.
func (s axisShape) error(single bool) float64 {
	if s.rank == 0 {
		return 0
	}
	return tolerance(single)/2 + 0x1p-52*float64(s.rank)
}
