// Package kernel holds the inner loops of Arago: what runs once per sample.
//
// Each loop has a twin in plain Go, in the package pure, which is also its
// specification. The tables that [For] returns say which function
// serves each loop; every architecture starts from the twins, and a loop
// written for an instruction set replaces one entry where the processor has it.
//
// Complex numbers are passed as pairs of reals, real part first: the loops are
// written once for both precisions, and [Reals] costs nothing.
package kernel

import (
	"unsafe"

	"arago/internal/kernel/pure"
)

// Table is the set of inner loops in one precision. Lengths and overlaps are
// the caller's to get right.
type Table[R float32 | float64] struct {
	// Product adds a·b to c for real matrices stored row by row: a is m×k,
	// b is k×n, c is m×n, with strides lda, ldb, ldc.
	Product func(m, n, k int, a []R, lda int, b []R, ldb int, c []R, ldc int)

	// Radix2 … Radix5 are one pass each of a Stockham Fourier transform of
	// negative sign: from src to dst, m butterflies of runs of s complex
	// numbers. See pure.Radix4 for the layout and for the twiddle factors tw.
	Radix2, Radix3, Radix4, Radix5 func(dst, src, tw []R, m, s int)
	// RadixOdd is the same pass for any odd radix r; roots holds the r-th
	// roots of unity.
	RadixOdd func(dst, src, tw, roots []R, r, m, s int)

	// Scale writes the complex numbers of src times re + i·im to dst, which may
	// be src.
	Scale func(dst, src []R, re, im R)

	// MultiplyScaled multiplies the complex numbers of dst by those of factor
	// times re + i·im: a row of an outer product.
	MultiplyScaled func(dst, factor []R, re, im R)

	// Phasor multiplies the complex number j of dst by
	// amplitude[j]·exp(2πi·opd[j]/wavelength). See pure.Phasor.
	Phasor func(dst []R, amplitude, opd []float64, wavelength float64)

	// Intensity adds weight·|field|² to image.
	Intensity func(image []float64, field []R, weight float64)
}

var (
	double = Table[float64]{
		Product: pure.ProductDouble,
		Radix2:  pure.Radix2[float64], Radix3: pure.Radix3[float64],
		Radix4: pure.Radix4[float64], Radix5: pure.Radix5[float64],
		RadixOdd:       pure.RadixOdd[float64],
		Scale:          pure.Scale[float64],
		MultiplyScaled: pure.MultiplyScaled[float64],
		Phasor:         pure.Phasor[float64],
		Intensity:      pure.Intensity[float64],
	}
	single = Table[float32]{
		Product: pure.ProductSingle,
		Radix2:  pure.Radix2[float32], Radix3: pure.Radix3[float32],
		Radix4: pure.Radix4[float32], Radix5: pure.Radix5[float32],
		RadixOdd:       pure.RadixOdd[float32],
		Scale:          pure.Scale[float32],
		MultiplyScaled: pure.MultiplyScaled[float32],
		Phasor:         pure.Phasor[float32],
		Intensity:      pure.Intensity[float32],
	}
)

// For returns the table of a precision.
func For[R float32 | float64]() *Table[R] {
	var r R
	switch any(r).(type) {
	case float64:
		return any(&double).(*Table[R])
	default:
		return any(&single).(*Table[R])
	}
}

// Reals returns the real and imaginary parts of x, one after the other, in
// x's own memory. R must be the real type of C.
func Reals[R float32 | float64, C complex64 | complex128](x []C) []R {
	return unsafe.Slice((*R)(unsafe.Pointer(unsafe.SliceData(x))), 2*len(x))
}
