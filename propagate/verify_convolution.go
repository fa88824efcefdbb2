package propagate

import (
	"arago/grid"
	"arago/internal/parallel"
)

// convolve carries the field through the image planes from stage first on, whose masks have
// straight edges, to the pupil of stage last: by the sums over the samples of the pupil that
// edges has for it, without any image.
func (c *chain) convolve(first, last int) error {
	e := c.plan.stages[first].edges
	before, pupil := c.field.cropped(), c.plan.stages[last].grid.fixed
	across, down := e.intervals(e.x, c.wavelength), e.intervals(e.y, c.wavelength)
	rows, cols := before.grid.Y.N, before.grid.X.N

	// along has the sums along the rows for each interval, column by column: those of column
	// l, over the rows before, begin at l·rows.
	along := make([][]complex128, len(across))
	for b, v := range across {
		sums, kernel := make([]complex128, pupil.X.N*rows), kernelOf(v, before.grid.X, pupil.X)
		parallel.Bands(pupil.X.N, 1, func(l, _ int) {
			for i := 0; i < rows && c.ctx.Err() == nil; i++ {
				sums[l*rows+i] = compensatedDot(kernel(l), before.values[i*cols:][:cols])
			}
		})
		along[b] = sums
	}
	out := directField{grid: pupil, values: make([]complex128, pupil.Len())}
	mixed := make([]complex128, pupil.X.N*rows)
	for _, v := range down {
		clear(mixed)
		for b, w := range across {
			factor := e.cells[v.cell*(len(e.x)-1)+w.cell].At(c.wavelength)
			for k, s := range along[b] {
				mixed[k] += factor * s
			}
		}
		kernel := kernelOf(v, before.grid.Y, pupil.Y)
		parallel.Bands(pupil.Y.N, 1, func(k, _ int) {
			taps := kernel(k)
			for l := 0; l < pupil.X.N && c.ctx.Err() == nil; l++ {
				out.values[k*pupil.X.N+l] += compensatedDot(taps, mixed[l*rows:][:rows])
			}
		})
	}
	c.field = out
	return c.ctx.Err()
}

// kernelOf returns, for sample k of an axis of the pupil behind, T[k−j] for all samples j of
// the axis before.
func kernelOf(v interval, before, behind grid.Axis) func(k int) []complex128 {
	// Sample j of the one is sample j+shift of the other.
	shift := int(behind.Center - before.Center)
	far := max(behind.N-1-shift, before.N-1+shift)
	backwards := v.coefficients(far)
	for i, j := 0, len(backwards)-1; i < j; i, j = i+1, j-1 {
		backwards[i], backwards[j] = backwards[j], backwards[i]
	}
	// T[d] is element far−d of them.
	return func(k int) []complex128 { return backwards[far-k+shift:][:before.N] }
}

// countConvolution counts what convolve takes at stage i, from a field on a grid.
func (v *Verifier) countConvolution(cost *verifyCost, i int, before grid.Grid) {
	e := v.plan.stages[i].edges
	pupil := v.plan.stages[v.plan.stages[i].through].grid.fixed
	x, y := float64(len(e.x)-1), float64(len(e.y)-1)
	between := float64(before.Y.N) * float64(pupil.X.N)
	cost.terms += x*between*float64(before.X.N) + y*float64(before.Y.N)*samples(pupil)
	cost.step(samples(before), samples(before), samples(pupil), (x+1)*between)
}
