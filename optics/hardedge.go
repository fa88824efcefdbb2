package optics

import (
	"fmt"

	"arago/grid"
	"arago/internal/area"
)

// hardEdged is an element that lets light pass or stops it, with nothing in
// between. It says twice where light passes, both times in its own coordinates:
// as a region, for exact edges, and as a test of a point, for samples at pixel
// centres. Both agree but for points on an edge, which have no area; there the
// test follows POPPY.
type hardEdged interface {
	Element
	// kind names the element and the planes that it can stand in.
	kind() (name string, planes []grid.Unit)
	// placed returns where the element stands, and its field PixelCenters.
	placed() (p Placement, pixelCenters bool)
	region() area.Region
	passes() func(x, y float64) bool
}

var (
	pupils = []grid.Unit{grid.Metre}
	images = []grid.Unit{grid.Radian}
)

// sampleHardEdged samples an element. Its amplitude is the fraction of each pixel's
// area through which light passes or, at pixel centres, 1 or 0 as it passes through
// the pixel's centre or not.
func sampleHardEdged(e hardEdged, g grid.Grid) (Sample, error) {
	return sampleHardEdgedIn(e, g, zeros)
}

func sampleHardEdgedIn(e hardEdged, g grid.Grid, amplitudes Memory) (Sample, error) {
	if err := e.Validate(); err != nil {
		return Sample{}, err
	}
	name, planes := e.kind()
	if len(planes) == 1 {
		if err := checkPlane(name, planes[0], g); err != nil {
			return Sample{}, err
		}
	}
	if !(g.Y.Step > 0 && g.X.Step > 0) {
		return Sample{}, fmt.Errorf("%s cannot be sampled on %v; the steps of a grid must be positive", name, g)
	}
	p, pixelCenters := e.placed()
	if pixelCenters {
		passes := e.passes()
		return Sample{Amplitude: evaluate(g, p, func(x, y float64) float64 {
			if passes(x, y) {
				return 1
			}
			return 0
		})}, nil
	}
	amplitude := amplitudes(g)
	y, x := planeAxes(g)
	e.region().Fill(amplitude, p.affine().toPlane(), y, x)
	return Sample{Amplitude: amplitude}, nil
}

// toPlane is the inverse of apply, as a map of regions.
func (a affine) toPlane() area.Map {
	return area.Map{
		XX: a.cos * a.shrinkX, XY: -a.sin * a.shrinkY, X: a.shiftX,
		YX: a.sin * a.shrinkX, YY: a.cos * a.shrinkY, Y: a.shiftY,
	}
}
