package pure

import "math"

// Scale writes the complex numbers of src times re + i·im to dst, which may be src.
func Scale[R float32 | float64](dst, src []R, re, im R) {
	src = src[:len(dst)]
	for i := 0; i+1 < len(dst); i += 2 {
		a, b := src[i], src[i+1]
		dst[i], dst[i+1] = a*re-b*im, a*im+b*re
	}
}

// MultiplyScaled multiplies the complex numbers of dst by those of factor times
// re + i·im.
func MultiplyScaled[R float32 | float64](dst, factor []R, re, im R) {
	factor = factor[:len(dst)]
	for i := 0; i+1 < len(dst); i += 2 {
		a, b := factor[i], factor[i+1]
		c, d := a*re-b*im, a*im+b*re
		a, b = dst[i], dst[i+1]
		dst[i], dst[i+1] = a*c-b*d, a*d+b*c
	}
}

// Phasor multiplies the complex number j of dst by
//
//	amplitude[j] · exp(2πi·opd[j]/wavelength)
//
// Either slice may be nil: amplitude 1, or OPD 0. The phase is formed in
// double precision, and its whole waves are taken off with one rounding (a
// fused multiply-add), so that thousands of waves cost no accuracy. Where the
// amplitude is zero the product is zero, whatever the OPD.
func Phasor[R float32 | float64](dst []R, amplitude, opd []float64, wavelength float64) {
	n := len(dst) / 2
	if opd == nil {
		for j, a := range amplitude[:min(n, len(amplitude))] {
			dst[2*j] *= R(a)
			dst[2*j+1] *= R(a)
		}
		return
	}
	for j, d := range opd[:n] {
		a := 1.0
		if amplitude != nil {
			if a = amplitude[j]; a == 0 {
				dst[2*j], dst[2*j+1] = 0, 0
				continue
			}
		}
		whole := math.RoundToEven(d / wavelength)
		sin, cos := math.Sincos(2 * math.Pi / wavelength * math.FMA(-whole, wavelength, d))
		c, s := R(a*cos), R(a*sin)
		re, im := dst[2*j], dst[2*j+1]
		dst[2*j], dst[2*j+1] = re*c-im*s, re*s+im*c
	}
}

// Intensity adds weight·|field|² to image. The square is formed in double
// precision in both precisions of the field.
func Intensity[R float32 | float64](image []float64, field []R, weight float64) {
	field = field[:2*len(image)]
	for j := range image {
		re, im := float64(field[2*j]), float64(field[2*j+1])
		image[j] += weight * (re*re + im*im)
	}
}
