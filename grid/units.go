package grid

import "math"

const (
	// Arcsecond is one second of arc in radians.
	Arcsecond = math.Pi / (180 * 3600)
	// Degree is one degree in radians.
	Degree = math.Pi / 180
)
