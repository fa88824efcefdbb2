package randomfield

import (
	"math"

	"arago/internal/parallel"
)

// Field is a real random field with the mean 0: a sum of waves whose spatial frequencies
// are whole multiples of 1/Period on both axes.
type Field struct {
	// Seed says which of all fields it is.
	Seed uint64
	// Period is the length after which the field repeats itself on both axes.
	Period float64
	// Power is the power spectral density, per area of frequencies of both signs, at a
	// frequency squared (1 over length squared). It must not be negative.
	Power func(frequencySquared float64) float64
	// Low adds waves longer than the period, and lets the longest others stand for all
	// waves about them: as a power law without end needs it.
	Low bool
}

// On returns the field on the samples of two axes, row by row: the sum of all waves that
// the samples carry, those below their Nyquist frequency on each axis. The errors, relative
// to the rms of the field, are some 1e-13 where the period is a power of two of steps,
// and 1e-12 elsewhere.
func (f Field) On(y, x Axis) []float64 {
	// Whole pairs of columns, see columns.
	pairs := x
	pairs.From, pairs.To = x.From&^1, (x.To+1)&^1
	alongY, alongX := newSeries(f.Period, y), newSeries(f.Period, pairs)
	values := columns(alongY, f.rows(alongX, alongY.waves), pairs, x)
	if f.Low {
		f.addLow(values, y, x)
	}
	return values
}

// rows sums the waves along x, for each wave along y that is not negative; those that are
// have the complex conjugates. Row ny begins at ny times the number of samples.
func (f Field) rows(along *series, highest int) line {
	cols, k := along.axis.len(), along.waves
	rows := newLine((highest + 1) * cols)
	parallel.Jobs(highest+1, func(next func() (int, bool)) {
		c, scratch := newLine(2*k+1), along.scratch()
		for ny, ok := next(); ok; ny, ok = next() {
			for nx := range k + 1 {
				amplitude := f.amplitude(nx, ny)
				c.re[k+nx], c.im[k+nx] = f.wave(nx, ny, amplitude)
				c.re[k-nx], c.im[k-nx] = f.wave(-nx, ny, amplitude)
			}
			along.evaluate(line{rows.re[ny*cols:][:cols], rows.im[ny*cols:][:cols]}, c, scratch)
		}
	})
	return rows
}

// amplitude is the rms of the coefficient of a wave.
func (f Field) amplitude(nx, ny int) float64 {
	if nx == 0 && ny == 0 {
		return 0
	}
	if f.Low && max(nx, -nx, ny, -ny) <= nearWaves {
		return f.around(nx, ny, 1/f.Period)
	}
	square := (float64(nx)*float64(nx) + float64(ny)*float64(ny)) / float64(f.Period*f.Period)
	return math.Sqrt(f.Power(square)) / f.Period
}

// wave returns the coefficient of a wave. Of two opposite ones only one is drawn, the
// other is its complex conjugate.
func (f Field) wave(nx, ny int, amplitude float64) (re, im float64) {
	if ny == 0 && nx < 0 {
		re, im = draw(f.Seed, -nx, 0, 0)
		im = -im
	} else {
		re, im = draw(f.Seed, nx, ny, 0)
	}
	return float64(re * amplitude), float64(im * amplitude)
}

// columns sums the waves along y. Two columns, which are real, are one complex transform:
// always the same two, since each has its rounding errors from both. The halves hold those
// of pairs, the values those of x.
func columns(along *series, halves line, pairs, x Axis) []float64 {
	const group = 8 // columns of a cache line
	n, k, cols := along.axis.len(), along.waves, pairs.len()
	values := make([]float64, n*x.len())
	parallel.Jobs((cols+group-1)/group, func(next func() (int, bool)) {
		var c [group / 2]line
		for i := range c {
			c[i] = newLine(2*k + 1)
		}
		out, scratch := newLine(n), along.scratch()
		for job, ok := next(); ok; job, ok = next() {
			first := job * group
			last := min(cols, first+group)
			for ny := range k + 1 {
				re, im := halves.re[ny*cols:][:cols], halves.im[ny*cols:][:cols]
				for j := first; j < last; j += 2 {
					ar, ai, br, bi := re[j], im[j], re[j+1], im[j+1]
					if ny == 0 { // both are real
						ai, bi = 0, 0
					}
					// a + i·b, and that of the complex conjugates.
					pair := c[(j-first)/2]
					pair.re[k-ny], pair.im[k-ny] = ar+bi, br-ai
					pair.re[k+ny], pair.im[k+ny] = ar-bi, ai+br
				}
			}
			for j := first; j < last; j += 2 {
				along.evaluate(out, c[(j-first)/2], scratch)
				for side, column := range [2][]float64{out.re, out.im} {
					at := pairs.From + j + side - x.From
					if at < 0 || at >= x.len() {
						continue
					}
					for i, v := range column {
						values[i*x.len()+at] = v
					}
				}
			}
		}
	})
	return values
}
