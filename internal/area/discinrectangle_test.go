package area_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"arago/internal/area"
)

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s is %.17g, want %.17g within %g", what, got, want, tolerance)
	}
}

func TestDiscInRectangleAgreesWithItsDefinition(t *testing.T) {
	// The area is ∫ max(0, min(y1, √(r²−x²)) − max(y0, −√(r²−x²))) dx; the
	// midpoint rule with 20 000 steps is good to 1e-6 of a unit rectangle.
	brute := func(r, x0, x1, y0, y1 float64) float64 {
		const n = 20000
		h := (x1 - x0) / n
		var sum float64
		for i := range n {
			x := x0 + (float64(i)+0.5)*h
			if math.Abs(x) < r {
				c := math.Sqrt(r*r - x*x)
				sum += max(0, min(y1, c)-max(y0, -c))
			}
		}
		return sum * h
	}
	rng := rand.New(rand.NewPCG(13, 14))
	for range 300 {
		r := 3 * rng.Float64()
		x0, y0 := 4*rng.Float64()-2.5, 4*rng.Float64()-2.5
		x1, y1 := x0+2*rng.Float64(), y0+2*rng.Float64()
		near(t, "the shared area", area.DiscInRectangle(r, x0, x1, y0, y1), brute(r, x0, x1, y0, y1), 1e-5)
	}
	near(t, "a disc in a rectangle", area.DiscInRectangle(1, -2, 3, -1, 1.5), math.Pi, 1e-14)
	near(t, "a rectangle in a disc", area.DiscInRectangle(9, -2, 3, -1, 1.5), 12.5, 1e-14)
	near(t, "a half disc", area.DiscInRectangle(1, 0, 3, -2, 2), math.Pi/2, 1e-15)
	near(t, "no common point", area.DiscInRectangle(1, 1, 2, -1, 1), 0, 0)
}

func TestPixelsOfALargeDiscAddUpToItsArea(t *testing.T) {
	// 4000 pixels on the edge, each good to its own rounding of 1e-13.
	const r = 500.25
	var sum float64
	for i := -502; i < 502; i++ {
		for j := -502; j < 502; j++ {
			sum += area.DiscInRectangle(r, float64(j), float64(j+1), float64(i), float64(i+1))
		}
	}
	near(t, "the area", sum/(math.Pi*r*r), 1, 1e-13)
}
