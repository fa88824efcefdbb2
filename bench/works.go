package main

import (
	"fmt"
	"math"

	"arago/internal/compare"
)

// Operations as serve.go and worker.py know them.
const (
	dot       = "dot"        // complex × complex
	dotReal   = "dot-real"   // real × complex
	dotFolded = "dot-folded" // real × the even and the odd part of complex rows about their middle
	// throughMemory reads the right operand of a product once and writes its result:
	// what the memory allows. Only Arago's processes do it.
	throughMemory = "through-memory"
	fft2          = "fft2"          // whole array
	fft2Windowed  = "fft2-windowed" // small block in, small block out
	fft2Padded    = "fft2-padded"   // the same by the transform of the whole array
	phasor        = "phasor"        // amplitude · exp(2πi·opd/λ), as people write it
	phasorParts   = "phasor-parts"  // the same by real cosines and sines
)

// work is one piece of work that contenders are timed on.
type work struct {
	Operation string            `json:"operation"`
	Precision compare.Precision `json:"precision"`
	// A product is of rows × inner and inner × columns, counted in complex
	// columns. Of a folded one, the first half of the rows are of the even part, the
	// others of the odd one. Transforms and phasors are of columns × columns.
	Rows    int `json:"rows,omitempty"`
	Inner   int `json:"inner,omitempty"`
	Columns int `json:"columns"`
	// In and Out are the sides of the blocks of a windowed transform, both
	// centred on index 0.
	In  int `json:"in,omitempty"`
	Out int `json:"out,omitempty"`
}

// halves returns how many rows are of the even and of the odd part of a folded
// product, and how many rows these have.
func (w work) halves() (evenRows, evenInner, oddRows, oddInner int) {
	return (w.Rows + 1) / 2, (w.Inner + 1) / 2, w.Rows / 2, w.Inner / 2
}

// count is the customary number of floating-point operations of one call; of
// phasors it is that of samples. The sums of a fold do not count.
func (w work) count() float64 {
	m, k, n := float64(w.Rows), float64(w.Inner), float64(w.Columns)
	switch w.Operation {
	case dot:
		return 8 * m * k * n
	case dotReal:
		return 4 * m * k * n
	case dotFolded:
		evenRows, evenInner, oddRows, oddInner := w.halves()
		return 4 * float64(evenRows*evenInner+oddRows*oddInner) * n
	case phasor:
		return n * n
	default:
		return 10 * n * n * math.Log2(n)
	}
}

// unit is what count counts, in 1e9 a second.
func (w work) unit() string {
	if w.Operation == phasor {
		return "Gsample/s"
	}
	return "GFLOP/s"
}

// size names the size of the work within its family.
func (w work) size() string {
	switch {
	case w.Rows != 0 && w.Rows != w.Inner:
		return fmt.Sprintf("%d×%d×%d", w.Rows, w.Inner, 2*w.Columns)
	case w.In != 0:
		return fmt.Sprintf("%d in %d, %d wanted", w.In, w.Columns, w.Out)
	default:
		return fmt.Sprint(w.Columns)
	}
}

// bytes bounds the memory that one contender takes: operands, result, and for
// transforms the scratch of a library that has no windows.
func (w work) bytes() int64 {
	element := int64(16)
	if w.Precision == compare.Single {
		element = 8
	}
	m, k, n := int64(w.Rows), int64(w.Inner), int64(w.Columns)
	if m > 0 {
		return element * (m*k + k*n + m*n)
	}
	return 3 * element * n * n
}

// family is a row of the table of targets in README.md: works, and what they are held against.
type family struct {
	Title  string
	Choice string // the word of --only
	Works  []work
	Goals  []goal
	Limit  string // an operation by which Arago finds what the machine allows; "" is none
}

// goal is a rate that a family should reach.
type goal struct {
	Title   string
	Against []string // libraries of worker.py; the best of them counts
	As      string   // the operation by which they do the work; "" is its own
	AtLeast float64  // ratio of rates; 0 says that it is only told
}

func (g goal) operation(w work) string {
	if g.As != "" {
		return g.As
	}
	return w.Operation
}

// Ratios that Arago should reach against itself.
const (
	overOneCore = 1.9 // of two cores to one, by the matrix products, which do not wait for memory
	asSquare    = 1   // of a folded product to a square one, as far as memory allows
	asHalf      = 1   // of a transform to one of half the size: its cost grows no faster than n log n
	overDouble  = 2   // of single to double precision, by transforms
)

var (
	blases       = []string{"openblas", "mkl", "blis"}
	transformers = []string{"fftw", "ducc0", "mkl", "scipy"}

	powersOfTwo   = []int{256, 512, 1024, 2048, 4096}
	composites    = []int{480, 960, 1920, 3000, 3840}
	productSizes  = []int{512, 1024, 2048}
	thinRows      = []int{40, 120, 240}
	thinInner     = []int{512, 1024, 2048}
	thinColumns   = []int{1024, 2048, 4096} // complex: 2048 … 8192 real ones
	foldedInner   = []int{512, 2048}
	foldedColumns = []int{2048}
	largestGrowth = 8192
)

// families returns all works, or those that are done soon.
func families(quick bool) []family {
	products, powers, others := productSizes, powersOfTwo, composites
	rows, inner, columns, folds := thinRows, thinInner, thinColumns, foldedInner
	if quick {
		products, powers, others = []int{512, 1024}, []int{256, 1024}, []int{480, 960}
		rows, inner, columns, folds = []int{40, 240}, []int{512}, []int{1024}, []int{2048}
	}
	all := []family{
		{
			Choice: "products", Title: "real × complex product", Works: each(products, square(dotReal)),
			Goals: []goal{{Title: "best of OpenBLAS, MKL, BLIS", Against: blases, AtLeast: 0.95}},
		},
		{
			Choice: "products", Title: "complex × complex product", Works: each(products, square(dot)),
			Goals: []goal{{Title: "best of OpenBLAS, MKL, BLIS", Against: blases, AtLeast: 0.95}},
		},
		{
			Choice: "fft", Title: "FFT2, powers of two", Works: each(powers, transform),
			Goals: []goal{{Title: "best of FFTW (measured), ducc0, MKL, scipy", Against: transformers, AtLeast: 1}},
		},
		{
			Choice: "fft", Title: "FFT2, sizes of 2·3·5", Works: each(others, transform),
			Goals: []goal{{Title: "best of FFTW (measured), ducc0, MKL, scipy", Against: transformers, AtLeast: 1}},
		},
		{
			Choice: "thin", Title: "thin real × complex product", Works: thin(dotReal, rows, inner, columns),
			Goals: []goal{{Title: "best of OpenBLAS, MKL, BLIS", Against: blases, AtLeast: 1.1}},
		},
		{
			Choice: "folded", Title: "thin folded product", Works: thin(dotFolded, rows, folds, foldedColumns),
			Goals: []goal{{Title: "sums and differences by numpy, two products by the best of OpenBLAS, MKL, BLIS", Against: blases}},
			Limit: throughMemory,
		},
		{
			Choice: "window", Title: "windowed FFT2",
			Works: each([]int{4096}, func(n int, p compare.Precision) work {
				return work{Operation: fft2Windowed, Precision: p, Columns: n, In: n / 4, Out: 5 * n / 32}
			}),
			Goals: []goal{
				{Title: "best of FFTW (measured), ducc0, MKL, scipy, padded", Against: transformers, As: fft2Padded, AtLeast: 3},
				{Title: "the same by hand, along one axis after the other without the zero lines", Against: transformers},
			},
		},
		{
			Choice: "phasor", Title: "phasor",
			Works: each([]int{1024}, func(n int, p compare.Precision) work {
				return work{Operation: phasor, Precision: p, Columns: n}
			}),
			Goals: []goal{
				{Title: "numpy", Against: []string{"numpy"}, AtLeast: 10},
				{Title: "numexpr", Against: []string{"numexpr"}, AtLeast: 2},
				{Title: "best of both by real cosines and sines", Against: []string{"numpy", "numexpr"}, As: phasorParts},
			},
		},
	}
	if !quick {
		all = append(all, family{
			Choice: "growth", Title: "FFT2, powers of two", Works: each([]int{largestGrowth}, transform),
			// The others have no room beside them, and FFTW's plans take minutes.
			Goals: []goal{{Title: "best of MKL and ducc0 at 8192", Against: []string{"mkl", "ducc0"}}},
		})
	}
	return all
}

// each returns the works of all sizes in both precisions.
func each(sizes []int, of func(n int, p compare.Precision) work) []work {
	var works []work
	for _, p := range []compare.Precision{compare.Double, compare.Single} {
		for _, n := range sizes {
			works = append(works, of(n, p))
		}
	}
	return works
}

func square(operation string) func(n int, p compare.Precision) work {
	return func(n int, p compare.Precision) work {
		return work{Operation: operation, Precision: p, Rows: n, Inner: n, Columns: n}
	}
}

func transform(n int, p compare.Precision) work {
	return work{Operation: fft2, Precision: p, Columns: n}
}

func thin(operation string, rows, inner, columns []int) []work {
	var works []work
	for _, p := range []compare.Precision{compare.Double, compare.Single} {
		for _, m := range rows {
			for _, k := range inner {
				for _, n := range columns {
					works = append(works, work{Operation: operation, Precision: p, Rows: m, Inner: k, Columns: n})
				}
			}
		}
	}
	return works
}
