package propagate

import (
	"fmt"
	"math"

	"arago/optics"
)

// maxSide bounds the side of any array, so that sizes in bytes cannot
// overflow; an array that large would take more memory than exists.
const maxSide = 1 << 24

func invalid(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrSystem, fmt.Sprintf(format, args...))
}

func positive(v float64) bool { return v > 0 && !math.IsInf(v, 0) }

// validate returns ErrSystem for what no plan can be made of.
func (s System) validate() error {
	switch {
	case !positive(s.Diameter):
		return invalid("the diameter is %g m; it must be a positive length", s.Diameter)
	case s.Npix < 1 || s.Npix > maxSide:
		return invalid("the pupil array is %d samples wide; it must have 1 to %d", s.Npix, maxSide)
	case s.Oversample < 1 || s.Oversample > maxSide/s.Npix:
		return invalid("an oversampling of %d makes image planes of %d×%d samples; it must be at least 1, and image planes at most %d samples wide",
			s.Oversample, s.Npix, s.Oversample, maxSide)
	case s.Normalize < NormalizeFirst || s.Normalize > NormalizeNone:
		return invalid("%v is not a normalization", s.Normalize)
	}
	if err := s.Source.validate(); err != nil {
		return err
	}
	return s.validatePlanes()
}

func (s Source) validate() error {
	if len(s.Spectrum) == 0 {
		return invalid("the spectrum has no wavelengths; it needs at least one")
	}
	var sum float64
	for i, l := range s.Spectrum {
		if !positive(l.Wavelength) {
			return invalid("wavelength %d is %g m; it must be a positive length", i+1, l.Wavelength)
		}
		if !(l.Weight >= 0) || math.IsInf(l.Weight, 0) {
			return invalid("the weight of wavelength %d is %g; it must be zero or positive", i+1, l.Weight)
		}
		sum += l.Weight
	}
	if !positive(sum) {
		return invalid("the weights of all wavelengths sum to %g; at least one must be positive", sum)
	}
	for _, v := range []float64{s.OffsetR, s.OffsetTheta} {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return invalid("the source offset is %g″ at %g°; both must be finite", s.OffsetR, s.OffsetTheta)
		}
	}
	return nil
}

func (s System) validatePlanes() error {
	if len(s.Planes) == 0 {
		return invalid("it has no planes; it needs at least a pupil")
	}
	if _, ok := s.Planes[0].(Pupil); !ok {
		return invalid("its first plane is the %s; it must be a pupil", s.Planes[0].Label())
	}
	inImage := false
	for i, p := range s.Planes {
		var elements []optics.Element
		switch p := p.(type) {
		case Pupil:
			inImage, elements = false, p.Elements
		case Image:
			inImage, elements = true, p.Elements
		case Rotation:
			if math.IsNaN(p.Angle) || math.IsInf(p.Angle, 0) {
				return invalid("plane %d turns by %g°; the angle must be finite", i+1, p.Angle)
			}
		case Inversion:
			if !p.X && !p.Y {
				return invalid("plane %d inverts neither x nor y", i+1)
			}
		case Detector:
			if err := p.validate(); err != nil {
				return err
			}
			if i != len(s.Planes)-1 {
				return invalid("plane %d is the detector; it must be the last plane", i+1)
			}
			if inImage {
				return invalid("plane %d is a detector behind an image plane; a pupil must stand between them", i+1)
			}
		default:
			return invalid("plane %d is of the unknown kind %T", i+1, p)
		}
		for j, e := range elements {
			if e == nil {
				return invalid("element %d of plane %d (%s) is missing", j+1, i+1, p.Label())
			}
			if err := e.Validate(); err != nil {
				return fmt.Errorf("%w: plane %d (%s), element %d: %w", ErrSystem, i+1, p.Label(), j+1, err)
			}
		}
	}
	// Images of several wavelengths are sampled differently: they do not add.
	if inImage && len(s.Source.Spectrum) > 1 {
		return invalid("it ends in an image plane whose sampling changes with the wavelength, and has %d wavelengths; end it with a pupil and a detector",
			len(s.Source.Spectrum))
	}
	return nil
}

func (d Detector) validate() error {
	switch {
	case !positive(d.ScaleY) || !positive(d.ScaleX):
		return invalid("the detector's pixel scale is %g×%g″; it must be positive", d.ScaleY, d.ScaleX)
	case d.Oversample < 1:
		return invalid("the detector's oversampling is %d; it must be at least 1", d.Oversample)
	case d.PixelsY < 1 || d.PixelsX < 1 || d.PixelsY > maxSide/d.Oversample || d.PixelsX > maxSide/d.Oversample:
		return invalid("the detector has %d×%d pixels oversampled %d times; it must be 1 to %d samples wide",
			d.PixelsY, d.PixelsX, d.Oversample, maxSide)
	}
	return nil
}
