//go:build (amd64 || arm64) && !race && !purego

package kernel

import "arago/internal/kernel/pure"

// vectors are the pointwise loops of an instruction set in one precision. They
// do n complex numbers, a multiple of unit, which is a power of two; the twins
// do what is left, and all of less than least numbers.
type vectors[R float32 | float64] struct {
	unit           int
	least          int
	scale          func(dst, src *R, n int, re, im R)
	scaleReal      func(x *R, n int, by R)
	multiplyIn     func(dst, factor *R, n int)
	multiplyScaled func(dst, factor *R, n int, re, im R)
	multiplyReal   func(dst *R, factor *float64, n int)
	intensity      func(image *float64, field *R, n int, weight float64)
	squareSums     func(x *R, blocks int) (sums [pure.Partial]float64)
	fold           func(sum, diff, a, b *R, n int)
	foldMirrored   func(sum, diff, a, b *R, n int)
	unfoldMirrored func(a, b, even, odd *R, n int)

	multiplyWave, writeWave waveLoop[R]
	sin, cos                *float64 // coefficients of pure.Double or pure.Single
}

// waveLoop is MultiplyWave or WriteWave of an instruction set.
type waveLoop[R float32 | float64] func(dst *R, amplitude, opd *float64, n int,
	sin, cos *float64, perQuarter, quarter, high, low, limit float64) (done int)

// most is how many complex numbers one call does: with three streams from main
// memory, some tens of microseconds, in which the goroutine cannot be
// interrupted. It is a multiple of every unit.
const most = 1 << 13

// scaleRealLeast is the number of complex numbers from which on ScaleReal is faster than
// its twin, whatever is left over: with AVX-512 15 take 17.4 ns instead of 12.8, with
// AVX2 11 17.2 instead of 13.6, and 16 10.8 and 10.2 instead of 17.4 and 15.4.
const scaleRealLeast = 16

// whole returns how many of n complex numbers the next call does.
func (v *vectors[R]) whole(n int) int {
	if n < v.least {
		return 0
	}
	return min(n, most) &^ (v.unit - 1)
}

func (v vectors[R]) pointwise() Pointwise[R] {
	// Called and not inlined, the loop is the one that the twin's table has: inlined into the
	// closure it took up to 1.6 times as long.
	scaleReal := pure.ScaleReal[R]
	return Pointwise[R]{
		Scale: func(dst, src []R, re, im R) {
			src = src[:len(dst)]
			for n := v.whole(len(dst) / 2); n > 0; n = v.whole(len(dst) / 2) {
				v.scale(&dst[0], &src[0], n, re, im)
				dst, src = dst[2*n:], src[2*n:]
			}
			pure.Scale(dst, src, re, im)
		},
		ScaleReal: func(x []R, by R) {
			if len(x) < 2*scaleRealLeast {
				scaleReal(x, by)
				return
			}
			for n := v.whole(len(x) / 2); n > 0; n = v.whole(len(x) / 2) {
				v.scaleReal(&x[0], n, by)
				x = x[2*n:]
			}
			scaleReal(x, by)
		},
		MultiplyIn: func(dst, factor []R) {
			factor = factor[:len(dst)]
			for n := v.whole(len(dst) / 2); n > 0; n = v.whole(len(dst) / 2) {
				v.multiplyIn(&dst[0], &factor[0], n)
				dst, factor = dst[2*n:], factor[2*n:]
			}
			pure.MultiplyIn(dst, factor)
		},
		MultiplyScaled: func(dst, factor []R, re, im R) {
			factor = factor[:len(dst)]
			for n := v.whole(len(dst) / 2); n > 0; n = v.whole(len(dst) / 2) {
				v.multiplyScaled(&dst[0], &factor[0], n, re, im)
				dst, factor = dst[2*n:], factor[2*n:]
			}
			pure.MultiplyScaled(dst, factor, re, im)
		},
		Phasor: func(dst []R, amplitude, opd []float64, wavelength float64) {
			switch {
			case opd != nil && len(dst) < 2*v.least:
				pure.Phasor(dst, amplitude, opd, wavelength)
			case opd != nil:
				v.phasor(v.multiplyWave, pure.MultiplyWave[R], dst, amplitude, opd, wavelength)
			case amplitude != nil:
				amplitude = amplitude[:len(dst)/2]
				for n := v.whole(len(amplitude)); n > 0; n = v.whole(len(amplitude)) {
					v.multiplyReal(&dst[0], &amplitude[0], n)
					dst, amplitude = dst[2*n:], amplitude[n:]
				}
				pure.MultiplyReal(dst, amplitude)
			}
		},
		WritePhasor: func(dst []R, amplitude, opd []float64, wavelength float64) {
			if opd == nil || len(dst) < 2*v.least {
				// Without OPDs it is 26 GB/s, which is what the memory gives.
				pure.WritePhasor(dst, amplitude, opd, wavelength)
				return
			}
			v.phasor(v.writeWave, pure.WriteWave[R], dst, amplitude, opd, wavelength)
		},
		Intensity: func(image []float64, field []R, weight float64) {
			field = field[:2*len(image)]
			for n := v.whole(len(image)); n > 0; n = v.whole(len(image)) {
				v.intensity(&image[0], &field[0], n, weight)
				image, field = image[n:], field[2*n:]
			}
			pure.Intensity(image, field, weight)
		},
		Power: func(x []R) float64 {
			var total float64
			for len(x) >= pure.Partial {
				stretch := x[:min(len(x), pure.Stretch)]
				blocks := len(stretch) / pure.Partial
				sums := v.squareSums(&stretch[0], blocks)
				total += pure.FinishPower(&sums, stretch[blocks*pure.Partial:])
				x = x[len(stretch):]
			}
			return total + pure.Power(x)
		},
		Fold: func(sum, diff, a, b []R) {
			diff, a, b = diff[:len(sum)], a[:len(sum)], b[:len(sum)]
			for n := v.whole(len(sum) / 2); n > 0; n = v.whole(len(sum) / 2) {
				v.fold(&sum[0], &diff[0], &a[0], &b[0], n)
				sum, diff, a, b = sum[2*n:], diff[2*n:], a[2*n:], b[2*n:]
			}
			pure.Fold(sum, diff, a, b)
		},
		FoldMirrored: func(sum, diff, a, b []R) {
			diff, a, b = diff[:len(sum)], a[:len(sum)], b[:len(sum)]
			for n := v.whole(len(sum) / 2); n > 0; n = v.whole(len(sum) / 2) {
				rest := len(sum) - 2*n
				v.foldMirrored(&sum[0], &diff[0], &a[0], &b[rest], n)
				sum, diff, a, b = sum[2*n:], diff[2*n:], a[2*n:], b[:rest]
			}
			pure.FoldMirrored(sum, diff, a, b)
		},
		UnfoldMirrored: func(a, b, even, odd []R) {
			b, even, odd = b[:len(a)], even[:len(a)], odd[:len(a)]
			for n := v.whole(len(a) / 2); n > 0; n = v.whole(len(a) / 2) {
				rest := len(a) - 2*n
				v.unfoldMirrored(&a[0], &b[rest], &even[0], &odd[0], n)
				a, b, even, odd = a[2*n:], b[:rest], even[2*n:], odd[2*n:]
			}
			pure.UnfoldMirrored(a, b, even, odd)
		},
	}
}

// phasor does dst by loop, and by its twin what loop leaves over.
func (v *vectors[R]) phasor(loop waveLoop[R], twin func(dst []R, amplitude, opd []float64, w *pure.Wave),
	dst []R, amplitude, opd []float64, wavelength float64) {
	opd = opd[:len(dst)/2]
	if amplitude != nil {
		amplitude = amplitude[:len(opd)]
	}
	w := pure.WaveOf(wavelength)
	head := func(n int) (d []R, a, o []float64) {
		d, o = dst[:2*n], opd[:n]
		dst, opd = dst[2*n:], opd[n:]
		if amplitude != nil {
			a, amplitude = amplitude[:n], amplitude[n:]
		}
		return d, a, o
	}
	for n := v.whole(len(opd)); n > 0; n = v.whole(len(opd)) {
		var first *float64
		if amplitude != nil {
			first = &amplitude[0]
		}
		done := loop(&dst[0], first, &opd[0], n, v.sin, v.cos, w.PerQuarter, w.Quarter, w.High, w.Low, w.Limit)
		head(done)
		if done < n {
			d, a, o := head(v.unit)
			twin(d, a, o, &w)
		}
	}
	twin(dst, amplitude, opd, &w)
}
