package optics

import (
	"math"

	"arago/grid"
	"arago/internal/area"
)

// MultiHexagonAperture is a mirror of hexagonal segments in rings about its
// centre, each oriented like a HexagonAperture.
//
// Segments are numbered as in POPPY: 0 at the centre, 1 straight above it, then
// clockwise, ring by ring.
type MultiHexagonAperture struct {
	Placement
	// One of the two gives the size of a segment, in metres; the other is zero.
	// Side is the length of a side, FlatToFlat the distance of opposite sides.
	// POPPY's default is flattoflat = 1.
	Side, FlatToFlat float64
	// Gap between neighbouring segments in metres; POPPY's default is 0.01.
	Gap float64
	// Rings is the number of rings about the central segment, 0 to 100; POPPY's
	// default is 1.
	Rings int
	// SegmentList names the segments that are there. If it is not nil, Rings
	// and Center do not count.
	SegmentList []int
	// Center says whether the central segment is there; POPPY's default is false.
	Center bool
	// PixelCenters samples 0 or 1 at pixel centres, as POPPY does; see the
	// package comment.
	PixelCenters bool
}

// Validate implements Element.
func (e MultiHexagonAperture) Validate() error {
	return firstError(
		checkHexagon(e.Side, 0, e.FlatToFlat, "length (m)"),
		checkSegments(e.Gap, e.Rings, e.SegmentList),
		e.Placement.validate(),
	)
}

// Sample implements Element.
func (e MultiHexagonAperture) Sample(g grid.Grid) (Sample, error) {
	return sampleHardEdged(e, g)
}

func (e MultiHexagonAperture) placed() (Placement, bool) { return e.Placement, e.PixelCenters }

func (e MultiHexagonAperture) kind() (string, []grid.Unit) { return "multi-hexagon aperture", pupils }

func (e MultiHexagonAperture) side() float64 { return hexagonSide(e.Side, 0, e.FlatToFlat) }

func (e MultiHexagonAperture) centers() []area.Point {
	return segmentCenters(e.side()*math.Sqrt(3)+e.Gap, e.Rings, e.SegmentList, e.Center)
}

func (e MultiHexagonAperture) region() area.Region {
	var segments []area.Region
	for _, c := range e.centers() {
		segments = append(segments, hexagon(c.X, c.Y, e.side()))
	}
	return area.Union(segments...)
}

func (e MultiHexagonAperture) passes() func(x, y float64) bool {
	return anySegment(e.centers(), inHexagon(e.side()))
}
