package fourier

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
	// Phasors is the number of complex exponentials.
	Phasors float64
}

// Product is a real Rows×Inner matrix times a complex Inner×Cols one, or a
// complex one times a complex one.
type Product struct {
	Rows, Inner, Cols int
	Complex           bool
}

// Operations returns the number of real multiplications and additions.
func (p Product) Operations() float64 {
	n := 4 * float64(p.Rows) * float64(p.Inner) * float64(p.Cols)
	if p.Complex {
		n *= 2
	}
	return n
}

// Lines are Count Fourier transforms of Length, of In samples each that may
// differ from zero and Out that are wanted.
type Lines struct {
	Count, Length, In, Out int
	// Columns says that the lines are columns of a matrix, and not its rows.
	Columns bool
}

// Estimate is what a recipe would take to do one transform.
type Estimate struct {
	Recipe string
	// Reason says why the recipe cannot do the transform, or "". Then all else is
	// zero.
	Reason string
	// Each is the work of one Execute, Once that of making the plan.
	Each, Once Work
	// Scratch is the number of bytes that an Execute takes beside its operands,
	// Kernels of those that the plan keeps.
	Scratch, Kernels int64
	// Error bounds, or where nothing better is known estimates, the largest error of
	// a sample of the result, relative to the largest sample that the field could
	// make: the sum of the magnitudes of its samples, times the factor of the
	// transform.
	Error float64
	// Seconds and SecondsOnce are the predicted times of Each and Once.
	Seconds, SecondsOnce float64
}
