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
// fineness. Of masks on padded planes that have no bounds, or no even parts, places near the
// axis are looked at only; [Step.Note] says where that is so.
func (p *Plan) MaskError() float64 {
	sum := 0.0
	for _, s := range p.sampled() {
		sum += s.stray
	}
	return sum
}

// maskSampling is how well the masks of an image plane are sampled.
type maskSampling struct {
	// masked says whether there are any, known whether stray is the error of them all, and
	// near how far from the axis it is, in λ/D, if not everywhere.
	masked, known bool
	stray         float64
	near          float64
}

// and returns what is known of masks together.
func (s maskSampling) and(o maskSampling) maskSampling {
	near := max(s.near, o.near)
	if s.near > 0 && o.near > 0 {
		near = min(s.near, o.near)
	}
	return maskSampling{s.masked || o.masked, s.known && o.known, s.stray + o.stray, near}
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
		case first.edges != nil:
			s.masked = true // and known exactly
		case first.occultation == nil:
			for _, e := range st.elements {
				*s = s.and(p.paddedError(&st, e))
			}
		}
	}
	return list
}

// paddedLook compares the samples of an element with closer ones; see paddedMask and
// finerMask.
type paddedLook interface {
	stray(wavelength float64) (float64, error)
	bytes() float64
}

// paddedLook returns what looks at an element on the samples of a padded plane, or nil, and
// what is known without.
func (p *Plan) paddedLook(st *stage, e optics.Element) (paddedLook, maskSampling) {
	if _, ok := e.(optics.BandLimitedCoronagraph); ok && p.system.Oversample > 1 {
		return nil, maskSampling{masked: true, known: true}
	}
	resolution := p.shortest() / p.system.Diameter
	patches, err := optics.NewPatchwork([]optics.Element{e})
	if err == nil {
		if len(patches.Patches) == 0 {
			return nil, maskSampling{known: true}
		}
		// To look at all of large ones would take as long as a run.
		const most = 1024 // samples along an axis
		if b := patches.Bounds(); max(b.X1-b.X0, b.Y1-b.Y0)*grid.Arcsecond <= most*resolution/float64(p.system.Oversample) {
			return newPaddedMask(e, patches, p.system.Oversample, resolution), maskSampling{masked: true, known: true}
		}
	}
	look := newFinerMask(e, st.grid.at(p.shortest()), p.system.Oversample)
	return look, maskSampling{masked: true, known: true, near: look.at.x[len(look.at.x)-1]}
}

// paddedError returns the error of an element on the samples of a padded plane.
func (p *Plan) paddedError(st *stage, e optics.Element) maskSampling {
	look, s := p.paddedLook(st, e)
	if look == nil {
		return s
	}
	var err error
	s.stray, err = look.stray(p.shortest())
	s.known = err == nil
	return s
}

// paddedErrorBytes is what paddedError takes for each element of a stage, at most.
func (p *Plan) paddedErrorBytes(st *stage) (sum, most float64) {
	for _, e := range st.elements {
		if look, _ := p.paddedLook(st, e); look != nil {
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
			all = all.and(s)
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
	note += fmt.Sprintf(", good to %.0e of the star's amplitude", max(all.stray, leastStray))
	if all.near > 0 {
		note += fmt.Sprintf(" up to %.3g λ/D from the axis", all.near)
	}
	return note
}

// leastStray is the least error of a mask's samples that is told.
const leastStray = 1e-12

// byFFT says whether stage i is an image plane that is reached by FFT.
func (st *stage) byFFT() bool { return st.move == toImage && st.recipe == fourier.RecipeFFT }
