package backend

// Linear is the linear algebra of a back end in one precision. R is the real
// type that goes with the complex type C. The operands do not share memory
// with the destination.
type Linear[R Real, C Complex] interface {
	// Dot computes dst = a·b, for an m×k matrix a and a k×n matrix b.
	Dot(dst, a, b Matrix[C])

	// DotReal computes dst = a·b for a real m×k matrix a: half the work of Dot.
	DotReal(dst Matrix[C], a Matrix[R], b Matrix[C])

	// Outer computes dst[i][j] = col[i]·row[j] (Write) or multiplies that into
	// dst[i][j] (MultiplyIn). Separable phases, such as tilts, chirps and
	// centring ramps, are applied so: one vector per axis.
	Outer(dst Matrix[C], col, row []C, mode OuterMode)
}

// Folding is implemented by a Linear that multiplies the even and the odd part of
// a matrix without making them first. For any other one Core makes them.
type Folding[R Real, C Complex] interface {
	// DotFolded computes even = evenA·e and odd = oddA·o for the parts of b's
	// columns about their middle; see Core.DotFolded.
	DotFolded(even, odd Matrix[C], evenA, oddA Matrix[R], b Matrix[C])
}

// OuterMode says what Outer does with what stands in its destination.
type OuterMode int

const (
	// Write replaces the destination.
	Write OuterMode = iota
	// MultiplyIn multiplies the destination by the outer product.
	MultiplyIn
)

// Fourier is the Fourier transform of a back end in one precision.
type Fourier[C Complex] interface {
	// FFT2 transforms the block src of an array that is zero elsewhere and
	// keeps the block dst of the result; t says where the blocks lie. Neither
	// block is empty. src and dst are either one and the same matrix or share
	// no memory.
	FFT2(dst, src Matrix[C], t FFT2)
}

// Partial is implemented by a Fourier whose library transforms some lengths
// only; it leaves a transform with an axis of another length to the pure Go
// back end.
type Partial interface {
	// Served says whether the library transforms an axis of n.
	Served(n int) bool
}

// Threaded is implemented by a Fourier whose library has threads of its own,
// which share the transform of a whole array and no part of it.
type Threaded interface {
	// OwnThreads is the number of the library's threads in a transform.
	OwnThreads() int
}

// FFT2 describes a two-dimensional discrete Fourier transform of an array x of
// Rows × Cols elements,
//
//	X[k][l] = Σ_ij x[i][j] · exp(Sign·2πi·(i·k/Rows + j·l/Cols)),
//
// without a factor in front: both signs one after the other multiply by
// Rows·Cols.
//
// Only a block of x may differ from zero, and only a block of X is computed.
// The sizes of the blocks are those of the matrices passed to the transform;
// Src and Dst say where their first elements lie. Indices are counted modulo
// Rows and Cols, so that a block may begin at a negative index and reach over
// the end of the array: with them the zero of a plane is wherever one likes,
// and no array is ever shifted.
type FFT2 struct {
	// Rows and Cols are the size of the transform; any positive numbers.
	Rows, Cols int
	// Sign is the sign of the exponent, +1 or −1.
	Sign int
	// Src is the index of the first element of the input block.
	Src Index
	// Dst is the index of the first element of the output block.
	Dst Index
	// Along is BothAxes, or the one axis along which every line is transformed
	// by itself.
	Along Axes
}

// OneAxis returns the part of the transform along one axis.
func (t FFT2) OneAxis(along Axes) FFT2 {
	t.Along = along
	return t
}

// Axes says along which axes lines are transformed.
type Axes int

const (
	// BothAxes is the two-dimensional transform.
	BothAxes Axes = iota
	// AlongRows transforms each row by itself: X[i][l] = Σ_j x[i][j]·exp(…j·l/Cols).
	// The blocks have the same rows; Rows, Src.Row and Dst.Row play no part.
	AlongRows
	// AlongColumns transforms each column by itself. The blocks have the same
	// columns; Cols, Src.Col and Dst.Col play no part.
	AlongColumns
)

// Index is a position in a matrix.
type Index struct{ Row, Col int }

// Implementation is one library as a back end: what it is, and what it
// provides. A part that the library lacks is nil: OpenBLAS has no Fourier
// transform, FFTW no matrix product.
type Implementation struct {
	Properties Properties

	LinearDouble Linear[float64, complex128]
	LinearSingle Linear[float32, complex64]

	FourierDouble Fourier[complex128]
	FourierSingle Fourier[complex64]
}

// Entry is a function of a library.
type Entry struct {
	Symbol  string
	Address uintptr
}

// Properties says what a back end is and how it behaves.
type Properties struct {
	// Name is the name by which the back end is chosen: "gonum".
	Name string
	// Library and Version are those of the library that answers.
	Library, Version string
	// Path is the file of the library that answers, "" where it is part of the
	// program itself.
	Path string
	// Architecture is what the library's kernels are written for, in its own
	// words ("SkylakeX", "avx2"), "" where it does not say.
	Architecture string
	// License is the licence that the linked library brings, as SPDX writes it.
	License string
	// Threads is the number of threads that one call may use.
	Threads int
	// ConcurrentCalls says whether several goroutines may be inside at once.
	ConcurrentCalls bool
	// Callers is how many calls the back end lets into the library at once, 0
	// if it sets no bound.
	Callers int
	// Entries are the functions of the library that calls reach, where they lie
	// in this process; none where the library is part of Go's own code. The
	// file around the address is the one that serves, whatever the build says.
	Entries []Entry
	// WorkerProcesses says whether worker processes may run beside it.
	WorkerProcesses bool
	// Reproducible says that the same call gives the same bits however many
	// goroutines or threads serve it.
	Reproducible bool
}
