package optics

import (
	"arago/grid"
	"arago/internal/area"
)

// MultiCircularAperture is a mirror of round segments in rings about its
// centre, numbered like those of MultiHexagonAperture.
type MultiCircularAperture struct {
	Placement
	// SegmentRadius in metres; POPPY's default is 1.
	SegmentRadius float64
	// Gap between neighbouring segments in metres; POPPY's default is 0.01.
	Gap float64
	// Rings is the number of rings about the central segment, 0 to 100; POPPY's
	// default is 1.
	Rings int
	// SegmentList names the segments that are there. If it is not nil, Rings
	// and Center do not count.
	SegmentList []int
	// Center says whether the central segment is there; POPPY's default is true.
	Center bool
	// PixelCenters samples 0 or 1 at pixel centres; see the package comment. It
	// is POPPY's gray_pixel=False.
	PixelCenters bool
}

// Validate implements Element.
func (e MultiCircularAperture) Validate() error {
	return firstError(
		checkPositive("segment_radius", e.SegmentRadius, "length (m)"),
		checkSegments(e.Gap, e.Rings, e.SegmentList),
		e.Placement.validate(),
	)
}

// Sample implements Element.
func (e MultiCircularAperture) Sample(g grid.Grid) (Sample, error) {
	return sampleHardEdged(e, g)
}

func (e MultiCircularAperture) placed() (Placement, bool) { return e.Placement, e.PixelCenters }

func (e MultiCircularAperture) kind() (string, []grid.Unit) { return "multi-circular aperture", pupils }

func (e MultiCircularAperture) centers() []area.Point {
	return segmentCenters(2*e.SegmentRadius+e.Gap, e.Rings, e.SegmentList, e.Center)
}

func (e MultiCircularAperture) region() area.Region {
	var segments []area.Region
	for _, c := range e.centers() {
		segments = append(segments, area.Disc(c.X, c.Y, e.SegmentRadius))
	}
	return area.Union(segments...)
}

func (e MultiCircularAperture) passes() func(x, y float64) bool {
	return anySegment(e.centers(), func(x, y float64) bool { return radius(x, y) < e.SegmentRadius })
}
