package propagate

import (
	"math"
	"runtime"

	"arago/grid"
	"arago/internal/parallel"
	"arago/optics"
)

// blocked is what image planes take from light that passes them on its way to the
// next pupil: behind them stands
//
//	outside·P − Σ F⁻¹[values·F[P]]
//
// with F from the pupil to the grid of each part and P the light before. Between the
// planes of an FFT that is the same as the sum over the whole image, for F⁻¹·F is the
// identity.
type blocked struct {
	outside complex128
	parts   []blockedPart
	// side is the length of the FFT that the grids are parts of, or 0.
	side int
}

// blockedPart is a mask on a grid, row by row.
type blockedPart struct {
	grid grid.Grid
	row  func(i int) ([]complex128, error)
}

// blockedBy returns what the image planes from stage first to last−1 take.
func (c *chain) blockedBy(first, last int) (blocked, error) {
	if parts, outside, ok := c.plan.occulted(first, c.wavelength); ok {
		b := blocked{outside: outside}
		for _, part := range parts {
			values := part.values
			b.parts = append(b.parts, blockedPart{part.grid, func(i int) ([]complex128, error) {
				return values[i*part.grid.X.N:][:part.grid.X.N], nil
			}})
		}
		return b, nil
	}
	image := c.plan.stages[first].grid.at(c.wavelength)
	elements := c.plan.imageElements(first)
	// Either what is not 1 or what is not 0 is transformed, whichever is smaller.
	notOne, notZero, err := extents(elements, image, c.wavelength)
	if err != nil {
		return blocked{}, err
	}
	b, part := blocked{outside: 1, side: c.plan.paddedSide()}, notOne
	if notZero.len() < notOne.len() {
		b.outside, part = 0, notZero
	}
	if part.empty() {
		return b, nil
	}
	g := part.of(image)
	b.parts = []blockedPart{{g, func(i int) ([]complex128, error) {
		e, err := sample(elements, g.Rows(i, i+1))
		if err != nil {
			return nil, err
		}
		values := make([]complex128, g.X.N)
		for k := range values {
			values[k] = b.outside - e.factor(k, c.wavelength)
		}
		return values, nil
	}}}
	return b, nil
}

// paddedSide is the number of samples across image planes that are reached by FFT.
func (p *Plan) paddedSide() int { return p.system.Npix * p.system.Oversample }

// extents returns the smallest parts of an image plane outside of which its
// elements multiply by 1, and by 0.
func extents(elements []optics.Element, image grid.Grid, wavelength float64) (notOne, notZero block, err error) {
	type extent struct{ one, zero block }
	bands := make([]extent, (image.Y.N+bandRows-1)/bandRows)
	err = forBands(image, func(from, to int) error {
		e, err := sample(elements, image.Rows(from, to))
		if err != nil {
			return err
		}
		b := &bands[from/bandRows]
		for k := range (to - from) * image.X.N {
			at := block{from + k/image.X.N, from + k/image.X.N + 1, k % image.X.N, k%image.X.N + 1}
			f := complex(1, 0)
			switch {
			case e.opd == nil && e.phase == nil && e.amplitude != nil:
				f = complex(e.amplitude[k], 0)
			case e.opd != nil || e.phase != nil:
				f = e.factor(k, wavelength)
			}
			if f != 1 {
				b.one = b.one.with(at)
			}
			if f != 0 {
				b.zero = b.zero.with(at)
			}
		}
		return nil
	})
	for _, b := range bands {
		notOne, notZero = notOne.with(b.one), notZero.with(b.zero)
	}
	return notOne, notZero, err
}

// through carries the field through the image planes from stage first on to the
// pupil of stage last.
func (c *chain) through(first, last int) error {
	if c.plan.stages[first].edges != nil {
		return c.convolve(first, last)
	}
	b, err := c.blockedBy(first, last)
	if err != nil {
		return err
	}
	pupil := c.plan.stages[last].grid.at(c.wavelength)
	out := c.field.on(pupil, b.outside)
	before := c.field.cropped()
	for _, part := range b.parts {
		if err := c.subtract(out, b, part, before); err != nil {
			return err
		}
	}
	c.field = out
	return nil
}

// subtract takes off what a part of a mask takes from the light before it. Of the image
// there is a row at a time: it is transformed to that row, multiplied, and added up along
// it for each column of the pupil; the sums over rows come last.
func (c *chain) subtract(out directField, b blocked, part blockedPart, before directField) error {
	to := newDirectTransform(toImage, before.grid, part.grid, c.wavelength, b.side)
	back := newDirectTransform(toPupil, part.grid, out.grid, c.wavelength, b.side)
	across, err := to.columns(c.ctx, before.values)
	if err != nil {
		return err
	}
	kernels := back.kernels()
	// sums holds, for each column of the pupil, those along the rows of the image.
	sums := make([]complex128, out.grid.X.N*part.grid.Y.N)
	errs := make([]error, part.grid.Y.N)
	parallel.Bands(part.grid.Y.N, 1, func(k, _ int) {
		if c.ctx.Err() != nil {
			return
		}
		row := to.sumColumns(across, k)
		mask, err := part.row(k)
		if err != nil {
			errs[k] = err
			return
		}
		for l, v := range mask {
			row[l] *= v
		}
		for l := range out.grid.X.N {
			sums[l*part.grid.Y.N+k] = compensatedDot(kernels[l*len(row):][:len(row)], row)
		}
	})
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	if err := c.ctx.Err(); err != nil {
		return err
	}
	parallel.Bands(out.grid.Y.N, 1, func(k, _ int) {
		if c.ctx.Err() != nil {
			return
		}
		for l, v := range back.sumColumns(sums, k) {
			out.values[k*out.grid.X.N+l] -= v
		}
	})
	return c.ctx.Err()
}

// on returns the field times a factor on another grid of the same lattice, with
// zeros where it has no samples.
func (f directField) on(g grid.Grid, factor complex128) directField {
	out := directField{grid: g, values: make([]complex128, g.Len())}
	down, right := int(g.Y.Center-f.grid.Y.Center), int(g.X.Center-f.grid.X.Center)
	for i := range f.grid.Y.N {
		for j := range f.grid.X.N {
			k, l := i+down, j+right
			if k >= 0 && k < g.Y.N && l >= 0 && l < g.X.N {
				out.values[k*g.X.N+l] = factor * f.values[i*f.grid.X.N+j]
			}
		}
	}
	return out
}

// verifyCost is what a verification takes.
type verifyCost struct {
	// terms is the number of products that are added.
	terms float64
	// bytes are in use at once at most, left is what all steps leave behind.
	bytes, left float64
}

// step counts the arrays of a step, in complex numbers, that are in use at once.
func (v *verifyCost) step(numbers ...float64) {
	sum := 0.0
	for _, n := range numbers {
		sum += 16 * n
	}
	v.bytes = max(v.bytes, sum)
	v.left += sum
}

// count counts what a verification takes, without sampling anything: where masks end is
// known from their shapes, or taken to be where the image does.
func (v *Verifier) count() (cost verifyCost) {
	stages := v.plan.stages
	before := v.plan.stages[0].grid.fixed
	processors := float64(runtime.GOMAXPROCS(0))
	for i := 0; i < v.tail; i++ {
		st := &stages[i]
		crop := func() {
			if st.crop > 0 {
				cost.step(samples(before), float64(st.crop)*float64(st.crop))
				before.Y, _ = before.Y.Cropped(st.crop)
				before.X, _ = before.X.Cropped(st.crop)
			}
		}
		switch {
		case st.edges != nil:
			v.countConvolution(&cost, i, before)
			i = st.through
		case st.through > 0:
			pupil := stages[st.through].grid.fixed
			cost.step(samples(before), samples(before), samples(pupil))
			if st.occultation == nil {
				// Masks are sampled in bands, to find where they end.
				cost.left += 16 * samples(st.grid.fixed)
			}
			for _, part := range v.plan.blockedGrids(i) {
				// Row by row: the image, its mask, and what that is made of.
				cost.left += 16 * 4 * samples(part)
				to, back := directTransform{from: before, to: part}, directTransform{from: part, to: pupil}
				cost.terms += to.terms(0) + back.terms(0)
				row := float64(part.X.N)
				cost.step(samples(before), samples(before), samples(pupil),
					to.betweenTerms(), back.betweenTerms(), row*float64(pupil.X.N), samples(part)*float64(btoi(st.occultation != nil)), 3*row*processors)
			}
			i = st.through
		case st.move == toImage, st.move == toPupil, st.move == toDetector:
			crop()
			t := directTransform{from: before, to: st.grid.fixed}
			cost.terms += t.terms(0)
			cost.step(samples(before), samples(before), t.betweenTerms(), samples(t.to), samples(t.to)*float64(btoi(len(st.elements) > 0)))
		case st.move == turn:
			crop()
			// Splines, and what they give.
			cost.step(5 * samples(before))
		default:
			cost.step(samples(before), samples(before)*float64(btoi(len(st.elements) > 0)))
		}
		before = stages[i].grid.fixed
	}
	if v.tail < len(stages) {
		t := directTransform{from: before}
		cost.terms += t.terms(v.samples)
		cost.step(samples(before), samples(before), 3*float64(before.Y.N+before.X.N))
	}
	lines := float64(v.plan.Lines())
	cost.terms *= lines
	cost.left *= lines
	kept, left := v.plan.sampledAgainBytes()
	cost.bytes += kept
	cost.left += kept + left
	return cost
}

// blockedGrids returns the grids of the parts that chain.blockedBy would, or larger ones.
func (p *Plan) blockedGrids(first int) []grid.Grid {
	if o := p.stages[first].occultation; o != nil {
		if o.box.Len() == 0 {
			return nil
		}
		return []grid.Grid{o.box}
	}
	image := p.stages[first].grid.at(p.shortest())
	patches, err := optics.NewPatchwork(p.imageElements(first))
	if err != nil {
		return []grid.Grid{image}
	}
	if len(patches.Patches) == 0 && patches.Outside == (optics.Uniform{Amplitude: 1}) {
		return nil
	}
	if a := patches.Outside; a.Amplitude != 0 && a != (optics.Uniform{Amplitude: 1}) {
		return []grid.Grid{image}
	}
	// Samples are touched that lie half a step beyond.
	bounds := patches.Bounds()
	axis := func(a grid.Axis, low, high float64) grid.Axis {
		from := int(max(0, math.Floor(low*grid.Arcsecond/a.Step+a.Center-0.5)))
		to := int(min(float64(a.N), math.Ceil(high*grid.Arcsecond/a.Step+a.Center+0.5)+1))
		return a.Sub(min(from, a.N-1), max(to, min(from, a.N-1)+1))
	}
	return []grid.Grid{{Y: axis(image.Y, bounds.Y0, bounds.Y1), X: axis(image.X, bounds.X0, bounds.X1), Unit: image.Unit}}
}
