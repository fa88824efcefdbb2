package propagate

import (
	"math"
	"math/cmplx"

	"arago/backend"
	"arago/grid"
	"arago/internal/kernel"
	"arago/internal/parallel"
	"arago/internal/spline"
)

// tilt returns exp(−2πi·x·slope) on the samples of an axis.
func tilt[C backend.Complex](a grid.Axis, slope float64) []C {
	v := make([]C, a.N)
	for i := range v {
		cycles := a.At(i) * slope
		v[i] = C(cmplx.Rect(1, -2*math.Pi*(cycles-math.RoundToEven(cycles))))
	}
	return v
}

// normalize makes the total intensity of the field behind stage i 1, or answers
// ErrDark. That behind the first plane is known; see Plan.dimming.
func (w *wave[R, C]) normalize(i int) error {
	if i == 0 {
		if !positive(w.engine.plan.dimming) {
			return ErrDark
		}
		return nil
	}
	total := w.power()
	if !positive(total) {
		return ErrDark
	}
	scale, table := R(1/math.Sqrt(total)), kernel.For[R]()
	parallel.Bands(w.field.Rows, bandRows, func(from, to int) {
		for i := from; i < to; i++ {
			table.ScaleReal(kernel.Reals[R](w.field.Row(i)), scale)
		}
	})
	return nil
}

// power returns the total intensity. Rows are summed one by one and then
// together, so that the sum does not depend on who summed them.
func (w *wave[R, C]) power() float64 {
	rows, table := make([]float64, w.field.Rows), kernel.For[R]()
	parallel.Bands(w.field.Rows, bandRows, func(from, to int) {
		for i := from; i < to; i++ {
			rows[i] = table.Power(kernel.Reals[R](w.field.Row(i)))
		}
	})
	var total float64
	for _, row := range rows {
		total += row
	}
	return total
}

// turn rotates the field counter-clockwise about the axis.
func (w *wave[R, C]) turn(degrees float64) {
	rotated := spline.Rotate(double(w.field), w.grid, degrees)
	dst := w.place(w.grid)
	for i, v := range rotated {
		dst.Data[i] = C(v)
	}
	w.field = dst
	w.swap()
	// Quarter turns reverse x, both, or y.
	switch math.Mod(math.Mod(degrees, 360)+360, 360) {
	case 90:
		w.signOfFirst(true, false)
	case 180:
		w.signOfFirst(true, true)
	case 270:
		w.signOfFirst(false, true)
	}
}

// mirror reverses the field about the zero of its axes.
func (w *wave[R, C]) mirror(p Inversion) {
	if p.X {
		partner := partners(w.grid.X)
		for i := range w.field.Rows {
			row := w.field.Row(i)
			for j, k := range partner {
				if j < k {
					row[j], row[k] = row[k], row[j]
				}
			}
		}
	}
	if p.Y {
		for i, k := range partners(w.grid.Y) {
			if i < k {
				upper, lower := w.field.Row(i), w.field.Row(k)
				for j := range upper {
					upper[j], lower[j] = lower[j], upper[j]
				}
			}
		}
	}
	w.signOfFirst(p.X, p.Y)
}

// partners returns, for each sample of an axis, the one on the other side of
// its zero. On an axis of an FFT, whose zero is on a sample, the first sample
// would have its partner one beyond the last: indices are counted modulo the
// length, and it is its own.
func partners(a grid.Axis) []int {
	sum := int(math.Round(2 * a.Center))
	out := make([]int, a.N)
	for i := range out {
		out[i] = (sum - i + a.N) % a.N
	}
	return out
}

// signOfFirst completes the reversal of an FFT's axes. Their first sample, at
// −N/2, comes from +N/2, one period away. The image of a pupil whose zero lies
// half a sample beside a sample repeats itself with the opposite sign.
func (w *wave[R, C]) signOfFirst(x, y bool) {
	onSample := func(a grid.Axis) bool { return a.N%2 == 0 && a.Center == float64(a.N/2) }
	if w.grid.Unit != grid.Radian || w.engine.plan.system.Npix%2 != 0 {
		return
	}
	if x && onSample(w.grid.X) {
		for i := range w.field.Rows {
			w.field.Row(i)[0] *= -1
		}
	}
	if y && onSample(w.grid.Y) {
		for j := range w.field.Cols {
			w.field.Row(0)[j] *= -1
		}
	}
}
