package propagate

import (
	"fmt"
	"math"
	"math/cmplx"
	"slices"

	"arago/grid"
	"arago/internal/parallel"
	"arago/optics"
)

// Warnings says, a sentence each, what about the sampling or the precision of the
// plan may make its image other than it seems. What can only be wrong is an
// error of NewPlan instead.
func (p *Plan) Warnings() []string {
	var all []string
	all = append(all, p.steepWavefronts()...)
	all = append(all, p.coarseMasks()...)
	return append(all, p.coarsePrecision()...)
}

// steepWavefronts looks for a path difference that changes by more than half a wave
// between neighbouring samples: such a phase is the same as one that changes less, or
// the other way, and its light appears elsewhere. Elements of pupils that follow each
// other count together, and so does the direction of the source.
func (p *Plan) steepWavefronts() []string {
	shortest := p.system.Source.shortest()
	var all []string
	for i := 0; i < len(p.stages); i++ {
		st := &p.stages[i]
		if _, ok := st.plane.(Pupil); !ok {
			continue
		}
		number, e := i+1, st.effect
		for i+1 < len(p.stages) && p.stages[i+1].move == stay {
			i++
			e = e.and(p.stages[i].effect)
		}
		var tilt [2]float64
		if st == &p.stages[0] {
			x, y := p.system.direction()
			tilt = [2]float64{-y, -x}
		}
		g := st.grid.fixed
		s := steepest(e, g, tilt, shortest)
		if s.waves <= 0.5 {
			continue
		}
		all = append(all, fmt.Sprintf("plane %d (%s): near x = %.3g m, y = %.3g m the path difference grows by %.2g waves of %.4g m from sample to sample, and more than half a wave is another phase than was meant; %sweaken the wavefront",
			number, st.label, g.X.At(s.col), g.Y.At(s.row), s.most, shortest, finerPupil(2*s.most*float64(p.system.Npix))))
	}
	return all
}

// finerPupil is the advice to have a pupil of so many samples, if one could be that large.
func finerPupil(npix float64) string {
	const largest = 1 << 20
	if !(npix <= largest) {
		return ""
	}
	return fmt.Sprintf("raise npix to %d, or ", int(math.Ceil(npix)))
}

// and returns two effects in one plane together.
func (e effect) and(o effect) effect {
	e.amplitude = combine(clone(e.amplitude), o.amplitude, multiply)
	e.opd = combine(clone(e.opd), o.opd, add)
	e.phase = combine(clone(e.phase), o.phase, add)
	return e
}

func clone(v []float64) []float64 { return append([]float64(nil), v...) }

// steep is where a wavefront is steepest: by how many waves it grows from sample to
// sample at least, and at most, in the last few samples up to that place.
type steep struct {
	waves, most float64
	row, col    int
}

// steepest returns where the path difference grows most, on a row or a column of
// lit samples. Only slopes count that go on over slopeSamples samples: the pistons
// of segments jump from one sample to the next, or across a sample of the gap, and a
// jump by whole or half waves is what it is.
func steepest(e effect, g grid.Grid, tilt [2]float64, wavelength float64) steep {
	const slopeSamples = 4
	if e.opd == nil && e.phase == nil {
		return steep{}
	}
	if e.phase == nil && largestStep(e.opd, g)+max(math.Abs(tilt[0])*g.Y.Step, math.Abs(tilt[1])*g.X.Step) <= wavelength/2 {
		return steep{}
	}
	columns := g.X.N
	waves := func(k int) float64 {
		v := 0.0
		if e.opd != nil {
			v = e.opd[k] / wavelength
		}
		if e.phase != nil {
			v += e.phase[k] / (2 * math.Pi)
		}
		return v
	}
	// along looks at n samples from first on, at a distance of stride.
	along := func(worst steep, first, stride, n int, tilt float64) steep {
		var slopes [slopeSamples - 1]float64
		lit, before := 0, 0.0 // samples without a dark one between them, and the last of them
		for j := range n {
			k := first + j*stride
			if e.amplitude != nil && e.amplitude[k] == 0 {
				lit = 0
				continue
			}
			now := waves(k)
			copy(slopes[:], slopes[1:])
			slopes[len(slopes)-1] = now - before + tilt
			before = now
			if lit++; lit < slopeSamples {
				continue
			}
			// A slope is as steep as the flattest of its differences.
			flattest := max(slices.Min(slopes[:]), -slices.Max(slopes[:]))
			if flattest > worst.waves {
				worst = steep{flattest, max(slices.Max(slopes[:]), -slices.Min(slopes[:])), k / columns, k % columns}
			}
		}
		return worst
	}
	bands := make([]steep, (g.Y.N+bandRows-1)/bandRows)
	parallel.Bands(g.Y.N, bandRows, func(from, to int) {
		for i := from; i < to; i++ {
			bands[from/bandRows] = along(bands[from/bandRows], i*columns, 1, columns, tilt[1]*g.X.Step/wavelength)
		}
	})
	var worst steep
	for _, b := range bands {
		if b.waves > worst.waves {
			worst = b
		}
	}
	for j := range columns {
		worst = along(worst, j, columns, g.Y.N, tilt[0]*g.Y.Step/wavelength)
	}
	return worst
}

// largestStep returns the largest difference of neighbours, lit or not: nearly always
// it is small, and there is nothing to look for.
func largestStep(opd []float64, g grid.Grid) float64 {
	columns := g.X.N
	bands := make([]float64, (g.Y.N+bandRows-1)/bandRows)
	parallel.Bands(g.Y.N, bandRows, func(from, to int) {
		largest := 0.0
		for i := from; i < to; i++ {
			row := opd[i*columns:][:columns]
			above := opd[max(i-1, 0)*columns:][:columns]
			left := row[0]
			for j, v := range row {
				across, down := math.Abs(v-left), math.Abs(v-above[j])
				if across > largest {
					largest = across
				}
				if down > largest {
					largest = down
				}
				left = v
			}
		}
		bands[from/bandRows] = largest
	})
	return slices.Max(bands)
}

// coarseMasks looks for masks that the padded planes of an FFT sample too coarsely.
// A mask is known at the samples of the image, λ/(D·Oversample) apart, and its light
// comes back folded into the padded pupil. What that does to the image behind a Lyot
// stop, in parts of its peak, for hard-edged occulters of 3 and 10 λ/D: 2 and 4 % at
// an oversampling of 4, 9 and 19 % at 2, and 80 % at 1. Knife edges and other steps come
// out alike, smooth masks by 15 … 60 % at 1 and right from 2 on.
func (p *Plan) coarseMasks() []string {
	const (
		coarse = 4 // samples per λ/D
		narrow = 4 // samples across a mask
	)
	var all []string
	longest := 0.0
	for _, l := range p.system.Source.Spectrum {
		longest = max(longest, l.Wavelength)
	}
	for i, st := range p.stages {
		if _, ok := st.plane.(Image); !ok || len(st.elements) == 0 || !p.stages[p.reachedBy(i)].byFFT() {
			continue
		}
		step := longest / (p.system.Diameter * float64(p.system.Oversample)) / grid.Arcsecond
		m := p.maskFeatures(st, longest)
		say := func(format string, args ...any) {
			all = append(all, fmt.Sprintf("plane %d (%s): ", i+1, st.label)+fmt.Sprintf(format, args...))
		}
		if m.slope.waves > 0.5 {
			say("near x = %.3g″, y = %.3g″ the path difference grows by %.2g waves of %.4g m from sample to sample, and more than half a wave sends light elsewhere than was meant; raise oversample in [system] to %d",
				m.x/grid.Arcsecond, m.y/grid.Arcsecond, m.slope.most, p.shortest(), int(math.Ceil(2*m.slope.most*float64(p.system.Oversample))))
		}
		switch {
		case m.hard && m.width < narrow*step:
			say("a mask %.3g″ wide has %.2g samples across it at %g m; raise oversample in [system] to %d",
				m.width, m.width/step, longest, int(math.Ceil(narrow*step/m.width*float64(p.system.Oversample))))
		case m.hard && p.system.Oversample < coarse:
			say("with %d samples per λ/D the hard edges of a mask come out wrong, and what is behind it by 10 %% and more; raise oversample in [system] to %d or more",
				p.system.Oversample, coarse)
		case m.masked && p.system.Oversample < 2:
			say("with one sample per λ/D what a mask does to the light is folded onto the pupil behind it; raise oversample in [system] to 2 or more")
		}
	}
	return all
}

// features are what may be too fine for the samples of a plane.
type features struct {
	// masked says that something does not do the same everywhere, hard that it has
	// edges. width is that of the narrowest shape, in arcseconds, infinite if it is not known.
	masked, hard bool
	width        float64
	// slope is where path differences are steepest, at x and y in radians.
	slope steep
	x, y  float64
}

// maskFeatures looks at the elements of an image plane: at their shapes if these are known,
// else at their samples on some lines across the plane.
func (p *Plan) maskFeatures(st stage, longest float64) features {
	f := features{width: math.Inf(1)}
	g := st.grid.at(longest)
	for _, e := range st.elements {
		patches, err := optics.NewPatchwork([]optics.Element{e})
		if err != nil || slices.ContainsFunc(patches.Patches, optics.Patch.Graded) {
			f.look(e, g, p.shortest())
			continue
		}
		for _, patch := range patches.Patches {
			b := patch.Bounds()
			f.masked, f.hard = true, true
			f.width = min(f.width, b.X1-b.X0, b.Y1-b.Y0)
		}
	}
	return f
}

// look samples an element on rows and columns of the plane: next to the axis, and farther
// and farther from it.
func (f *features) look(e optics.Element, g grid.Grid, wavelength float64) {
	// A step of this much between neighbours is an edge, if it is not one of a slope.
	const edge = 0.5
	along := func(line grid.Grid) {
		s, err := sample([]optics.Element{e}, line)
		if err != nil {
			return // the run will say so
		}
		first, last, before, step := s.factor(0, wavelength), s.factor(0, wavelength), 0.0, 0.0
		for k := 1; k < line.Len(); k++ {
			now := s.factor(k, wavelength)
			after := cmplx.Abs(now - last)
			f.masked = f.masked || now != first
			f.hard = f.hard || k > 2 && step > edge && min(before, after) < edge/2
			last, before, step = now, step, after
		}
		if found := steepest(s, line, [2]float64{}, wavelength); found.waves > f.slope.waves {
			f.slope, f.x, f.y = found, line.X.At(found.col), line.Y.At(found.row)
		}
	}
	for away := 0; away < max(g.Y.N, g.X.N); away = max(2*away, away+1) {
		for _, side := range []int{away, -away} {
			if i := int(g.Y.Center) + side; i >= 0 && i < g.Y.N {
				along(g.Rows(i, i+1))
			}
			if j := int(g.X.Center) + side; j >= 0 && j < g.X.N {
				along(g.Cols(j, j+1))
			}
		}
	}
}

// reachedBy returns the index of the stage by whose transform stage i is reached.
func (p *Plan) reachedBy(i int) int {
	for i > 0 && p.stages[i].move == stay {
		i--
	}
	return i
}

// coarsePrecision warns of a coronagraph in single precision. Behind an image mask
// stands the difference of two fields, with and without what the mask takes, that agree
// but for their last digits where the star has been. In the image the core of the star,
// which has its whole amplitude, is rounded a few times, and that is what stays: a
// stray field of e of the star's amplitude, which is e² of its peak by itself, and
// changes a speckle of the contrast C by up to 2·e/√C of itself.
func (p *Plan) coarsePrecision() []string {
	if p.options.Precision != Single {
		return nil
	}
	const (
		// Measured with occulters of 10 λ/D and 256 to 1024 samples: 2.5 roundings of the
		// star's amplitude by Babinet's principle, 0.1 on padded planes.
		stray = 4 * 0x1p-24
		deep  = 1e-10
	)
	for i, st := range p.stages {
		if _, ok := st.plane.(Image); ok && len(st.elements) > 0 {
			return []string{fmt.Sprintf("plane %d (%s): single precision rounds the light that a mask takes away, which leaves up to %.0e of the star's peak and makes a speckle of %.0e of it uncertain by %.0f %%; choose double precision for a coronagraph",
				i+1, st.label, stray*stray, deep, 100*2*stray/math.Sqrt(deep))}
		}
	}
	return nil
}
