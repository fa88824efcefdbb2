package propagate

import (
	"fmt"

	"arago/fourier"
	"arago/grid"
	"arago/optics"
)

// PredictedError is the error to be expected of the field in the last plane, from rounding
// and from the sampling of masks in image planes: of any sample, relative to the amplitude
// that all light behind the first plane would make in one sample if it came there in phase.
// The intensity of a sample of relative amplitude a is then good to 2·a·e + e² of the
// unaberrated peak: an image of a bright star to 2e of its peak, and where a coronagraph
// has taken its light away, e² stays behind.
func (p *Plan) PredictedError() float64 { return p.roundingError() + p.MaskError() }

// roundingError is the part of PredictedError that rounding has.
func (p *Plan) roundingError() float64 {
	roundoff := 0x1p-53
	if p.options.Precision == Single {
		roundoff = 0x1p-24
	}
	// A phasor, and the product with it, for each plane.
	e := 2 * roundoff * float64(len(p.stages))
	for _, st := range p.stages {
		e += st.chosen.Error
	}
	return e
}

// MaskError is the part of PredictedError that the sampling of masks in image planes has,
// for a star at the place where it is largest: an estimate from samplings of different
// fineness. Masks
// on padded planes that have no bounds, or no even parts, are not in it; [Step.Note] says
// where that is so.
func (p *Plan) MaskError() float64 {
	sum := 0.0
	for _, s := range p.sampled() {
		sum += s.stray
	}
	return sum
}

// maskSampling is how well the masks of an image plane are sampled.
type maskSampling struct {
	// masked says whether there are any, known whether stray is the error of them all.
	masked, known bool
	stray         float64
}

// sampleErrors returns how well the masks are sampled that are passed at each stage.
func (p *Plan) sampleErrors() []maskSampling {
	list := make([]maskSampling, len(p.stages))
	for i, st := range p.stages {
		s := &list[i]
		s.known = true
		if _, ok := st.plane.(Image); !ok || len(st.elements) == 0 {
			continue
		}
		first := p.stages[p.reachedBy(i)]
		switch {
		case first.occultation != nil && i == p.reachedBy(i):
			s.masked, s.stray = len(first.occultation.masks) > 0, first.occultation.stray
		case first.occultation == nil:
			for _, e := range st.elements {
				masked, stray, known := p.paddedError(e)
				s.masked = s.masked || masked
				s.known = s.known && known
				s.stray += stray
			}
		}
	}
	return list
}

// paddedMask returns what looks at an element on the samples of a padded plane, or nil, and
// whether it is a mask at all. Without a look, known says that there is no error.
func (p *Plan) paddedMask(e optics.Element) (look *paddedMask, masked, known bool) {
	if _, ok := e.(optics.BandLimitedCoronagraph); ok && p.system.Oversample > 1 {
		return nil, true, true
	}
	patches, err := optics.NewPatchwork([]optics.Element{e})
	if err != nil {
		return nil, true, false
	}
	if len(patches.Patches) == 0 {
		return nil, false, true
	}
	// To look at large ones would take as long as a run.
	const most = 1024 // samples along an axis
	b, resolution := patches.Bounds(), p.shortest()/p.system.Diameter
	if max(b.X1-b.X0, b.Y1-b.Y0)*grid.Arcsecond > most*resolution/float64(p.system.Oversample) {
		return nil, true, false
	}
	return newPaddedMask(e, patches, p.system.Oversample, resolution), true, true
}

// paddedError returns the error of an element on the samples of a padded plane: whether it
// is a mask at all, and whether the error is known.
func (p *Plan) paddedError(e optics.Element) (masked bool, stray float64, known bool) {
	look, masked, known := p.paddedMask(e)
	if look == nil {
		return masked, 0, known
	}
	stray, err := look.stray(p.shortest())
	return true, stray, err == nil
}

// paddedErrorBytes is what paddedError takes for each element of a stage, at most.
func (p *Plan) paddedErrorBytes(st *stage) (sum, most float64) {
	for _, e := range st.elements {
		if look, _, _ := p.paddedMask(e); look != nil {
			sum += look.bytes()
			most = max(most, look.bytes())
		}
	}
	return sum, most
}

// paddedNote says of the masks in the image planes from stage i on, on padded planes, how
// they are sampled.
func (p *Plan) paddedNote(i int) string {
	all := maskSampling{known: true}
	for k, s := range p.sampled() {
		if p.reachedBy(k) == i {
			all.masked, all.known, all.stray = all.masked || s.masked, all.known && s.known, all.stray+s.stray
		}
	}
	if !all.masked {
		return ""
	}
	note := fmt.Sprintf("plane of %.4g″, masks sampled %d times per λ/D",
		p.shortest()*float64(p.system.Npix)/p.system.Diameter/grid.Arcsecond, p.system.Oversample)
	if !all.known {
		return note + ", which is not in the predicted error"
	}
	return note + fmt.Sprintf(", good to %.0e of the star's amplitude", max(all.stray, leastStray))
}

// leastStray is the least error of a mask's samples that is told.
const leastStray = 1e-12

// byFFT says whether stage i is an image plane that is reached by FFT.
func (st *stage) byFFT() bool { return st.move == toImage && st.recipe == fourier.RecipeFFT }
