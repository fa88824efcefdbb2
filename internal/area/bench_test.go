package area_test

import (
	"math"
	"testing"

	"arago/grid"
	"arago/internal/area"
)

// BenchmarkFill fills the grids that telescopes need: the time goes with the
// pixels on edges, not with all pixels.
func BenchmarkFill(b *testing.B) {
	var segments []area.Region
	for k := range 18 {
		s, c := math.Sincos(float64(k) * math.Pi / 9)
		segments = append(segments, hexagon(0.8*c, 0.8*s, 0.12))
	}
	for _, c := range []struct {
		name   string
		region area.Region
		n      int
	}{
		{"shape=18hexagons/n=1024", area.Union(segments...), 1024},
		{"shape=circle/n=4096", area.Disc(0, 0, 0.99), 4096},
		{"shape=spider/n=1024", area.Not(area.Union(area.Disc(0, 0, 0.3), bar(30, 0.01), bar(150, 0.01), bar(270, 0.01))), 1024},
	} {
		b.Run(c.name, func(b *testing.B) {
			axis := grid.Centered(c.n, 2/float64(c.n))
			dst := make([]float64, c.n*c.n)
			for b.Loop() {
				c.region.Fill(dst, area.Identity, axis, axis)
			}
		})
	}
}
