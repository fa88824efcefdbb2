package pure

// Scale writes the complex numbers of src times re + i·im to dst, which may be
// src.
//
// Here and in all loops over complex numbers a product is the plain one, each
// part two rounded products and a rounded sum, also where a processor could
// fuse them, and also for infinities and NaN: the bits are the same everywhere.
func Scale[R float32 | float64](dst, src []R, re, im R) {
	src = src[:len(dst)]
	for i := 0; i+1 < len(dst); i += 2 {
		a, b := src[i], src[i+1]
		dst[i], dst[i+1] = R(a*re)-R(b*im), R(a*im)+R(b*re)
	}
}

// ScaleReal multiplies x by a real number.
func ScaleReal[R float32 | float64](x []R, by R) {
	for i := range x {
		x[i] *= by
	}
}

// MultiplyIn multiplies the complex numbers of dst by those of factor.
func MultiplyIn[R float32 | float64](dst, factor []R) {
	factor = factor[:len(dst)]
	for i := 0; i+1 < len(dst); i += 2 {
		a, b, c, d := dst[i], dst[i+1], factor[i], factor[i+1]
		dst[i], dst[i+1] = R(a*c)-R(b*d), R(a*d)+R(b*c)
	}
}

// MultiplyScaled multiplies the complex numbers of dst by those of factor times
// re + i·im.
func MultiplyScaled[R float32 | float64](dst, factor []R, re, im R) {
	factor = factor[:len(dst)]
	for i := 0; i+1 < len(dst); i += 2 {
		a, b := factor[i], factor[i+1]
		c, d := R(a*re)-R(b*im), R(a*im)+R(b*re)
		a, b = dst[i], dst[i+1]
		dst[i], dst[i+1] = R(a*c)-R(b*d), R(a*d)+R(b*c)
	}
}

// Intensity adds weight·|field|² to image. The square is formed in double
// precision in both precisions of the field.
func Intensity[R float32 | float64](image []float64, field []R, weight float64) {
	field = field[:2*len(image)]
	for j := range image {
		re, im := float64(field[2*j]), float64(field[2*j+1])
		image[j] += float64(weight * (float64(re*re) + float64(im*im)))
	}
}

const (
	// Partial is the number of partial sums of Power: several vectors of any
	// instruction set.
	Partial = 32

	// Stretch is how many numbers Power adds up at a time.
	Stretch = 1 << 14
)

// Power returns the sum of the squares of x in double precision: the total
// intensity of a field. It takes x in stretches. In each it adds x[i]² to partial
// sum i mod Partial, and then the upper half of the partial sums to the lower one
// until one is left.
func Power[R float32 | float64](x []R) float64 {
	var total float64
	for len(x) > 0 {
		var sums [Partial]float64
		n := min(len(x), Stretch)
		total += FinishPower(&sums, x[:n])
		x = x[n:]
	}
	return total
}

// FinishPower returns the sum of a stretch of which x is the end and sums has what
// comes before, a multiple of Partial.
func FinishPower[R float32 | float64](sums *[Partial]float64, x []R) float64 {
	for i, v := range x {
		sums[i%Partial] += float64(float64(v) * float64(v))
	}
	for half := Partial / 2; half > 0; half /= 2 {
		for i := range half {
			sums[i] += sums[half+i]
		}
	}
	return sums[0]
}
