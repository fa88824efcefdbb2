package kernel

import "arago/internal/kernel/pure"

// Pointwise are the loops that go over memory once. Whatever the instruction
// set, they give the bits of their twins in package pure, which say what they
// compute. Operands may be the same where the twins say so; otherwise they do
// not overlap.
type Pointwise[R float32 | float64] struct {
	// Scale writes the complex numbers of src times re + i·im to dst, which may
	// be src.
	Scale func(dst, src []R, re, im R)

	// ScaleReal multiplies x by a real number.
	ScaleReal func(x []R, by R)

	// MultiplyIn multiplies the complex numbers of dst by those of factor.
	MultiplyIn func(dst, factor []R)

	// MultiplyScaled multiplies the complex numbers of dst by those of factor
	// times re + i·im: a row of an outer product.
	MultiplyScaled func(dst, factor []R, re, im R)

	// Phasor multiplies the complex number j of dst by
	// amplitude[j]·exp(2πi·opd[j]/wavelength), WritePhasor writes that to dst.
	// See pure.Phasor.
	Phasor, WritePhasor func(dst []R, amplitude, opd []float64, wavelength float64)

	// Intensity adds weight·|field|² to image.
	Intensity func(image []float64, field []R, weight float64)

	// Power returns the sum of the squares of x, in double precision and in the
	// order that pure.Power says.
	Power func(x []R) float64

	// Fold writes the sums and the differences of a and b: even and odd parts of
	// rows that mirror each other, and rows of their parts.
	Fold func(sum, diff, a, b []R)

	// FoldMirrored is Fold with the complex numbers of b taken from the end, and
	// UnfoldMirrored its reverse: the two halves of a row. See the twins.
	FoldMirrored   func(sum, diff, a, b []R)
	UnfoldMirrored func(a, b, even, odd []R)
}

func pointwisePure[R float32 | float64]() Pointwise[R] {
	return Pointwise[R]{
		Scale:          pure.Scale[R],
		ScaleReal:      pure.ScaleReal[R],
		MultiplyIn:     pure.MultiplyIn[R],
		MultiplyScaled: pure.MultiplyScaled[R],
		Phasor:         pure.Phasor[R],
		WritePhasor:    pure.WritePhasor[R],
		Intensity:      pure.Intensity[R],
		Power:          pure.Power[R],
		Fold:           pure.Fold[R],
		FoldMirrored:   pure.FoldMirrored[R],
		UnfoldMirrored: pure.UnfoldMirrored[R],
	}
}
