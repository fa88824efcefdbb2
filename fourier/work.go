package fourier

import "math"

// Work is what a computation does, counted without doing it. How long that takes
// is for a Machine to say.
type Work struct {
	// Products are the matrix products.
	Products []Product
	// Lines are the Fourier transforms of many lines at once.
	Lines []Lines
	// Moved is the number of bytes that passes beside those read and write: phases,
	// transposes, sums.
	Moved float64
	// Passes is the number of loops over arrays, of Moved and others, that all processors
	// share.
	Passes int
	// Elements is the number of complex exponentials that are made for kernels, in new
	// memory, with the whole cycles of their phases taken off; Phasors that of others,
	// such as the light behind an aberration.
	Elements, Phasors float64
	// Scalar is the number of additions and multiplications of plain loops that one
	// processor does by itself, a division being worth about four.
	Scalar float64
}

// Add adds the work of another computation.
func (w *Work) Add(other Work) {
	w.Products = append(w.Products, other.Products...)
	w.Lines = append(w.Lines, other.Lines...)
	w.Moved += other.Moved
	w.Passes += other.Passes
	w.Elements += other.Elements
	w.Phasors += other.Phasors
	w.Scalar += other.Scalar
}

// Operations returns the number of real additions and multiplications of products and
// transforms.
func (w Work) Operations() (sum float64) {
	for _, p := range w.Products {
		sum += p.Operations()
	}
	for _, l := range w.Lines {
		sum += l.Operations()
	}
	return sum
}

// Bytes returns the bytes that are read and written, if a complex number takes sample.
func (w Work) Bytes(sample int) float64 {
	sum, each := w.Moved, float64(sample)
	for _, p := range w.Products {
		left := each
		if !p.Complex {
			left /= 2
		}
		rows, inner, cols := float64(p.Rows), float64(p.Inner), float64(p.Cols)
		sum += left*rows*inner + each*cols*(rows+inner)
	}
	for _, l := range w.Lines {
		sum += each * float64(l.Count) * float64(l.In+l.Out)
	}
	return sum
}

// Product is a real Rows×Inner matrix times a complex Inner×Cols one, or a
// complex one times a complex one.
type Product struct {
	Rows, Inner, Cols int
	Complex           bool
	// Folded says that the right matrix is the even or the odd part of one of twice
	// the rows, which is made on the way: half of a Core.DotFolded.
	Folded bool
}

// Operations returns the number of real multiplications and additions.
func (p Product) Operations() float64 {
	n := 4 * float64(p.Rows) * float64(p.Inner) * float64(p.Cols)
	if p.Complex {
		n *= 2
	}
	return n
}

// multiplications is the number of those of reals in a call.
func (p Product) multiplications() float64 { return p.Operations() / 2 / p.calls() }

// calls is the number of calls that it takes: both parts of a folded product are one.
func (p Product) calls() float64 {
	if p.Folded {
		return 0.5
	}
	return 1
}

// Lines are Count Fourier transforms of Length, of In samples each that may
// differ from zero and Out that are wanted.
type Lines struct {
	Count, Length, In, Out int
	// Columns says that the lines are columns of a matrix, and not its rows.
	Columns bool
}

// Operations returns the number of real multiplications and additions: the customary
// 5·n for each level of butterflies, log₂n of them less those that fall away because
// at least half of the inputs are zero or of the outputs not wanted.
func (l Lines) Operations() float64 {
	whole := math.Log2(float64(max(2, l.Length)))
	levels := whole
	for _, n := range []int{l.In, l.Out} {
		if l.saves(n) {
			levels -= math.Log2(float64(l.Length) / float64(max(1, n)))
		}
	}
	return 5 * float64(l.Count) * float64(l.Length) * max(levels, whole/3)
}

// saves says whether so few inputs or outputs save operations.
func (l Lines) saves(n int) bool { return 2*n <= l.Length }

// Estimate is what a recipe would take to do one transform.
type Estimate struct {
	Recipe string
	// Holes says that the work is that of going hole by hole, by Transform.Lit, which is
	// faster than to transform all of the field.
	Holes bool
	// Reason says why the recipe cannot do the transform, or "". Then all else is
	// zero.
	Reason string
	// Each is the work of one Execute, Once that of making the plan, Bases the part of
	// it that makes what other wavelengths share; see BasesPerOctave.
	Each, Once, Bases Work
	// Scratch is the number of bytes that an Execute takes beside its operands,
	// Kernels of those that the plan keeps, BasesKernels of those among them that other
	// wavelengths share.
	Scratch, Kernels, BasesKernels int64
	// Error bounds, or where nothing better is known estimates, the largest error of
	// a sample of the result, relative to the largest sample that the field could
	// make: the sum of the magnitudes of its samples, times the factor of the
	// transform.
	Error float64
	// Seconds, SecondsOnce and SecondsBases are the predicted times of Each, Once and
	// Bases.
	Seconds, SecondsOnce, SecondsBases float64
}
