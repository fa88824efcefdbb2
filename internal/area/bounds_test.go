package area_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"arago/internal/area"
)

func TestBoundsHoldTheRegionAndNoMoreThanNeedBe(t *testing.T) {
	disc, rectangle := area.Disc(0.1, -0.2, 0.3), area.Rectangle(0.1, 0.2, 0.6, 0.2)
	half := area.HalfPlane(area.Point{}, 1, 2)
	inf := math.Inf(1)
	for _, c := range []struct {
		name    string
		region  area.Region
		m       area.Map
		want    area.Box
		bounded bool
	}{
		{"disc", disc, area.Identity, area.Box{X0: -0.2, X1: 0.4, Y0: -0.5, Y1: 0.1}, true},
		{"disc turned by 90°", disc, turned(90), area.Box{X0: -0.1, X1: 0.5, Y0: -0.2, Y1: 0.4}, true},
		// An ellipse with half axes 1 and ½ at 30°: √(cos² + ¼sin²) = √13/4, √(sin² + ¼cos²) = √7/4.
		{"ellipse", area.Disc(0, 0, 1), inclined(30, 0.5), area.Box{X0: -math.Sqrt(13) / 4, X1: math.Sqrt(13) / 4, Y0: -math.Sqrt(7) / 4, Y1: math.Sqrt(7) / 4}, true},
		{"rectangle", rectangle, area.Identity, area.Box{X0: -0.2, X1: 0.4, Y0: 0.1, Y1: 0.3}, true},
		{"union", area.Union(disc, rectangle), area.Identity, area.Box{X0: -0.2, X1: 0.4, Y0: -0.5, Y1: 0.3}, true},
		{"nothing", area.Region{}, area.Identity, area.Box{X0: inf, X1: -inf, Y0: inf, Y1: -inf}, true},
		{"what is in neither's outside", area.Not(area.Union(area.Not(disc), area.Not(rectangle))), area.Identity, area.Box{X0: -0.2, X1: 0.4, Y0: 0.1, Y1: 0.1}, true},
		{"disc without its upper half", area.Intersect(half, disc), area.Identity, area.Box{X0: -0.2, X1: 0.4, Y0: -0.5, Y1: 0.1}, true},
		{"disc with another one left out", area.Intersect(disc, area.Not(rectangle)), area.Identity, area.Box{X0: -0.2, X1: 0.4, Y0: -0.5, Y1: 0.1}, true},
		{"moved disc", area.Moved(disc, turned(90)), turned(-90), area.Box{X0: -0.2, X1: 0.4, Y0: -0.5, Y1: 0.1}, true},
		{"half-plane", half, area.Identity, area.Box{}, false},
		{"outside of a disc", area.Not(disc), area.Identity, area.Box{}, false},
		{"outside of the outside", area.Not(area.Not(disc)), area.Identity, area.Box{X0: -0.2, X1: 0.4, Y0: -0.5, Y1: 0.1}, true},
		{"disc or half-plane", area.Union(disc, half), area.Identity, area.Box{}, false},
	} {
		got, bounded := c.region.Bounds(c.m)
		near := func(a, b float64) bool { return a == b || math.Abs(a-b) < 1e-15 }
		if bounded != c.bounded || !near(got.X0, c.want.X0) || !near(got.X1, c.want.X1) || !near(got.Y0, c.want.Y0) || !near(got.Y1, c.want.Y1) {
			t.Errorf("%s: %v %v, want %v %v", c.name, got, bounded, c.want, c.bounded)
		}
	}
}

func TestBoxesJoinAndIntersect(t *testing.T) {
	a, b := area.Box{X0: 0, X1: 2, Y0: 0, Y1: 1}, area.Box{X0: 1, X1: 3, Y0: -1, Y1: 0.5}
	if got := a.Join(b); got != (area.Box{X0: 0, X1: 3, Y0: -1, Y1: 1}) {
		t.Errorf("joined %v", got)
	}
	if got := a.Intersect(b); got != (area.Box{X0: 1, X1: 2, Y0: 0, Y1: 0.5}) || got.Empty() {
		t.Errorf("in common %v", got)
	}
	nothing := a.Intersect(area.Box{X0: 5, X1: 6, Y0: 0, Y1: 1})
	if !nothing.Empty() || nothing.Join(a) != a || a.Join(nothing) != a {
		t.Errorf("nothing in common is %v", nothing)
	}
}

func TestARegionThatMovesIsPlacedWhereItsMapSays(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	region := area.Union(area.Disc(0.2, 0.1, 0.3), area.Intersect(hexagon(-0.1, 0.1, 0.4), area.Not(area.Disc(-0.1, 0.1, 0.2))))
	for range 20 {
		base := inclined(360*rng.Float64(), 0.5+rng.Float64()/2)
		base.X, base.Y = rng.Float64()/5, rng.Float64()/5
		by := turned(360 * rng.Float64())
		by.X, by.Y = rng.Float64()/5, rng.Float64()/5
		moved, direct := filled(area.Moved(region, by), base, 40, 1), filled(region, base.After(by), 40, 1)
		for k, v := range direct {
			if math.Abs(v-moved[k]) > 1e-13 {
				t.Fatalf("pixel %d is covered to %g and %g", k, moved[k], v)
			}
		}
		if back := base.Inverse().After(base); math.Abs(back.XX-1)+math.Abs(back.YY-1)+math.Abs(back.XY)+math.Abs(back.YX)+math.Abs(back.X)+math.Abs(back.Y) > 1e-14 {
			t.Errorf("there and back is %v", back)
		}
		if base.KeepsCircles() || !by.KeepsCircles() {
			t.Errorf("circles become ellipses under %v, and not under %v", base, by)
		}
	}
}
