package propagate

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"arago/grid"
	"arago/internal/parallel"
)

// ErrVerify is a result that direct summation does not confirm.
var ErrVerify = errors.New("the image is not what direct summation gives")

// Verification is what direct summation says of some samples of an image.
type Verification struct {
	// Samples are those that were computed again: the brightest one, the faintest
	// one, or that of each region that was asked for, and others drawn at random, the same
	// ones on every run.
	Samples []VerifiedSample
	// Largest is the largest disagreement of a sample, in the units of the image.
	Largest float64
	// Dark says that the brightest sample is not more than rounding explains. Such
	// an image has no peak that anything could be relative to.
	Dark bool
	// OfPeak is the largest disagreement of a sample relative to the peak of the
	// image, 0 if that is dark, OfSample the largest one relative to the sample itself.
	OfPeak, OfSample float64
	// Allowed is the largest disagreement relative to the peak that rounding
	// explains, 0 if the image is dark.
	Allowed float64
}

// VerifiedSample is a sample of an image and the same by direct summation.
type VerifiedSample struct {
	Row, Col      int
	Image, Direct float64
	// Allowed is by how much the two may differ, from the predicted error of the
	// run.
	Allowed float64
}

// Difference returns by how much the two values differ.
func (s VerifiedSample) Difference() float64 { return math.Abs(s.Image - s.Direct) }

// Err returns ErrVerify, with the worst sample, if one differs by more than
// rounding explains.
func (v Verification) Err() error {
	worst := slices.MaxFunc(v.Samples, func(a, b VerifiedSample) int {
		return cmp.Compare(a.Difference()/a.Allowed, b.Difference()/b.Allowed)
	})
	// Not "larger than": a difference that is no number is not allowed either.
	if worst.Difference() <= worst.Allowed {
		return nil
	}
	return fmt.Errorf("%w: in row %d, column %d it is %.17g and should be %.17g, and rounding explains a difference of %.2g; "+
		"compute it by another back end (--backend) or with --recipe fft, and report this together with the system",
		ErrVerify, worst.Row, worst.Col, worst.Image, worst.Direct, worst.Allowed)
}

// Verifier computes samples of a plan's image again, by sums over all samples of
// the planes that the plan has, without recipes, kernels and back ends. Elements are
// sampled again, by their own Sample, but for masks in boxes of their own, of which the
// samples are the run's; the sizes of planes are the same. Planes that turn or mirror the
// field are passed by the same steps as in the run.
type Verifier struct {
	plan    *Plan
	samples int
	// regions are the samples of those that are asked for, sorted.
	regions [][]int
	// tail is the stage from which on only the samples asked for are computed.
	tail int
	cost verifyCost
}

// Verifier makes ready to verify n samples of results of the plan: the brightest one, the
// faintest one, and others drawn at random; if there are regions, the faintest one of
// each, however many that makes, and the others within them. The error is ErrRegion if a
// region has no samples.
func (p *Plan) Verifier(n int, at ...Region) (*Verifier, error) {
	if n < 1 {
		return nil, fmt.Errorf("%d samples cannot be verified; it must be at least 1", n)
	}
	last := p.stages[len(p.stages)-1].grid
	v := &Verifier{plan: p, samples: min(max(n, 1+len(at)), last.fixed.Len()), tail: p.tail()}
	for _, r := range at {
		samples, err := r.samples(last.at(p.system.Source.Spectrum[0].Wavelength))
		if err != nil {
			return nil, err
		}
		v.regions = append(v.regions, samples)
	}
	v.cost = v.count()
	return v, nil
}

// Verify computes n samples of a result of this plan again; see Verifier.
func (p *Plan) Verify(ctx context.Context, r *Result, n int, at ...Region) (Verification, error) {
	v, err := p.Verifier(n, at...)
	if err != nil {
		return Verification{}, err
	}
	return v.Verify(ctx, r)
}

// tail returns the index of the last transform, if all that follows it multiplies
// the field, or that of no stage.
func (p *Plan) tail() int {
	for i := len(p.stages) - 1; i > 0; i-- {
		st := p.stages[i]
		switch {
		case st.normalize:
			return len(p.stages)
		case st.move == stay:
			continue
		case slices.ContainsFunc(p.stages, func(s stage) bool { return s.through == i }):
			return len(p.stages)
		case st.move == toImage, st.move == toPupil, st.move == toDetector:
			return i
		}
		break
	}
	return len(p.stages)
}

// Seconds is about how long Verify takes on so many processors, beside sampling the
// elements of pupils, which takes as long as they take, about as in NewPlan.
func (v *Verifier) Seconds(processors int) float64 {
	// A complex product and its compensated sum, one after the other, on one
	// processor (Xeon, Sapphire Rapids, Go 1.26).
	const each = 9e-9
	return v.cost.terms * each / float64(processors)
}

// Memory is the number of bytes that Verify takes at most, beside what the plan keeps
// when a run is done (Memory.Shared).
func (v *Verifier) Memory() int64 {
	return int64(min(heap*v.cost.bytes+min(v.cost.left, mostGarbage), mostBytes))
}

// Verify computes the samples of a result of the verifier's plan again. The
// error is that of ctx if it ends before, or of an element that cannot be
// sampled; whether the result is right, Verification.Err says.
func (v *Verifier) Verify(ctx context.Context, r *Result) (Verification, error) {
	// An error is predicted from what is usual; some runs have bad luck.
	const margin = 4
	image := r.Image
	chosen := chooseSamples(image, v.samples, v.regions)
	sums, allowed := make([]total, len(chosen)), make([]float64, len(chosen))
	pupils, err := v.plan.pupilsAgain(ctx)
	if err != nil {
		return Verification{}, err
	}
	for _, line := range v.plan.system.Source.normalized() {
		c := &chain{Verifier: v, ctx: ctx, pupils: pupils, wavelength: line.Wavelength}
		fields, err := c.run(chosen, image.X.N)
		if err != nil {
			return Verification{}, err
		}
		stray := margin * v.plan.roundingError() * c.whole
		for i, e := range fields {
			sums[i].addProduct(line.Weight, sumOfSquares([]complex128{e}))
			amplitude := math.Hypot(real(e), imag(e))
			allowed[i] += line.Weight * stray * (2*amplitude + stray)
		}
	}
	out := Verification{}
	peak, mostAllowed := image.Data[chosen[0]], 0.0
	for i, k := range chosen {
		s := VerifiedSample{Row: k / image.X.N, Col: k % image.X.N, Image: image.Data[k], Direct: sums[i].value()}
		// Squares and sums of the image are rounded too.
		s.Allowed = allowed[i] + 0x1p-50*math.Abs(s.Direct)
		out.Samples = append(out.Samples, s)
		if d := s.Difference(); d != 0 {
			out.Largest = max(out.Largest, d)
			out.OfSample = max(out.OfSample, d/max(s.Image, s.Direct))
		}
		mostAllowed = max(mostAllowed, s.Allowed)
	}
	// Not "at most": a peak that is no number is none.
	out.Dark = !(peak > out.Samples[0].Allowed)
	if !out.Dark {
		out.OfPeak, out.Allowed = out.Largest/peak, mostAllowed/peak
	}
	return out, nil
}

// chooseSamples returns the indices of n samples: the brightest one, the faintest one or
// those of all regions, and others at random, from the regions if there are any.
func chooseSamples(m grid.Map, n int, regions [][]int) []int {
	brightest, faintest := 0, 0
	for k, v := range m.Data {
		if v > m.Data[brightest] {
			brightest = k
		}
		if v < m.Data[faintest] {
			faintest = k
		}
	}
	chosen := []int{brightest}
	seen := map[int]bool{brightest: true}
	choose := func(k int) {
		if len(chosen) < n && !seen[k] {
			seen[k] = true
			chosen = append(chosen, k)
		}
	}
	random := rand.New(rand.NewPCG(2007, 15935))
	// Few of many are drawn one by one, and may come twice. For many of few, all come.
	draw := func(from int, sample func(k int) int) {
		if n > from/2 {
			for _, k := range random.Perm(from) {
				choose(sample(k))
			}
			return
		}
		for len(chosen) < n {
			choose(sample(random.IntN(from)))
		}
	}
	if len(regions) == 0 {
		choose(faintest)
		draw(len(m.Data), func(k int) int { return k })
		return chosen
	}
	var all []int
	for _, region := range regions {
		choose(slices.MinFunc(region, func(a, b int) int { return cmp.Compare(m.Data[a], m.Data[b]) }))
		all = append(all, region...)
	}
	slices.Sort(all)
	all = slices.Compact(all)
	draw(len(all), func(k int) int { return all[k] })
	return chosen
}

// chain is one wavelength on its way through the planes.
type chain struct {
	*Verifier
	ctx context.Context
	// pupils is what the elements of pupils do, by the index of their stage.
	pupils     []sampledAgain
	wavelength float64
	field      directField
	// whole is the amplitude that all light behind the first plane would make in
	// one sample of the last plane, if it came there in phase: what predicted
	// errors are relative to.
	whole float64
}

// run returns the field at samples of the last plane.
func (c *chain) run(samples []int, columns int) ([]complex128, error) {
	c.begin()
	stages := c.plan.stages
	for i := 0; i < c.tail; i++ {
		first := i
		if last := stages[i].through; last > 0 {
			if err := c.through(i, last); err != nil {
				return nil, fmt.Errorf("plane %d (%s): %w", i+1, stages[i].label, err)
			}
			i = last
		} else if err := c.reach(&stages[i]); err != nil {
			return nil, err
		}
		if err := c.pass(i); err != nil {
			return nil, fmt.Errorf("plane %d (%s): %w", i+1, stages[i].label, err)
		}
		if first == 0 {
			c.whole = c.inPhase()
		}
		if stages[i].normalize {
			if err := c.normalize(); err != nil {
				return nil, fmt.Errorf("%w: plane %d (%s) is dark at %g m", err, i+1, stages[i].label, c.wavelength)
			}
		}
	}
	fields := make([]complex128, len(samples))
	if c.tail == len(stages) {
		for i, k := range samples {
			fields[i] = c.field.values[k]
		}
		return fields, c.ctx.Err()
	}
	last := &stages[c.tail]
	c.crop(last)
	lit := c.field.cropped()
	to := last.grid.at(c.wavelength)
	t := c.transform(last.move, lit.grid, to)
	for i, k := range samples {
		if err := c.ctx.Err(); err != nil {
			return nil, err
		}
		row, col := k/columns, k%columns
		fields[i] = t.at(lit.values, row, col)
		for j := c.tail; j < len(stages); j++ {
			f, err := c.factorAt(j, row, col)
			if err != nil {
				return nil, fmt.Errorf("plane %d (%s): %w", j+1, stages[j].label, err)
			}
			fields[i] *= f
		}
	}
	return fields, nil
}

// begin fills the pupil array with the light of the source.
func (c *chain) begin() {
	s := &c.plan.system
	g := grid.Square(grid.Centered(s.Npix, s.Diameter/float64(s.Npix)), grid.Metre)
	c.field = directField{grid: g, values: make([]complex128, g.Len())}
	x, y := s.direction()
	dy, dx := cyclesOf(g.Y.Step, y, c.wavelength), cyclesOf(g.X.Step, x, c.wavelength)
	parallel.Bands(g.Y.N, bandRows, func(from, to int) {
		for i := from; i < to; i++ {
			row := phasor(-dy.times(float64(i) - g.Y.Center))
			for j := range g.X.N {
				c.field.values[i*g.X.N+j] = row * phasor(-dx.times(float64(j)-g.X.Center))
			}
		}
	})
}

// inPhase returns the amplitude of all light of the field in one sample of the
// last plane.
func (c *chain) inPhase() float64 {
	var sum total
	largest := 0.0
	for _, v := range c.field.values {
		a := math.Hypot(real(v), imag(v))
		sum.add(a)
		largest = max(largest, a)
	}
	last := c.plan.stages[len(c.plan.stages)-1].grid.at(c.wavelength)
	if last.Unit == grid.Metre {
		return largest
	}
	pupil := c.field.grid
	return sum.value() * math.Sqrt(pupil.Y.Step*last.Y.Step/c.wavelength*(pupil.X.Step*last.X.Step/c.wavelength))
}

func (c *chain) transform(m move, from, to grid.Grid) directTransform {
	return newDirectTransform(m, from, to, c.wavelength, c.plan.paddedSide())
}

// crop cuts a padded pupil to the array where the stage asks for it.
func (c *chain) crop(st *stage) {
	if st.crop == 0 {
		return
	}
	y, i := c.field.grid.Y.Cropped(st.crop)
	x, j := c.field.grid.X.Cropped(st.crop)
	out := directField{grid: grid.Grid{Y: y, X: x, Unit: c.field.grid.Unit}}
	for k := range st.crop {
		out.values = append(out.values, c.field.row(i + k)[j:j+st.crop]...)
	}
	c.field = out
}

// reach carries the field to a stage.
func (c *chain) reach(st *stage) error {
	c.crop(st)
	switch st.move {
	case toImage, toPupil, toDetector:
		lit := c.field.cropped()
		var err error
		c.field, err = c.transform(st.move, lit.grid, st.grid.at(c.wavelength)).all(c.ctx, lit.values)
		return err
	case turn, mirror:
		c.field = c.plan.turned(c.field, st.plane)
	}
	return c.ctx.Err()
}

// pass multiplies the field by the elements of a stage.
func (c *chain) pass(i int) error {
	st := &c.plan.stages[i]
	if _, ok := st.plane.(Pupil); ok {
		c.pupils[i].multiply(c.field, c.wavelength)
		return nil
	}
	if len(st.elements) == 0 {
		return nil
	}
	factors, err := maskFactors(st.elements, c.field.grid, c.wavelength)
	if err != nil {
		return err
	}
	for k, f := range factors {
		c.field.values[k] *= f
	}
	return nil
}

// factorAt is what the elements of a stage multiply one sample by.
func (c *chain) factorAt(i, row, col int) (complex128, error) {
	st := &c.plan.stages[i]
	if _, ok := st.plane.(Pupil); ok {
		return c.pupils[i].factor(row, col, st.grid.fixed.X.N, c.wavelength), nil
	}
	if len(st.elements) == 0 {
		return 1, nil
	}
	e, err := sample(st.elements, st.grid.at(c.wavelength).Rows(row, row+1).Cols(col, col+1))
	return e.factor(0, c.wavelength), err
}

// normalize makes the total intensity 1.
func (c *chain) normalize() error {
	sum := sumOfSquares(c.field.values)
	if !positive(sum) {
		return ErrDark
	}
	c.field.scale(1 / math.Sqrt(sum))
	c.whole /= math.Sqrt(sum)
	return nil
}
