package randomfield

import (
	"math"

	"arago/internal/parallel"
)

// lowGrids is the number of grids of low waves. Each has frequencies three times lower
// than the one before; in a Kolmogorov field the slopes that they add have variances that
// fall as 3^(−1/3) from one to the next, and what is left out beyond the last is 0.1 % of
// what all of them add.
const lowGrids = 19

// nearWaves is the highest number of a wave that stands for all about it. Beyond it the
// spectrum hardly bends from one wave to the next.
const nearWaves = 3

// around returns the rms of the coefficient of a wave that stands for all waves of its
// cell in a grid of that frequency: they have the same mean square slope. The spectrum in
// the middle of the cell, where it falls steeply, is too low: the structure function of a
// Kolmogorov field would be too small by 3 to 13 %.
func (f Field) around(nx, ny int, frequency float64) float64 {
	const parts = 8
	var sum float64
	for i := range parts {
		y := (float64(ny) + (float64(i)+0.5)/parts - 0.5) * frequency
		for j := range parts {
			x := (float64(nx) + (float64(j)+0.5)/parts - 0.5) * frequency
			square := float64(x*x) + float64(y*y)
			sum += float64(square * f.Power(square))
		}
	}
	middle := float64(nx*nx + ny*ny)
	return math.Sqrt(sum / (parts * parts * middle))
}

// slow are the waves of one grid that travel along x and y: those with the numbers (1, −1),
// (1, 0), (1, 1) and (0, 1).
type slow struct {
	coefficients [4][2]float64 // real and imaginary parts, twice: for their opposites
	x, y         line          // exp(2πi·f·x) − 1 on each sample, f the frequency of the grid
}

// addLow adds waves longer than the period: the waves (−1 … 1)² of grids with a third, a
// ninth, … of the frequency of the first, each of which takes the place of the constant in
// the one before (R. G. Lane, A. Glindemann and J. C. Dainty 1992, Waves in Random Media 2,
// 209). Waves are counted from their value at zero: only their slopes matter, and their
// amplitudes rise beyond all bounds.
func (f Field) addLow(values []float64, y, x Axis) {
	grids := make([]slow, lowGrids)
	frequency := 1 / f.Period
	for g := range grids {
		frequency /= 3
		grids[g] = f.slow(g+1, frequency, y, x)
	}
	cols := x.len()
	parallel.Bands(y.len(), 8, func(from, to int) {
		for i := from; i < to; i++ {
			row := values[i*cols:][:cols]
			for g := range grids {
				re, im, constant := grids[g].along(i)
				dr, di := grids[g].x.re[:cols], grids[g].x.im[:cols]
				for j := range row {
					row[j] += float64(re*dr[j]) - float64(im*di[j]) + constant
				}
			}
		}
	})
}

// slow draws the waves of a grid.
func (f Field) slow(g int, frequency float64, y, x Axis) slow {
	var s slow
	for i, n := range [4][2]int{{1, -1}, {1, 0}, {1, 1}, {0, 1}} {
		rms := f.around(n[0], n[1], frequency)
		re, im := draw(f.Seed, n[0], n[1], g)
		s.coefficients[i] = [2]float64{float64(2 * rms * re), float64(2 * rms * im)}
	}
	s.x, s.y = waveLess1(frequency, x), waveLess1(frequency, y)
	return s
}

// waveLess1 returns exp(2πi·f·x) − 1 on the samples of an axis.
func waveLess1(frequency float64, a Axis) line {
	d := newLine(a.len())
	for i := range d.re {
		x := (float64(a.From+i) - a.Center) * a.Step
		sin, cos := turn(float64(x * frequency / 2))
		d.re[i], d.im[i] = float64(-2*sin*sin), float64(2*sin*cos)
	}
	return d
}

// along returns what exp(2πi·f·x) − 1 is multiplied by along a row, the real part of
// which counts, and what is added.
func (s *slow) along(row int) (re, im, constant float64) {
	dr, di := s.y.re[row], s.y.im[row]
	for i, ny := range [4]float64{-1, 0, 1, 1} {
		cr, ci := s.coefficients[i][0], s.coefficients[i][1]
		// c·exp(2πi·ny·f·y), less c.
		ar, ai := times(cr, ci, math.Abs(ny)*dr, ny*di)
		constant += ar
		if i < 3 {
			re, im = re+(cr+ar), im+(ci+ai)
		}
	}
	return re, im, constant
}
