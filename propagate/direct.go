package propagate

import (
	"context"
	"math"

	"arago/backend"
	"arago/grid"
	"arago/internal/parallel"
	"arago/optics"
)

// What a verification computes is written here from the definitions, with
// compensated sums in double precision, and shares nothing with recipes,
// kernels and back ends but the grids of the planes and the samples of masks in boxes of
// their own.

// directField is a field on a grid, row by row.
type directField struct {
	grid   grid.Grid
	values []complex128
}

// row returns row i.
func (f directField) row(i int) []complex128 { return f.values[i*f.grid.X.N:][:f.grid.X.N] }

// cycles is the number of cycles by which the phase grows from one pair of
// samples to the next, Δx·Δu/λ, on one axis: high + low, or, between the planes
// of an FFT, one over a whole number.
type cycles struct {
	high, low float64
	period    float64 // 0 if there is none
}

// cyclesOf returns a·b/λ to twice the precision.
func cyclesOf(a, b, wavelength float64) cycles {
	product := float64(a * b)
	rest := math.FMA(a, b, -product)
	high := product / wavelength
	return cycles{high: high, low: (math.FMA(-high, wavelength, product) + rest) / wavelength}
}

// cyclesOfFFT returns 1/n.
func cyclesOfFFT(n int) cycles { return cycles{high: 1 / float64(n), period: float64(n)} }

// times returns x·cycles less its whole cycles, −½ … ½. x is a whole number of
// quarters, as products of whole and half indices are.
func (c cycles) times(x float64) float64 {
	if c.period > 0 {
		return math.Remainder(x, c.period) / c.period
	}
	p := float64(x * c.high)
	return (p - math.RoundToEven(p)) + (math.FMA(x, c.high, -p) + float64(x*c.low))
}

// phasor returns exp(2πi·turns).
func phasor(turns float64) complex128 {
	sin, cos := math.Sincos(2 * math.Pi * turns)
	return complex(cos, sin)
}

// waves returns opd/λ less its whole waves, without what the division rounds off.
func waves(opd, wavelength float64) float64 {
	q := opd / wavelength
	return (q - math.RoundToEven(q)) + math.FMA(-q, wavelength, opd)/wavelength
}

// factor is what an effect multiplies sample k by.
func (e effect) factor(k int, wavelength float64) complex128 {
	v := complex(1, 0)
	if e.opd != nil {
		v = phasor(waves(e.opd[k], wavelength))
	}
	if e.phase != nil {
		sin, cos := math.Sincos(e.phase[k])
		v *= complex(cos, sin)
	}
	if e.amplitude != nil {
		v *= complex(e.amplitude[k], 0)
	}
	return v
}

// multiply multiplies the field by an effect that is sampled on its grid.
func (f directField) multiply(e effect, wavelength float64) {
	if e.amplitude == nil && e.opd == nil && e.phase == nil {
		return
	}
	parallel.Bands(len(f.values), 1<<14, func(from, to int) {
		for k := from; k < to; k++ {
			if f.values[k] != 0 {
				f.values[k] *= e.factor(k, wavelength)
			}
		}
	})
}

// scale multiplies the field by a number.
func (f directField) scale(by float64) {
	for k := range f.values {
		f.values[k] *= complex(by, 0)
	}
}

// maskFactors returns what elements multiply the field on g by.
func maskFactors(elements []optics.Element, g grid.Grid, wavelength float64) ([]complex128, error) {
	values := make([]complex128, g.Len())
	err := forBands(g, func(from, to int) error {
		e, err := sample(elements, g.Rows(from, to))
		if err != nil {
			return err
		}
		for k := range (to - from) * g.X.N {
			values[from*g.X.N+k] = e.factor(k, wavelength)
		}
		return nil
	})
	return values, err
}

func (b block) empty() bool { return b.y1 <= b.y0 || b.x1 <= b.x0 }

func (b block) len() int {
	if b.empty() {
		return 0
	}
	return b.rows() * b.cols()
}

// with returns the block that also holds another.
func (b block) with(o block) block {
	switch {
	case o.empty():
		return b
	case b.empty():
		return o
	}
	return block{min(b.y0, o.y0), max(b.y1, o.y1), min(b.x0, o.x0), max(b.x1, o.x1)}
}

// cropped returns the smallest part of the field that holds all of its light.
func (f directField) cropped() directField {
	b := blockOf(f.values, f.grid.X.N, func(v complex128) bool { return v != 0 })
	if b.empty() {
		b = block{0, 1, 0, 1}
	}
	out := directField{grid: b.of(f.grid), values: make([]complex128, 0, b.len())}
	for i := b.y0; i < b.y1; i++ {
		out.values = append(out.values, f.row(i)[b.x0:b.x1]...)
	}
	return out
}

// blockOf returns the smallest block that holds all samples, in rows of so many
// columns, that counts says yes to.
func blockOf(values []complex128, columns int, counts func(complex128) bool) block {
	var b block
	for i := range len(values) / columns {
		for j, v := range values[i*columns:][:columns] {
			if counts(v) {
				b = b.with(block{i, i + 1, j, j + 1})
			}
		}
	}
	return b
}

// directTransform is a Fourier transform by its definition.
type directTransform struct {
	from, to grid.Grid
	y, x     cycles
	sign     float64
}

func newDirectTransform(m move, from, to grid.Grid, wavelength float64, side int) directTransform {
	t := directTransform{from: from, to: to, sign: 1}
	if m == toPupil {
		t.sign = -1
	}
	if m == toDetector || side == 0 {
		t.y, t.x = cyclesOf(from.Y.Step, to.Y.Step, wavelength), cyclesOf(from.X.Step, to.X.Step, wavelength)
		return t
	}
	t.y, t.x = cyclesOfFFT(side), cyclesOfFFT(side)
	return t
}

// factor is what makes the transform unitary between the grids of an FFT.
func (t directTransform) factor() float64 { return math.Sqrt(t.y.high) * math.Sqrt(t.x.high) }

// kernelRow writes exp(±2πi·(j − a)(k − b)·cycles) for all j of an axis to v.
func kernelRow(v []complex128, in, out grid.Axis, c cycles, sign float64, k int) {
	for j := range v {
		v[j] = phasor(sign * c.times((float64(j)-in.Center)*(float64(k)-out.Center)))
	}
}

// kernels returns the kernel of every column of the outcome, one after the other.
func (t directTransform) kernels() []complex128 {
	cols := t.from.X.N
	all := make([]complex128, t.to.X.N*cols)
	parallel.Bands(t.to.X.N, 1, func(l, _ int) {
		kernelRow(all[l*cols:][:cols], t.from.X, t.to.X, t.x, t.sign, l)
	})
	return all
}

// columns returns, for each column of the outcome, the sums over each row of values.
func (t directTransform) columns(ctx context.Context, values []complex128) ([]complex128, error) {
	rows, cols := t.from.Y.N, t.from.X.N
	sums := make([]complex128, t.to.X.N*rows)
	parallel.Bands(t.to.X.N, 1, func(l, _ int) {
		if ctx.Err() != nil {
			return
		}
		x := make([]complex128, cols)
		kernelRow(x, t.from.X, t.to.X, t.x, t.sign, l)
		for i := range rows {
			sums[l*rows+i] = compensatedDot(x, values[i*cols:][:cols])
		}
	})
	return sums, ctx.Err()
}

// sumColumns returns row k of the transform, from what columns returned.
func (t directTransform) sumColumns(columns []complex128, k int) []complex128 {
	rows := t.from.Y.N
	y := make([]complex128, rows)
	kernelRow(y, t.from.Y, t.to.Y, t.y, t.sign, k)
	out, scale := make([]complex128, t.to.X.N), complex(t.factor(), 0)
	for l := range out {
		out[l] = scale * compensatedDot(y, columns[l*rows:][:rows])
	}
	return out
}

// all returns every sample of the transform: first the sums over columns, then
// those over rows.
func (t directTransform) all(ctx context.Context, values []complex128) (directField, error) {
	columns, err := t.columns(ctx, values)
	if err != nil {
		return directField{}, err
	}
	out := directField{grid: t.to, values: make([]complex128, t.to.Len())}
	parallel.Bands(t.to.Y.N, 1, func(k, _ int) {
		if ctx.Err() == nil {
			copy(out.row(k), t.sumColumns(columns, k))
		}
	})
	return out, ctx.Err()
}

// at returns sample (k, l) of the transform.
func (t directTransform) at(values []complex128, k, l int) complex128 {
	rows, cols := t.from.Y.N, t.from.X.N
	x, y, between := make([]complex128, cols), make([]complex128, rows), make([]complex128, rows)
	kernelRow(x, t.from.X, t.to.X, t.x, t.sign, l)
	kernelRow(y, t.from.Y, t.to.Y, t.y, t.sign, k)
	parallel.Bands(rows, bandRows, func(from, to int) {
		for i := from; i < to; i++ {
			between[i] = compensatedDot(x, values[i*cols:][:cols])
		}
	})
	return complex(t.factor(), 0) * compensatedDot(y, between)
}

// terms is the number of products that all, or at for so many samples, adds.
func (t directTransform) terms(samples int) float64 {
	rows, cols := float64(t.from.Y.N), float64(t.from.X.N)
	if samples > 0 {
		return float64(samples) * rows * cols
	}
	return rows*cols*float64(t.to.X.N) + rows*float64(t.to.Len())
}

// betweenTerms is the number of sums that columns returns.
func (t directTransform) betweenTerms() float64 { return float64(t.from.Y.N) * float64(t.to.X.N) }

// turned and mirrored are what planes that move samples do; they have no
// arithmetic worth doing twice.
func (p *Plan) turned(f directField, plane Plane) directField {
	w := &wave[float64, complex128]{
		engine: &engine[float64, complex128]{plan: p},
		grid:   f.grid, field: backend.MatrixOf(f.grid.Y.N, f.grid.X.N, f.values),
	}
	switch plane := plane.(type) {
	case Rotation:
		w.turn(plane.Angle)
	case Inversion:
		w.mirror(plane)
	}
	return directField{grid: w.grid, values: w.field.Data}
}
