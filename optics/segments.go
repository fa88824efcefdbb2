package optics

import (
	"fmt"
	"math"

	"arago/grid"
	"arago/internal/area"
)

// Segmented apertures have a segment at the centre, number 0, and rings of 6,
// 12, 18 … segments about it. Ring by ring they are numbered from the one
// straight above the centre (1, 7, 19, …), clockwise.

// maxRings bounds the work that a mistyped number can ask for.
const maxRings = 100

// segmentsWithin returns the number of segments in the given number of rings
// and at the centre.
func segmentsWithin(rings int) int { return 1 + 3*rings*(rings+1) }

// checkSegments checks what the segmented apertures have in common.
func checkSegments(gap float64, rings int, list []int) error {
	if err := checkNotNegative("gap", gap, "length (m)"); err != nil {
		return err
	}
	if list == nil && (rings < 0 || rings > maxRings) {
		return &ParameterError{"rings", fmt.Sprintf("is %d; it must lie between 0 and %d", rings, maxRings)}
	}
	if list != nil && len(list) == 0 {
		return &ParameterError{"segmentlist", "is empty; it must name segments, or be left out for all of them"}
	}
	last := segmentsWithin(maxRings) - 1
	for _, i := range list {
		if i < 0 || i > last {
			return &ParameterError{"segmentlist", fmt.Sprintf("names segment %d; segments are numbered from 0 at the centre to at most %d", i, last)}
		}
	}
	return nil
}

// segmentCenters returns the centres of the listed segments or, if list is nil,
// of all in the given number of rings and, if center is true, the one at the
// centre. Neighbouring centres are spacing apart.
func segmentCenters(spacing float64, rings int, list []int, center bool) []area.Point {
	if list == nil {
		for i := range segmentsWithin(rings) {
			if i > 0 || center {
				list = append(list, i)
			}
		}
	}
	centers := make([]area.Point, len(list))
	for k, i := range list {
		centers[k] = segmentCenter(spacing, i)
	}
	return centers
}

// segmentCenter returns the centre of segment i. A ring is a hexagon of segments
// with corners straight above and below the centre: from its corners, which lie
// at multiples of 60° clockwise from the top, one walks along its sides. The
// order of the operations is POPPY's, for the sake of samples that lie on the
// edge of a segment.
func segmentCenter(spacing float64, i int) area.Point {
	if i == 0 {
		return area.Point{}
	}
	ring := 1
	for i >= segmentsWithin(ring) {
		ring++
	}
	inRing := i - segmentsWithin(ring-1)
	side, along := inRing/ring, float64(inRing%ring)
	sin, cos := math.Sincos(float64(side*ring) * (2 * math.Pi / float64(6*ring)))
	across, down := spacing*math.Cos(30*grid.Degree), spacing*math.Sin(30*grid.Degree)
	step := [6]area.Point{
		{X: across, Y: -down}, {X: 0, Y: -spacing}, {X: -across, Y: -down},
		{X: -across, Y: down}, {X: 0, Y: spacing}, {X: across, Y: down},
	}[side]
	radius := spacing * float64(ring)
	return area.Point{
		X: float64(radius*sin) + float64(step.X*along),
		Y: float64(radius*cos) + float64(step.Y*along),
	}
}

// anySegment tests for points of any segment, given the test for one that
// stands at the origin.
func anySegment(centers []area.Point, segment func(x, y float64) bool) func(x, y float64) bool {
	return func(x, y float64) bool {
		for _, c := range centers {
			if segment(x-c.X, y-c.Y) {
				return true
			}
		}
		return false
	}
}
