package propagate

import (
	"fmt"
	"math"

	"arago/grid"
)

// direction returns where the source stands as the first pupil sees it, in
// radians along x and y: what the last plane sees, taken back through every
// rotation and inversion.
func (s System) direction() (x, y float64) {
	sin, cos := math.Sincos(s.Source.OffsetTheta * grid.Degree)
	// Position angles run counter-clockwise from +y.
	r := s.Source.OffsetR * grid.Arcsecond
	x, y = -r*sin, r*cos
	for i := len(s.Planes) - 1; i >= 0; i-- {
		switch p := s.Planes[i].(type) {
		case Rotation:
			sin, cos := math.Sincos(p.Angle * grid.Degree)
			x, y = cos*x+sin*y, cos*y-sin*x
		case Inversion:
			if p.X {
				x = -x
			}
			if p.Y {
				y = -y
			}
		}
	}
	return x, y
}

// shortest returns the shortest wavelength of the spectrum.
func (s Source) shortest() float64 {
	shortest := math.Inf(1)
	for _, l := range s.Spectrum {
		shortest = min(shortest, l.Wavelength)
	}
	return shortest
}

// checkSampling returns ErrSampling where a pupil sampled at Δ would repeat the
// sky: its image is periodic with λ/Δ, so neither the source nor any part of
// the detector may lie beyond λ/2Δ. (POPPY shows several stars there.)
func (s System) checkSampling() error {
	shortest := s.Source.shortest()
	carried := shortest * float64(s.Npix) / s.Diameter // λ/Δ
	x, y := s.direction()
	if max(math.Abs(x), math.Abs(y)) > carried/2 {
		return fmt.Errorf("%w: the source lies %.6g″ off the axis, and a pupil of %d samples carries ±%.6g″ at %g m; reduce the offset or raise npix to %d",
			ErrSampling, s.Source.OffsetR, s.Npix, carried/2/grid.Arcsecond, shortest, enough(s, 2*max(math.Abs(x), math.Abs(y))))
	}
	d, ok := s.Planes[len(s.Planes)-1].(Detector)
	if !ok {
		return nil
	}
	width := max(float64(d.PixelsX)*d.ScaleX, float64(d.PixelsY)*d.ScaleY) * grid.Arcsecond
	// A field of exactly λ/Δ is carried, and rounding may not refuse it.
	if width > carried*(1+1e-12) {
		return fmt.Errorf("%w: the detector's field of %.6g″ is larger than a pupil of %d samples carries; the largest field is %.6g″ at %g m, or raise npix to %d",
			ErrSampling, width/grid.Arcsecond, s.Npix, carried/grid.Arcsecond, shortest, enough(s, width))
	}
	return nil
}

// enough returns the number of pupil samples that carries a field of width radians.
func enough(s System, width float64) int {
	return int(math.Ceil(width * s.Diameter / s.Source.shortest()))
}
