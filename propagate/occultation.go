package propagate

import (
	"fmt"
	"math"

	"arago/fourier"
	"arago/grid"
	"arago/optics"
)

// occultation is the way through image planes whose masks do the same everywhere but
// within a small box. The light behind them is that which would be there if they did
// so within the box as well, and what the box changes (Babinet's principle; Soummer et
// al. 2007, Opt. Express 15, 15935, eq. 3): with t for the masks together, t₀ outside
// the box, and F for the transform to the image,
//
//	P_after = t₀·P + F⁻¹[(t − t₀)·F[P]]
//
// in which F goes to the box only, and no further than to the pupil array back. An
// occulter has t₀ = 1, a field stop t₀ = 0.
//
// Between two samples of pupils that are at most D apart, light goes by way of the
// mask's Fourier transform at frequencies up to D/λ, and no others: the mask is known
// exactly if its samples have the right spectrum there, and nothing at the frequencies
// that the box's sampling folds onto them. See smoothMask.
type occultation struct {
	patches *optics.Patchwork
	// box is the grid of the mask's samples, in radians and so the same at all
	// wavelengths. It has no samples if the masks do nothing.
	box grid.Grid
	// masks are the samples of each patch, as a fraction: 1 inside.
	masks [][]float64
	// stray estimates the error of a star's amplitude that the samples make; see blurred.
	stray float64
	// to and back are the recipes of both transforms.
	to, back fourier.Estimate
	out      block // the samples of the next pupil that are kept
	// perResolution is the number of samples of the box per λ over the diameter.
	perResolution float64
}

// The box has boxSampling samples per λ/D at the shortest wavelength. Beyond the masks
// it goes on for boxMargin of λ/D, the reach of the filter.
const (
	boxSampling = 8
	boxMargin   = filterReach
)

// planOccultation estimates the way through the image planes from stage i on by
// Babinet's principle; the estimate's Reason says why it is not to be had. The error
// is that of a recipe that is asked for and cannot do it.
func (p *Plan) planOccultation(i int) (fourier.Estimate, *occultation, error) {
	no := func(format string, args ...any) (fourier.Estimate, *occultation, error) {
		return fourier.Estimate{Recipe: RecipeBabinet, Reason: fmt.Sprintf(format, args...)}, nil, nil
	}
	st := &p.stages[i]
	if st.through == 0 {
		return no("the image as a whole is asked for")
	}
	p.findSupport(st.through)
	pupil := &p.stages[st.through]
	if pupil.grid.fixed.X.N > p.system.Npix {
		return no("the light beside the next pupil's array counts")
	}
	patches, err := optics.NewPatchwork(p.imageElements(i))
	if err != nil {
		return no("%v", err)
	}
	patches = patches.Within(p.field())
	o := &occultation{patches: patches, out: pupil.kept}
	sum := fourier.Estimate{Recipe: RecipeBabinet}
	if len(patches.Patches) == 0 {
		return sum, o, nil
	}

	shortest := p.shortest()
	bounds := patches.Bounds()
	field := shortest * float64(p.system.Npix) / p.system.Diameter / grid.Arcsecond
	if reach := max(-bounds.X0, bounds.X1, -bounds.Y0, bounds.Y1); reach > field/2 {
		return no("the masks reach to %.4g″, and the image to %.4g″", reach, field/2)
	}
	width := p.displacement(i)
	resolution := shortest / width
	o.perResolution = boxSampling * width / p.system.Diameter
	o.box = grid.Grid{
		Y: boxAxis(bounds.Y0*grid.Arcsecond, bounds.Y1*grid.Arcsecond, resolution),
		X: boxAxis(bounds.X0*grid.Arcsecond, bounds.X1*grid.Arcsecond, resolution), Unit: grid.Radian,
	}
	forced := p.options.transformRecipe()
	if p.options.Recipe == fourier.RecipeFFT {
		forced = "" // the box is only told of
	}
	if o.to, _, err = p.chooseTransform(func(l float64) fourier.Transform { return p.toBox(o, i, l) }, forced); err != nil {
		return sum, nil, err
	}
	if !o.to.Holes {
		st.lit = nil
	}
	if o.back, _, err = p.chooseTransform(func(l float64) fourier.Transform { return p.fromBox(o, i, l) }, forced); err != nil {
		return sum, nil, err
	}
	addEstimate(&sum, o.to)
	addEstimate(&sum, o.back)
	return sum, o, nil
}

// field returns the part of the sky that the pupil's samples carry at the longest
// wavelength, in arcseconds.
func (p *Plan) field() optics.Box {
	longest := 0.0
	for _, l := range p.system.Source.Spectrum {
		longest = max(longest, l.Wavelength)
	}
	half := longest * float64(p.system.Npix) / p.system.Diameter / grid.Arcsecond / 2
	return optics.Box{X0: -half, X1: half, Y0: -half, Y1: half}
}

// displacement returns how far apart samples of the pupils before and behind the image
// planes from stage i on may be: the diameter, or more, if light beside the pupil array
// arrives.
func (p *Plan) displacement(i int) float64 {
	before, st := p.stages[i-1], p.stages[i]
	behind := p.stages[st.through]
	from, to := st.from.of(before.grid.fixed), behind.kept.of(behind.grid.fixed)
	along := func(a, b grid.Axis) float64 {
		return max(a.At(a.N-1)-b.At(0), b.At(b.N-1)-a.At(0)) + a.Step
	}
	return max(p.system.Diameter, along(from.Y, to.Y), along(from.X, to.X))
}

// toBox and fromBox are the transforms from the pupil before the image planes from
// stage i on, and to the one behind them.
func (p *Plan) toBox(o *occultation, i int, wavelength float64) fourier.Transform {
	before := p.stages[i-1]
	return p.banded(toImage.transform(p.stages[i].from.of(before.grid.fixed), o.box, wavelength), p.stages[i].lit)
}

func (p *Plan) fromBox(o *occultation, i int, wavelength float64) fourier.Transform {
	return p.banded(toPupil.transform(o.box, o.out.of(p.stages[p.stages[i].through].grid.fixed), wavelength), nil)
}

// boxAxis returns an axis around low … high. Its samples lie symmetrically about the
// axis of the light if low and high do.
func boxAxis(low, high, resolution float64) grid.Axis {
	step := resolution / boxSampling
	margin := boxMargin * resolution
	first := math.Floor((low-margin)/step) + 0.5
	last := math.Ceil((high+margin)/step) - 0.5
	return grid.Axis{N: int(math.Round(last-first)) + 1, Step: step, Center: -first}
}

// sample computes the masks.
func (o *occultation) sample() {
	o.masks, o.stray = nil, 0
	if len(o.patches.Patches) == 0 {
		return
	}
	for _, patch := range o.patches.Patches {
		mask, _, stray := smoothMask(patch, o.box)
		o.masks = append(o.masks, mask)
		o.stray += farthest(patch.Uniform, o.patches.Outside) * stray
	}
}

// farthest returns how far apart two factors are at most, at any wavelength.
func farthest(u, v optics.Uniform) float64 {
	if u.OPD == v.OPD && u.Phase == v.Phase || v.Amplitude == 0 {
		return math.Abs(u.Amplitude - v.Amplitude)
	}
	return math.Abs(u.Amplitude) + math.Abs(v.Amplitude)
}

// mask returns t − t₀ on the box at a wavelength.
func (o *occultation) mask(wavelength float64) []complex128 {
	sum := make([]complex128, o.box.Len())
	outside := o.patches.Outside.At(wavelength)
	for k, patch := range o.patches.Patches {
		by := patch.At(wavelength) - outside
		for j, v := range o.masks[k] {
			sum[j] += complex(v, 0) * by
		}
	}
	return sum
}

// note says how the masks were sampled.
func (o *occultation) note() string {
	if len(o.patches.Patches) == 0 {
		return "nothing in it changes the light's shape"
	}
	notes := fmt.Sprintf("box of %d×%d samples, %.4g″ × %.4g″, %.3g per λ/D",
		o.box.X.N, o.box.Y.N, o.box.X.Width()/grid.Arcsecond, o.box.Y.Width()/grid.Arcsecond, o.perResolution)
	if recipes := []string{o.to.Recipe, o.back.Recipe}; recipes[0] == recipes[1] {
		notes += ", " + recipes[0] + " there and back"
	} else {
		notes += ", " + recipes[0] + " there and " + recipes[1] + " back"
	}
	if o.masks != nil {
		notes += fmt.Sprintf("; masks good to %.0e of the star's amplitude", max(o.stray, leastStray))
	}
	return notes
}

// occulted returns, for the image planes from stage i on, the planes that a run
// passes at a wavelength: the light behind them is
//
//	outside·P − Σ back(part.grid, part.values·to(part.grid, P))
//
// over all parts. It is false if they are passed on the padded grid of an FFT.
func (p *Plan) occulted(i int, wavelength float64) (parts []occultedPart, outside complex128, ok bool) {
	o := p.stages[i].occultation
	if o == nil {
		return nil, 0, false
	}
	if len(o.masks) > 0 {
		values := o.mask(wavelength)
		for k := range values {
			values[k] = -values[k]
		}
		parts = append(parts, occultedPart{grid: o.box, values: values})
	}
	return parts, o.patches.Outside.At(wavelength), true
}

// occultedPart is a mask on a grid, row by row.
type occultedPart struct {
	grid   grid.Grid
	values []complex128
}
