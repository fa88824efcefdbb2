package propagate

import (
	"fmt"

	"arago/grid"
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
	parts   []occultedPart
	// side is the length of the FFT that the grids are parts of, or 0.
	side int
}

// blockedBy returns what the image planes from stage first to last−1 take.
func (c *chain) blockedBy(first, last int) (blocked, error) {
	if parts, outside, ok := c.plan.occulted(first, c.wavelength); ok {
		return blocked{outside: outside, parts: parts}, nil
	}
	stages := c.plan.stages
	image := stages[first].grid.at(c.wavelength)
	var elements []optics.Element
	for _, st := range stages[first:last] {
		elements = append(elements, st.elements...)
	}
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
	taken := occultedPart{grid: part.of(image)}
	if taken.values, err = maskFactors(elements, taken.grid, c.wavelength); err != nil {
		return blocked{}, err
	}
	for k := range taken.values {
		taken.values[k] = b.outside - taken.values[k]
	}
	b.parts = []occultedPart{taken}
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
	b, err := c.blockedBy(first, last)
	if err != nil {
		return err
	}
	pupil := c.plan.stages[last].grid.at(c.wavelength)
	out := c.field.on(pupil, b.outside)
	before := c.field.cropped()
	for _, part := range b.parts {
		to, back := b.transforms(part, before.grid, pupil, c.wavelength)
		image, err := to.all(c.ctx, before.values)
		if err != nil {
			return err
		}
		for k, v := range part.values {
			image.values[k] *= v
		}
		lost, err := back.all(c.ctx, image.values)
		if err != nil {
			return err
		}
		for k, v := range lost.values {
			out.values[k] -= v
		}
	}
	c.field = out
	return nil
}

func (b blocked) transforms(part occultedPart, before, behind grid.Grid, wavelength float64) (to, back directTransform) {
	return newDirectTransform(toImage, before, part.grid, wavelength, b.side), newDirectTransform(toPupil, part.grid, behind, wavelength, b.side)
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

// countTerms returns how many products a verification adds.
func (v *Verifier) countTerms() (float64, error) {
	lines := float64(v.plan.Lines())
	// The shortest wavelength has the finest image planes.
	c := &chain{Verifier: v, wavelength: v.plan.system.Source.shortest()}
	stages := v.plan.stages
	before := grid.Square(grid.Centered(v.plan.system.Npix, 0), grid.Metre)
	terms := 0.0
	for i := 0; i < v.tail; i++ {
		if last := stages[i].through; last > 0 {
			b, err := c.blockedBy(i, last)
			if err != nil {
				return 0, fmt.Errorf("plane %d (%s): %w", i+1, stages[i].label, err)
			}
			i = last
			for _, part := range b.parts {
				to, back := b.transforms(part, before, stages[last].grid.fixed, c.wavelength)
				terms += to.terms(0) + back.terms(0)
			}
		} else if st := &stages[i]; st.move == toImage || st.move == toPupil || st.move == toDetector {
			terms += directTransform{from: before, to: st.grid.fixed}.terms(0)
		}
		before = stages[i].grid.fixed
	}
	if v.tail < len(stages) {
		terms += directTransform{from: before}.terms(v.samples)
	}
	return lines * terms, nil
}
