package kernel

import "arago/internal/kernel/pure"

// Pointwise are the loops that go over memory once.
type Pointwise[R float32 | float64] struct {
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

func pointwisePure[R float32 | float64]() Pointwise[R] {
	return Pointwise[R]{
		Scale:          pure.Scale[R],
		MultiplyScaled: pure.MultiplyScaled[R],
		Phasor:         pure.Phasor[R],
		Intensity:      pure.Intensity[R],
	}
}
