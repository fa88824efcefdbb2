package area_test

import (
	"math"
	"testing"

	"arago/grid"
	"arago/internal/area"
)

// square returns an axis of n pixels that spans 2·half about the origin.
func square(n int, half float64) grid.Axis { return grid.Centered(n, 2*half/float64(n)) }

// filled returns the fractions of r on n×n pixels that span 2·half.
func filled(r area.Region, m area.Map, n int, half float64) []float64 {
	dst := make([]float64, n*n)
	r.Fill(dst, m, square(n, half), square(n, half))
	return dst
}

// total returns the area of r as the sum over all pixels.
func total(r area.Region, m area.Map, n int, half float64) float64 {
	var sum float64
	for _, f := range filled(r, m, n, half) {
		sum += f
	}
	return sum * square(n, half).Step * square(n, half).Step
}

func turned(degrees float64) area.Map {
	s, c := math.Sincos(degrees * grid.Degree)
	return area.Map{XX: c, XY: -s, YX: s, YY: c}
}

// inclined is turned after the y axis has been shortened.
func inclined(degrees, shorter float64) area.Map {
	m := turned(degrees)
	m.XY *= shorter
	m.YY *= shorter
	return m
}

func hexagon(x, y, side float64) area.Region {
	h := side * math.Sqrt(3) / 2
	return area.Polygon(area.Point{X: x + side, Y: y}, area.Point{X: x + side/2, Y: y + h}, area.Point{X: x - side/2, Y: y + h},
		area.Point{X: x - side, Y: y}, area.Point{X: x - side/2, Y: y - h}, area.Point{X: x + side/2, Y: y - h})
}

// bar is a half-strip of the given width that starts at the origin and runs
// towards an angle counter-clockwise from x.
func bar(degrees, width float64) area.Region {
	s, c := math.Sincos(degrees * grid.Degree)
	w := width / 2
	return area.Intersect(
		area.HalfPlane(area.Point{}, s, -c),
		area.HalfPlane(area.Point{X: s * w, Y: -c * w}, c, s),
		area.HalfPlane(area.Point{X: -s * w, Y: c * w}, -c, -s),
	)
}

// lens is the area common to two discs of radii r and s at distance d.
func lens(r, s, d float64) float64 {
	a := (d*d + r*r - s*s) / (2 * d)
	b := d - a
	return r*r*math.Acos(a/r) - a*math.Sqrt(r*r-a*a) + s*s*math.Acos(b/s) - b*math.Sqrt(s*s-b*b)
}

func TestSumOverPixelsIsTheAnalyticArea(t *testing.T) {
	disc := area.Disc(0.11, -0.07, 0.73)
	other := area.Disc(0.51, 0.21, 0.37)
	between := lens(0.73, 0.37, math.Hypot(0.4, 0.28))
	halfDisc := math.Pi * 0.73 * 0.73 / 2
	const h = 0.05 // half the width of a bar
	// What a bar from the centre of a disc covers outside of it, up to a larger
	// disc: ∫(√(R²−y²) − √(r²−y²))dy over the width.
	root := func(r float64) float64 { return h*math.Sqrt(r*r-h*h) + r*r*math.Asin(h/r) }
	for _, c := range []struct {
		name   string
		region area.Region
		shape  area.Map
		want   float64
	}{
		{"disc", disc, area.Identity, math.Pi * 0.73 * 0.73},
		{"ellipse", disc, inclined(33, 0.6), 0.6 * math.Pi * 0.73 * 0.73},
		{"thin ellipse", disc, inclined(90, 1e-3), 1e-3 * math.Pi * 0.73 * 0.73},
		{"small disc in one pixel", area.Disc(0.003, 0.001, 0.0007), area.Identity, math.Pi * 0.0007 * 0.0007},
		{"rectangle", area.Rectangle(0.1, 0.2, 0.5, 0.3), turned(21), 0.15},
		{"sliver", area.Rectangle(0.1, 0.2, 0.5, 1e-5), turned(21), 0.5e-5},
		{"hexagon", hexagon(0, 0, 0.9), turned(5), 1.5 * math.Sqrt(3) * 0.81},
		{"hexagon, inclined", hexagon(0.1, 0, 0.7), inclined(70, 0.3), 0.3 * 1.5 * math.Sqrt(3) * 0.49},
		{"annulus", area.Intersect(disc, area.Not(area.Disc(0.11, -0.07, 0.4))), inclined(12, 0.7), 0.7 * math.Pi * (0.73*0.73 - 0.16)},
		{"union of discs", area.Union(disc, other), turned(77), math.Pi*(0.73*0.73+0.37*0.37) - between},
		{"lens", area.Intersect(disc, other), inclined(40, 0.8), 0.8 * between},
		{"half disc", area.Intersect(disc, area.HalfPlane(area.Point{X: 0.11, Y: -0.07}, 3, 1)), inclined(-20, 0.8), 0.8 * halfDisc},
		{"half disc, level edge", area.Intersect(disc, area.HalfPlane(area.Point{X: 0.11, Y: -0.07}, -1, 0)), area.Identity, halfDisc},
		{"obscuration with one bar", area.Intersect(area.Disc(0, 0, 0.9), area.Union(area.Disc(0, 0, 0.3), bar(30, 2*h))), turned(20), math.Pi*0.09 + root(0.9) - root(0.3)},
		{"two bars that cross", area.Intersect(area.Rectangle(0, 0, 1, 1), area.Union(bar(0, 0.1), bar(180, 0.1), bar(90, 0.1), bar(270, 0.1))), turned(12), 0.1 + 0.1 - 0.01},
		{"hole that touches the rim", area.Intersect(area.Disc(0, 0, 0.8), area.Not(area.Disc(0.4, 0, 0.4))), turned(15), math.Pi * 0.48},
		{"discs that touch", area.Union(area.Disc(0.4, 0, 0.4), area.Disc(-0.25, 0, 0.25)), turned(15), math.Pi * (0.16 + 0.0625)},
		{"disc that touches the sides of pixels", area.Disc(0, 0.25, 0.5), area.Identity, math.Pi * 0.25},
		{"rectangle around a disc", area.Intersect(area.Rectangle(0, 0, 1, 1), area.Not(area.Disc(0, 0, 0.5))), inclined(35, 0.7), 0.7 * (1 - math.Pi/4)},
		{"nothing", area.Union(), area.Identity, 0},
		{"disc of radius 0", area.Disc(0, 0, 0), area.Identity, 0},
		{"everything", area.Not(area.Region{}), area.Identity, 4},
		{"beside the grid", area.Disc(3, 0, 1), area.Identity, 0},
		{"all of the grid", area.Disc(0.1, 0, 10), area.Identity, 4},
	} {
		for _, n := range []int{1, 2, 7, 64, 301} {
			if c.name == "small disc in one pixel" && n == 301 {
				continue
			}
			// Each pixel's fraction is wrong by about n rounding errors, and the
			// pixels on edges number about 10·n.
			tolerance := 10 * float64(n) * float64(n) * 4e-16 * math.Pow(2/float64(n), 2)
			if got := total(c.region, c.shape, n, 1); math.Abs(got-c.want) > tolerance {
				t.Errorf("%s on %d×%d pixels: area %.16g, want %.16g (difference %.2g)", c.name, n, n, got, c.want, got-c.want)
			}
		}
	}
}

// Values by IDL's pixwt.pro, which POPPY's tests hold (test_geometry.py): the
// fraction of the unit pixel about (x, y) within a circle. It computes in single
// precision, and its areas of sectors of radius 10 are off by 8e-6; POPPY allows
// 1e-5.
func TestCircleAgreesWithPixwt(t *testing.T) {
	for _, c := range []struct{ xc, yc, r, x, y, want float64 }{
		{0, 0, 1, 0, 0, 1},
		{0, 0, 1, 1, 1, 0.078786805},
		{0, 0, 1, 0, 1, 0.45661139},
		{0, 0, 1, 1, 0, 0.45661139},
		{0, 0, 1, 2, 0, 0},
		{0, 0, 1, -1, -1, 0.078786790},
		{0, 0, 10, 0, 9, 1},
		{0, 0, 10, 0, 10, 0.49584007},
		{0, 0, 10, 0, 11, 0},
		{0, 0, 10, 1, 10, 0.44564247},
		{0, 0, 10, 2, 10, 0.29352379},
		{0, 1, 10, 0, 11, 0.49584007},
		{20, 1, 10, 20, 11, 0.49584007},
	} {
		dst := make([]float64, 1)
		one := func(at float64) grid.Axis { return grid.Axis{N: 1, Step: 1, Center: -at} }
		area.Disc(c.xc, c.yc, c.r).Fill(dst, area.Identity, one(c.y), one(c.x))
		if math.Abs(dst[0]-c.want) > 1e-5 {
			t.Errorf("circle of radius %g about (%g, %g) in pixel (%g, %g): %.9g, pixwt has %.9g", c.r, c.xc, c.yc, c.x, c.y, dst[0], c.want)
		}
	}
}

func TestEdgesAlongPixelEdgesLeaveNoGrayPixel(t *testing.T) {
	for _, degrees := range []float64{0, 90, 180, 270, -90} {
		for name, r := range map[string]area.Region{
			"square":                      area.Rectangle(0, 0, 0.7, 0.7),
			"shifted rectangle":           area.Rectangle(0.1, -0.2, 0.6, 0.4),
			"half-plane":                  area.HalfPlane(area.Point{X: 0.3, Y: 0.1}, 0, 1),
			"rectangles that touch":       area.Union(area.Rectangle(0.1, 0, 0.2, 0.4), area.Rectangle(0.3, 0, 0.2, 0.4)),
			"bar":                         bar(90, 0.2),
			"everything but a thin frame": area.Not(area.Intersect(area.Rectangle(0, 0, 0.6, 0.6), area.Not(area.Rectangle(0, 0, 0.4, 0.4)))),
		} {
			n := 20 // pixels of 0.1
			if name == "square" {
				n = 40 // its edges lie at odd multiples of 0.05
			}
			for k, f := range filled(r, turned(degrees), n, 1) {
				if f != 0 && f != 1 {
					t.Errorf("%s turned by %g°: pixel (%d, %d) is covered to %.17g", name, degrees, k/n, k%n, f)
				}
			}
		}
	}
}

func TestSegmentsThatTouchLeaveNoSeam(t *testing.T) {
	const side, n = 0.3, 200
	h := side * math.Sqrt(3) / 2
	pair := area.Union(hexagon(0, h, side), hexagon(0, -h, side))
	m := turned(17)
	for k, f := range filled(pair, m, n, 1) {
		// The pixel's centre in the frame of the hexagons, whose common side
		// runs along x.
		x, y := square(n, 1).At(k%n), square(n, 1).At(k/n)
		along, across := m.XX*x+m.YX*y, m.XY*x+m.YY*y
		if math.Abs(along) < side/2-0.02 && math.Abs(across) < 0.02 && f != 1 {
			t.Errorf("pixel (%d, %d) on the seam is covered to 1 - %.2g", k/n, k%n, 1-f)
		}
	}
}

func TestInsideIsOneAndOutsideIsZeroExactly(t *testing.T) {
	const n = 300
	a := square(n, 1)
	f := filled(area.Disc(0, 0, 0.8), area.Identity, n, 1)
	gray := 0
	for k, v := range f {
		x, y := math.Abs(a.At(k%n)), math.Abs(a.At(k/n))
		near := math.Hypot(max(x-a.Step/2, 0), max(y-a.Step/2, 0))
		far := math.Hypot(x+a.Step/2, y+a.Step/2)
		switch {
		case far <= 0.8 && v != 1, near >= 0.8 && v != 0:
			t.Errorf("pixel (%d, %d) between radii %g and %g is covered to %.17g", k/n, k%n, near, far, v)
		case v > 0 && v < 1:
			gray++
		}
	}
	// A circle crosses 8·r/step rows and columns.
	if want := 8 * 0.8 / a.Step; math.Abs(float64(gray)-want) > 0.02*want {
		t.Errorf("%d pixels are gray; a circle of radius 0.8 crosses about %.0f", gray, want)
	}
}

func TestMapThatFlattensADiscGivesTheSumOverStripes(t *testing.T) {
	// An ellipse of which every pixel sees both sides: the covered length of
	// column j is the chord there, ∫2b√(1−x²/a²)dx.
	const n, a, b = 50, 0.9, 1e-3
	m := area.Map{XX: a, YY: b}
	f := filled(area.Disc(0, 0, 1), m, n, 1)
	x := square(n, 1)
	primitive := func(x float64) float64 {
		u := max(-1, min(1, x/a))
		return a * b * (u*math.Sqrt(1-u*u) + math.Asin(u))
	}
	for j := range n {
		sum := 0.0
		for i := range n {
			sum += f[i*n+j]
		}
		want := (primitive(x.At(j)+x.Step/2) - primitive(x.At(j)-x.Step/2)) / (x.Step * x.Step)
		if math.Abs(sum-want) > 1e-14 {
			t.Errorf("column %d holds %.16g pixels of the ellipse, want %.16g", j, sum, want)
		}
	}
}

// Rotations leave edges that should be level off by the rounding of a sine. They
// pass through a pixel within less than a rounding error of height.
func TestNearlyLevelEdgeIsLevel(t *testing.T) {
	slanted := area.HalfPlane(area.Point{X: 0.625}, 0.9994, 0.0349)
	edge := func(tilt float64) area.Region {
		return area.Union(slanted, area.HalfPlane(area.Point{X: 0.625, Y: 1e-25}, 1, tilt))
	}
	want := filled(edge(0), area.Identity, 8, 1)
	for _, tilt := range []float64{1e-300, 1e-80, 1e-40, 6e-17, -6e-17, -1e-40, -1e-80, -1e-300} {
		for k, f := range filled(edge(tilt), area.Identity, 8, 1) {
			if math.Abs(f-want[k]) > 1e-15 {
				t.Errorf("tilted by %g: pixel (%d, %d) is covered to %.17g, level to %.17g", tilt, k/8, k%8, f, want[k])
			}
		}
	}
}
