package area_test

import (
	"fmt"
	"math"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"arago/grid"
	"arago/internal/area"
)

// figure is a region together with an independent test for its points.
type figure struct {
	area.Region
	name     string
	contains func(x, y float64) bool
}

// coordinate draws from −1 … 1, often a multiple of 1/8: those lie on edges and
// corners of pixels and let shapes touch each other.
var coordinate = rapid.OneOf(
	rapid.Map(rapid.IntRange(-8, 8), func(i int) float64 { return float64(i) / 8 }),
	rapid.Float64Range(-1, 1),
)

var length = rapid.OneOf(
	rapid.Map(rapid.IntRange(1, 10), func(i int) float64 { return float64(i) / 8 }),
	rapid.Float64Range(0.01, 1.3),
)

// degrees draws an angle, often a multiple of 15°.
var degrees = rapid.OneOf(
	rapid.Map(rapid.IntRange(-12, 12), func(i int) float64 { return float64(15 * i) }),
	rapid.Float64Range(-180, 180),
)

var discs = rapid.Custom(func(t *rapid.T) figure {
	x, y, r := coordinate.Draw(t, "x"), coordinate.Draw(t, "y"), length.Draw(t, "r")
	return figure{area.Disc(x, y, r), fmt.Sprintf("disc(%v, %v, %v)", x, y, r), func(px, py float64) bool {
		return math.Hypot(px-x, py-y) < r
	}}
})

var halfPlanes = rapid.Custom(func(t *rapid.T) figure {
	x, y := coordinate.Draw(t, "x"), coordinate.Draw(t, "y")
	sin, cos := math.Sincos(degrees.Draw(t, "direction") * grid.Degree)
	return figure{area.HalfPlane(area.Point{X: x, Y: y}, cos, sin), fmt.Sprintf("halfplane(%v, %v; %v, %v)", x, y, cos, sin), func(px, py float64) bool {
		return cos*(py-y)-sin*(px-x) > 0
	}}
})

var polygons = rapid.Custom(func(t *rapid.T) figure {
	x, y, r := coordinate.Draw(t, "x"), coordinate.Draw(t, "y"), length.Draw(t, "r")
	n, first := rapid.IntRange(3, 9).Draw(t, "corners"), degrees.Draw(t, "first")
	corners := make([]area.Point, n)
	for i := range corners {
		sin, cos := math.Sincos((first + 360*float64(i)/float64(n)) * grid.Degree)
		corners[i] = area.Point{X: x + r*cos, Y: y + r*sin}
	}
	contains := func(px, py float64) bool {
		a := corners[n-1]
		for _, b := range corners {
			if (b.X-a.X)*(py-a.Y)-(b.Y-a.Y)*(px-a.X) < 0 {
				return false
			}
			a = b
		}
		return true
	}
	name := fmt.Sprint("polygon", corners)
	if rapid.Bool().Draw(t, "clockwise") {
		reversed := make([]area.Point, n)
		for i, c := range corners {
			reversed[n-1-i] = c
		}
		return figure{area.Polygon(reversed...), name, contains}
	}
	return figure{area.Polygon(corners...), name, contains}
})

var basics = rapid.OneOf(discs, polygons, halfPlanes)

// figures draws combinations of up to eight basic shapes.
func figures(depth int) *rapid.Generator[figure] {
	if depth == 0 {
		return basics
	}
	return rapid.OneOf(basics, rapid.Custom(func(t *rapid.T) figure {
		a, b := figures(depth-1).Draw(t, "a"), figures(depth-1).Draw(t, "b")
		switch rapid.IntRange(0, 2).Draw(t, "operation") {
		case 0:
			return figure{area.Union(a.Region, b.Region), "(" + a.name + " or " + b.name + ")", func(x, y float64) bool { return a.contains(x, y) || b.contains(x, y) }}
		case 1:
			return figure{area.Intersect(a.Region, b.Region), "(" + a.name + " and " + b.name + ")", func(x, y float64) bool { return a.contains(x, y) && b.contains(x, y) }}
		}
		return figure{area.Not(a.Region), "not " + a.name, func(x, y float64) bool { return !a.contains(x, y) }}
	}))
}

// maps draws a rotation of a figure that has been shortened along one axis, as
// placed elements are.
var maps = rapid.Custom(func(t *rapid.T) area.Map {
	m := turned(degrees.Draw(t, "rotation"))
	shorter := rapid.SampledFrom([]float64{1, 1, 0.5, 0.17}).Draw(t, "shorter")
	m.XY *= shorter
	m.YY *= shorter
	m.X, m.Y = coordinate.Draw(t, "shift x"), coordinate.Draw(t, "shift y")
	return m
})

// The grid of the properties: pixels of 1/4 or 1/8, so that shapes drawn from
// multiples of 1/8 touch their edges.
const size = 8

// Coordinates are at most a few, so their rounding errors are some 1e-15 and
// fractions of pixels of 1/8 are good to 1e-14 times the number of boundaries
// in a pixel. Where boundaries touch at a grazing angle, the heights at which
// they cross are uncertain by the square root of a rounding error, but not the
// area between them.
const rounding = 1e-12

func compare(t *rapid.T, what string, got, want []float64, tolerance float64) {
	t.Helper()
	for k := range got {
		if !(math.Abs(got[k]-want[k]) <= tolerance) {
			t.Fatalf("%s: pixel (%d, %d) is %.17g, want %.17g", what, k/size, k%size, got[k], want[k])
		}
	}
}

func TestFractionsAgreeWithCountingPoints(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, m := figures(3).Draw(t, "figure"), maps.Draw(t, "map")
		t.Log(f.name, m)
		const fine = 40
		points := square(size*fine, 1)
		determinant := m.XX*m.YY - m.XY*m.YX
		want := make([]float64, size*size)
		for i := range points.N {
			for j := range points.N {
				x, y := points.At(j)-m.X, points.At(i)-m.Y
				if f.contains((m.YY*x-m.XY*y)/determinant, (m.XX*y-m.YX*x)/determinant) {
					want[i/fine*size+j/fine] += 1. / (fine * fine)
				}
			}
		}
		// A convex curve enters at most 4·fine of the cells about the points, of
		// which each counts wrongly for at most its own area. At most 8 shapes
		// have edges; to come near the bound they would all have to run along
		// rows of points.
		compare(t, "fraction", filled(f.Region, m, size, 1), want, 4.*8/fine/4)
	})
}

func TestComplementCoversTheRest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, m := figures(3).Draw(t, "figure"), maps.Draw(t, "map")
		t.Log(f.name, m)
		got := filled(area.Not(f.Region), m, size, 1)
		for k, v := range filled(f.Region, m, size, 1) {
			got[k] += v
		}
		want := make([]float64, len(got))
		for k := range want {
			want[k] = 1
		}
		compare(t, "figure and complement", got, want, rounding)
	})
}

func TestUnionAndIntersectionCoverWhatBothFiguresCover(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b, m := figures(2).Draw(t, "a"), figures(2).Draw(t, "b"), maps.Draw(t, "map")
		t.Log(a.name, b.name, m)
		got := filled(area.Union(a.Region, b.Region), m, size, 1)
		for k, v := range filled(area.Intersect(a.Region, b.Region), m, size, 1) {
			got[k] += v
		}
		want := filled(a.Region, m, size, 1)
		for k, v := range filled(b.Region, m, size, 1) {
			want[k] += v
		}
		compare(t, "union plus intersection", got, want, 2*rounding)
	})
}

// A quarter turn exchanges x and y, along which the algorithm works in
// different ways.
func TestQuarterTurnTurnsThePixels(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, m := figures(3).Draw(t, "figure"), maps.Draw(t, "map")
		t.Log(f.name, m)
		turned := area.Map{XX: -m.YX, XY: -m.YY, X: -m.Y, YX: m.XX, YY: m.XY, Y: m.X}
		got := filled(f.Region, turned, size, 1)
		want := make([]float64, size*size)
		for k, v := range filled(f.Region, m, size, 1) {
			i, j := k/size, k%size
			want[j*size+size-1-i] = v
		}
		compare(t, "after a quarter turn", got, want, rounding)
	})
}

func TestPixelIsTheMeanOfItsParts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, m := figures(3).Draw(t, "figure"), maps.Draw(t, "map")
		t.Log(f.name, m)
		const parts = 3
		want := make([]float64, size*size)
		for k, v := range filled(f.Region, m, size*parts, 1) {
			i, j := k/(size*parts), k%(size*parts)
			want[i/parts*size+j/parts] += v / (parts * parts)
		}
		compare(t, "against the mean of 3×3 parts", filled(f.Region, m, size, 1), want, rounding)
	})
}

func TestFigureWithItselfIsItself(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, m := figures(2).Draw(t, "figure"), maps.Draw(t, "map")
		t.Log(f.name, m)
		want := filled(f.Region, m, size, 1)
		compare(t, "union with itself", filled(area.Union(f.Region, f.Region), m, size, 1), want, rounding)
		compare(t, "intersection with itself", filled(area.Intersect(f.Region, f.Region), m, size, 1), want, rounding)
		compare(t, "difference with itself", filled(area.Intersect(f.Region, area.Not(f.Region)), m, size, 1), make([]float64, size*size), rounding)
	})
}

func TestBandsFilledAtOnceAreTheRowsOfTheWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, m := figures(3).Draw(t, "figure"), maps.Draw(t, "map")
		y, x := square(size, 1), grid.FFTCentered(13, 0.17)
		want := make([]float64, y.N*x.N)
		f.Fill(want, m, y, x)
		got := make([]float64, y.N*x.N)
		var wg sync.WaitGroup
		for _, band := range [][2]int{{0, 3}, {3, 4}, {4, 4}, {4, 8}} {
			wg.Go(func() {
				f.Fill(got[band[0]*x.N:band[1]*x.N], m, y.Sub(band[0], band[1]), x)
			})
		}
		wg.Wait()
		for k := range got {
			if got[k] != want[k] {
				t.Fatalf("pixel %d is %v in its band and %v in the whole", k, got[k], want[k])
			}
		}
	})
}
