package compare

import (
	"math"
	"slices"
)

// Operation is one kind of work.
type Operation string

// The operations, as reports name them.
const (
	Dot           Operation = "dot"            // complex × complex, square
	DotReal       Operation = "dot-real"       // real × complex, square
	DotRealThin   Operation = "dot-real-thin"  // real × complex, few rows and many columns
	Outer         Operation = "outer"          // outer product, written
	OuterMultiply Operation = "outer-multiply" // outer product, multiplied in
	FFT2          Operation = "fft2"           // whole array
	FFT2Windowed  Operation = "fft2-windowed"  // small block in, small block out
)

// Operations returns all operations in the order of reports.
func Operations() []Operation {
	return []Operation{Dot, DotReal, DotRealThin, Outer, OuterMultiply, FFT2, FFT2Windowed}
}

// Title returns the operation in words.
func (o Operation) Title() string {
	return map[Operation]string{
		Dot:           "Dot, complex × complex",
		DotReal:       "Dot, real × complex",
		DotRealThin:   "Dot, real × complex, thin",
		Outer:         "Outer, written",
		OuterMultiply: "Outer, multiplied in",
		FFT2:          "FFT2, whole array",
		FFT2Windowed:  "FFT2, 1/4 in, 5/32 out",
	}[o]
}

// Precision is that of the numbers: Double (complex128) or Single (complex64).
type Precision string

// The precisions, as reports name them.
const (
	Double Precision = "double"
	Single Precision = "single"
)

// Task is one piece of work that contenders are timed on: an operation on n×n
// matrices, n = Size, for Outer on vectors of n, for DotRealThin on what Shape says.
type Task struct {
	Operation Operation `json:"operation"`
	Precision Precision `json:"precision"`
	Size      int       `json:"size"`
	Cores     int       `json:"cores"`
}

// Operations returns the customary count of floating-point operations of one
// call: 8mkn for the product of m×k and k×n complex numbers, 4mkn for real ×
// complex, 6n² and 12n² for Outer, 10n²·log2(n) for a transform. A windowed
// transform counts as the padded one that it replaces.
func (t Task) Operations() float64 {
	n := float64(t.Size)
	rows, inner, columns := t.Shape()
	product := float64(rows) * float64(inner) * float64(columns)
	switch t.Operation {
	case Dot:
		return 8 * product
	case DotReal, DotRealThin:
		return 4 * product
	case Outer:
		return 6 * n * n
	case OuterMultiply:
		return 12 * n * n
	default:
		return 10 * n * n * math.Log2(n)
	}
}

// Shape returns the sizes of a product, of rows×inner by inner×columns. The thin
// one is what the folded and the compressed transforms of optics consist of: at
// 1024 it is of 128×1024 by 1024×2048.
func (t Task) Shape() (rows, inner, columns int) {
	if t.Operation == DotRealThin {
		return max(1, t.Size/8), t.Size, 2 * t.Size
	}
	return t.Size, t.Size, t.Size
}

// Window returns the sides of the blocks of a windowed transform: in is not
// zero, out is wanted, both centred on index 0. At 4096 they are 1024 and 640.
func (t Task) Window() (in, out int) { return max(1, t.Size/4), max(1, 5*t.Size/32) }

// Bytes bounds the memory for operands, result and a library's scratch.
func (t Task) Bytes() int64 {
	element := int64(16)
	if t.Precision == Single {
		element = 8
	}
	// Dot: two operands and the result; in the thin product, the right operand
	// is twice as large and the others are small. FFT2: a library without windows
	// holds the whole array, its transform, and scratch of the same size.
	matrices := int64(3)
	if t.Operation == Outer || t.Operation == OuterMultiply {
		matrices = 1
	}
	return matrices * element * int64(t.Size) * int64(t.Size)
}

// Sizes of a comparison: powers of two that optics pads to, 1000 = 2³·5³, the
// odd 1023 = 3·11·31, and the prime 1009.
var (
	Sizes      = []int{256, 512, 1000, 1009, 1023, 1024, 2048, 4096}
	QuickSizes = []int{256, 512, 1009, 1024}
)

// Tasks returns every operation in both precisions, at each size, for each
// number of cores; small sizes first, so that a comparison that runs out of
// time has something of everything.
func Tasks(sizes, cores []int) []Task {
	var tasks []Task
	for _, size := range slices.Sorted(slices.Values(sizes)) {
		for _, o := range Operations() {
			for _, p := range []Precision{Double, Single} {
				for _, c := range cores {
					tasks = append(tasks, Task{o, p, size, c})
				}
			}
		}
	}
	return tasks
}
